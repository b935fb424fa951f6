"""What a message costs before it is stored, and that no message can cost much more: `script/bench intake`.

Prints the median of seven runs for each text, on plain and on hostile input of about 100 kB (five times what one may
send), and how the time grows when the hostile text is doubled: 2.0 is linear.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from intake.folding import fold
from intake.language import language_of
from intake.redaction import redact

RUNS = 7
SIZE = 100_000
"""Characters."""

SEED = Path(__file__).resolve().parents[2] / "seed" / "debunks.jsonl"

HOSTILE_TO_FOLDING = {
    "one long word": "a",
    "stacked marks": "\u0315\u0300",
    "mixed scripts": "\u0430a ",
    "points between digits": "5.",
    "points without end": ".",
    "signs between letters": "@$",
    "pictures": "\U0001f489",
}
HOSTILE_TO_REDACTION = {
    "one long number": "1",
    "numbers of two digits": "11 ",
    "area codes": "021 1 ",
    "foreign numbers": "+12345678 ",
    "brackets": "(",
    "bank names": "bca ",
    "accounts too short": "rek 1234567 ",
    "half addresses": "a@a.",
    "telephone numbers": "0812345678 ",
    "links without end": "https://",
}


def main() -> None:
    forwards = (SEED.read_text(encoding="utf-8") * 2)[:SIZE]
    print(f"{len(forwards):,} characters of forwards")
    for work in (fold, redact, language_of):
        print(f"  {work.__name__:12} {milliseconds(work, forwards):7.1f} ms")
    for work, hostile in ((fold, HOSTILE_TO_FOLDING), (redact, HOSTILE_TO_REDACTION)):
        print(f"{work.__name__}: {SIZE:,} hostile characters, and the same twice as long")
        for name, piece in hostile.items():
            text = piece * (SIZE // len(piece))
            once, twice = milliseconds(work, text), milliseconds(work, text * 2)
            print(f"  {name:24} {once:7.1f} ms   x {twice / once:.1f}")


def milliseconds(work: Callable[[str], object], text: str) -> float:
    """Return the median time of `RUNS` runs."""
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        work(text)
        times.append(time.perf_counter() - begin)
    return median(times) * 1_000


if __name__ == "__main__":
    main()
