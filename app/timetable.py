"""Work that comes round by the clock. Each round is a job with the number of its turn, so it is done once however
many workers run, and a worker that slept through some turns does the present one only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel import outbox

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Round:
    """A handler, how often it comes round, and when within that time (UTC)."""

    handler: str
    every: timedelta
    at: timedelta = timedelta()

    def turn(self, now: datetime) -> int:
        """Return the number of the turn that `now` falls into."""
        return (now - EPOCH - self.at) // self.every

    def began(self, turn: int) -> datetime:
        """Return the moment at which a turn begins."""
        return EPOCH + self.at + turn * self.every


TIMETABLE: tuple[Round, ...] = (
    Round("refresh_priorities", timedelta(minutes=10)),
    Round("escalate_appeals", timedelta(hours=1)),
    Round("learn_texts", timedelta(hours=1)),
    Round("rank_narratives", timedelta(days=1), at=timedelta(hours=19)),
    Round("publish_votes", timedelta(days=1), at=timedelta(hours=20)),
)
"""Every round. Nights are those of Jakarta: 19:00 UTC is two in the morning."""


def wind(session: Session, *, now: datetime, timetable: tuple[Round, ...] = TIMETABLE) -> None:
    """Enqueue the present turn of each round, once."""
    for one in timetable:
        turn = one.turn(now)
        payload = {"turn": turn, "began_at": one.began(turn).isoformat()}
        try:
            with session.begin_nested():
                outbox.enqueue(session, one.handler, dedupe_key=f"turn:{turn}", payload=payload, now=now)
        except IntegrityError:
            continue  # another worker was first
