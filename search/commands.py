"""What `script/saring search …` does, as plain functions; the command line only words it (app)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from search.encoder.port import EncoderSettings, LoadEncoder
from search.encoder.remembering import remembering
from search.encoding import Progress
from search.evaluation.document import with_figures
from search.evaluation.files import read_collection
from search.evaluation.floors import demand, read_floors
from search.evaluation.report import as_json, as_text
from search.evaluation.run import PATIENT, Evaluation
from search.evaluation.run import evaluate as _evaluate
from search.learning.links import Body, Link, body_of_collection, body_of_links
from search.serving import serving

if TYPE_CHECKING:
    from search.learning.proof import Proof
    from search.learning.training import Report

__all__ = [
    "Link", "as_json", "as_text", "bodies_of", "body_of_links", "demand", "document", "evaluate", "prove",
    "read_floors", "train",
]  # fmt: skip

Files = tuple[Path, Path, Path]
"""Debunks, messages, and which answers which: JSON lines, also gzipped."""


def evaluate(
    files: Files,
    *,
    weights: Path,
    run_out: Path | None = None,
    vectors: Path | None = None,
    settings: EncoderSettings = PATIENT,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure what serves where trained weights would lie in `weights`; the installation is not touched.

    `vectors` names a file in which vectors are remembered from one run to the next.
    """
    with _encoder(vectors) as load:
        return _evaluate(
            read_collection(*files),
            serving(weights),
            load_encoder=load,
            settings=settings,
            run_out=run_out,
            progress=progress,
        )


def bodies_of(collections: Sequence[Files]) -> list[Body]:
    """Read collections to learn from; each is named by its file of debunks."""
    return [body_of_collection(_name_of(files[0]), read_collection(*files)) for files in collections]


def train(
    bodies: Sequence[Body],
    *,
    weights: Path,
    anew: bool,
    seed: int = 1,
    vectors: Path | None = None,
    settings: EncoderSettings = PATIENT,
    progress: Progress | None = None,
) -> Report:
    """Learn from confirmed links; what ranks better than what serves goes into the folder `weights`.

    Raises `TooFewLinks` and `NotBetter`. Nothing else of the installation is touched.
    """
    from search.learning import training  # torch and lightgbm: only those who train need them

    training.demand_enough(bodies)
    with _encoder(vectors) as load:
        return training.train(
            bodies, serving(weights), load, folder=weights, anew=anew, seed=seed, settings=settings, progress=progress
        )


def prove(
    bodies: Sequence[Body],
    *,
    seed: int = 1,
    vectors: Path | None = None,
    settings: EncoderSettings = PATIENT,
    progress: Progress | None = None,
) -> Proof:
    """Measure what training brings on messages that it has not seen: out of fold, and later in time."""
    from search.learning import proof

    with _encoder(vectors) as load:
        return proof.prove(bodies, load, seed=seed, settings=settings, progress=progress)


def document(folder: Path) -> None:
    """Write the figures of `matching.md` anew from what `prove` and `train` printed into the files beside it."""
    proof = json.loads((folder / "matching.json").read_text("utf-8"))
    trained = folder / "training.json"
    training = json.loads(trained.read_text("utf-8")) if trained.exists() else None
    page = folder / "matching.md"
    page.write_text(with_figures(page.read_text("utf-8"), proof, training), encoding="utf-8")


@contextmanager
def _encoder(vectors: Path | None) -> Iterator[LoadEncoder]:
    """Give an encoder that remembers, in the file named or until the end of the command."""
    with tempfile.TemporaryDirectory(prefix="saring-vectors-") as folder:
        yield remembering(vectors or Path(folder) / "vectors.sqlite3")


def _name_of(documents: Path) -> str:
    return documents.name.split(".")[0].removesuffix("_docs")
