"""Which language a message is in, by its commonest words: enough to choose stop words, prompts and the page's language.

Indonesian and English are told apart; everything else is `other`. Malay reads as Indonesian.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Language(StrEnum):
    """The languages that Saring treats differently."""

    INDONESIAN = "id"
    ENGLISH = "en"
    OTHER = "other"


READ_CHARACTERS = 4_000
"""Characters looked at; the language of a forward shows in its first lines."""

_WORD_WEIGHT = 2
_SHAPE_WEIGHT = 1

_INDONESIAN_WORDS = """
    ada adalah adanya agar aja akan aku anak anda antara apa apakah atau awas bagi bagikan bahaya bahwa baik banyak
    baru beberapa belum benar berita bisa boleh bukan cara dalam dan dapat dari darurat daripada dengan di dia dilarang
    dong gak gratis hanya harga hari hati harus hoaks indonesia info ingin ini itu jadi jangan jika juga kalau
    kalian kami kamu karena kata ke kepada ketika kita klik kok lagi lain lalu lebih masih mau melalui memang mereka
    minum mohon namun nggak nih nomor obat oleh orang pada para pemerintah pernah pesan presiden rakyat saat saja
    sakit salah sampai sangat satu saya sebagai sebarkan sebelum secara sedang segera sehingga sekarang selama semua
    sendiri seperti setelah siapa sih sudah supaya tahun tak tanpa telah teman tentang terjadi tersebut tidak tolong
    udah untuk viral waspada warga yaitu yang
"""
_ENGLISH_WORDS = """
    a about after all also an and any are as at be because been before being but by can could did do does don't for
    from get got had has have he her here him his how i if in into is it it's its just like made make many may me more
    most my never new no not now of on one only or other our out over people please said say says she should so some
    than that the their them then there these they this those to too up us very was we were what when where which who
    why will with would you your
"""
_KNOWN_INDONESIAN = frozenset(_INDONESIAN_WORDS.split())
_KNOWN_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_INDONESIAN_SHAPE = re.compile(r"(?:meng?|mem|pem|peng|ber|ter|di|ke|se)\w{3,}(?:kan|nya|an|i)|\w{3,}(?:nya|kan|lah)")
_ENGLISH_SHAPE = re.compile(r"\w{3,}(?:ing|tion|tions|ed|ly|ness|ment|ous|ity)|\w+'(?:s|t|re|ve|ll)")
_INDONESIAN_SPELLING = re.compile(r"\w*(?:[^aeiou]i|[^e]u|a|[aiu]h|[aiu]ng|[aiu]k|ny\w+|ng[aiu]\w*)")
_ENGLISH_SPELLING = re.compile(r"\w*(?:th|sh|ck|ee|oo|ea|ou|ow|wh|ll|ss|[^aeiou]y|[^aeiou]e|ds|ts|rs|ns)\w{0,3}")
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")


def language_of(text: str) -> Language:
    """Return the language of `text`; `OTHER` where neither shows, also for a text without words."""
    words = _WORD.findall(text[:READ_CHARACTERS].replace("’", "'").casefold())
    latin = [word for word in words if word.isascii()]
    if 2 * len(latin) < len(words):
        return Language.OTHER
    indonesian = _score(latin, _KNOWN_INDONESIAN, _INDONESIAN_SHAPE)
    english = _score(latin, _KNOWN_ENGLISH, _ENGLISH_SHAPE)
    if indonesian == english:  # a headline of names and nouns: only the spelling tells
        indonesian, english = _count(latin, _INDONESIAN_SPELLING), _count(latin, _ENGLISH_SPELLING)
    if indonesian == english:
        return Language.OTHER
    return Language.INDONESIAN if indonesian > english else Language.ENGLISH


def _score(words: list[str], known: frozenset[str], shape: re.Pattern[str]) -> int:
    return sum(_WORD_WEIGHT if word in known else _SHAPE_WEIGHT if shape.fullmatch(word) else 0 for word in words)


def _count(words: list[str], spelling: re.Pattern[str]) -> int:
    return sum(spelling.fullmatch(word) is not None for word in words)
