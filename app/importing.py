"""Taking prior debunks over from a file: read, keep, make findable, encode; nothing lost, nothing done twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.documents import document_of
from app.wiring import Saring
from intake.debunk_files import BadLine, read_debunks
from intake.debunks import ImportedDebunk
from search import documents
from verification.rules.scale import MisinfoType, Veracity, read_rating
from verification.services.importing import PriorCheck, import_prior_check

BATCH = 64
"""Entries of one transaction: small enough that a page waiting for the write lock does not notice."""


@dataclass(slots=True)
class ImportReport:
    """What an import did so far, in entries."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0

    @property
    def read(self) -> int:
        """Entries gone through."""
        return self.created + self.changed + self.unchanged + self.bad


def import_debunks(
    saring: Saring, path: Path, *, rejects: Path, progress: Callable[[ImportReport], None]
) -> ImportReport:
    """Import a file of debunks; running it again, after a crash or by mistake, only adds what is missing.

    Lines that cannot be read go to `rejects` (JSON lines with number, reason and the line itself). `progress` is called
    after each committed batch. Raises OSError when the file cannot be opened.
    """
    report = ImportReport()
    entries = read_debunks(path)
    rejects.parent.mkdir(parents=True, exist_ok=True)
    with rejects.open("w", encoding="utf-8") as aside:
        while batch := list(islice(entries, BATCH)):
            for entry in batch:
                if isinstance(entry, BadLine):
                    report.bad += 1
                    kept = {"line": entry.number, "reason": entry.reason, "raw": entry.raw}
                    aside.write(json.dumps(kept, ensure_ascii=False) + "\n")
            _keep(saring, batch, report)
            saring.search.encode_pending()
            progress(report)
    if not report.bad:
        rejects.unlink()
    return report


def _keep(saring: Saring, batch: list[ImportedDebunk | BadLine], report: ImportReport) -> None:
    now = saring.clock.now()
    with saring.database.write() as session:
        kept = []
        for prior in _priors(batch):
            fact_check, outcome = import_prior_check(session, prior=prior, now=now)
            setattr(report, outcome, getattr(report, outcome) + 1)
            kept.append(document_of(fact_check))
        documents.put_many(session, kept, now=now)


def _priors(batch: list[ImportedDebunk | BadLine]) -> Iterator[PriorCheck]:
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
