"""Evidence: adding it with its quote, saying what one thinks of it, and the copy that Saring keeps of the page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM, Actor, record
from verification.errors import BadEvidence, EvidenceMissing, KnownEvidence, OwnEvidence
from verification.models import Case, Evidence, EvidenceOpinion
from verification.rules.quoting import stands_in
from verification.services.moving import lock_case, require_assessable

STANCES = ("refutes", "supports", "context")
QUOTE_LIMIT = 2_000
"""Characters of a quote; enough for a paragraph, too short to copy an article."""

ADDRESS_LIMIT = 2_048
TITLE_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Source:
    """What somebody found: an address, the words in it that count, and what they do to the claim.

    `archive_url` is a copy that a public archive keeps, where the finder knows of one.
    """

    url: str
    quote: str
    stance: str
    archive_url: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """What the page said when Saring read it; `sha256` is of the bytes that came over the wire, decompressed.

    Of a picture `text` is what was read in it, and `pdq` its PDQ hash, 32 bytes.
    """

    title: str
    text: str
    sha256: str
    pdq: bytes | None = None


def add_evidence(session: Session, *, public_id: str, source: Source, actor: Actor, now: datetime) -> Evidence:
    """Add a source with its quote; adding the same one again returns the first. Saring fetches its own copy later."""
    case = lock_case(session, public_id)
    require_assessable(case)
    try:
        return add_new_evidence(session, case=case, source=source, actor=actor, now=now)
    except KnownEvidence as known:
        return session.get_one(Evidence, known.facts["evidence_id"])


def add_new_evidence(session: Session, *, case: Case, source: Source, actor: Actor, now: datetime) -> Evidence:
    """Add a source that the case does not have yet, whatever its state; KnownEvidence when it has it."""
    evidence = evidence_of(case, source, actor=actor, now=now)
    try:
        with session.begin_nested():
            session.add(evidence)
    except IntegrityError as error:
        same = (Evidence.case_id == case.id, Evidence.url == evidence.url, Evidence.quote_hash == evidence.quote_hash)
        known = session.execute(select(Evidence.id).where(*same)).scalar_one()
        raise KnownEvidence(field="quote", evidence_id=known) from error
    facts = {"case_id": case.id, "url": evidence.url, "stance": evidence.stance}
    record(session, "evidence_added", actor=actor, subject=("evidence", evidence.id), now=now, data=facts)
    return evidence


def state_opinion(
    session: Session, *, public_id: str, evidence_id: int, agrees: bool, actor: Actor, now: datetime
) -> None:
    """Agree with or contest a piece of a case's evidence; a second word replaces the first.

    Raises EvidenceMissing for evidence of another case, and OwnEvidence to whoever added it.
    """
    case = lock_case(session, public_id)
    mine = (Evidence.id == evidence_id, Evidence.case_id == case.id)
    evidence = session.scalar(select(Evidence).where(*mine))
    if evidence is None or actor.person_id is None:
        raise EvidenceMissing(field="evidence_ids")
    if evidence.added_by == actor.person_id:
        raise OwnEvidence(evidence_id=evidence_id)
    _set_opinion(session, evidence_id, person_id=actor.person_id, agrees=agrees, now=now)
    facts = {"agrees": agrees, "case_id": case.id}
    record(session, "evidence_opinion_stated", actor=actor, subject=("evidence", evidence_id), now=now, data=facts)


def stand_behind(session: Session, *, evidence_ids: Iterable[int], person_id: int, now: datetime) -> None:
    """Note that somebody rests a judgement on evidence of others, which is to agree with it."""
    others = select(Evidence.id).where(Evidence.id.in_(list(evidence_ids)), Evidence.added_by != person_id)
    for evidence_id in session.scalars(others).all():
        _set_opinion(session, evidence_id, person_id=person_id, agrees=True, now=now)


def keep_copy(session: Session, *, evidence_id: int, copy: Copy, now: datetime) -> None:
    """Keep what the page said, and whether the quote stands in it. A copy is taken once and never replaced."""
    evidence = session.get(Evidence, evidence_id, with_for_update=True)
    if evidence is None or evidence.archive_state == "kept":
        return
    evidence.archive_state, evidence.archived_at = "kept", now
    evidence.archived_title = copy.title[:TITLE_LIMIT] or None
    evidence.archived_text, evidence.archived_sha256, evidence.archived_pdq = copy.text, copy.sha256, copy.pdq
    pdq = None if copy.pdq is None else copy.pdq.hex()
    found = stands_in(evidence.quote, copy.text)
    facts = {"sha256": copy.sha256, "pdq": pdq, "quote_found": found, "case_id": evidence.case_id}
    record(session, "evidence_archived", actor=SYSTEM, subject=("evidence", evidence_id), now=now, data=facts)


def note_no_copy(session: Session, *, evidence_id: int, state: str, now: datetime) -> None:
    """Note why there is no copy yet: `unreachable` (tried again later) or `refused` (not a public page of text)."""
    evidence = session.get(Evidence, evidence_id, with_for_update=True)
    if evidence is None or evidence.archive_state in ("kept", state):
        return
    evidence.archive_state = state
    facts = {"state": state, "case_id": evidence.case_id}
    record(session, "evidence_archiving_failed", actor=SYSTEM, subject=("evidence", evidence_id), now=now, data=facts)


def is_address(url: str) -> bool:
    """Return whether `url` is a web address that fits its column."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= ADDRESS_LIMIT


def evidence_of(case: Case, source: Source, *, actor: Actor, now: datetime) -> Evidence:
    """Return the piece of evidence that a source makes, not saved yet; BadEvidence names the field that will not do."""
    url, quote, archive = source.url.strip(), source.quote.strip(), source.archive_url.strip()
    if not is_address(url):
        raise BadEvidence(field="url")
    if archive and not is_address(archive):
        raise BadEvidence(field="archive_url")
    if not quote or len(quote) > QUOTE_LIMIT:
        raise BadEvidence(field="quote", limit=QUOTE_LIMIT)
    if source.stance not in STANCES or actor.person_id is None:
        raise BadEvidence(field="stance")
    return Evidence(
        case_id=case.id,
        url=url,
        quote=quote,
        quote_hash=hashlib.sha256(quote.encode()).hexdigest(),
        stance=source.stance,
        archive_url=archive or None,
        added_by=actor.person_id,
        added_at=now,
    )


def _set_opinion(session: Session, evidence_id: int, *, person_id: int, agrees: bool, now: datetime) -> None:
    opinion = session.get(EvidenceOpinion, (evidence_id, person_id))
    if opinion is None:
        session.add(EvidenceOpinion(evidence_id=evidence_id, person_id=person_id, agrees=agrees, stated_at=now))
    else:
        opinion.agrees, opinion.stated_at = agrees, now
