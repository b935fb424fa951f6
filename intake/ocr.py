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
class OcrText:
    """The lines found, from top to bottom, and the engine's mean confidence in them (0-1; 0 when there are none)."""

    text: str
    confidence: float


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
            return OcrText("", 0.0)
        lines = [
            (text, score) for text, score in zip(found.txts, found.scores, strict=True) if score >= LEAST_CONFIDENCE
        ]
        mean = sum(score for _, score in lines) / len(lines) if lines else 0.0
        return OcrText("\n".join(text for text, _ in lines), float(mean))

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
