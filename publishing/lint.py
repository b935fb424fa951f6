"""What an editor is warned of before a post is approved. Pure.

The Debunking Handbook 2020 (Lewandowsky and others) asks for the fact first and the myth once, after a warning: who
reads only the first sentence must not go away with the myth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex

MYTH_OVERLAP = 0.75
"""Share of the claim's words from which on a sentence repeats the claim; set on the samples of the tests."""

SHOUTING_SHARE = 0.6
"""Share of capitals among the letters after the verdict's word from which on a text shouts."""

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*")
_SENTENCE_END = regex.compile(r"(?<=[.!?…])\s+|\n+")
_LABEL = regex.compile(r"^\W*[\p{L}\p{M} ]{2,30}?\s*[:—–]\s+")


class WarningCode(StrEnum):
    """What may be wrong with the wording of a post."""

    MYTH_FIRST = "myth_first"
    MYTH_TWICE = "myth_twice"
    SHOUTING = "shouting"


@dataclass(frozen=True, slots=True)
class LintWarning:
    """One warning and the sentence that earned it."""

    code: WarningCode
    sentence: str


def lint(text: str, *, claim: str, language: str) -> tuple[LintWarning, ...]:
    """Return the warnings for a draft; `claim` is the myth as it goes around."""
    sentences = list(_sentences(text))
    if not sentences:
        return ()
    found = []
    first = _LABEL.sub("", sentences[0])
    if repeats(first, claim, language=language):
        found.append(LintWarning(WarningCode.MYTH_FIRST, sentences[0]))
    repeated = [sentence for sentence in sentences if repeats(sentence, claim, language=language)]
    if len(repeated) > 1:
        found.append(LintWarning(WarningCode.MYTH_TWICE, repeated[1]))
    letters = [letter for letter in first if letter.isalpha()]
    if len(letters) > 20 and sum(letter.isupper() for letter in letters) / len(letters) > SHOUTING_SHARE:
        found.append(LintWarning(WarningCode.SHOUTING, sentences[0]))
    return tuple(found)


def repeats(sentence: str, claim: str, *, language: str) -> bool:
    """Return whether a sentence says what the claim says: its words, and as many denials, which is none or some."""
    wanted, said = _words(claim), _words(sentence)
    if not wanted or len(wanted & said) / len(wanted) < MYTH_OVERLAP:
        return False
    denials = _NEGATIONS[language]
    return bool(said & denials) == bool(wanted & denials)


def _sentences(text: str) -> Iterator[str]:
    return (part.strip() for part in _SENTENCE_END.split(text) if part.strip())


def _words(text: str) -> frozenset[str]:
    return frozenset(word.replace("’", "'") for word in _WORD.findall(text.casefold()))


_NEGATIONS = {
    "id": _words("tidak bukan tak belum tanpa salah keliru palsu bohong hoaks hoax dibantah membantah jangan mustahil"),
    "en": _words("not no never none cannot can't doesn't don't didn't isn't aren't wasn't won't false fake hoax"),
}
