"""Suggestions to a counter-narrative, its versions side by side, and whether it helps, on pages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from accounts.roles import Role
from app.presenters.wording import marked
from app.wiring import Saring
from tests.factories.cases import assess, make_draft, make_open_case, make_published_case
from tests.factories.people import actor_of, make_person
from tests.web.conftest import MakePerson, SignIn
from verification.models import Case, CounterNarrative, HelpRating, NarrativeSuggestion
from verification.rules.lifecycle import Mover
from verification.rules.scale import Veracity
from verification.services import rating, writing

BETTER = "Vaksin melewati tiga tahap uji sebelum dipakai."


@pytest.fixture
def drafted(saring: Saring) -> Case:
    """A case whose counter-narrative is being written."""
    with saring.database.write() as session:
        case = make_open_case(session, text="Vaksin tidak pernah diuji")
        for _ in range(3):
            assess(session, case=case, verdict=Veracity.FALSE)
        author = make_person(session, role=Role.EDITOR)
        writing.save_draft(
            session,
            public_id=case.public_id,
            draft=make_draft(),
            actor=actor_of(author, Role.EDITOR),
            mover=Mover.EDITOR,
            now=saring.clock.now(),
        )
    return case


def test_a_suggestion_is_taken_over_by_somebody_else(
    saring: Saring, drafted: Case, make: MakePerson, sign_in: SignIn
) -> None:
    page = f"/meja/kasus/{drafted.public_id}/kata"
    volunteer, editor = sign_in(make(Role.VOLUNTEER)), sign_in(make(Role.EDITOR), confirmed=True)
    sent = {"part": "fact", "text": BETTER, "reason": "Menyebut tahapnya."}
    assert volunteer.post(f"{page}/saran", data={**sent, "text": ""}).status_code == 422
    assert volunteer.post(f"{page}/saran", data=sent).status_code == 303
    with saring.database.read() as session:
        number = session.scalars(select(NarrativeSuggestion.id).where(NarrativeSuggestion.case_id == drafted.id)).one()
    assert f"{page}/saran/{number}/terima" not in volunteer.get(page).text
    assert volunteer.post(f"{page}/saran/{number}/terima").status_code == 403
    assert f"{page}/saran/{number}/terima" in editor.get(page).text
    assert editor.post(f"{page}/saran/{number}/terima").status_code == 303
    with saring.database.read() as session:
        newest = session.scalars(
            select(CounterNarrative)
            .where(CounterNarrative.case_id == drafted.id)
            .order_by(CounterNarrative.version.desc())
        ).first()
    assert newest is not None
    assert (newest.version, newest.fact) == (2, BETTER)
    assert "<ins>" in volunteer.get(page).text
    assert editor.post(f"{page}/saran/{number}/tolak").status_code == 404


def test_whoever_did_not_write_it_says_whether_it_helps(saring: Saring, make: MakePerson, sign_in: SignIn) -> None:
    with saring.database.write() as session:
        case = make_published_case(session, text="Sudah terbit")
    page = f"/meja/kasus/{case.public_id}/kata"
    person = make(Role.VOLUNTEER)
    reader = sign_in(person)
    assert reader.post(f"{page}/nilai", data={"help": "perhaps"}).status_code == 422
    for answer in ("no", "yes"):
        assert reader.post(f"{page}/nilai", data={"help": answer}).status_code == 303
    with saring.database.write() as session:
        said = session.scalars(select(HelpRating.help).where(HelpRating.person_id == person.id)).all()
        ranking = rating.rank_all(session, now=saring.clock.now())
    assert said == ["yes"]
    assert ranking.missing_ratings > 0
    assert f"{ranking.missing_ratings} penilaian lagi" in reader.get(page).text


def test_words_that_differ_are_marked_and_nothing_is_lost() -> None:
    before, after = marked("air panas menyembuhkan", "air hangat tidak menyembuhkan")
    assert "".join(text for _, text in before) == "air panas menyembuhkan"
    assert "".join(text for _, text in after) == "air hangat tidak menyembuhkan"
    assert ("removed", "panas") in before
    assert any(kind == "added" and "hangat" in text for kind, text in after)
