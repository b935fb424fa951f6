"""Evidence on both databases: its copy, its quote, and who says what of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from accounts.roles import Role
from kernel.db import Database
from kernel.outbox import AuditEvent
from tests.factories.cases import ballot, make_evidence, make_open_case
from tests.factories.people import actor_of, make_person
from tests.standing_clock import START
from verification.errors import BadEvidence, EvidenceMissing, OwnEvidence
from verification.models import EvidenceOpinion
from verification.queries.desk import dossier
from verification.rules.scale import Veracity
from verification.services import assessing, gathering

COPY = gathering.Copy("Siaran pers", "Menurut kami: the ministry says that this is not so.", "a" * 64)


def test_a_copy_is_kept_once_and_says_whether_the_quote_stands_in_it(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Salinan")
        person = make_person(session, role=Role.VOLUNTEER)
        evidence = make_evidence(session, case=case, person=person)
        gathering.note_no_copy(session, evidence_id=evidence.id, state="unreachable", now=START)
        gathering.keep_copy(session, evidence_id=evidence.id, copy=COPY, now=START)
        other = gathering.Copy("Diganti", "other words", "b" * 64)
        gathering.keep_copy(session, evidence_id=evidence.id, copy=other, now=START)
        assert (evidence.archive_state, evidence.archived_sha256, evidence.archived_at) == ("kept", "a" * 64, START)
        mine = (AuditEvent.subject_type == "evidence", AuditEvent.subject_id == str(evidence.id))
        events = {e.kind: e.data for e in session.scalars(select(AuditEvent).where(*mine))}
        assert events["evidence_archived"]["quote_found"] is True
        assert events["evidence_archiving_failed"]["state"] == "unreachable"
        seen = dossier(session, public_id=case.public_id, person_id=person.id, now=START).evidence
        assert [row.quote_found for row in seen] == [True]


def test_one_says_nothing_of_ones_own_find_nor_of_another_cases(database: Database) -> None:
    with database.write() as session:
        case, other = (make_open_case(session, text=text) for text in ("bukti satu", "bukti dua"))
        finder, reader = (make_person(session, role=Role.VOLUNTEER) for _ in range(2))
        evidence = make_evidence(session, case=case, person=finder)
        saying = {"evidence_id": evidence.id, "agrees": False, "now": START}
        actor = actor_of(finder, Role.VOLUNTEER)
        with pytest.raises(OwnEvidence):
            gathering.state_opinion(session, public_id=case.public_id, actor=actor, **saying)
        actor = actor_of(reader, Role.VOLUNTEER)
        with pytest.raises(EvidenceMissing):
            gathering.state_opinion(session, public_id=other.public_id, actor=actor, **saying)
        gathering.state_opinion(session, public_id=case.public_id, actor=actor, **saying)
        assert session.get_one(EvidenceOpinion, (evidence.id, reader.id)).agrees is False


def test_to_rest_a_vote_on_anothers_evidence_is_to_agree_with_it(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Bersandar")
        finder, reader = (make_person(session, role=Role.VOLUNTEER) for _ in range(2))
        evidence = make_evidence(session, case=case, person=finder)
        for person in (finder, reader):
            filing = {"public_id": case.public_id, "actor": actor_of(person, Role.VOLUNTEER), "now": START}
            assessing.file_assessment(session, ballot=ballot(Veracity.FALSE, evidence), **filing)
        session.flush()
        opinions = session.scalars(select(EvidenceOpinion).where(EvidenceOpinion.evidence_id == evidence.id)).all()
        assert [(opinion.person_id, opinion.agrees) for opinion in opinions] == [(reader.id, True)]


@pytest.mark.parametrize(
    ("field", "source"),
    [
        ("url", gathering.Source("ftp://example.org", "kutipan", "refutes")),
        ("url", gathering.Source("https://[broken", "kutipan", "refutes")),
        ("archive_url", gathering.Source("https://example.org", "kutipan", "refutes", "javascript:alert(1)")),
        ("quote", gathering.Source("https://example.org", "  ", "refutes")),
        ("stance", gathering.Source("https://example.org", "kutipan", "maybe")),
    ],
)
def test_bad_evidence_names_its_field(database: Database, field: str, source: gathering.Source) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Bukti buruk")
        actor = actor_of(make_person(session, role=Role.VOLUNTEER), Role.VOLUNTEER)
        with pytest.raises(BadEvidence) as refused:
            gathering.add_evidence(session, public_id=case.public_id, source=source, actor=actor, now=START)
        assert refused.value.field == field
