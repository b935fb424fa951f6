"""Negations, denials and opposites, Indonesian and English."""

from __future__ import annotations

import re
from itertools import chain

from search.folding import fold, tokens
from search.stopwords import STOP_WORDS
from search.types import Difference

_NEGATION_WORDS = """
tidak tak tdk gak ga nggak ngga enggak engga ndak gk kagak bukan bkn bukanlah belum blm tanpa jangan jgn tiada not no
never without cannot cant dont doesnt didnt isnt arent wasnt werent wont havent hasnt hadnt couldnt shouldnt wouldnt
neither nor none nobody nothing aint non
"""
NEGATIONS = frozenset(_NEGATION_WORDS.split())
"""Words that turn a statement around, folded."""
_REACH = 2
"""Content words after a negation that it may negate: "tidak pernah lagi aman", "not at all safe"."""

_DENIALS = re.compile(
    r"\b(?:hoaks?|hoax(?:es)?|(?:tidak|tdk|bukan)\s+(?:benar|fakta)|mitos|myths?|debunked|dibantah|(?:not|isnt|isn't)\s+true|"
    r"false\s+claim|fake\s+news|no\s+truth|berita\s+bohong|kabar\s+bohong)\b"
)

_OPPOSITES = tuple(
    (frozenset(left.split()), frozenset(right.split()))
    for left, right in (
        ("aman safe harmless", "berbahaya bahaya membahayakan dangerous unsafe harmful deadly mematikan"),
        ("naik meningkat increase increased increases rises rise rose up",
         "turun menurun decrease decreased decreases falls fall fell drop drops down"),
        ("menang won win wins", "kalah lost lose loses"),
        ("hidup alive selamat survived", "meninggal tewas wafat mati dead died dies killed"),
        ("halal", "haram"),
        ("wajib mandatory compulsory required", "sukarela optional voluntary"),
        ("mengizinkan diizinkan boleh dibolehkan memperbolehkan allow allowed allows permits permitted legal",
         "melarang dilarang larangan ban bans banned forbid forbidden prohibits prohibited illegal ilegal"),
        ("mendukung dukung supports support supported backs",
         "menolak tolak ditolak opposes oppose opposed rejects rejected"),
        ("menerima diterima accepts accepted", "menolak ditolak rejects rejected refuses refused"),
        ("dibuka buka membuka opens opened open reopens", "ditutup tutup menutup closes closed close shuts"),
        ("mencegah cegah prevents prevent menyembuhkan obati mengobati cures cure",
         "menyebabkan memicu picu causes cause triggers"),
        ("gratis free", "berbayar bayar paid"),
        ("ditangkap tangkap arrested", "dibebaskan bebas released freed"),
        ("masuk enters joins bergabung", "keluar mundur leaves quits resigns"),
        ("asli genuine authentic real", "palsu fake forged counterfeit"),
    )
)  # fmt: skip


def compare(message: str, passage: str, debunked: str) -> Difference | None:
    """Report a shared word negated on one side only, a denial in the message, or opposites on the two sides."""
    stated, held, answered = (_read(text) for text in (message, passage, debunked))
    shared = set(held) & set(answered) - NEGATIONS - STOP_WORDS
    here, there = _negated(held), _negated(answered)
    for word in sorted(shared):
        if (word in here) != (word in there):
            left, right = here.get(word), there.get(word)
            return Difference(
                "negation", (f"{left} {word}" if left else word,), (f"{right} {word}" if right else word,)
            )
    denial = _DENIALS.search(fold(message))
    if denial and not _DENIALS.search(fold(debunked)):
        return Difference("negation", (denial.group(),), ())
    return _opposed(set(stated), set(held), set(answered))


def _read(text: str) -> list[str]:
    return tokens(fold(text).replace("n't", " not").replace("'", ""))


def _negated(words: list[str]) -> dict[str, str]:
    """Return each word that a negation before it reaches, with the negation. Two negations in its reach cancel out."""
    found: dict[str, str] = {}
    for place, word in enumerate(words):
        if word not in NEGATIONS:
            continue
        reach = [later for later in words[place + 1 : place + 1 + 2 * _REACH] if later not in STOP_WORDS][:_REACH]
        for later in reach:
            if later in found:
                del found[later]
            elif later not in NEGATIONS:
                found[later] = word
    return found


def _opposed(stated: set[str], held: set[str], answered: set[str]) -> Difference | None:
    for left, right in chain(_OPPOSITES, ((right, left) for left, right in _OPPOSITES)):
        here, there = sorted(held & left), sorted(answered & right)
        if here and there and not (answered & left) and not (stated & right):
            return Difference("negation", tuple(here), tuple(there))
    return None
