"""The card of a verdict: drawn before approval, sent with the posts, and fetched by whoever shows a preview."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Role
from app.handlers import draw_share_cards
from app.wiring import Saring
from publishing.channels.interface import ImageRule
from publishing.models import Publication, ShareCard
from tests.channels.fake import FakeNetwork
from tests.factories.cases import make_open_case, submit_narrative
from tests.factories.people import actor_of, make_organisation, make_person
from tests.standing_clock import START
from tests.web.checking_client import CheckingClient
from tests.web.test_announcing import connect
from verification.models import Case, CounterNarrative
from verification.rules.lifecycle import Mover
from verification.services import signing


def submitted(session: Session, saring: Saring) -> tuple[Case, CounterNarrative]:
    agency = make_organisation(session, name="Dinas Literasi")
    author = make_person(session, role=Role.EDITOR, organisation=agency)
    connect(saring, session, author)
    case = make_open_case(session, text="Vaksin tidak diuji")
    submit_narrative(session, case=case, author=author)
    narrative = session.scalars(select(CounterNarrative).where(CounterNarrative.case_id == case.id)).one()
    return case, narrative


def test_the_worker_draws_it_and_approval_attaches_it_with_its_description(app: Flask, saring: Saring) -> None:
    from app.announcing import announce

    channels = FakeNetwork().channels(image=ImageRule(max_bytes=1_000_000))
    saring = replace(saring, channels=channels)
    with app.app_context(), saring.database.write() as session:
        case, narrative = submitted(session, saring)
    with app.app_context():
        for _ in range(2):
            draw_share_cards(saring, {"subject_id": str(narrative.id)})
    with saring.database.read() as session:
        mine = select(ShareCard.shape).where(ShareCard.counter_narrative_id == narrative.id)
        assert sorted(session.scalars(mine)) == ["landscape", "square"], "drawn once"
    with app.test_request_context(), saring.database.write() as session:
        organisation = session.get_one(CounterNarrative, narrative.id).organisation_id
        approver = make_person(session, role=Role.EDITOR)
        approver.organisation_id = organisation
        step = {"public_id": case.public_id, "version": 1, "mover": Mover.EDITOR, "now": START}
        fact_check, signed = signing.approve(session, actor=actor_of(approver, Role.EDITOR), **step)
        announce(saring, session, fact_check=fact_check, narrative=signed, now=START)
        post = session.scalars(select(Publication).where(Publication.organisation_id == organisation)).one()
    image = post.payload["image"]
    assert image["url"] == f"http://localhost/kartu/{image['sha256']}.png"
    assert "SALAH" in image["alt"]
    assert (image["width"], image["height"]) == (1200, 630)


def test_it_is_the_picture_of_the_public_page_and_never_changes(
    app: Flask, saring: Saring, client: CheckingClient
) -> None:
    from app.announcing import announce

    with app.test_request_context(), saring.database.write() as session:
        author, approver = (make_person(session, role=Role.EDITOR) for _ in range(2))
        case = make_open_case(session, text="Vaksin tidak diuji")
        submit_narrative(session, case=case, author=author)
        step = {"public_id": case.public_id, "version": 1, "mover": Mover.EDITOR, "now": START}
        fact_check, narrative = signing.approve(session, actor=actor_of(approver, Role.EDITOR), **step)
        announce(saring, session, fact_check=fact_check, narrative=narrative, now=START)
    page = client.get(f"/cek/{case.public_id}", follow_redirects=True).text
    found = re.search(r'property="og:image" content="http://localhost(/kartu/[0-9a-f]{64}\.png)"', page)
    assert found
    picture = client.get(found[1])
    assert picture.data.startswith(b"\x89PNG")
    assert "immutable" in picture.headers["Cache-Control"]
    assert picture.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = client.get(found[1], headers={"If-None-Match": picture.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(f"/kartu/{'0' * 64}.png").status_code == 404
