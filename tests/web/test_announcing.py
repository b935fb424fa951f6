"""What follows from approval on social accounts: one post, and for a later revision a correction of that very post."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.roles import Role
from app.announcing import announce
from app.wiring import Saring
from kernel.outbox import Actor
from publishing import connecting, outbox
from publishing.models import Publication
from tests.channels.fake import FakeNetwork
from tests.factories.cases import make_draft, make_open_case
from tests.factories.people import actor_of, make_organisation, make_person
from tests.standing_clock import START
from verification.models import Case
from verification.rules.lifecycle import CaseState, Mover
from verification.rules.scale import Veracity
from verification.services import signing, writing


def test_a_later_revision_corrects_the_post_instead_of_making_another(app: Flask, saring: Saring) -> None:
    network = FakeNetwork()
    saring = replace(saring, channels=network.channels())
    with app.test_request_context(), saring.database.write() as session:
        agency = make_organisation(session, name="Dinas Literasi")
        author, approver = (make_person(session, role=Role.EDITOR, organisation=agency) for _ in range(2))
        connect(saring, session, author)
        case = make_open_case(session, text="Vaksin tidak diuji")
        sign(saring, session, case, author, approver, Veracity.FALSE)
    send_all(saring)
    first = dict(network.posts)
    with app.test_request_context(), saring.database.write() as session:
        case = session.get_one(Case, case.id)
        case.state = CaseState.EDITORIAL_REVIEW.value
        sign(saring, session, case, author, approver, Veracity.MISLEADING)
        ours = select(Publication.op).where(Publication.organisation_id == author.organisation_id)
        operations = session.scalars(ours.order_by(Publication.id)).all()
    send_all(saring)
    assert operations == ["publish", "correct"]
    assert list(network.posts) == list(first)
    (post,) = network.posts.values()
    assert "KOREKSI" in post.text
    assert "MENYESATKAN" in post.text


def connect(saring: Saring, session: Session, owner: Person) -> None:
    verified = connecting.verify(saring.channels, kind="fake", settings={}, secrets={"token": "t"}, now=START)
    assert owner.organisation_id is not None
    connecting.connect(
        session,
        verified,
        organisation_id=owner.organisation_id,
        profile=connecting.Profile(audience="umum", language="id"),
        vault=saring.channels.vault,
        person_id=owner.id,
        actor=Actor(owner.id, Role.PUBLISHER.value, owner.organisation_id),
        now=START,
    )


def sign(saring: Saring, session: Session, case: Case, author: Person, approver: Person, verdict: Veracity) -> None:
    """Write a version, approve it by the other person, and announce it."""
    step = {"public_id": case.public_id, "mover": Mover.EDITOR, "now": START}
    writing.submit(session, draft=make_draft(verdict=verdict), actor=actor_of(author, Role.EDITOR), **step)
    waiting = writing.submitted_version(session, case=case)
    fact_check, narrative = signing.approve(
        session, version=waiting.version, actor=actor_of(approver, Role.EDITOR), **step
    )
    announce(saring, session, fact_check=fact_check, narrative=narrative, now=START)


def send_all(saring: Saring) -> None:
    while outbox.step(saring.database, saring.channels, clock=saring.clock):
        pass
