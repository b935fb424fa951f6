"""A letter of somebody else, sent long ago."""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.letters.models import Letter
from tests.noise import LONG_AGO, noise


@noise
def a_letter_to_somebody_else(session: Session) -> None:
    session.add(Letter(key="noise:1", state="sent", written_at=LONG_AGO, settled_at=LONG_AGO))
