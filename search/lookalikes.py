"""Characters of other scripts that look like Latin letters, as used to slip past a search for the plain word.

A hand-made choice of those seen in evasive forwards: Cyrillic, Greek, Armenian and Cherokee capitals, phonetic small
capitals, and enclosed letters that NFKC leaves alone. Full-width, mathematical and circled letters are NFKC's business.
"""

from __future__ import annotations

_PAIRS = {
    # Cyrillic
    "аӑӓ": "a", "АӐӒ": "A", "вʙ": "b", "В": "B", "сҫϲ": "c", "СҪϹ": "C", "ԁ": "d", "еёѐҽӗ": "e", "ЕЁЀӖ": "E",
    "һһҺ": "h", "Н": "H", "н": "h", "іїӏ": "i", "ІЇӀ": "I", "ј": "j", "Ј": "J", "кқҟ": "k", "КҚҞ": "K", "ԛ": "q",
    "м": "m", "М": "M", "ոпռ": "n", "оӧөօ": "o", "ОӦՕ": "O", "рҏ": "p", "РҎ": "P", "г": "r", "ѕ": "s", "Ѕ": "S",
    "т": "t", "Т": "T", "уүұў": "y", "УҮҰ": "Y", "ԝѡ": "w", "Ԝ": "W", "хҳ": "x", "ХҲ": "X", "ѵ": "v", "Ѵ": "V",
    "и": "u", "з": "z",
    # Greek
    "αά": "a", "ΑΆ": "A", "Β": "B", "β": "b", "εέ": "e", "ΕΈ": "E", "Ζ": "Z", "ηή": "n", "ΗΉ": "H", "ιίϊ": "i",
    "ΙΊ": "I", "κ": "k", "Κ": "K", "Μ": "M", "ν": "v", "Ν": "N", "οόσ": "o", "ΟΌ": "O", "ρ": "p", "Ρ": "P",
    "τ": "t", "Τ": "T", "υύ": "u", "ΥΎ": "Y", "χ": "x", "Χ": "X", "ωώ": "w",
    # Armenian, Cherokee
    "հ": "h", "սՍ": "u", "Ꭺ": "A", "Ꮯ": "C", "Ꭼ": "E", "Ꮋ": "H", "Ꭻ": "J", "Ꮶ": "K", "Ꮮ": "L", "Ꮇ": "M", "Ꮲ": "P",
    "Ꮪ": "S", "Ꭲ": "T", "Ꮩ": "V", "Ꮃ": "W", "Ꮓ": "Z",
    # phonetic letters and small capitals
    "ᴀɑ": "a", "ᴄ": "c", "ᴅɗ": "d", "ᴇɛ": "e", "ꜰ": "f", "ɢɡ": "g", "ʜ": "h", "ɪɩ": "i", "ᴊ": "j", "ᴋ": "k",
    "ʟɫ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p", "ꞯ": "q", "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜʊ": "u", "ᴠʋ": "v",
    "ᴡ": "w", "ʏ": "y", "ᴢ": "z",
}  # fmt: skip

_A = ord("a")
_ENCLOSED_STARTS = (0x1F150, 0x1F170, 0x1F1E6)  # negative circled, negative squared, regional indicator

CONFUSABLES: dict[str, str] = {look: letter for looks, letter in _PAIRS.items() for look in looks}
"""Look-alike character to the Latin letter it stands for."""

ALWAYS_LATIN: dict[int, str] = {
    **{start + index: chr(_A + index) for start in _ENCLOSED_STARTS for index in range(26)},
    **{ord(struck): plain for struck, plain in zip("ØøŁłĐđĦħŦŧıȷ", "OoLlDdHhTtij", strict=True)},
}
"""Enclosed letters, and struck Latin ones that Unicode does not decompose, to plain: never part of another script."""

TYPOGRAPHY: dict[int, str] = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "′": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "…": "...",
    }
)
"""Printed punctuation to its plain form."""
