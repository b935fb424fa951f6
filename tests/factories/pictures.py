"""Pictures as people send them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

FORWARD = ("Air lemon hangat menyembuhkan kanker", "Sebarkan ke semua keluarga Anda", "Hubungi 0812-3456-7890")


def scene(width: int = 800, height: int = 600, *, turn: int = 0) -> Image.Image:
    """A picture with enough in it for its hash to mean something; `turn` makes another one."""
    picture = Image.new("RGB", (width, height), "#dfe8d0")
    draw = ImageDraw.Draw(picture)
    for step in range(24):
        x, y = ((step + turn) * 97) % width, (step * 61 + turn * 131) % height
        draw.ellipse((x, y, x + width // 6, y + height // 5), fill=(step * 10, 255 - step * 9, (step * 53) % 256))
        draw.line((x, 0, width - x, height), fill=(step * 7 % 256, 40, 90), width=5)
    return picture


def screenshot(lines: tuple[str, ...] = FORWARD, *, scale: float = 1.0) -> Image.Image:
    """A chat with one bubble in it, as a telephone shows it."""
    width, height, size = int(720 * scale), int((190 + 60 * len(lines)) * scale), int(30 * scale)
    picture = Image.new("RGB", (width, height), "#efeae2")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=size)
    draw.rectangle((0, 0, width, int(90 * scale)), fill="#008069")
    draw.text((int(30 * scale), int(28 * scale)), "Keluarga Besar", fill="white", font=font)
    bottom = int((150 + 60 * len(lines)) * scale)
    draw.rounded_rectangle((int(12 * scale), int(110 * scale), int(700 * scale), bottom), 20, fill="white")
    for number, line in enumerate(lines):
        draw.text((int(30 * scale), int((130 + 60 * number) * scale)), line, fill="#111b21", font=font)
    return picture


def encoded(picture: Image.Image, kind: str = "PNG", **settings: object) -> bytes:
    """The file of a picture."""
    stream = BytesIO()
    picture.save(stream, kind, **settings)
    return stream.getvalue()
