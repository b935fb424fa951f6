"""What becomes of a letter: it waits, is handed over, and is settled once and for all.

No protocol can say for sure whether a mail server took a letter when the connection broke in the very moment. Such a
letter is `uncertain` and is not sent again: who misses a confirmation asks for another, while who got an answer twice
loses trust. Until that moment every failure puts the letter back.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography.fernet import MultiFernet
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.letters.models import Letter
from accounts.letters.writing import LetterText
from kernel.errors import Unavailable
from kernel.outbox import SYSTEM, record

HAND_OVER_SECONDS = 300
"""How long handing one letter over may take; after that whoever held it has died in the act."""


class Outcome(StrEnum):
    """How a hand-over ended: `LATER` is the mail server's own word that it did not take the letter."""

    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    LATER = "waiting"


class LetterInHand(Unavailable):
    """Another worker is handing this letter over."""

    code = "letter_in_hand"


def waiting(session: Session, *, letter_id: int, seal: MultiFernet, now: datetime) -> LetterText | None:
    """Return a letter that is to be sent; None when it is settled or does not exist.

    Raises LetterInHand while somebody hands it over, and settles it as uncertain when that took too long.
    """
    letter = session.scalar(select(Letter).where(Letter.id == letter_id).with_for_update())
    if letter is None or letter.sealed is None:
        return None
    if letter.handed_over_at is None:
        return LetterText(**json.loads(seal.decrypt(letter.sealed)))
    if now - letter.handed_over_at < timedelta(seconds=HAND_OVER_SECONDS):
        raise LetterInHand(retry_after_seconds=HAND_OVER_SECONDS)
    settle(session, letter_id=letter_id, outcome=Outcome.UNCERTAIN, now=now)
    return None


def hand_over(session: Session, *, letter_id: int, now: datetime) -> None:
    """Write down that the text leaves the house now. Raises LetterInHand when somebody else was first."""
    mine = update(Letter).where(Letter.id == letter_id, Letter.state == Outcome.LATER)
    if session.scalar(mine.values(state="sending", handed_over_at=now).returning(Letter.id)) is None:
        raise LetterInHand(retry_after_seconds=HAND_OVER_SECONDS)


def settle(session: Session, *, letter_id: int, outcome: Outcome, now: datetime) -> None:
    """Write down how it ended. What is final loses its address and text; what is not waits again."""
    values = (
        {"state": outcome, "handed_over_at": None}
        if outcome is Outcome.LATER
        else {"state": outcome, "settled_at": now, "sealed": None}
    )
    held = update(Letter).where(Letter.id == letter_id, Letter.settled_at.is_(None))
    settled = session.scalar(held.values(**values).returning(Letter.id))
    if settled is not None and outcome is not Outcome.LATER:
        record(session, f"letter_{outcome}", actor=SYSTEM, subject=("letter", letter_id), now=now)
