"""One spelling for all the spellings of a forward, so that a disguise does not make a known message new.

The folded text serves recognition only; people are always shown what was written.
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterable

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""What shows nothing: zero-width, bidirectional, variation, tag and filler characters (the body of a regex class)."""

MARKS_KEPT = 4
"""Combining marks kept in one run: more than any orthography stacks; sorting longer runs is quadratic in CPython."""


def _class_of(code_points: Iterable[int]) -> str:
    """Return the body of a regex class that holds exactly these ascending code points."""
    ranges: list[tuple[int, int]] = []
    for code in code_points:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


_LAST_MARK = 0x1E94A  # marks above it are the variation selectors, which are dropped as invisible
_MARKS = _class_of(
    code for code in range(0x300, min(_LAST_MARK, sys.maxunicode) + 1) if unicodedata.category(chr(code))[0] == "M"
)

_INVISIBLE_RUN = re.compile(f"[{INVISIBLE}]+")
_MARK_FLOOD = re.compile(f"([{_MARKS}]{{{MARKS_KEPT}}})[{_MARKS}]+")
_MARKS_ON_LATIN = re.compile(f"(?<=[a-z])[{_MARKS}]+")
_NOISE = re.compile(rf"(?<!\d)[.,:/-]+|[.,:/-]+(?!\d)|[^\w\s.,:/{_MARKS}-]+|_+")
_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]+")
_ASCII_LETTERS = re.compile(r"[A-Za-z]+")
_LETTER_BESIDE_DIGIT = re.compile(r"\d[^\W\d_]|[^\W\d_]\d")
_LETTER_AS_SIGN = re.compile(r"(?<=[a-z0-9])[@$](?=[a-z0-9])|(?<![\w@$])[@$](?=[a-z])")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_ROMAN = frozenset("ivxlcdm")

_LOOK_ALIKES = {
    # Cyrillic
    **dict(zip("АВЕЅІЈКМНОРСТУХҮԚԜҺ", "ABESIJKMHOPCTYXYQWh", strict=True)),
    **dict(zip("аеѕіјоорсухүԛԝһԁгѵкмнтвбьпз", "aesijoopcyxyqwhdrvkmhtbbbn3", strict=True)),
    # Greek
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινοργυκτηωεχ", "ABEZHIKMNOPTYXaivopyuktnwex", strict=True)),
    # Armenian, and Latin letters that do not decompose
    **dict(zip("օսհոցԱՍՏØøŁłĐđĦħŦŧıɑɡɩɪʏƒɐəƏ", "ouhngUSSOoLlDdHhTtiagiiyfaeE", strict=True)),
    # Negative circled and negative squared capitals
    **{chr(start + place): chr(97 + place) for start in (0x1F150, 0x1F170) for place in range(26)},
}
_TO_LATIN = str.maketrans(_LOOK_ALIKES)
_LEET = str.maketrans("0134578", "oieastb")
_SIGNS = {"@": "a", "$": "s"}


def fold(text: str) -> str:
    """Return `text` without disguise: one case, one script per word, no marks, no punctuation, single spaces.

    Linear in the length of `text`, whatever it holds. Points and commas inside numbers stay: 1.000 is not 1.
    """
    text = _MARK_FLOOD.sub(r"\1", _INVISIBLE_RUN.sub("", text))
    text = unicodedata.normalize("NFKC", text)
    if not text.isascii():
        text = _without_look_alikes(text)
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _MARKS_ON_LATIN.sub("", unicodedata.normalize("NFKD", text)))
    text = _LETTER_AS_SIGN.sub(lambda found: _SIGNS[found[0]], text)
    text = _NOISE.sub(" ", text)
    return " ".join(map(_plain_word, text.split()))


def fingerprint(text: str) -> str:
    """Return the SHA-256 (hexadecimal) under which a message is known in every spelling.

    Spaces do not count, so that "v a k s i n" is "vaksin". Signs alone, which fold to nothing, stand for themselves.
    """
    folded = fold(text).replace(" ", "") or _INVISIBLE_RUN.sub("", "".join(text.split()))
    return hashlib.sha256(folded.encode()).hexdigest()


def is_blank(text: str) -> bool:
    """Tell whether nothing in `text` can be seen."""
    return not _INVISIBLE_RUN.sub("", text).strip()


def _without_look_alikes(text: str) -> str:
    mostly_latin = 2 * _count(_ASCII_LETTERS, text) >= _count(_LETTERS, text)

    def latinised(found: re.Match[str]) -> str:
        word = found[0]
        if word.isascii():
            return word
        folded = word.translate(_TO_LATIN)
        # A word in another script is left alone unless it is mixed with Latin, or could be read as Latin throughout.
        if _ASCII_LETTERS.search(word) or (mostly_latin and folded.isascii()):
            return folded
        return word

    return _WORD.sub(latinised, text)


def _count(run: re.Pattern[str], text: str) -> int:
    return len("".join(run.findall(text)))


def _plain_word(word: str) -> str:
    if not word.isalpha():
        if not _LETTER_BESIDE_DIGIT.search(word):
            return word
        word = word.translate(_LEET)
    return word if _ROMAN.issuperset(word) else _DRAWN_OUT.sub(r"\1", word)
