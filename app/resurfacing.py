"""The worker's watch over old answers that are asked for again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.wiring import Saring
from verification.queries.resurfacing import answers_to_item
from verification.services.resurfacing import watch


def watch_answers(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Look at the answers that an event was about: one that was asked for, one that was confirmed, a report's."""
    with saring.database.write() as session:
        if "fact_check_id" in payload:
            answers = [int(payload["fact_check_id"])]
        elif payload["subject_type"] == "fact_check":
            answers = [int(payload["subject_id"])]
        else:
            answers = answers_to_item(session, item_id=int(payload["item_id"]))
        for fact_check_id in answers:
            watch(session, fact_check_id=fact_check_id, now=saring.clock.now())
