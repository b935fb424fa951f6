"""Audit events, outbox events and finished jobs of another case."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kernel import outbox
from tests.noise import LONG_AGO, noise


@noise
def things_that_happened(session: Session) -> None:
    for number in (900_001, 900_002):
        outbox.record(
            session,
            "noise_was_made",
            actor=outbox.Actor(person_id=900_000 + number, role="volunteer", organisation_id=900_000),
            subject=("noise", number),
            now=LONG_AGO,
            data={"number": number},
        )


@noise
def work_that_is_over(session: Session) -> None:
    outbox.enqueue(session, "noise", dedupe_key="noise:1", payload={"subject_id": "900001"}, now=LONG_AGO)
    session.flush()
    job = outbox.claim(session, ("noise",))
    assert job is not None
    outbox.finish(session, job)
