"""What `script/saring search …` does, as plain functions; the command line only words it (app)."""

from __future__ import annotations

from pathlib import Path

from search.adapter import Adapter
from search.encoding import Progress
from search.evaluation.files import read_collection
from search.evaluation.report import as_json, as_text
from search.evaluation.run import Evaluation
from search.evaluation.run import evaluate as _evaluate
from search.ranking import Ranker

__all__ = ["as_json", "as_text", "evaluate"]


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
