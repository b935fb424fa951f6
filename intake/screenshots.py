"""From the lines read on a screenshot to the message on it, and a copy on which nobody's numbers can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO

from PIL import Image, ImageDraw

from intake.folding import fold
from intake.ocr import OcrLine
from intake.redaction import find_personal_data

MASKED_QUALITY = 82
"""WebP quality of a masked copy, that of any kept picture (`intake.image_process`)."""

LONGEST_PHONE_LINE = 40
"""Characters up to which a line may be furniture of the telephone or the messenger; a message's line is read on."""

SAME_WORDS = 0.5
"""Share of the shorter text's words that two screenshots of one message have in common; the engine misreads a few."""

FEWEST_SIGNS = 2
"""Letters and digits of a line below which the engine has read an ornament."""

FEWEST_WORDS = 3
"""Words below which a text tells nothing apart."""

_FURNITURE = re.compile(
    r"""(?ix)^\W*(?:
      \d{1,2}[.:]\d{2}(?:\s*[ap]m)?\W*(?:\d{1,3}\s?%?)?
    | \d{1,3}\s?%
    | (?:4g|5g|lte|h\+|volte|wi-?fi)(?:\W+\d{1,3}\s?%?)?
    | (?:di)?(?:teruskan|forwarded)(?:\s+(?:berkali-?kali|many\s+times))?
    | (?:online|daring|mengetik|typing|hari\s+ini|kemarin|today|yesterday|last\s+seen.*|terakhir\s+dilihat.*)
    | (?:ketik\s+pesan|ketik\s+di\s+sini|message|type\s+a\s+message|pesan|balas|reply|kirim|send)
    | (?:suka|komentari|bagikan|like|comment|share|selengkapnya|lihat\s+selengkapnya|see\s+more|read\s+more)
    | (?:baca\s+selengkapnya|lihat\s+terjemahan|see\s+translation|ikuti|mengikuti|follow|following)
    | (?:kirim\s+foto|galeri|kamera|photo|gallery|camera|gif)
    | \d+(?:[.,]\d+)?\s?(?:rb|jt|k|m|ribu|juta)?\s*(?:suka|komentar|dibagikan|tayangan|likes?|comments?|shares?|views?)
    )\W*$"""
)
"""What the telephone and the messenger write around any message."""

_STAMP = re.compile(r"(?i)\s+\d{1,2}[.:]\d{2}(?:\s*[ap]m)?\s*[✓√/vwW]*\s*$")
"""The time in the corner of a bubble, which the engine often joins to the last line."""

_SENTENCE_ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_NEW_POINT = re.compile(r"^(?:[-•*▪►✅❌👉]|\d{1,2}[.)]\s)")


def message_of(lines: Iterable[str]) -> str:
    """Return the message among the lines of a screenshot: furniture left out, wrapped lines joined to sentences."""
    parts: list[str] = []
    for line in lines:
        text = " ".join(line.split())
        if sum(map(str.isalnum, text)) < FEWEST_SIGNS or (len(text) <= LONGEST_PHONE_LINE and _FURNITURE.match(text)):
            continue
        text = _STAMP.sub("", text) or text
        if parts and not _SENTENCE_ENDS.search(parts[-1]) and not _NEW_POINT.match(text):
            parts[-1] = f"{parts[-1]} {text}"
        else:
            parts.append(text)
    return "\n".join(parts)


def says_otherwise(text: str, other: str) -> bool:
    """Tell whether two texts are of different messages.

    Screenshots of one messenger look alike: of 7,140 pairs of forwards drawn as such one differed in 22 bits of its
    PDQ hash only. So pictures with words on them are one message only if the words agree.
    """
    words, others = (frozenset(fold(side).split()) for side in (text, other))
    fewer = min(len(words), len(others))
    return fewer >= FEWEST_WORDS and len(words & others) < SAME_WORDS * fewer


def masked(webp: bytes, lines: Sequence[OcrLine]) -> bytes:
    """Return the picture with a bar over each personal number and address among the lines read on it.

    A number that a wrapped line tears in two is found as well, and both halves are covered. The picture comes back as
    it was where there is nothing to hide.
    """
    boxes = _boxes(lines)
    if not boxes:
        return webp
    with Image.open(BytesIO(webp), formats=("WEBP",)) as opened:
        picture = opened.convert("RGB")
    draw = ImageDraw.Draw(picture)
    for box in boxes:
        draw.rectangle(box, fill="black")
    stream = BytesIO()
    picture.save(stream, "WEBP", quality=MASKED_QUALITY)
    return stream.getvalue()


def _boxes(lines: Sequence[OcrLine]) -> list[tuple[int, int, int, int]]:
    """Return the rectangle of each part of a line that is personal, in pixels, with a margin."""
    starts: list[int] = []
    joined = ""
    for line in lines:
        starts.append(len(joined))
        joined += f"{line.text} "
    texts = ((joined, 0), *((line.text, start) for line, start in zip(lines, starts, strict=True)))
    found = [
        (finding.start + shift, finding.end + shift) for text, shift in texts for finding in find_personal_data(text)
    ]
    boxes = []
    for line, start in zip(lines, starts, strict=True):
        length = len(line.text)
        for first, last in found:
            inside = max(first, start) - start, min(last, start + length) - start
            if inside[0] < inside[1]:
                boxes.append(_box(line, *inside))
    return boxes


def _box(line: OcrLine, first: int, last: int) -> tuple[int, int, int, int]:
    """Letters are of unequal width: a letter's width more on either side leaves none of a number to be seen."""
    width = (line.right - line.left) / max(1, len(line.text))
    margin = (line.bottom - line.top) // 6
    left = line.left + int((first - 1.5) * width)
    right = line.left + int((last + 1.5) * width)
    return max(line.left - margin, left), line.top - margin, min(line.right + margin, right), line.bottom + margin
