"""What `script/saring search …` does, as plain functions; the command line only words it (app)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from search.adapter import Adapter
from search.encoder import choice
from search.encoding import Progress
from search.evaluation.files import read_collection
from search.evaluation.report import as_json, as_text
from search.evaluation.run import PATIENT, Evaluation, temporary_search
from search.evaluation.run import evaluate as _evaluate
from search.fallback import FixedFusion
from search.lessons import Link
from search.ranking import Ranker
from search.serving import serving
from search.types import Document

if TYPE_CHECKING:
    from search.training import Learned

__all__ = ["as_json", "as_text", "evaluate", "links_of", "train"]


def evaluate(
    *,
    documents: Path,
    messages: Path,
    answers: Path,
    run_out: Path | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure the shipped matching on files in the shape of the development data; the installation is not touched."""
    adapter = Adapter.bundled()
    return _evaluate(
        read_collection(documents, messages, answers),
        Ranker.bundled(adapter),
        adapter=adapter,
        run_out=run_out,
        progress=progress,
    )


def links_of(documents: Path, messages: Path, answers: Path) -> tuple[list[Link], tuple[Document, ...]]:
    """Read links, and the debunks they lead to, from files in the shape of the development data."""
    collection = read_collection(documents, messages, answers)
    links = [Link(one.text, key, confirmed=True) for one in collection.messages for key in collection.answers[one.key]]
    return links, collection.documents


def train(
    links: Iterable[Link],
    corpus: Sequence[Document],
    *,
    folder: Path,
    seed: int = 1,
    progress: Progress | None = None,
) -> Learned:
    """Learn from confirmed links over the debunks of `corpus`; what is better than what serves goes into `folder`.

    Raises `TooFewLinks` and `NotBetter`. Nothing else of the installation is touched.
    """
    from search.training import train as learn  # torch and lightgbm: only those who train need them

    with temporary_search(corpus, FixedFusion(), adapter=None, progress=progress) as search:
        return learn(links, corpus, search, choice.load(PATIENT), serving(folder), folder=folder, seed=seed)
