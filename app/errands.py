"""Jobs that go to servers of others and may have to wait for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.letters import delivery
from accounts.letters.delivery import Outcome
from app.mail import RETRY_SECONDS, MailUnavailable
from app.wiring import Saring


def send_letter(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Take one letter to the mail server, once."""
    letter_id = int(payload["letter_id"])
    with saring.database.write() as session:
        letter = delivery.waiting(session, letter_id=letter_id, seal=saring.seal, now=saring.clock.now())
    if letter is None:
        return
    if saring.mail is None:
        raise MailUnavailable(retry_after_seconds=RETRY_SECONDS, reason="SARING_MAIL_URL is empty")

    def hand_over() -> None:
        with saring.database.write() as session:
            delivery.hand_over(session, letter_id=letter_id, now=saring.clock.now())

    outcome = saring.mail.send(letter, key=f"letter:{letter_id}", now=saring.clock.now(), hand_over=hand_over)
    with saring.database.write() as session:
        delivery.settle(session, letter_id=letter_id, outcome=outcome, now=saring.clock.now())
    if outcome is Outcome.LATER:
        raise MailUnavailable(retry_after_seconds=RETRY_SECONDS, reason="it did not take the text yet")
