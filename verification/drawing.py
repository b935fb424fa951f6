"""The life of a case as a page: `python -m verification.drawing > docs/lifecycle.md` draws it from the table."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from verification.rules.lifecycle import ASSESSABLE, INITIAL, PUBLIC, TABLE, CaseEvent, CaseState, Transition

_HEAD = """# The life of a case

This page is drawn from the table in `verification/rules/lifecycle.py` by `python -m verification.drawing`; a test
compares the two. Change the table, never this page. Why it is a table and not a library: `docs/adr/0008-lifecycle.md`.
"""

_FOOT = """
A *guard* is a condition that the service proves before it moves the case. What the table does not list cannot happen:
`advance` raises `IllegalTransition`, and the service turns that into the conflict that people see.
"""


def page() -> str:
    """Return the whole page in Markdown, with the drawing in Mermaid."""
    return "\n".join([_HEAD, *_diagram(), "", *_sets(), "", *_table(), _FOOT])


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {INITIAL}"
    for (state, event), way in TABLE.items():
        yield f"    {state} --> {way.target}: {event}"
    yield "```"


def _sets() -> Iterator[str]:
    for title, states in (("Assessments are taken in", ASSESSABLE), ("A page is public in", PUBLIC)):
        yield f"- {title}: {', '.join(f'`{state}`' for state in CaseState if state in states)}."


def _table() -> Iterator[str]:
    yield "| event | from | to | who | guards |"
    yield "| --- | --- | --- | --- | --- |"
    for event in CaseEvent:
        for way in dict.fromkeys(way for (_, listed), way in TABLE.items() if listed is event):
            starts = [state for (state, listed), other in TABLE.items() if (listed, other) == (event, way)]
            sources = ", ".join(f"`{state}`" for state in starts)
            yield f"| `{event}` | {sources} | `{way.target}` | {_movers(way)} | {_guards(way)} |"


def _movers(way: Transition) -> str:
    return ", ".join(sorted(way.movers))


def _guards(way: Transition) -> str:
    return ", ".join(sorted(guard.replace("_", " ") for guard in way.guards)) or "–"


if __name__ == "__main__":
    sys.stdout.write(page())
