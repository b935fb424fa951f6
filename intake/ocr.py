"""Reads the words in a picture. The engine is an optional extra (`rapidocr`, `onnxruntime`), for the worker only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any, Protocol

import numpy as np
from PIL import Image

from intake.errors import OcrUnavailable

LEAST_CONFIDENCE = 0.5
"""Of 0-1; below it the engine's lines are guesses at ornaments (its own default for a text line)."""


@dataclass(frozen=True, slots=True)
class OcrLine:
    """One line of words and where it stands, in pixels from the top left corner."""

    text: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class OcrText:
    """The lines found, from top to bottom, and the engine's mean confidence in them (0-1; 0 when there are none)."""

    lines: tuple[OcrLine, ...]
    confidence: float

    @property
    def text(self) -> str:
        """The words alone, a line a line."""
        return "\n".join(line.text for line in self.lines)


class Ocr(Protocol):
    """Anything that reads pictures prepared by `intake.images`."""

    def read(self, webp: bytes) -> OcrText:
        """Return the text in the picture. Raises `OcrUnavailable`."""
        ...


class RapidOcr:
    """RapidOCR on ONNX Runtime, its models in its own wheel. Loads at the first picture: 0.7 s and about 400 MB."""

    def read(self, webp: bytes) -> OcrText:
        """Return the text in the picture. Raises `OcrUnavailable` when the extra is not installed."""
        with Image.open(BytesIO(webp), formats=("WEBP",)) as picture:
            pixels = np.asarray(picture.convert("RGB"))[:, :, ::-1]  # the engine counts blue first
        found = self._engine(pixels)
        if not found.txts:
            return OcrText((), 0.0)
        read = [
            (_line(text, box), float(score))
            for text, score, box in zip(found.txts, found.scores, found.boxes, strict=True)
            if score >= LEAST_CONFIDENCE and text.strip()
        ]
        mean = sum(score for _, score in read) / len(read) if read else 0.0
        return OcrText(tuple(line for line, _ in read), mean)

    @cached_property
    def _engine(self) -> Any:
        try:
            from rapidocr import RapidOCR
        except ImportError:
            raise OcrUnavailable from None
        one_thread = {
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
        return RapidOCR(params=one_thread)


def _line(text: str, box: Any) -> OcrLine:
    """Return a line with the upright rectangle around its box, four corners of a perhaps leaning one."""
    (left, top), (right, bottom) = np.floor(box.min(axis=0)), np.ceil(box.max(axis=0))
    return OcrLine(text, int(left), int(top), int(right), int(bottom))
