"""From the lines on a screenshot to the message, and a copy on which no number can be read."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from intake.ocr import OcrLine
from intake.screenshots import masked, message_of, says_otherwise

CHAT = (
    "10:23",
    "Keluarga Besar",
    "Diteruskan berkali-kali",
    "Air lemon hangat dapat menyembuhkan",
    "kanker dalam waktu tiga hari.",
    "- minum setiap pagi",
    "- jangan pakai gula 10:21",
    "Ketik pesan",
    "85%",
    "O",
    "|",
)


def test_furniture_is_left_out_and_wrapped_lines_are_joined() -> None:
    assert message_of(CHAT) == (
        "Keluarga Besar Air lemon hangat dapat menyembuhkan kanker dalam waktu tiga hari.\n"
        "- minum setiap pagi\n- jangan pakai gula"
    )


@pytest.mark.parametrize(
    "line", ["Pesan ini dari menteri", "Hari ini gempa besar terjadi", "Kirim ke 10 orang", "10 mati"]
)
def test_a_message_is_no_furniture(line: str) -> None:
    assert message_of([line]) == line


def picture() -> bytes:
    stream = BytesIO()
    Image.new("RGB", (440, 200), "white").save(stream, "WEBP", lossless=True)
    return stream.getvalue()


def dark(webp: bytes, x: int, y: int) -> bool:
    with Image.open(BytesIO(webp)) as opened:
        return opened.convert("L").getpixel((x, y)) < 60  # type: ignore[operator]


def test_a_number_is_covered_and_the_rest_stays() -> None:
    line = OcrLine("Hubungi 0812-3456-7890 ya", 20, 40, 420, 70)
    copy = masked(picture(), [line])
    assert all(dark(copy, x, 55) for x in range(150, 360, 10))
    assert not dark(copy, 60, 55)
    assert not dark(copy, 415, 55)
    assert not dark(copy, 200, 100)


def test_a_number_torn_by_the_end_of_a_line_is_covered_in_both() -> None:
    lines = [OcrLine("Hubungi 0812-3456", 20, 40, 420, 70), OcrLine("7890 sekarang juga", 20, 90, 420, 120)]
    copy = masked(picture(), lines)
    assert dark(copy, 350, 55)
    assert dark(copy, 50, 105)


def test_a_picture_without_numbers_stays_what_it_is() -> None:
    assert masked(picture(), [OcrLine("Rp1.500.000 cair besok", 20, 40, 420, 70)]) == picture()


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("Impor 5000 senjata api oleh polri", "Foto Prabowo pimpin doa di gereja", True),
        ("Air lemon menyembuhkan kanker", "Air lem0n menyembuhkan kangker", False),
        ("Air lemon menyembuhkan kanker", "", False),
        ("ya", "Foto Prabowo pimpin doa di gereja", False),
    ],
)
def test_words_tell_pictures_of_one_look_apart(one: str, other: str, apart: bool) -> None:
    assert says_otherwise(one, other) is apart
