"""An evaluation in words: a table for people, JSON for machines."""

from __future__ import annotations

import json
from dataclasses import asdict

from search.evaluation.metrics import RankingFigures
from search.evaluation.run import Evaluation

_COLUMNS = ("mrr", "map5", "hp1", "hp5", "hp10")


def as_json(evaluation: Evaluation) -> str:
    """Return every figure as JSON."""
    return json.dumps(asdict(evaluation), indent=2, sort_keys=True)


def as_text(evaluation: Evaluation) -> str:
    """Return the figures as Markdown tables."""
    decision, latency = evaluation.decision, evaluation.latency
    rows = {
        "**all together**": evaluation.ranking,
        "all together, hard messages": evaluation.hard,
        **{f"{name} alone": figures for name, figures in evaluation.retrievers.items()},
    }
    lines = [
        f"{evaluation.ranking.messages:,} messages, {evaluation.hard.messages:,} of them hard; "
        f"{evaluation.documents:,} debunks; collection `{evaluation.collection}`.",
        "",
        "| ranking | MRR | MAP@5 | HP@1 | HP@5 | HP@10 |",
        "|---|---|---|---|---|---|",
        *(f"| {name} | {_cells(figures)} |" for name, figures in rows.items()),
        "",
        f"First hit: average precision {decision.average_precision:.3f}, recall at precision .95 "
        f"{decision.recall_at_95:.3f}, ECE {decision.ece:.3f}. Called answered: {decision.answered_share:.1%} of "
        f"messages, {decision.answered_precision:.1%} of them rightly.",
        f"A search with its encoding: median {latency.median:.0f} ms, p95 {latency.p95:.0f} ms.",
        "",
        "| probability from | precision | recall |",
        "|---|---|---|",
        *(f"| {chance:.3f} | {precision:.3f} | {recall:.3f} |" for chance, precision, recall in decision.curve),
    ]
    return "\n".join(lines) + "\n"


def _cells(figures: RankingFigures) -> str:
    intervals = [getattr(figures, column) for column in _COLUMNS]
    return " | ".join(f"{one.mean:.3f} ({one.low:.3f}–{one.high:.3f})" for one in intervals)
