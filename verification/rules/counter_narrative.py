"""A linter for counter-narratives: what research on debunking says goes wrong, as typed findings.

The order fact, warning, what circulated, why it misleads, fact, what to do is that of the Debunking Handbook 2020.
Reading level is LIX (Björnsson 1968: words a sentence + per cent of words over six letters), which needs no syllables
and so reads Indonesian and English alike; the borders differ, because Indonesian affixes make long words easy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from verification.rules.myth import tells_myth
from verification.rules.parameters import PARAMETERS, Parameters
from verification.rules.words import sentences, tokens


class Part(StrEnum):
    """A field of a counter-narrative, in reading order."""

    FACT = "fact"
    WARNING = "warning"
    CIRCULATED = "circulated"
    WHY = "why"
    FACT_AGAIN = "fact_again"
    ACTION = "action"
    SOURCES = "sources"


class FindingKind(StrEnum):
    """What is wrong. Missing parts and sources block approval; the rest is advice."""

    MISSING_PART = "missing_part"
    MISSING_SOURCE = "missing_source"
    BAD_SOURCE = "bad_source"
    MYTH_FIRST = "myth_first"
    MYTH_REPEATED = "myth_repeated"
    NO_WARNING_BEFORE_MYTH = "no_warning_before_myth"
    HARD_TO_READ = "hard_to_read"
    LONG_SENTENCE = "long_sentence"
    TOO_LONG = "too_long"

    @property
    def blocks(self) -> bool:
        return self in {FindingKind.MISSING_PART, FindingKind.MISSING_SOURCE, FindingKind.BAD_SOURCE}


@dataclass(frozen=True, slots=True)
class Draft:
    """A counter-narrative as it is being written. `language` is "id" or "en"; `sources` are URLs."""

    claim: str
    fact: str
    warning: str
    circulated: str
    why: str
    fact_again: str
    action: str
    sources: tuple[str, ...]
    language: str = "id"

    def text(self, part: Part) -> str:
        """Return what is written in a part, "" where nothing is."""
        written = {
            Part.FACT: self.fact,
            Part.WARNING: self.warning,
            Part.CIRCULATED: self.circulated,
            Part.WHY: self.why,
            Part.FACT_AGAIN: self.fact_again,
            Part.ACTION: self.action,
            Part.SOURCES: "\n".join(self.sources),
        }
        return written[part].strip()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: where, the measured `value`, the `limit` it passes, and the words or channel concerned."""

    kind: FindingKind
    part: Part | None = None
    value: float = 0.0
    limit: float = 0.0
    detail: str = ""


_PROSE = (Part.FACT, Part.WARNING, Part.CIRCULATED, Part.WHY, Part.FACT_AGAIN, Part.ACTION)

_WARNING = """hoaks hoax salah keliru palsu bohong menyesatkan beredar mengklaim klaim narasi disebut penipuan awas hati
    false fake misleading claim claims claimed rumour rumor circulating beware myth scam"""
_WARNINGS = frozenset(_WARNING.split())


def lint(draft: Draft, limits: Mapping[str, int], parameters: Parameters = PARAMETERS) -> tuple[Finding, ...]:
    """Return what should be mended. `limits` gives each channel's name and its longest text in characters."""
    return (
        *_missing(draft),
        *_sources(draft),
        *_myth(draft, parameters),
        *_reading(draft, parameters),
        *_length(draft, limits),
    )


def reading_level(draft: Draft) -> float | None:
    """Return the LIX of the prose, None before it has words."""
    return lix(_prose(draft))


def lix_limit(language: str, parameters: Parameters = PARAMETERS) -> float:
    """Return the LIX above which a text in that language is hard to read."""
    return parameters.writing.lix_english if language == "en" else parameters.writing.lix_indonesian


def _prose(draft: Draft) -> str:
    return "\n".join(draft.text(part) for part in _PROSE)


def lix(text: str) -> float | None:
    """Return the LIX of `text`, None when it has no words."""
    words = tokens(text)
    if not words:
        return None
    return len(words) / max(1, len(sentences(text))) + 100 * sum(len(word) > 6 for word in words) / len(words)


def _missing(draft: Draft) -> list[Finding]:
    return [Finding(FindingKind.MISSING_PART, part) for part in _PROSE if not draft.text(part)]


def _sources(draft: Draft) -> list[Finding]:
    sources = [source.strip() for source in draft.sources if source.strip()]
    if not sources:
        return [Finding(FindingKind.MISSING_SOURCE, Part.SOURCES)]
    return [Finding(FindingKind.BAD_SOURCE, Part.SOURCES, detail=source) for source in sources if not _is_link(source)]


def _is_link(source: str) -> bool:
    try:
        parts = urlsplit(source)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def _myth(draft: Draft, parameters: Parameters) -> list[Finding]:
    numbers = parameters.writing
    findings = []
    opening = sentences(draft.text(Part.FACT))[:1]
    if opening and tells_myth(opening[0], draft.claim, parameters):
        findings.append(Finding(FindingKind.MYTH_FIRST, Part.FACT, detail=opening[0]))
    told = [
        (part, sentence)
        for part in _PROSE
        for sentence in sentences(draft.text(part))
        if tells_myth(sentence, draft.claim, parameters)
    ]
    if len(told) > numbers.myth_repeats:
        part, sentence = told[-1]
        limit = numbers.myth_repeats
        findings.append(Finding(FindingKind.MYTH_REPEATED, part, len(told), limit, sentence))
    if draft.text(Part.WARNING) and not set(tokens(draft.warning)) & _WARNINGS:
        findings.append(Finding(FindingKind.NO_WARNING_BEFORE_MYTH, Part.WARNING))
    return findings


def _reading(draft: Draft, parameters: Parameters) -> list[Finding]:
    numbers = parameters.writing
    findings = []
    for part in _PROSE:
        for sentence in sentences(draft.text(part)):
            count = len(tokens(sentence))
            if count > numbers.sentence_words:
                findings.append(Finding(FindingKind.LONG_SENTENCE, part, count, numbers.sentence_words, sentence))
    whole, level, limit = _prose(draft), reading_level(draft), lix_limit(draft.language, parameters)
    if level is not None and len(tokens(whole)) >= numbers.lix_words and level > limit:
        findings.append(Finding(FindingKind.HARD_TO_READ, None, level, limit))
    return findings


def _length(draft: Draft, limits: Mapping[str, int]) -> list[Finding]:
    length = sum(len(draft.text(part)) for part in _PROSE) + len(_PROSE) - 1
    return [
        Finding(FindingKind.TOO_LONG, None, length, limit, channel)
        for channel, limit in limits.items()
        if length > limit
    ]
