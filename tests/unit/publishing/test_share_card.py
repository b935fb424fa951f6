"""Share cards: the right size, legible however long the claim, and told apart without colour."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pictures

from publishing.card_signs import draw_sign
from publishing.share_card import SHAPES, TONES, Face, Shape, alt_text, draw

LONG = "Minum air es sesudah makan menyebabkan lemak membeku di usus lalu menjadi kanker, " * 3


def face(**changes: str) -> Face:
    facts = {
        "verdict": "false",
        "word": "SALAH",
        "claim": "Minum air es menyebabkan kanker",
        "organisation": "Balai Cek Fakta",
        "url": "https://saring.example/cek/GX82KQ/air-es?v=1",
        "language": "id",
    }
    return Face(**{**facts, **changes})


def open_png(png: bytes) -> Pictures.Image:
    return Pictures.open(io.BytesIO(png))


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
@pytest.mark.parametrize("claim", ["Pendek", LONG[:200], LONG, "A" * 300, "🙏🔥", "", "ꦲꦏ꧀ꦱꦫ"])
def test_any_claim_gives_a_card_of_its_size_that_every_network_takes(shape: Shape, claim: str) -> None:
    png = draw(face(claim=claim), shape)
    assert open_png(png).size == (shape.width, shape.height)
    assert len(png) < 976_000, "Bluesky takes a million bytes"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_nothing_is_written_over_the_edge(shape: Shape) -> None:
    picture = open_png(draw(face(claim=LONG, word="TIDAK DAPAT DIPERIKSA"), shape)).convert("RGB")
    wash = picture.getpixel((2, 2))
    border = [picture.getpixel((shape.width - shape.margin // 2, y)) for y in range(0, shape.height // 2, 3)]
    assert set(border) == {wash}


def test_the_same_card_is_the_same_file() -> None:
    assert draw(face(), SHAPES[0]) == draw(face(), SHAPES[0])
    assert draw(face(), SHAPES[0]) != draw(face(word="BENAR"), SHAPES[0])


def test_every_verdict_has_a_tone_and_a_sign_of_its_own() -> None:
    signs = {verdict: draw_sign(verdict, 60).tobytes() for verdict in TONES}
    assert len(set(signs.values())) == len(TONES)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("verdict", list(TONES))
def test_the_word_can_be_read_on_its_wash(verdict: str) -> None:
    tone = TONES[verdict]
    light, dark = sorted((luminance(tone.text), luminance(tone.wash)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@given(st.text(max_size=2000))
@settings(max_examples=40)
def test_alt_text_says_it_all_within_what_networks_take(claim: str) -> None:
    text = alt_text(face(claim=claim))
    assert len(text) <= 1000
    assert "SALAH" in text
