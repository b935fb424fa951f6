"""Words of a text as the rules compare them: folded, without tricks of typography, Indonesian and English alike."""

from __future__ import annotations

import re
import unicodedata

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|\n+")
_SPELLED_OUT = re.compile(r"\b(?:[^\W\d_][.\s]){2,}[^\W\d_]\b\.?")

_INDONESIAN = """ada adalah agar akan aku anda antara atau bahwa banyak bagi bagaimana beberapa begitu belum bisa boleh
    bukan dalam dan dapat dari dengan di dia hanya harus ia ini itu jadi jika juga kalau kami karena ke kepada kita lagi
    lain lebih maka mereka namun oleh pada para pun saat saja sampai sangat satu saya sebagai sebuah secara sedang semua
    seorang seperti serta setelah suatu sudah supaya tak tanpa telah tentang tersebut tetapi tidak untuk yaitu yang"""

_ENGLISH = """a an and are as at be been but by for from had has have he her his in is it its no not of on or she that
    the their them there they this to was we were what which who will with you"""

STOP_WORDS = frozenset((_INDONESIAN + " " + _ENGLISH).split())
"""Words that carry no meaning of their own when two sentences are compared."""


def clean(text: str) -> str:
    """Return `text` in compatibility form without invisible characters; case and punctuation stay."""
    composed = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in composed if unicodedata.category(letter) != "Cf")


def tokens(text: str) -> list[str]:
    """Return the words of `text`: lower case, letters and digits only, spelled-out acronyms (B.P.O.M.) joined."""
    joined = _SPELLED_OUT.sub(lambda found: re.sub(r"[.\s]", "", found.group()) + " ", clean(text))
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", joined.casefold()) if not unicodedata.combining(letter)
    )
    return re.findall(r"[^\W_]+", bare)


def content_words(text: str) -> set[str]:
    """Return the folded words that carry meaning."""
    return {word for word in tokens(text) if word not in STOP_WORDS and len(word) > 1}


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`, without empty ones."""
    return [found for part in _SENTENCE_END.split(clean(text)) if (found := part.strip())]
