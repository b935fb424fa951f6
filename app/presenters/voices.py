"""How those who judged stand, in words, for a fact-check's page: counts, opinions that differ, evidence."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from app.forms.desk import stance_word
from app.presenters.fact_checks import SourceView
from app.presenters.verdicts import VerdictView, verdict_view
from intake.redaction import redact
from verification.queries.voices import Voices


@dataclass(frozen=True, slots=True)
class VoicesView:
    """`counts` pairs a verdict with its number; `dissent` pairs one with the reason, personal numbers removed."""

    counts: tuple[tuple[VerdictView, int], ...]
    dissent: tuple[tuple[VerdictView, str], ...]
    evidence: tuple[SourceView, ...]


def voices_view(voices: Voices) -> VoicesView:
    """Return the words; empty where nobody judged."""
    return VoicesView(
        counts=tuple((verdict_view(verdict), number) for verdict, number in voices.counts),
        dissent=tuple((verdict_view(one.verdict), redact(one.reason)) for one in voices.dissent),
        evidence=tuple(
            SourceView(
                title=piece.archived_title or (urlsplit(piece.url).hostname or piece.url),
                url=piece.url,
                quote=redact(piece.quote),
                archive_url=piece.archive_url or "",
                supports=stance_word(piece.stance),
            )
            for piece in voices.evidence
        ),
    )
