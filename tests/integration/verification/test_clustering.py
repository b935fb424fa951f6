"""Cases joined and taken apart, each step audited and undone again, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.roles import Role
from kernel.db import Database
from kernel.outbox import Actor, AuditEvent
from tests.factories.cases import case_of, make_open_case, make_published_case, make_report
from tests.factories.people import actor_of, make_organisation, make_person
from tests.standing_clock import START
from verification.errors import BadClusterChange, CaseTaken, MergedAway, OwnOrganisation, OwnReport, WrongState
from verification.models import Case, ClusterChange, Item, Report
from verification.queries.public import tracked
from verification.queries.queue import queue
from verification.rules.lifecycle import CaseState
from verification.services import clustering, leasing


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def person(session: Session) -> Person:
    return make_person(session, role=Role.VOLUNTEER)


@pytest.fixture
def who(person: Person) -> Actor:
    return actor_of(person, Role.VOLUNTEER)


def merge(session: Session, leaving: Case, staying: Case, who: Actor) -> ClusterChange:
    return clustering.merge_cases(
        session,
        public_id=leaving.public_id,
        into_public_id=staying.public_id,
        reason="Klaim sama",
        actor=who,
        now=START,
    )


def reload(session: Session, case: Case) -> None:
    session.flush()
    session.refresh(case)


def items(session: Session, case: Case) -> list[str]:
    return list(session.scalars(select(Item.text).where(Item.case_id == case.id).order_by(Item.id)))


def kinds(session: Session, case: Case) -> list[str]:
    mine = (AuditEvent.subject_type == "case", AuditEvent.subject_id == str(case.id))
    return list(session.scalars(select(AuditEvent.kind).where(*mine).order_by(AuditEvent.id)))


def test_joined_cases_are_one_and_their_reporters_get_its_answer(session: Session, who: Actor, person: Person) -> None:
    published = make_published_case(session, text="Vaksin berbahaya")
    report = make_report(session, text="Katanya vaksin bahaya")
    make_report(session, text="Katanya vaksin bahaya")
    other = case_of(session, report)
    merge(session, other, published, who)
    reload(session, other)
    reload(session, published)
    assert items(session, other) == []
    assert items(session, published) == ["Vaksin berbahaya", "Katanya vaksin bahaya"]
    assert (other.report_count, published.report_count) == (0, 3)
    assert other.merged_into_id == published.id
    found = tracked(session, tracking_hash=report.tracking_hash)
    assert found.answer is not None
    assert found.answer.case_id == published.id
    assert "cases_merged" in kinds(session, other)
    assert other.public_id not in {row.public_id for row in queue(session, person_id=person.id, now=START)}


def test_a_joined_case_rests_until_the_merge_is_undone(session: Session, who: Actor) -> None:
    one, two = make_open_case(session, text="Satu"), make_open_case(session, text="Dua")
    change = merge(session, one, two, who)
    with pytest.raises(MergedAway):
        leasing.take_case(session, public_id=one.public_id, actor=who, now=START)
    with pytest.raises(MergedAway):
        merge(session, two, one, who)
    clustering.undo_change(session, change_id=change.id, actor=who, now=START)
    reload(session, one)
    assert (items(session, one), items(session, two)) == (["Satu"], ["Dua"])
    assert (one.merged_into_id, one.report_count, two.report_count) == (None, 1, 1)
    assert one.state == CaseState.IN_REVIEW
    assert kinds(session, one)[-2:] == ["cases_merged", "cluster_change_undone"]
    with pytest.raises(BadClusterChange):
        clustering.undo_change(session, change_id=change.id, actor=who, now=START)


def test_undoing_moves_back_only_what_is_still_there(session: Session, who: Actor) -> None:
    one, two, three = (make_open_case(session, text=text) for text in ("Satu", "Dua", "Tiga"))
    first = merge(session, one, two, who)
    merge(session, two, three, who)
    clustering.undo_change(session, change_id=first.id, actor=who, now=START)
    assert items(session, one) == []
    assert items(session, three) == ["Satu", "Dua", "Tiga"]
    origins = session.execute(select(Item.text, Item.original_case_id).where(Item.case_id == three.id)).all()
    assert dict(origins) == {"Satu": one.id, "Dua": two.id, "Tiga": None}


def test_a_message_is_taken_out_into_a_case_of_its_own_and_back(session: Session, who: Actor) -> None:
    one, two = make_open_case(session, text="Satu"), make_open_case(session, text="Dua")
    merge(session, one, two, who)
    stray = session.scalars(select(Item).where(Item.text == "Satu")).one()
    fresh = clustering.split_items(
        session, public_id=two.public_id, item_ids=[stray.id], reason="Klaim lain", actor=who, now=START
    )
    assert (items(session, fresh), items(session, two)) == (["Satu"], ["Dua"])
    assert fresh.state == CaseState.TRIAGE
    assert fresh.report_count == 1
    change = session.scalars(select(ClusterChange).where(ClusterChange.to_case_id == fresh.id)).one()
    clustering.undo_change(session, change_id=change.id, actor=who, now=START)
    reload(session, fresh)
    assert items(session, two) == ["Satu", "Dua"]
    assert fresh.merged_into_id == two.id


def test_not_everything_and_nothing_of_others_can_be_taken_out(session: Session, who: Actor) -> None:
    one, two = make_open_case(session, text="Satu"), make_open_case(session, text="Dua")
    foreign = session.scalars(select(Item.id).where(Item.case_id == two.id)).one()
    own = session.scalars(select(Item.id).where(Item.case_id == one.id)).one()
    for chosen in ([], [own], [foreign], [own, foreign], [987_654]):
        with pytest.raises(BadClusterChange):
            clustering.split_items(
                session, public_id=one.public_id, item_ids=chosen, reason="Klaim lain", actor=who, now=START
            )


def test_a_case_with_a_page_keeps_it(session: Session, who: Actor) -> None:
    published, open_one = make_published_case(session, text="Terbit"), make_open_case(session, text="Terbuka")
    with pytest.raises(WrongState):
        merge(session, published, open_one, who)


def test_one_is_not_two_and_a_reason_is_needed(session: Session, who: Actor) -> None:
    one, two = make_open_case(session, text="Satu"), make_open_case(session, text="Dua")
    with pytest.raises(BadClusterChange):
        merge(session, one, one, who)
    with pytest.raises(BadClusterChange):
        clustering.merge_cases(
            session, public_id=one.public_id, into_public_id=two.public_id, reason=" ", actor=who, now=START
        )
    with pytest.raises(BadClusterChange):
        clustering.merge_cases(
            session, public_id=one.public_id, into_public_id="tidakada", reason="Sama", actor=who, now=START
        )


def test_nobody_joins_what_somebody_else_holds_or_what_is_their_own(
    session: Session, who: Actor, person: Person
) -> None:
    one, two = make_open_case(session, text="Satu"), make_open_case(session, text="Dua")
    holder = actor_of(make_person(session, role=Role.VOLUNTEER), Role.VOLUNTEER)
    leasing.take_case(session, public_id=one.public_id, actor=holder, now=START)
    with pytest.raises(CaseTaken):
        merge(session, one, two, who)
    own = case_of(session, make_report(session, text="Milik sendiri", person_id=person.id))
    with pytest.raises(OwnReport):
        merge(session, own, two, who)
    agency = make_organisation(session, name="Dinas Contoh")
    official = make_person(session, role=Role.VERIFIER, organisation=agency)
    two.named_organisation_ids = [agency.id]
    session.flush()
    with pytest.raises(OwnOrganisation):
        merge(session, two, make_open_case(session, text="Tiga"), actor_of(official, Role.VERIFIER))


def test_a_merge_carries_the_conflict_of_interest_along(session: Session, who: Actor) -> None:
    agency = make_organisation(session, name="Dinas Contoh")
    one, two = make_open_case(session, text="Satu"), make_open_case(session, text="Dua")
    one.named_organisation_ids = [agency.id]
    session.flush()
    merge(session, one, two, who)
    assert two.named_organisation_ids == [agency.id]


def test_reports_stay_with_their_messages(session: Session, who: Actor) -> None:
    one, two = make_open_case(session, text="Satu"), make_open_case(session, text="Dua")
    merge(session, one, two, who)
    counted = session.scalars(select(Report.id).join(Item).where(Item.case_id == two.id)).all()
    reload(session, two)
    assert two.report_count == len(counted) == 2
