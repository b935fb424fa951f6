"""Pictures that people send: looked at in a process of their own, and kept only as a copy that Saring has drawn itself.

Decoders are where pictures attack. The web process reads no more than `image_kind`; the worker calls `prepare_image`,
which decodes behind limits on memory, time and size. Nothing of the original is kept: no EXIF, no place, no name.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from intake.errors import BadImage

LARGEST_UPLOAD = 10_000_000
"""Bytes; a photograph of a telephone has three to six million."""

WORK_SECONDS = 30.0
"""Time for one picture; forty million pixels take about three seconds of one core."""

_SIGNATURES = ((b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"))
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """A picture fit to be shown and compared.

    `webp` is at most 2048 pixels wide and high. `name` is random and says nothing of the sender. `pdq` is the PDQ hash,
    32 bytes; `pdq_quality` is 0-100, and below 50 the picture is too plain for its hash to mean anything.
    """

    name: str
    webp: bytes
    width: int
    height: int
    pdq: bytes
    pdq_quality: int


def image_kind(data: bytes) -> str:
    """Return `jpeg`, `png` or `webp` by the first bytes. Raises `BadImage` for other kinds and too many bytes."""
    if len(data) > LARGEST_UPLOAD:
        raise BadImage(field="image", reason="size", limit=LARGEST_UPLOAD)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    raise BadImage(field="image", reason="kind")


def prepare_image(data: bytes, *, work_seconds: float = WORK_SECONDS) -> PreparedImage:
    """Return the safe copy of a picture. For the worker: takes a second. Raises `BadImage`."""
    image_kind(data)
    environment = {"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "intake.image_process"],
            input=data,
            capture_output=True,
            cwd=_ROOT,
            env=environment,  # none of our secrets
            timeout=work_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BadImage(field="image", reason="broken") from None
    header, newline, webp = done.stdout.partition(b"\n")
    if done.returncode != 0 or not newline:
        raise BadImage(field="image", reason="broken")
    facts = json.loads(header)
    if "refused" in facts:
        raise BadImage(field="image", reason=facts["refused"])
    return PreparedImage(
        name=f"{secrets.token_hex(16)}.webp",
        webp=webp,
        width=facts["width"],
        height=facts["height"],
        pdq=bytes.fromhex(facts["pdq"]),
        pdq_quality=facts["pdq_quality"],
    )
