"""Indonesian, English, or something else."""

import pytest

from intake.language import Language, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Air lemon menyembuhkan kanker", Language.INDONESIAN),
        ("Awas, penculikan anak di Bekasi!!", Language.INDONESIAN),
        ("BREAKING: they are hiding this from you", Language.ENGLISH),
        ("Drinking bleach cures covid", Language.ENGLISH),
        ("Download aplikasi ini, the best deh, gratis untuk semua", Language.INDONESIAN),
        ("вакцина опасна", Language.OTHER),
        ("لقاح كورونا خطير", Language.OTHER),
        ("\U0001f489 123", Language.OTHER),
        ("", Language.OTHER),
    ],
)
def test_the_commonest_words_tell(text: str, language: Language) -> None:
    assert language_of(text) is language
