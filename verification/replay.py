"""Replay a log of votes and sign-offs: `python -m verification.replay` reads JSON lines and answers each "score".

The lines are `{"op": "config", "verdicts": [lowest veracity first]}`, then `vote` (claim, rater, verdict, t in seconds;
a verdict outside of the list is "not proven"), `score` (claim), `signoff` (claim, verdict) and `overturn` (claim).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from verification.rules.consensus import Vote
from verification.rules.ledger import Ledger


def replay(lines: Iterable[str]) -> Iterator[str]:
    """Yield one JSON answer for each "score" among `lines`. Raises ValueError where the log makes no sense."""
    events = (json.loads(line) for line in lines if line.strip())
    config = next(events, None)
    if not isinstance(config, dict) or config.get("op") != "config":
        raise ValueError("the first line must be the config")
    verdicts = list(config["verdicts"])
    level = {verdict: step for step, verdict in enumerate(verdicts)}
    ledger = Ledger(len(verdicts))
    for event in events:
        answer = _take(ledger, level, event)
        if answer is not None:
            yield json.dumps(answer)


def _take(ledger: Ledger, level: dict[str, int], event: dict[str, Any]) -> dict[str, Any] | None:
    operation, claim = event["op"], event["claim"]
    if operation == "vote":
        # One rater is named a thousand times in a long log: keep one copy of the name.
        ledger.cast(claim, Vote(sys.intern(event["rater"]), level.get(event["verdict"]), float(event.get("t", 0.0))))
    elif operation == "signoff":
        ledger.sign(claim, level.get(event["verdict"]))
    elif operation == "overturn":
        ledger.overturn(claim)
    elif operation == "score":
        leaning = ledger.lean(claim)
        shares = dict(zip(level, leaning.probabilities, strict=True))
        return {"claim": claim, "p": shares, "shown": leaning.shown}
    else:
        raise ValueError(f"unknown op {operation!r}")
    return None


if __name__ == "__main__":
    for answer in replay(sys.stdin):
        sys.stdout.write(answer + "\n")
