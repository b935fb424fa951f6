"""An evaluation in words: a table for people, JSON for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from search.evaluation.metrics import RankingFigures
from search.evaluation.run import PLAIN_MEAN, Evaluation

_COLUMNS = ("mrr", "map5", "hp1", "hp5", "hp10")


def as_json(measured: Any) -> str:
    """`measured` is a dataclass. Return every figure of an evaluation, a training or a proof as JSON."""
    return json.dumps(asdict(measured), indent=2, sort_keys=True)


def as_text(evaluation: Evaluation) -> str:
    """Return the figures as Markdown tables."""
    decision, latency = evaluation.decision, evaluation.latency
    rows = {
        "**all together**": evaluation.ranking,
        "all together, hard messages": evaluation.hard,
        **{name if name == PLAIN_MEAN else f"{name} alone": figures for name, figures in evaluation.retrievers.items()},
    }
    lines = [
        f"{evaluation.ranking.messages:,} messages, {evaluation.hard.messages:,} of them hard; "
        f"{evaluation.documents:,} debunks; collection `{evaluation.collection}`, weights `{evaluation.weights}`.",
        *_warning(evaluation),
        "",
        "| ranking | MRR | MAP@5 | HP@1 | HP@5 | HP@10 |",
        "|---|---|---|---|---|---|",
        *(f"| {name} | {_cells(figures)} |" for name, figures in rows.items()),
        "",
        f"First hit: average precision {decision.average_precision:.3f}, recall at precision .95 "
        f"{decision.recall_at_95:.3f}, ECE {decision.ece:.3f}. Called answered: {decision.answered_share:.1%} of "
        f"messages, {decision.answered_precision:.1%} of them rightly.",
        "",
        f"| {latency.messages} searches, one at a time | median ms | p95 ms |",
        "|---|---|---|",
        *(
            f"| {name} | {spread.median:.0f} | {spread.p95:.0f} |"
            for name, spread in {
                "encoding and all else": latency.whole,
                "encoding": latency.encoding,
                "all else": latency.beside,
            }.items()
        ),
        "",
        "| probability from | precision | recall |",
        "|---|---|---|",
        *(f"| {chance:.3f} | {precision:.3f} | {recall:.3f} |" for chance, precision, recall in decision.curve),
    ]
    return "\n".join(lines) + "\n"


def _cells(figures: RankingFigures) -> str:
    intervals = [getattr(figures, column) for column in _COLUMNS]
    return " | ".join(f"{one.mean:.3f} ({one.low:.3f}–{one.high:.3f})" for one in intervals)


def _warning(evaluation: Evaluation) -> tuple[str, ...]:
    if not evaluation.learned_from:
        return ()
    return (
        f"**The weights have learned from {evaluation.learned_from:,} of these messages: on them they look better than "
        "they are.** Figures out of fold are in docs/matching.md.",
    )
