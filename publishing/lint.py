"""What an editor is warned of before a post is approved. Pure.

Whether a sentence repeats the myth is judged by the one rule of the house, `verification.rules.myth`; this room does
not know that one, so whoever asks for warnings brings the rule along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex

Repeats = Callable[[str, str], bool]
"""Whether a sentence (first) tells a claim (second) as if it were so."""

SHOUTING_SHARE = 0.6
"""Share of capitals among the letters after the verdict's word from which on a text shouts."""

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


def lint(text: str, *, claim: str, repeats: Repeats) -> tuple[LintWarning, ...]:
    """Return the warnings for a draft; `claim` is the myth as it goes around."""
    sentences = list(_sentences(text))
    if not sentences:
        return ()
    found = []
    first = _LABEL.sub("", sentences[0])
    if repeats(first, claim):
        found.append(LintWarning(WarningCode.MYTH_FIRST, sentences[0]))
    repeated = [sentence for sentence in sentences if repeats(sentence, claim)]
    if len(repeated) > 1:
        found.append(LintWarning(WarningCode.MYTH_TWICE, repeated[1]))
    letters = [letter for letter in first if letter.isalpha()]
    if len(letters) > 20 and sum(letter.isupper() for letter in letters) / len(letters) > SHOUTING_SHARE:
        found.append(LintWarning(WarningCode.SHOUTING, sentences[0]))
    return tuple(found)


def _sentences(text: str) -> Iterator[str]:
    return (part.strip() for part in _SENTENCE_END.split(text) if part.strip())
