"""How a text is made comparable: one spelling for the many that evade a filter, then words and character 4-grams.

Everything here is pure and idempotent. The lexical index, the features and the guard all fold with these functions, so
that what is written `v4ks1n`, `v a k s i n` or with a Cyrillic а meets what is written `vaksin`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from search.lookalikes import ALWAYS_LATIN, CONFUSABLES, TYPOGRAPHY
from search.stopwords import STOP_WORDS

FOLDING_VERSION = 2
"""Raised whenever a fold comes out differently: what is derived from folded text is then rebuilt."""

_REMEMBERED_TOKENS = 65_536

GRAM_LENGTH = 4
"""Characters in a gram; on the development forwards 4 beat 3 and 5 (MATCHING.md, section 1)."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
_PICTURE = "\u2190-\u21ff\u2300-\u2bff\u3030\u303d\U0001f000-\U0001faff"
_PICTURE_IN_WORD = re.compile(f"(?<=[a-z])[{_PICTURE}](?=[a-z])")
_PICTURES = re.compile(f"[{_PICTURE}]+")

_TOKEN = re.compile(r"\S*[^\x00-\u024f]\S*")
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f]")
_NON_LATIN = re.compile(r"(?![\x00-\u024f])[^\W\d_]")
_SPACED_BY_SIGN = re.compile(r"(?<![^\W_])[^\W\d_](?:([.\-_*·•|/~'])[^\W\d_])(?:\1[^\W\d_])+(?![^\W_])")
_SPACED_BY_BLANK = re.compile(r"(?<![^\W_])[^\W\d_](?: [^\W\d_]){3,}(?![^\W_])")
_NOT_LETTER = re.compile(r"[\W\d_]+")

_LEET = str.maketrans("0134578@$!|€", "oieastbasiie")
_LEET_SIGN = re.compile(r"(?<=[^\W\d_])[@$!|€](?=[^\W\d_])")
_LEET_INSIDE = re.compile(r"(?<=[^\W\d_])[0134578](?=[^\W\d_])")
_LEET_TOKEN = re.compile(r"(?=[^\W_]*[^\W\d_])(?=[^\W_]*\d)(?![^\W_]*\d\d)[^\W_]{4,}")
_CODE = re.compile(r"h\dn\d|[^\W\d_]\d[^\W\d_]{1,2}")
"""What looks like leet and is a name: `h5n1`, `p3k`, `b2b`."""

_REPEAT = re.compile(r"([^\W\d_])\1{2,}")
_ROMAN = re.compile(r"[ivxlcdm]+|(.)\1*")
_GROUPED_NUMBER = re.compile(r"(?<!\d)(?<!\d[.,])\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?![\d])")
_CURRENCY = re.compile(r"\brp(?=\d)")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_DIGIT = re.compile(r"\d")
_BLANKS = re.compile(r"\s+")
_WORD = re.compile(r"\d+\.\d+|[^\W_]+")


def clean(text: str) -> str:
    """Return the text as a reader sees it: compatibility forms, look-alikes and hidden characters undone, case kept.

    This is what the encoder reads; it is cased and knows punctuation.
    """
    visible = _CONTROL.sub(" ", text.translate(TYPOGRAPHY))
    if not visible.isascii():
        visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", visible))
    if not visible.isascii():
        visible = _PICTURES.sub(" ", _PICTURE_IN_WORD.sub("", _latinise(visible)))
    return _BLANKS.sub(" ", _rejoin(visible)).strip()


def fold(text: str) -> str:
    """Return the one spelling on which matching is done: `clean`, then case, marks, leet and held letters undone."""
    return " ".join([_fold_token(token) for token in clean(text).split()])


def tokens(folded: str) -> list[str]:
    """Return every word and number of a folded text in order, stop words included."""
    return _WORD.findall(folded)


def words(folded: str) -> list[str]:
    """Return the words and numbers of a folded text in order, without Indonesian and English stop words."""
    return [word for word in _WORD.findall(folded) if word not in STOP_WORDS]


def grams(folded: str) -> list[str]:
    """Return the character 4-grams inside `#word#` of each word that is not a stop word; a short word is one gram."""
    found: list[str] = []
    for word in words(folded):
        found.extend(_grams_of(word))
    return found


@lru_cache(maxsize=_REMEMBERED_TOKENS)
def _fold_token(token: str) -> str:
    """Fold what stands between two blanks; remembered, for a language repeats itself."""
    plain = token.casefold()
    if not plain.isascii():
        plain = _without_marks(plain)
    if _DIGIT.search(plain):
        plain = _GROUPED_NUMBER.sub(lambda found: found.group().replace(".", "").replace(",", ""), plain)
        plain = _CURRENCY.sub("rp ", _DECIMAL_COMMA.sub(".", plain))
        plain = _LEET_TOKEN.sub(lambda found: _unleet(found.group()), plain)
    plain = _LEET_SIGN.sub(lambda found: found.group().translate(_LEET), plain)
    return _WORD.sub(lambda found: _squeeze(found.group()), plain) if _REPEAT.search(plain) else plain


@lru_cache(maxsize=_REMEMBERED_TOKENS)
def _grams_of(word: str) -> tuple[str, ...]:
    framed = f"#{word}#"
    if len(framed) <= GRAM_LENGTH:
        return (framed,)
    return tuple(framed[start : start + GRAM_LENGTH] for start in range(len(framed) - GRAM_LENGTH + 1))


def _latinise(text: str) -> str:
    """Undo look-alikes token by token: where scripts mix, or a mostly Latin text holds a token made only of them."""
    text = text.translate(ALWAYS_LATIN)
    latin = len(_LATIN.findall(text))
    mostly_latin = latin > len(_NON_LATIN.findall(text))

    def undo(found: re.Match[str]) -> str:
        token = found.group()
        foreign = _NON_LATIN.findall(token)
        if foreign and (_LATIN.search(token) or (mostly_latin and all(letter in CONFUSABLES for letter in foreign))):
            return "".join(CONFUSABLES.get(letter, letter) for letter in token)
        return token

    return _TOKEN.sub(undo, text)


def _rejoin(text: str) -> str:
    """Join letters that were spelt one by one: `v a k s i n`, `v.a.k.s.i.n`, `v-a-k-s-i-n`."""
    joined = _SPACED_BY_SIGN.sub(lambda found: _NOT_LETTER.sub("", found.group()), text)
    return _SPACED_BY_BLANK.sub(lambda found: found.group().replace(" ", ""), joined)


def _without_marks(text: str) -> str:
    """Drop combining marks from Latin letters only: in Arabic or Javanese script they are spelling, not ornament."""
    kept: list[str] = []
    for character in unicodedata.normalize("NFD", text):
        if unicodedata.category(character) == "Mn" and kept and kept[-1].isascii():
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def _unleet(token: str) -> str:
    """Read digits as letters where one stands between letters; at either end only with another one, or a leading 0.

    So `5juta`, `3hari`, `anak2`, `covid19`, `f16` stay numbers.
    """
    if _CODE.fullmatch(token):
        return token
    read = _LEET_INSIDE.sub(lambda found: found.group().translate(_LEET), token)
    if read != token or token[0] == "0":
        read = read[0].translate(_LEET) + read[1:-1] + read[-1].translate(_LEET)
    return read


def _squeeze(word: str) -> str:
    """Shorten a letter held three times or more; Roman numerals and words of one letter are left alone."""
    if len(word) < 3 or _ROMAN.fullmatch(word):
        return word
    return _REPEAT.sub(r"\1", word)
