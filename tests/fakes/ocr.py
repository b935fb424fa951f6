"""An engine that reads what the test put into it."""

from __future__ import annotations

from dataclasses import dataclass

from intake.errors import OcrUnavailable
from intake.ocr import OcrLine, OcrText


@dataclass(slots=True)
class FakeOcr:
    """Implements `intake.ocr.Ocr`: every picture says `text`, a line every 40 pixels; `missing` is no engine at all."""

    text: str = ""
    missing: bool = False

    def read(self, webp: bytes) -> OcrText:
        if self.missing:
            raise OcrUnavailable
        lines = [line for line in self.text.splitlines() if line]
        placed = (OcrLine(line, 10, 40 * place, 400, 40 * place + 30) for place, line in enumerate(lines))
        return OcrText(tuple(placed), 0.9 if lines else 0.0)
