"""The process in which one picture is decoded: picture in on standard input, facts and a WebP copy out.

Run by `intake.images` as `python -m intake.image_process`. Whatever goes wrong here ends this process and nothing else.
"""

from __future__ import annotations

import json
import resource
import sys
import warnings
from io import BytesIO

import numpy as np
import pdqhash
from PIL import Image, ImageOps

MEMORY_BYTES = 1_500_000_000
"""Address space: forty million pixels take 160 million bytes, several times over, besides the libraries."""

CPU_SECONDS = 25
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2_048
HASHED_SIDE = 1_024
"""Pixels; PDQ reduces to 64 x 64 anyhow, and is specified on pictures of about this size."""

WEBP_QUALITY = 82


def main() -> None:
    """Read, limit, decode, write."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    sys.stdout.buffer.write(prepared(sys.stdin.buffer.read()))


def prepared(data: bytes) -> bytes:
    """Return one line of facts (JSON) and the copy; when the picture is refused, the line alone."""
    try:
        picture = _flat(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return b'{"refused": "pixels"}\n'
    small = picture.copy()
    small.thumbnail((HASHED_SIDE, HASHED_SIDE))
    bits, quality = pdqhash.compute(np.asarray(small))
    copy = BytesIO()
    picture.save(copy, "WEBP", quality=WEBP_QUALITY)
    facts = {
        "width": picture.width,
        "height": picture.height,
        "pdq": np.packbits(bits).tobytes().hex(),
        "pdq_quality": int(quality),
    }
    return json.dumps(facts).encode() + b"\n" + copy.getvalue()


def _flat(data: bytes) -> Image.Image:
    """Return the first frame, upright, on white, within bounds, without a word of its metadata."""
    with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG decodes at a fraction of its size
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        coloured = upright.convert("RGBA")
    flat = Image.new("RGB", coloured.size, "white")
    flat.paste(coloured, mask=coloured)
    return flat


if __name__ == "__main__":
    main()
