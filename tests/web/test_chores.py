"""What the clock brings round and what the desk's jobs do: once a turn, whatever pages and servers do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts.roles import Role
from app import chores
from app.handlers import HANDLERS
from app.timetable import TIMETABLE, wind
from app.wiring import Saring
from intake.errors import LinkRefused, LinkUnreachable
from intake.fetching import Fetched
from intake.images import prepare_image
from kernel.outbox import Job
from tests.factories.cases import make_evidence, make_open_case
from tests.factories.people import make_person
from tests.factories.pictures import encoded, screenshot
from tests.fakes.ocr import FakeOcr
from tests.fakes.searcher import FakeSearcher
from tests.standing_clock import StandingClock
from verification.models import Case, Evidence, NarrativeRanking, VoteExport
from verification.queries.desk import quote_found

PAGE = b"<html><head><title>Siaran pers</title></head><body><p>The ministry says that this is not so.</p></body></html>"


@dataclass
class Shelf:
    """Answers each look as it is told, and remembers who was looked for."""

    answers: list[Fetched | Exception]
    asked: list[str] = field(default_factory=list)

    def get(self, url: str, *, kinds: Sequence[str] = ()) -> Fetched:
        self.asked.append(url)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def put_evidence(saring: Saring, *, about: str = "Bukti yang disimpan") -> int:
    with saring.database.write() as session:
        case = make_open_case(session, text=about)
        return make_evidence(session, case=case, person=make_person(session, role=Role.VOLUNTEER)).id


def evidence(saring: Saring, number: int) -> Evidence:
    with saring.database.read() as session:
        return session.get_one(Evidence, number)


def test_after_a_change_of_model_the_clock_has_the_texts_learned(saring: Saring) -> None:
    assert isinstance(saring.search, FakeSearcher)
    saring.search.pending = 3
    assert "learn_texts" in [one.handler for one in TIMETABLE]
    HANDLERS["learn_texts"](saring, {})
    assert saring.search.pending == 0


def test_each_round_is_put_down_once_a_turn(saring: Saring, clock: StandingClock) -> None:
    def turns() -> dict[str, int]:
        with saring.database.read() as session:
            grouped = select(Job.handler, func.count()).where(Job.dedupe_key.startswith("turn:")).group_by(Job.handler)
            return {row[0]: row[1] for row in session.execute(grouped)}

    before = turns()

    def more() -> dict[str, int]:
        return {one.handler: turns().get(one.handler, 0) - before.get(one.handler, 0) for one in TIMETABLE}

    for _ in range(3):
        with saring.database.write() as session:
            wind(session, now=clock.now())
    assert set(more().values()) == {1}
    clock.advance(timedelta(hours=5))
    with saring.database.write() as session:
        wind(session, now=clock.now())
    assert more()["refresh_priorities"] == 2, "a worker that slept does the present turn only"
    assert more()["publish_votes"] == 1


def test_a_page_is_copied_once_and_its_quote_is_found(saring: Saring) -> None:
    number = put_evidence(saring)
    shelf = Shelf([Fetched("https://example.org/a", "text/html", PAGE)])
    house = replace(saring, fetcher=shelf)  # type: ignore[arg-type]
    for _ in range(2):
        chores.archive_evidence(house, {"subject_id": str(number)})
    kept = evidence(saring, number)
    assert (kept.archive_state, len(shelf.asked)) == ("kept", 1)
    assert kept.archived_text is not None
    assert kept.quote in kept.archived_text
    assert len(kept.archived_sha256 or "") == 64


def test_of_a_screenshot_the_hashes_are_kept_and_the_quote_is_looked_for_in_what_is_read(
    saring: Saring, ocr: FakeOcr
) -> None:
    number, other = put_evidence(saring), put_evidence(saring, about="Bukti yang rusak")
    ocr.text = evidence(saring, number).quote
    picture = encoded(screenshot())
    shelf = Shelf([Fetched("https://example.org/a.png", "image/png", picture)])
    chores.archive_evidence(replace(saring, fetcher=shelf), {"subject_id": str(number)})  # type: ignore[arg-type]
    kept = evidence(saring, number)
    assert (kept.archive_state, kept.archived_sha256) == ("kept", hashlib.sha256(picture).hexdigest())
    assert kept.archived_pdq == prepare_image(picture).pdq
    assert quote_found(kept)
    shelf = Shelf([Fetched("https://example.org/b.png", "image/png", picture[:200])])
    chores.archive_evidence(replace(saring, fetcher=shelf), {"subject_id": str(other)})  # type: ignore[arg-type]
    assert evidence(saring, other).archive_state == "refused"


def test_a_page_that_does_not_answer_is_tried_again_and_a_forbidden_one_never(saring: Saring) -> None:
    number = put_evidence(saring)
    busy = LinkUnreachable(reason="deadline", retry_after_seconds=60)
    shelf = Shelf([busy, Fetched("https://example.org/a", "text/html", PAGE)])
    house = replace(saring, fetcher=shelf)  # type: ignore[arg-type]
    with pytest.raises(LinkUnreachable):
        chores.archive_evidence(house, {"subject_id": str(number)})
    assert evidence(saring, number).archive_state == "unreachable"
    chores.archive_evidence(house, {"subject_id": str(number)})
    assert evidence(saring, number).archive_state == "kept"
    other = put_evidence(saring, about="Bukti yang terlarang")
    chores.archive_evidence(
        replace(saring, fetcher=Shelf([LinkRefused(field="url", reason="address")])),  # type: ignore[arg-type]
        {"subject_id": str(other)},
    )
    assert evidence(saring, other).archive_state == "refused"


def test_waiting_raises_a_case_and_an_event_scores_its_own(saring: Saring, clock: StandingClock) -> None:
    with saring.database.write() as session:
        cases = [make_open_case(session, text=f"Menunggu lama {number}").id for number in range(2)]

    def priorities() -> list[float]:
        with saring.database.read() as session:
            return [session.get_one(Case, number).priority for number in cases]

    clock.advance(timedelta(days=2))
    chores.refresh_priority(saring, {"subject_type": "case", "subject_id": str(cases[0])})
    scored, untouched = priorities()
    assert scored != untouched
    chores.refresh_priorities(saring, {})
    assert priorities() == [scored, scored]


def test_the_night_ranks_and_the_day_exports(app: Flask, saring: Saring) -> None:
    def rows() -> tuple[int, int]:
        with saring.database.read() as session:
            counted = [session.scalar(select(func.count()).select_from(one)) for one in (NarrativeRanking, VoteExport)]
            return counted[0] or 0, counted[1] or 0

    ranked, exported = rows()
    with app.app_context():
        chores.rank_narratives(saring, {})
        chores.publish_votes(saring, {})
    assert rows() == (ranked + 1, exported + 1)
