"""Refusals that stay on the record: who tried what they may not, or what was no longer to be done."""

from __future__ import annotations

from flask import current_app, g, request

from kernel.errors import Conflict, NotAllowed, SaringError
from kernel.outbox import Actor, record


def note_refusal(error: SaringError) -> None:
    """Write down that somebody with an account was refused an act. Looking at pages and bad input leave no trace."""
    person = g.get("signed_in")
    if request.method != "POST" or person is None or not isinstance(error, NotAllowed | Conflict):
        return
    role = g.get("acting_role")
    actor = person.actor(role) if role else Actor(person.person_id)
    write_down(error, person_id=person.person_id, actor=actor)


def write_down(error: SaringError, *, person_id: int, actor: Actor) -> None:
    """Write down that the act of this request was refused to a person."""
    saring = current_app.extensions["saring"]
    facts = {
        "code": error.code,
        "endpoint": request.endpoint or "",
        "about": str((request.view_args or {}).get("public_id", "")),
    }
    with saring.database.write() as session:
        subject = ("person", person_id)
        record(session, "act_refused", actor=actor, subject=subject, now=saring.clock.now(), data=facts)
