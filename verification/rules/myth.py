"""Whether a sentence tells a myth as if it were so: one rule for the counter-narrative and for every post about it.

The Debunking Handbook 2020 (Lewandowsky and others) asks for the fact first and the myth once, after a warning: who
reads only the first sentence must not go away with the myth. Posts are judged in `publishing`, which knows nothing of
this room; `app` hands it this function.
"""

from __future__ import annotations

import re

from verification.rules.parameters import PARAMETERS, Parameters
from verification.rules.words import content_words, tokens

_NEGATING = """tidak bukan tak belum tanpa jangan mustahil
    not no never none cannot without"""
_NEGATIONS = frozenset(_NEGATING.split())

_REJECTING = """salah keliru palsu bohong hoaks hoax menyesatkan dibantah membantah
    false fake wrong misleading untrue"""
_REJECTIONS = frozenset(_REJECTING.split())

_CONTRACTED = re.compile(r"\b\w+n['’]t\b", re.IGNORECASE)


def tells_myth(sentence: str, claim: str, parameters: Parameters = PARAMETERS) -> bool:
    """Return whether a sentence says what the claim says: most of its words, negated and rejected as the claim is.

    "Vaksin tidak halal" is told by "vaksin tidak halal", not by "vaksin halal" nor by "keliru bahwa vaksin tidak
    halal". A claim without a word that carries meaning is told by nothing.
    """
    myth = content_words(_spelled(claim)) - _NEGATIONS - _REJECTIONS
    said = set(tokens(_spelled(sentence)))
    if not myth or len(myth & said) < parameters.writing.myth_overlap * len(myth):
        return False
    of_claim = set(tokens(_spelled(claim)))
    return all(bool(said & words) == bool(of_claim & words) for words in (_NEGATIONS, _REJECTIONS))


def _spelled(text: str) -> str:
    """Return the text with "doesn't" and its like as "not": which verb is contracted says nothing of the claim."""
    return _CONTRACTED.sub("not", text)
