"""Nine disguises of one forward (zero width, direction marks, look-alikes of two scripts, leet, spacing, emoji, full
width, mathematical letters), each of which finds the debunk of the plain one first, by the whole search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel.db import Database
from search.encoder.port import EncoderSettings
from search.fallback import FixedFusion
from search.service import Search
from tests.factories.search import debunk, put
from tests.fakes.encoder import shelf

PLAIN = "Vaksin berbahaya bagi anak"
OTHERS = ("Telur palsu dari plastik beredar", "Gempa besar besok di kota", "Anak sekolah mendapat undian mobil")

DISGUISES = {
    "zero width": "Vak\u200bsin ber\u200dbahaya ba\ufeffgi an\u2060ak",
    "direction marks": "\u202eVaksin\u202c berbahaya \u2066bagi\u2069 anak",
    "Cyrillic": "Vаksin bеrbаhауа bаgi аnаk",
    "Greek": "Vαksin bεrbαhαyα bαgi αnαk",
    "leet": "V4ks1n b3rb4h4y4 b4g1 an4k",
    "spaced out": "V a k s i n b.e.r.b.a.h.a.y.a bagi a-n-a-k",
    "emoji inside words": "Vak😀sin berba🔥haya bagi an💉ak",
    "full width": "Ｖａｋｓｉｎ ｂｅｒｂａｈａｙａ ｂａｇｉ ａｎａｋ",
    "mathematical": "𝐕𝐚𝐤𝐬𝐢𝐧 𝓫𝓮𝓻𝓫𝓪𝓱𝓪𝔂𝓪 𝐛𝐚𝐠𝐢 𝓪𝓷𝓪𝓴",
}


@pytest.fixture
def search(database: Database, tmp_path: Path) -> Iterator[Search]:
    put(database, *(debunk(number, title=title) for number, title in enumerate((*OTHERS, PLAIN))))
    encoders = shelf("bag")
    one = Search(database, tmp_path, EncoderSettings(model="bag"), FixedFusion(), load_encoder=encoders.load)
    one.start(wait_seconds=20)
    one.encode_pending()
    yield one
    one.close()


def test_each_disguise_finds_the_debunk_of_the_plain_message_first(search: Search) -> None:
    assert len(DISGUISES) == 9
    plain = search.search(PLAIN).hits[0]
    for name, text in DISGUISES.items():
        found = search.search(f"{text} Tolong sebarkan!!! Diteruskan berkali-kali").hits
        assert found, name
        assert found[0].document.title == PLAIN, name
        assert found[0].probability == pytest.approx(plain.probability), name
