"""Suggestions to a counter-narrative, its versions side by side, and whether it helps, on pages."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Role
from app.handlers import HANDLERS
from app.presenters.wording import marked
from app.wiring import Saring
from tests.factories.cases import assess, make_draft, make_open_case, make_published_case
from tests.factories.people import actor_of, make_person
from tests.web.conftest import MakePerson, SignIn
from verification.models import Case, CounterNarrative, HelpRating, NarrativeRanking, NarrativeSuggestion
from verification.rules.bridging import Method
from verification.rules.lifecycle import Mover
from verification.rules.parameters import PARAMETERS
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


def test_the_switch_of_bridging_is_visible_on_the_page(saring: Saring, make: MakePerson, sign_in: SignIn) -> None:
    """The switch is visible: one rating below the floor the share ranks, at the floor bridging does, and not before."""
    numbers = PARAMETERS.bridging
    raters_needed = -(-numbers.floor_ratings // numbers.rater_ratings)
    with saring.database.write() as session:
        cases = [make_published_case(session, text=f"Terbit {number}") for number in range(numbers.rater_ratings)]
        of_case = {case.id: newest_of(session, case).id for case in cases}
        raters = [make_person(session, role=Role.VOLUNTEER).id for _ in range(raters_needed)]
        rows = [
            HelpRating(
                counter_narrative_id=number,
                person_id=rater,
                help="yes" if place == 0 else ("yes", "no")[(rater + place) % 2],
                rated_at=saring.clock.now(),
            )
            for rater in raters
            for place, number in enumerate(of_case.values())
        ]
        held_back = rows.pop()
        session.add_all(rows)
    reader, page = sign_in(make(Role.VOLUNTEER)), f"/meja/kasus/{cases[0].public_id}/kata"
    assert "Belum ada peringkat" in reader.get(page).text
    night(saring)
    below = reader.get(page).text
    # Whose last rating is missing has rated too few texts to be fitted at all.
    assert f"Jembatan pandangan dimulai setelah {numbers.rater_ratings} penilaian lagi" in below
    assert "Diurutkan menurut bagian orang yang terbantu" in below
    assert "Diurutkan menurut jembatan pandangan" not in below
    assert "Membantu orang dengan pandangan berbeda" not in below
    with saring.database.write() as session:
        session.add(held_back)
    assert "Diurutkan menurut bagian orang yang terbantu" in reader.get(page).text, "not before the night"
    night(saring)
    above = reader.get(page).text
    assert "Diurutkan menurut jembatan pandangan" in above
    assert "Jembatan pandangan dimulai" not in above
    with saring.database.read() as session:
        latest = session.scalars(select(NarrativeRanking).order_by(NarrativeRanking.id.desc()).limit(1)).one()
        assert (latest.method, latest.missing_ratings) == (Method.BRIDGING, 0)


def newest_of(session: Session, case: Case) -> CounterNarrative:
    query = select(CounterNarrative).where(CounterNarrative.case_id == case.id)
    return session.scalars(query.order_by(CounterNarrative.version.desc()).limit(1)).one()


def night(saring: Saring) -> None:
    """Let the nightly round do its work."""
    HANDLERS["rank_narratives"](saring, {})


def test_words_that_differ_are_marked_and_nothing_is_lost() -> None:
    before, after = marked("air panas menyembuhkan", "air hangat tidak menyembuhkan")
    assert "".join(text for _, text in before) == "air panas menyembuhkan"
    assert "".join(text for _, text in after) == "air hangat tidak menyembuhkan"
    assert ("removed", "panas") in before
    assert any(kind == "added" and "hangat" in text for kind, text in after)
