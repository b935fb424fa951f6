"""Taking prior debunks over from a file: read, keep, make findable, encode; nothing lost, nothing done twice."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import Session

from app.documents import document_of
from app.encoding import learn
from app.wiring import Saring
from intake.debunk_files import BadLine, count_entries, read_debunks, unpack
from intake.debunks import ImportedDebunk
from kernel.outbox import Actor, enqueue, record
from search import documents
from verification.models import LongWork
from verification.rules.scale import MisinfoType, Veracity, read_rating
from verification.services import working
from verification.services.importing import PriorCheck, import_prior_check

BATCH = 64
"""Entries of one transaction: small enough that a page waiting for the write lock does not notice."""

FAULTS_KEPT = 50
"""Entries that could not be read, shown on the page with their reasons; the others are counted."""

IMPORT = "import_debunks"
"""The worker's handler; each of its jobs takes one batch in, so nothing waits long behind an import."""

Entries = list[ImportedDebunk | BadLine]


@dataclass(slots=True)
class ImportReport:
    """What an import did so far, in entries. `faults` are the first that could not be read."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)

    @property
    def read(self) -> int:
        """Entries gone through."""
        return self.created + self.changed + self.unchanged + self.bad


def import_debunks(
    saring: Saring, path: Path, *, rejects: Path, progress: Callable[[ImportReport], None]
) -> ImportReport:
    """Import a file of debunks; running it again, after a crash or by mistake, only adds what is missing.

    Lines that cannot be read go to `rejects` (JSON lines with number, reason and the line itself). `progress` is called
    after each committed batch, and the page of background work shows the same. Raises OSError when the file cannot be
    opened.
    """
    report, total = ImportReport(), count_entries(path)
    with saring.database.write() as session:
        work = working.begin(session, kind="import", name=path.name, total=total, now=saring.clock.now())
    entries = read_debunks(path)
    rejects.parent.mkdir(parents=True, exist_ok=True)
    with rejects.open("w", encoding="utf-8") as aside:
        while batch := list(islice(entries, BATCH)):
            for entry in batch:
                if isinstance(entry, BadLine):
                    kept = {"line": entry.number, "reason": entry.reason, "raw": entry.raw}
                    aside.write(json.dumps(kept, ensure_ascii=False) + "\n")
            _keep(saring, batch, report, work_id=work.id)
            learn(saring)
            progress(report)
    if not report.bad:
        rejects.unlink()
    _finish(saring, work.id)
    return report


def folder(saring: Saring) -> Path:
    """Return where files lie that wait to be imported."""
    return saring.settings.data / "imports"


def take_in(saring: Saring, sent: IO[bytes], *, name: str, actor: Actor) -> LongWork:
    """Take a file in that an administrator sent, for the worker to import. Raises BadDebunkFile.

    The same file sent again while it is being imported is one import.
    """
    place = folder(saring)
    place.mkdir(parents=True, exist_ok=True)
    draft = place / f"{secrets.token_hex(8)}.draft"
    try:
        with draft.open("wb") as target:
            digest = unpack(sent, target)
        total = count_entries(draft)
        with saring.database.write() as session:
            now = saring.clock.now()
            draft.replace(place / digest)
            work = working.take_in(
                session, kind="import", name=name, file=digest, total=total, person_id=actor.person_id or 0, now=now
            )
            if _next_batch(session, work, now=now):
                subject, facts = ("long_work", work.id), {"sha256": digest, "entries": total}
                record(session, "import_started", actor=actor, subject=subject, now=now, data=facts)
    finally:
        draft.unlink(missing_ok=True)
    return work


def import_some(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Import the next batch of a file that was sent, and put the one after it in line.

    What was imported and how far it is are written in one transaction: a worker that is killed leaves a whole number of
    batches behind, and the next one goes on from there.
    """
    with saring.database.read() as session:
        work = session.get(LongWork, int(payload["work_id"]))
    if work is None or work.finished_at is not None:
        return
    path = folder(saring) / str(work.file)
    if not path.exists():
        _finish(saring, work.id, failed=True)
        return
    batch = list(islice(read_debunks(path), work.done, work.done + BATCH))
    if not batch:
        _finish(saring, work.id)
        path.unlink(missing_ok=True)
    elif _keep(saring, batch, ImportReport(**work.report), work_id=work.id):
        learn(saring)
        with saring.database.write() as session:
            _next_batch(session, session.get_one(LongWork, work.id), now=saring.clock.now())


def _next_batch(session: Session, work: LongWork, *, now: datetime) -> bool:
    return enqueue(session, IMPORT, dedupe_key=f"{work.id}:{work.done}", payload={"work_id": work.id}, now=now)


def _finish(saring: Saring, work_id: int, *, failed: bool = False) -> None:
    with saring.database.write() as session:
        working.finish(session, work_id=work_id, now=saring.clock.now(), failed=failed)


def _keep(saring: Saring, batch: Entries, report: ImportReport, *, work_id: int) -> bool:
    """Keep a batch and say how far the work is; False, and nothing kept, where somebody else has kept it."""
    now, was = saring.clock.now(), report.read
    with saring.database.write() as session:
        # First of all, and in the same transaction: whoever is late keeps nothing.
        if not working.beat(session, work_id=work_id, was=was, done=was + len(batch), now=now):
            return False
        kept = []
        for prior in _priors(batch):
            fact_check, outcome = import_prior_check(session, prior=prior, now=now)
            setattr(report, outcome, getattr(report, outcome) + 1)
            kept.append(document_of(fact_check))
        for entry in batch:
            if isinstance(entry, BadLine):
                report.bad += 1
                report.faults.append({"line": entry.number, "reason": entry.reason[:200]})
        report.faults = report.faults[:FAULTS_KEPT]
        documents.put_many(session, kept, now=now)
        session.get_one(LongWork, work_id).report = asdict(report)
    return True


def _priors(batch: Entries) -> Iterator[PriorCheck]:
    for entry in batch:
        if isinstance(entry, BadLine):
            continue
        rating = read_rating(entry.original_label)
        verdict = Veracity(entry.verdict) if entry.verdict else rating.veracity
        kind = MisinfoType(entry.misinfo_type) if entry.misinfo_type else rating.misinfo_type
        yield PriorCheck(
            key=entry.key,
            title=entry.title,
            claim=entry.claim,
            explanation=entry.explanation,
            # The seed speaks our own language: its label is the verdict, and a page says that in words.
            label="" if entry.verdict else entry.original_label,
            verdict=verdict,
            misinfo_type=kind,
            language=entry.language,
            published_on=entry.published_on,
            url=entry.url,
            source_name=entry.source_name,
            topics=entry.topics,
        )
