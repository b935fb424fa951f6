"""The words of a screenshot, read by the real engine."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from intake.images import prepare_image
from intake.ocr import OcrText, RapidOcr

FORWARD = ("Air lemon hangat menyembuhkan kanker", "Sebarkan ke semua keluarga Anda", "Hubungi dokter di 2020")


@pytest.fixture(scope="module")
def ocr() -> RapidOcr:
    return RapidOcr()


def screenshot(lines: tuple[str, ...]) -> bytes:
    picture = Image.new("RGB", (720, 90 + 60 * len(lines)), "#e7fed6")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((30, 40 + 60 * number), line, fill="#111b21", font=ImageFont.load_default(size=30))
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=60)
    return prepare_image(stream.getvalue()).webp


def test_a_screenshot_of_a_forward_is_read(ocr: RapidOcr) -> None:
    found = ocr.read(screenshot(FORWARD))
    assert found.text.split("\n") == list(FORWARD)
    assert found.confidence > 0.9


def test_a_picture_without_words_has_no_text(ocr: RapidOcr) -> None:
    assert ocr.read(screenshot(())) == OcrText((), 0.0)


def test_without_the_extra_the_engine_says_that_it_is_not_there() -> None:
    program = (
        "import sys; sys.modules['rapidocr'] = None\n"
        "from intake.errors import OcrUnavailable\n"
        "from intake.ocr import RapidOcr\n"
        "from PIL import Image; from io import BytesIO\n"
        "stream = BytesIO(); Image.new('RGB', (8, 8)).save(stream, 'WEBP')\n"
        "try: RapidOcr().read(stream.getvalue())\n"
        "except OcrUnavailable: print('unavailable')\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "unavailable\n"
