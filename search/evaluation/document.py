"""The figures of docs/matching.md: Markdown from what `search prove` and `search train` printed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

BEGIN: Final = "<!-- figures: written by `script/saring search document`; do not edit -->"
END: Final = "<!-- end of figures -->"

Printed = Mapping[str, Any]
"""A command's JSON, as read from a file."""

_NAMES: Final = {"id_tbh": "id_tbh", "en_clef2020": "CLEF 2020"}


def with_figures(text: str, proof: Printed, training: Printed | None) -> str:
    """Return the document with its figures written anew. Raises ValueError where its marks are not there."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document lacks {BEGIN if not begin else END}")
    return f"{before}{BEGIN}\n{figures(proof, training)}{END}{after}"


def figures(proof: Printed, training: Printed | None) -> str:
    """Return every figure: of a training where one is kept, of the recipe measured apart, of trees that do without."""
    parts = (*([_shipped(training)] if training else []), _proved(proof), _left_out(proof))
    return "\n".join("\n".join(lines) + "\n" for lines in parts)


def _shipped(training: Printed) -> list[str]:
    names, compared, later = list(training["ranking"]), training["comparison"], training["later"]
    cells = [(training["ranking"][name], training["hard"][name], training["decisions"][name]) for name in names]
    decided = later["decision"]
    return [
        "## The weights that are shipped",
        "",
        f"Learned from data `{training['data']}` with seed {training['seed']}, the adapter stopped after "
        f"{training['epochs']} epochs. Measured out of fold, by models that had not seen the message: MRR "
        f"{compared['after']:.3f} over {compared['messages']:,} messages, against {compared['before']:.3f} of "
        f"{compared['against']} on the same ones. *Answered* is said from a probability of "
        f"{training['answered_from']:.3f}.",
        "",
        _row("", [_NAMES.get(name, name) for name in names]),
        _row("---", ["---" for _ in names]),
        *_quality(cells),
        "",
        f"Later in time: with a threshold ({later['answered_from']:.3f}) chosen on what came before "
        f"{later['first_day']}, {decided['answered_share']:.1%} of the {later['messages']:,} messages from that day on "
        f"are called answered, {decided['answered_precision']:.1%} of them rightly; ECE {decided['ece']:.3f}. "
        f"No threshold of precision .95 could have answered more than {decided['recall_at_95']:.1%} there.",
    ]


def _proved(proof: Printed) -> list[str]:
    later = proof["later"]
    columns = [
        *((f"{_NAMES.get(name, name)}, out of fold", found) for name, found in proof["bodies"].items()),
        *((f"{_NAMES.get(name, name)}, later", found) for name, found in later["bodies"].items()),
    ]
    names = list(next(iter(proof["bodies"].values()))["retrievers"])
    return [
        "## Each retriever, and learning from the past alone",
        "",
        f"Out of fold: {sum(found['ranking']['messages'] for found in proof['bodies'].values()):,} messages in five "
        "folds; messages that share a debunk, directly or over others, lie in one. Later: adapter, score, probability "
        f"and threshold learned from {later['learned_from']:,} messages answered before {later['first_day']} and "
        "measured on what came after; CLEF has no dates, and one fold stands for it. "
        f"Seed {proof['seed']}, data `{proof['data']}`.",
        "",
        _row("", [name for name, _ in columns]),
        _row("---", ["---" for _ in columns]),
        *_quality([(found["ranking"], found["hard"], found["decision"]) for _, found in columns]),
        *(
            _row(
                f"MRR of {name}{'' if name == 'plain mean' else ' alone'}",
                [f"{found['retrievers'][name]['mrr']['mean']:.3f}" for _, found in columns],
            )
            for name in names
        ),
    ]


def _left_out(proof: Printed) -> list[str]:
    names = list(proof["bodies"])

    def row(what: str, mrr: Mapping[str, float]) -> str:
        return _row(what, [f"{mrr[name]:.3f}" for name in names])

    everything = {name: proof["bodies"][name]["ranking"]["mrr"]["mean"] for name in names}
    return [
        "## Trees that do without",
        "",
        "MRR out of fold; what is left out are features of the trees, the candidates stay the same.",
        "",
        _row("left out", [_NAMES.get(name, name) for name in names]),
        _row("---", ["---" for _ in names]),
        row("nothing", everything),
        *(row(what, mrr) for what, mrr in proof["left_out"].items()),
        *(row(f"learned from {_NAMES.get(one, one)} alone", mrr) for one, mrr in proof["learned_from_one"].items()),
    ]


_Cell = tuple[Printed, Printed, Printed]
_QUALITY: Final[tuple[tuple[str, Callable[[_Cell], str]], ...]] = (
    ("messages", lambda cell: f"{cell[0]['messages']:,}"),
    ("MRR", lambda cell: _spread(cell[0]["mrr"])),
    ("MAP@5", lambda cell: _spread(cell[0]["map5"])),
    ("HP@1 / HP@5 / HP@10", lambda cell: " / ".join(f"{cell[0][one]['mean']:.3f}" for one in ("hp1", "hp5", "hp10"))),
    (
        "hard messages: number, MRR, HP@5",
        lambda cell: f"{cell[1]['messages']:,}, {cell[1]['mrr']['mean']:.3f}, {cell[1]['hp5']['mean']:.3f}",
    ),
    ("first hit: average precision", lambda cell: f"{cell[2]['average_precision']:.3f}"),
    ("recall at precision .95", lambda cell: f"{cell[2]['recall_at_95']:.3f}"),
    ("ECE", lambda cell: f"{cell[2]['ece']:.3f}"),
    (
        "called answered: share, precision",
        lambda cell: f"{cell[2]['answered_share']:.1%}, {cell[2]['answered_precision']:.1%}",
    ),
)


def _quality(cells: Sequence[_Cell]) -> list[str]:
    return [_row(name, [say(cell) for cell in cells]) for name, say in _QUALITY]


def _spread(interval: Printed) -> str:
    return f"{interval['mean']:.3f} ({interval['low']:.3f}–{interval['high']:.3f})"


def _row(first: str, others: Sequence[str]) -> str:
    return f"| {first} | {' | '.join(others)} |" if first != "---" else "|" + "---|" * (len(others) + 1)
