"""Pictures in, safe copies out: through the real process, with real files and hostile ones."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from intake.errors import BadImage
from intake.images import LARGEST_UPLOAD, PreparedImage, image_kind, prepare_image


def scene(width: int = 800, height: int = 600) -> Image.Image:
    """A picture with enough in it for its hash to mean something."""
    picture = Image.new("RGB", (width, height), "#dfe8d0")
    draw = ImageDraw.Draw(picture)
    for step in range(24):
        x, y = (step * 97) % width, (step * 61) % height
        draw.ellipse((x, y, x + width // 6, y + height // 5), fill=(step * 10, 255 - step * 9, (step * 53) % 256))
        draw.line((x, 0, width - x, height), fill=(step * 7 % 256, 40, 90), width=5)
    return picture


def encoded(picture: Image.Image, kind: str = "PNG", **settings: object) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **settings)
    return stream.getvalue()


def opened(prepared: PreparedImage) -> Image.Image:
    return Image.open(BytesIO(prepared.webp), formats=("WEBP",))


def distance(one: PreparedImage, other: PreparedImage) -> int:
    return (int.from_bytes(one.pdq) ^ int.from_bytes(other.pdq)).bit_count()


def png(width: int, height: int) -> bytes:
    """A PNG that says how large it is and holds next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 1) * min(height, 100)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_becomes_webp_of_the_same_picture(kind: str) -> None:
    prepared = prepare_image(encoded(scene(), kind))
    assert (prepared.width, prepared.height) == opened(prepared).size == (800, 600)
    assert len(prepared.pdq) == 32
    assert prepared.pdq_quality > 50


def test_a_large_picture_is_made_smaller() -> None:
    prepared = prepare_image(encoded(scene(3_000, 1_500), "JPEG"))
    assert opened(prepared).size == (2_048, 1_024)


def test_nothing_of_the_sender_is_left() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Telepon Rahasia"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "S"
    secret = encoded(scene(), "JPEG", exif=exif, comment=b"Rahasia", icc_profile=b"Rahasia profile")
    assert secret.count(b"Rahasia") >= 3
    prepared = prepare_image(secret)
    copy = opened(prepared)
    assert copy.size == (600, 800)
    assert not copy.getexif()
    assert b"Rahasia" not in prepared.webp
    assert not {"exif", "icc_profile", "xmp", "comment"} & copy.info.keys()


def test_names_are_random() -> None:
    data = encoded(scene(80, 60))
    assert prepare_image(data).name != prepare_image(data).name


@pytest.mark.parametrize(
    ("change", "bits"),
    [
        pytest.param(lambda picture: encoded(picture, "JPEG", quality=20), 16, id="poor copy"),
        pytest.param(lambda picture: encoded(picture.resize((400, 300))), 31, id="half the size"),
        pytest.param(lambda picture: encoded(picture.convert("RGBA")), 0, id="with transparency"),
    ],
)
def test_a_copy_of_a_picture_is_near_it(change: Callable[[Image.Image], bytes], bits: int) -> None:
    assert distance(prepare_image(encoded(scene())), prepare_image(change(scene()))) <= bits


def test_another_picture_is_far() -> None:
    other = scene().rotate(90).crop((100, 50, 700, 500))
    assert distance(prepare_image(encoded(scene())), prepare_image(encoded(other))) > 31


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("L", (40, 40), 90),
        Image.new("1", (40, 40)),
        Image.new("P", (40, 40)),
        Image.new("I;16", (40, 40)),
        Image.new("LA", (40, 40)),
        Image.new("RGBA", (1, 1)),
        Image.new("CMYK", (40, 40)),
    ],
    ids=lambda picture: picture.mode,
)
def test_every_mode_is_read(picture: Image.Image) -> None:
    kind = "JPEG" if picture.mode == "CMYK" else "PNG"
    assert opened(prepare_image(encoded(picture, kind))).mode == "RGB"


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    red, blue = Image.new("RGB", (60, 60), "red"), Image.new("RGB", (60, 60), "blue")
    moving = encoded(red, "WEBP", save_all=True, append_images=[blue])
    copy = opened(prepare_image(moving))
    assert getattr(copy, "n_frames", 1) == 1
    assert copy.getpixel((30, 30))[0] > 200


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(png(12_000, 12_000), "pixels", id="144 million pixels in a few bytes"),
        pytest.param(png(8_000, 6_000), "pixels", id="48 million pixels, of which Pillow would only warn"),
        pytest.param(png(60_000, 60_000), "pixels", id="3.6 billion pixels"),
        pytest.param(encoded(scene())[:2_000], "broken", id="cut off"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, "broken", id="a head alone"),
        pytest.param(b"\xff\xd8\xff\xe0<script>alert(1)</script>", "broken", id="script behind a JPEG head"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "kind", id="SVG"),
        pytest.param(encoded(scene(80, 60), "GIF"), "kind", id="GIF"),
        pytest.param(encoded(scene(80, 60), "TIFF"), "kind", id="TIFF"),
        pytest.param(encoded(scene(80, 60), "BMP"), "kind", id="BMP"),
        pytest.param(b"%PDF-1.7", "kind", id="PDF"),
        pytest.param(b"", "kind", id="nothing"),
        pytest.param(b"\xff\xd8\xff" + bytes(LARGEST_UPLOAD), "size", id="too many bytes"),
    ],
)
def test_a_bad_picture_is_refused_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(BadImage) as refused:
        prepare_image(data)
    assert refused.value.field == "image"
    assert refused.value.facts["reason"] == reason


def test_a_picture_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(BadImage, match="broken"):
        prepare_image(encoded(scene()), work_seconds=0.01)


def test_the_kind_is_told_by_content() -> None:
    assert [image_kind(encoded(scene(8, 8), kind)) for kind in ("JPEG", "PNG", "WEBP")] == ["jpeg", "png", "webp"]
