"""The picture of a verdict: the word, its sign, the claim, who says so, and a code that leads to the page.

Drawn with Pillow in the worker, once for each revision, and kept as a row. Colours are those of static/css/tokens.css.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import segno
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from publishing.approval import Card
from publishing.card_signs import draw_sign
from publishing.channels.values import Image
from publishing.counting import graphemes
from publishing.models import ShareCard

FONTS = Path(__file__).parent / "fonts"
INK, INK_SOFT, PAPER, DEEP, ON_DEEP, SAFFRON = "#12272b", "#47595c", "#fbf7ef", "#0a4346", "#f6f3ea", "#f0a823"
ALT_LENGTH = 1000
"""Characters of alt text that every network takes."""


@dataclass(frozen=True, slots=True)
class Tone:
    """The colours of a verdict: its text on its wash reaches 4.5:1."""

    text: str
    wash: str
    edge: str


TONES = {
    "false": Tone("#a01a17", "#fce6e1", "#e2a79d"),
    "misleading": Tone("#8c4100", "#fdead3", "#e3b582"),
    "partly_true": Tone("#675000", "#faf0c8", "#d9c36d"),
    "true": Tone("#0a5a35", "#dcf2e3", "#93ccab"),
    "unproven": Tone("#4b3d92", "#ece8fb", "#b9aee4"),
    "not_checkable": Tone("#3f4e53", "#e8ebe9", "#b4bebd"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A card's measures in pixels."""

    name: str
    width: int
    height: int
    margin: int
    word: int
    claim: tuple[int, ...]
    """Sizes of the claim's type, tried from the largest."""
    small: int
    code: int


SHAPES = (
    Shape("landscape", 1200, 630, 56, 60, (54, 48, 43, 39, 35, 31, 28), 25, 150),
    Shape("square", 1080, 1080, 64, 76, (72, 64, 58, 52, 47, 42, 38), 29, 190),
)


@dataclass(frozen=True, slots=True)
class Face:
    """What a card says. `claim_label` and `scan_label` are in its language, as all else."""

    verdict: str
    word: str
    claim: str
    organisation: str
    url: str
    language: str


LABELS = {
    "id": ("Yang beredar", "Pindai untuk penjelasan", "Hasil cek fakta"),
    "en": ("What is going around", "Scan for the explanation", "Fact-check"),
}


def alt_text(face: Face) -> str:
    """Return what a card says, for those who do not see it."""
    label, _, kind = LABELS[face.language]
    text = f"{kind} {face.organisation}: {face.word}. {label}: “{face.claim}”. {face.url}"
    return text if len(text) <= ALT_LENGTH else text[: ALT_LENGTH - 1] + "…"


def draw(face: Face, shape: Shape) -> bytes:
    """Return the card as a PNG."""
    tone = TONES.get(face.verdict, TONES["not_checkable"])
    label, scan, kind = LABELS[face.language]
    picture = Pictures.new("RGB", (shape.width, shape.height), tone.wash)
    pen = ImageDraw.Draw(picture)
    edge, foot = shape.margin, shape.code + 56
    bottom = shape.height - foot

    size = int(shape.word * 1.5)
    picture.paste(*_sign(face.verdict, tone, size, (edge, edge - 6)))
    word = _font("ExtraBold", _fitting_size(face.word, shape.word, shape.width - 2 * edge - size - 28))
    pen.text((edge + size + 28, edge - 6 + size / 2), face.word, font=word, fill=tone.text, anchor="lm")

    top = edge + size + 26
    small = _font("Medium", shape.small)
    pen.text((edge, top), label, font=small, fill=INK_SOFT, anchor="la")
    top += int(shape.small * 1.7)
    lines, font = _set(f"“{_shown(face.claim)}”", shape, width=shape.width - 2 * edge, height=bottom - top - 24)
    step = int(font.size * 1.28)
    top += (bottom - top - 24 - step * len(lines)) // 3
    for number, line in enumerate(lines):
        pen.text((edge, top + number * step), line, font=font, fill=INK, anchor="la")

    _draw_foot(picture, pen, face, shape, (kind, scan), top=bottom)
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def ensure(
    session: Session,
    face: Face,
    *,
    counter_narrative_id: int,
    version: int,
    speaker: int,
    url_of: Callable[[str], str],
    now: datetime,
) -> tuple[Card, ...]:
    """Return both cards of a revision in one speaker's name, drawing what is not there yet.

    `speaker` is the organisation's number, 0 for the house; `url_of` turns a hash into a public address.
    """
    rows = [_ensure_one(session, face, shape, (counter_narrative_id, version, speaker), now) for shape in SHAPES]
    return tuple(_card(row, url_of) for row in rows)


def kept(
    session: Session, *, counter_narrative_id: int, version: int, speaker: int, url_of: Callable[[str], str]
) -> tuple[Card, ...]:
    """Return the cards that were drawn of a version in one speaker's name, in every language and shape."""
    query = _drawn(counter_narrative_id, version, speaker).order_by(ShareCard.id)
    return tuple(_card(row, url_of) for row in session.scalars(query))


def find_card(session: Session, sha256: str) -> bytes | None:
    """Return a card's PNG by its hash, which is its ETag too."""
    return session.scalar(select(ShareCard.png).where(ShareCard.sha256 == sha256).limit(1))


def _drawn(counter_narrative_id: int, version: int, speaker: int) -> Select[ShareCard]:
    key = {"counter_narrative_id": counter_narrative_id, "version": version, "speaker": speaker}
    return select(ShareCard).filter_by(**key)


def _card(row: ShareCard, url_of: Callable[[str], str]) -> Card:
    return Card(row.language, row.shape, Image(row.sha256, row.width, row.height, row.alt, url_of(row.sha256)))


def _ensure_one(session: Session, face: Face, shape: Shape, key: tuple[int, int, int], now: datetime) -> ShareCard:
    counter_narrative_id, version, speaker = key
    query = _drawn(*key).where(ShareCard.language == face.language, ShareCard.shape == shape.name)
    known = session.scalar(query)
    if known is not None:
        return known
    png = draw(face, shape)
    row = ShareCard(
        counter_narrative_id=counter_narrative_id,
        version=version,
        speaker=speaker,
        language=face.language,
        shape=shape.name,
        sha256=hashlib.sha256(png).hexdigest(),
        png=png,
        width=shape.width,
        height=shape.height,
        alt=alt_text(face),
        drawn_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return session.scalars(query).one()  # another worker drew it meanwhile
    return row


def _draw_foot(
    picture: Pictures.Image,
    pen: ImageDraw.ImageDraw,
    face: Face,
    shape: Shape,
    labels: tuple[str, str],
    *,
    top: int,
) -> None:
    """Draw the dark strip with who says so and the code."""
    kind, scan = labels
    pen.rectangle((0, top, shape.width, shape.height), fill=DEEP)
    pen.rectangle((0, top, shape.width, top + 6), fill=SAFFRON)
    code = _code(face.url, shape.code)
    left = shape.width - shape.margin - code.width
    middle = top + (shape.height - top + 6) // 2
    picture.paste(code, (left, middle - code.height // 2))
    room = left - shape.margin - 36
    name = _font("ExtraBold", _fitting_size(face.organisation, int(shape.small * 1.3), room))
    small = _font("Medium", int(shape.small * 0.92))
    step = int(shape.small * 1.55)
    pen.text((shape.margin, middle - step), kind, font=small, fill="#c2dad6", anchor="lm")
    pen.text((shape.margin, middle), _shown(face.organisation), font=name, fill=ON_DEEP, anchor="lm")
    pen.text((shape.margin, middle + step), scan, font=small, fill=SAFFRON, anchor="lm")


def _code(url: str, size: int) -> Pictures.Image:
    """Return the QR code with its quiet zone, scaled by whole pixels to at most `size`."""
    made = segno.make(url, error="m", micro=False)
    scale = max(1, size // made.symbol_size(border=2)[0])
    written = io.BytesIO()
    made.save(written, kind="png", scale=scale, border=2, dark=INK, light="#ffffff")
    return Pictures.open(written).convert("RGB")


def _sign(
    verdict: str, tone: Tone, size: int, place: tuple[int, int]
) -> tuple[Pictures.Image, tuple[int, int], Pictures.Image]:
    """Return what `paste` takes: the sign, its place and its mask, drawn four times as large and made smooth."""
    mask = draw_sign(verdict, size)
    return Pictures.new("RGB", mask.size, tone.text), place, mask


def _set(text: str, shape: Shape, *, width: int, height: int) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """Return the lines of a text in the largest type in which all of it fits; in the smallest it is cut."""
    for size in shape.claim:
        font = _font("ExtraBold", size)
        lines = _wrap(text, font, width)
        if len(lines) * int(size * 1.28) <= height:
            return lines, font
    keep = max(1, height // int(shape.claim[-1] * 1.28))
    lines = lines[:keep]
    while font.getlength(lines[-1] + "…”") > width:
        lines[-1] = lines[-1].rpartition(" ")[0] or lines[-1][:-1]
    lines[-1] += "…”"
    return lines, font


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return the text in lines; a word that is longer than a line is broken between graphemes."""
    lines, line = [], ""
    for word in text.split():
        candidate = f"{line} {word}".strip()
        if font.getlength(candidate) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        *full, line = _break(word, font, width)
        lines += full
    return [*lines, line] if line else lines


def _break(word: str, font: ImageFont.FreeTypeFont, width: int) -> Sequence[str]:
    pieces = [""]
    for cluster in graphemes(word):
        if font.getlength(pieces[-1] + cluster) > width:
            pieces.append("")
        pieces[-1] += cluster
    return pieces


def _fitting_size(text: str, size: int, width: int) -> int:
    while size > 14 and _font("ExtraBold", size).getlength(text) > width:
        size -= 1
    return size


def _shown(text: str) -> str:
    """Return the text without what the typeface cannot write, as emoji."""
    return " ".join("".join(letter for letter in text if letter.isspace() or _has_glyph(letter)).split())


@cache
def _has_glyph(letter: str) -> bool:
    font = _font("Medium", 24)
    return bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))


@cache
def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / f"PlusJakartaSans-{weight}.ttf", size)
