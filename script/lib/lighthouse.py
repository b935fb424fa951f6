"""Run Lighthouse against a house of its own and hold each page to the bars; median of several runs.

Lighthouse plays a slow phone itself (four times slower processor, slow 4G); its figures need a quiet machine.
The house is served as `script/server` serves it, filled with the shipped seed; nothing leaves this machine.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.browsing import CHROMIUM, FLAGS
from tests.journeys.site import Site, running_site

ROOT = Path(__file__).resolve().parents[2]
LIGHTHOUSE = ROOT / "tests/lighthouse/node_modules/lighthouse/cli/index.js"

BARS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
"""The least score of each category, of 100."""

FIRST_VIEW_KB, LCP_SECONDS, CLS = 150, 2.5, 0.1
"""The most that a first view may weigh over the wire, how late its largest part may stand, how far it may move."""

RUNS = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run of one page came to: scores of 100, kB, seconds, shift."""

    scores: dict[str, int]
    kilobytes: float
    lcp: float
    cls: float

    def below(self) -> list[str]:
        """Return what misses its bar, in words."""
        missed = [f"{name} {self.scores[name]} < {bar}" for name, bar in BARS.items() if self.scores[name] < bar]
        for name, figure, most in (
            ("first view kB", self.kilobytes, FIRST_VIEW_KB),
            ("LCP s", self.lcp, LCP_SECONDS),
            ("CLS", self.cls, CLS),
        ):
            if figure > most:
                missed.append(f"{name} {figure:.2f} > {most}")
        return missed


def main(arguments: list[str]) -> int:
    runs = int(arguments[0]) if arguments else RUNS
    missed: list[str] = []
    columns = ("perf", "a11y", "best", "seo", "kB", "LCP s", "CLS")
    with tempfile.TemporaryDirectory() as folder, house(Path(folder)) as site:
        print(f"{'page':<12}" + "".join(f"{column:>8}" for column in columns) + f"   median of {runs}")
        for name, path in pages(site).items():
            figures = median([measure(f"{site.url}{path}", Path(folder)) for _ in range(runs)])
            scores = "".join(f"{figures.scores[category]:>8}" for category in BARS)
            print(f"{name:<12}{scores}{figures.kilobytes:>8.1f}{figures.lcp:>8.2f}{figures.cls:>8.3f}", flush=True)
            missed += [f"{name}: {fault}" for fault in figures.below()]
    print("\n".join(missed) or "every page holds its bars")
    return 1 if missed else 0


@contextmanager
def house(folder: Path) -> Iterator[Site]:
    with running_site(f"sqlite:///{folder / 'lighthouse.sqlite'}", folder / "data") as site:
        site.run("seed")
        yield site


def pages(site: Site) -> dict[str, str]:
    """Return the key pages by name; the fact-check is the first one that the search names."""
    found = httpx.get(f"{site.url}/cari", trust_env=False).text
    start = found.index('href="/cek/') + len('href="')
    answer = found[start : found.index('"', start)]
    return {"home": "/", "search": "/cari?q=vaksin", "fact-check": answer, "report": "/periksa"}


def measure(url: str, folder: Path) -> Figures:
    """Run Lighthouse once. Raises CalledProcessError when it fails, with what it said."""
    report = folder / "report.json"
    command = [
        ROOT / "script/lib/node",
        LIGHTHOUSE,
        url,
        "--quiet",
        "--output=json",
        f"--output-path={report}",
        f"--only-categories={','.join(BARS)}",
        f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
    ]
    environment = {**os.environ, "CHROME_PATH": CHROMIUM, "SARING_VENV": str(Path(sys.executable).parents[1])}
    subprocess.run(command, check=True, cwd=ROOT, env=environment)
    return figures_of(json.loads(report.read_text()))


def figures_of(report: dict[str, Any]) -> Figures:
    audits = report["audits"]
    return Figures(
        scores={name: round(report["categories"][name]["score"] * 100) for name in BARS},
        kilobytes=audits["total-byte-weight"]["numericValue"] / 1000,
        lcp=audits["largest-contentful-paint"]["numericValue"] / 1000,
        cls=audits["cumulative-layout-shift"]["numericValue"],
    )


def median(runs: list[Figures]) -> Figures:
    """Return the median of each figure by itself."""
    return Figures(
        scores={name: round(statistics.median(run.scores[name] for run in runs)) for name in BARS},
        kilobytes=statistics.median(run.kilobytes for run in runs),
        lcp=statistics.median(run.lcp for run in runs),
        cls=statistics.median(run.cls for run in runs),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
