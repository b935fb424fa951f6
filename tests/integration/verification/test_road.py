"""A claim's road on both databases: report, queue, evidence, assessments, consensus, counter-narrative, publication."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.roles import Role
from kernel.db import Database
from kernel.outbox import AuditEvent, OutboxEvent
from tests.factories.cases import (
    assess,
    ballot,
    case_of,
    make_evidence,
    make_open_case,
    make_published_case,
    make_report,
    submit_narrative,
)
from tests.factories.people import actor_of, make_organisation, make_person
from tests.standing_clock import START
from verification.errors import (
    AlreadyAssessed,
    CaseTaken,
    ForeignEvidence,
    OwnOrganisation,
    OwnReport,
    OwnWork,
    WrongState,
)
from verification.models import Assessment, Case, Decision, FactCheck, FactCheckRevision, Item, Report
from verification.queries.desk import dossier
from verification.queries.queue import queue
from verification.rules.lifecycle import CaseState, Mover
from verification.rules.scale import Veracity
from verification.services import assessing, leasing, reporting, signing


def test_the_same_message_twice_is_one_item_with_two_reports(database: Database) -> None:
    with database.write() as session:
        first = make_report(session, text="Garam menyembuhkan flu")
        second = make_report(session, text="Garam menyembuhkan flu")
        assert first.item_id == second.item_id
        assert case_of(session, first).report_count == 2
        assert case_of(session, first).state == CaseState.TRIAGE


def test_sending_one_form_twice_is_one_report(database: Database) -> None:
    reported = reporting.ReportedText(text="Sekali saja", fingerprint="f" * 64, language="id")
    form = {"idempotency_key": "same", "tracking_hash": "h" * 64, "sealed_text": b"s", "seen_where": "", "now": START}
    with database.write() as session:
        first = reporting.file_report(session, reported=reported, **form)
    with database.write() as session:
        second = reporting.file_report(session, reported=reported, **form)
        assert second.id == first.id
        assert session.scalar(select(func.count()).where(Report.item_id == first.item_id)) == 1


def test_every_report_has_its_audit_and_its_outbox_event(database: Database) -> None:
    with database.write() as session:
        report = make_report(session, text="Tercatat")
        mine = (AuditEvent.kind == "report_received", AuditEvent.subject_id == str(report.id))
        audit = session.scalars(select(AuditEvent).where(*mine)).one()
        assert audit.data == {"item_id": report.item_id, "case_id": case_of(session, report).id}
        outgoing = session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "report_received")).all()
        assert [event.payload["subject_id"] for event in outgoing if event.fanned_out_at is None] == [str(report.id)]


def test_a_taken_case_is_nobody_elses_until_the_lease_ends(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Diambil")
        first, second = (make_person(session, role=Role.VOLUNTEER) for _ in range(2))
        leasing.take_case(session, public_id=case.public_id, actor=actor_of(first, Role.VOLUNTEER), now=START)
        taking = {"public_id": case.public_id, "actor": actor_of(second, Role.VOLUNTEER)}
        with pytest.raises(CaseTaken):
            leasing.take_case(session, now=START + leasing.LEASE - timedelta(seconds=1), **taking)
        leasing.take_case(session, now=START + leasing.LEASE, **taking)


def test_the_queue_leaves_out_what_one_reported_skipped_or_judged(database: Database) -> None:
    with database.write() as session:
        me = make_person(session, role=Role.VOLUNTEER)
        actor = actor_of(me, Role.VOLUNTEER)
        reported = case_of(session, make_report(session, text="Laporan saya", person_id=me.id))
        skipped, judged, waiting = (make_open_case(session, text=text) for text in ("lewat", "nilai", "tunggu"))
        leasing.skip_case(session, public_id=skipped.public_id, actor=actor, now=START)
        assess(session, case=judged, verdict=Veracity.FALSE, person=me)
        session.flush()
        offered = {row.public_id for row in queue(session, person_id=me.id, now=START, limit=1000)}
        assert waiting.public_id in offered
        assert not offered & {reported.public_id, skipped.public_id, judged.public_id}


def test_three_that_agree_make_a_consensus_and_each_decision_is_kept(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Mufakat")
        states = []
        for _ in range(3):
            assess(session, case=case, verdict=Veracity.FALSE)
            states.append(case.state)
        assert states == ["needs_more_assessments", "needs_more_assessments", "consensus"]
        kept = session.scalars(select(Decision).where(Decision.case_id == case.id).order_by(Decision.id)).all()
        assert [(d.votes, d.verdict) for d in kept] == [(1, None), (2, None), (3, "false")]


def test_nobody_sees_the_others_before_judging(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Buta dulu")
        judge = assess(session, case=case, verdict=Veracity.FALSE)
        assess(session, case=case, verdict=Veracity.TRUE)
        newcomer = make_person(session, role=Role.VOLUNTEER)
        session.flush()
        blind = dossier(session, public_id=case.public_id, person_id=newcomer.id, now=START)
        assert blind.others == ()
        assert blind.others_count == 2
        assert blind.decision is None
        seeing = dossier(session, public_id=case.public_id, person_id=judge.id, now=START)
        assert [row.assessment.verdict for row in seeing.others] == ["true"]


def test_an_assessment_needs_evidence_of_this_case_and_comes_once(database: Database) -> None:
    with database.write() as session:
        case, other = (make_open_case(session, text=text) for text in ("satu", "dua"))
        person = make_person(session, role=Role.VOLUNTEER)
        foreign = make_evidence(session, case=other, person=person)
        filing = {"public_id": case.public_id, "actor": actor_of(person, Role.VOLUNTEER), "now": START}
        with pytest.raises(ForeignEvidence):
            assessing.file_assessment(session, ballot=ballot(Veracity.FALSE, foreign), **filing)
        own = make_evidence(session, case=case, person=person)
        assessing.file_assessment(session, ballot=ballot(Veracity.FALSE, own), **filing)
        with pytest.raises(AlreadyAssessed):
            assessing.file_assessment(session, ballot=ballot(Veracity.TRUE, own), **filing)


def test_a_change_of_mind_keeps_both(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Berubah pikiran")
        person = assess(session, case=case, verdict=Veracity.FALSE)
        evidence = make_evidence(session, case=case, person=person)
        assessing.change_assessment(
            session,
            public_id=case.public_id,
            ballot=ballot(Veracity.TRUE, evidence),
            actor=actor_of(person, Role.VOLUNTEER),
            now=START,
        )
        rows = session.scalars(select(Assessment).where(Assessment.case_id == case.id).order_by(Assessment.id)).all()
        assert [(row.verdict, row.superseded_at is None) for row in rows] == [("false", False), ("true", True)]


def test_nobody_judges_their_own_report_or_their_own_organisation(database: Database) -> None:
    with database.write() as session:
        agency = make_organisation(session, name="Dinas Air")
        reporter = make_person(session, role=Role.VOLUNTEER)
        insider = make_person(session, role=Role.VOLUNTEER, organisation=agency)
        case = make_open_case(session, text="Dinas Air meracuni sungai")
        make_report(session, text="Dinas Air meracuni sungai", person_id=reporter.id)
        case.named_organisation_ids = [agency.id]
        for person, refusal in ((reporter, OwnReport), (insider, OwnOrganisation)):
            with pytest.raises(refusal):
                assess(session, case=case, verdict=Veracity.FALSE, person=person)


def test_approval_by_another_publishes_and_the_author_may_not(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Terbit")
        for _ in range(3):
            assess(session, case=case, verdict=Veracity.FALSE)
        author, approver = make_person(session, role=Role.EDITOR), make_person(session, role=Role.VERIFIER)
        submit_narrative(session, case=case, author=author)
        step = {"public_id": case.public_id, "version": 1, "now": START}
        with pytest.raises(OwnWork):
            signing.approve(session, actor=actor_of(author, Role.EDITOR), mover=Mover.EDITOR, **step)
        signing.approve(session, actor=actor_of(approver, Role.VERIFIER), mover=Mover.VERIFIER, **step)
        published = session.scalars(select(FactCheck).where(FactCheck.case_id == case.id)).one()
        assert (published.state, published.verdict, published.public_id) == ("published", "false", case.public_id)
        revisions = session.scalars(select(FactCheckRevision).where(FactCheckRevision.fact_check_id == published.id))
        assert [(r.revision, r.kind) for r in revisions] == [(1, "published")]


def test_what_the_approver_read_is_what_is_approved(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Versi")
        author, approver = make_person(session, role=Role.EDITOR), make_person(session, role=Role.EDITOR)
        submit_narrative(session, case=case, author=author)
        submit_narrative(session, case=case, author=author)
        with pytest.raises(WrongState):
            signing.approve(
                session,
                public_id=case.public_id,
                version=1,
                actor=actor_of(approver, Role.EDITOR),
                mover=Mover.EDITOR,
                now=START,
            )


def test_a_published_case_takes_no_more_assessments(database: Database) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Tutup")
        with pytest.raises(WrongState):
            assess(session, case=case, verdict=Veracity.TRUE)


def test_items_keep_their_own_cases(database: Database) -> None:
    with database.write() as session:
        cases = [make_open_case(session, text=text) for text in ("pertama", "kedua")]
        owners = session.scalars(select(Item.case_id).where(Item.case_id.in_([case.id for case in cases])))
        assert sorted(owners) == sorted(case.id for case in cases)
        assert session.scalar(select(func.count(Case.id)).where(Case.id.in_([case.id for case in cases]))) == 2
