"""Jobs that go to servers of others and may have to wait for them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from accounts.letters import delivery
from accounts.letters.delivery import Outcome
from app.mail import RETRY_SECONDS, MailUnavailable
from app.push import PushAddress, PushUnavailable
from app.subscribing import unseal
from app.wiring import Saring
from verification.errors import NoSuchSubscription
from verification.services import subscribing


def send_push(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Take one notification to a browser; one that is gone for good waits for nothing any more."""
    with saring.database.read() as session:
        try:
            row = subscribing.find(session, token_hash=payload["token_hash"])
        except NoSuchSubscription:
            return
    if saring.push is None:
        raise PushUnavailable(status="SARING_VAPID_PRIVATE_KEY is empty")
    kept = unseal(saring, row)
    address = PushAddress(kept["endpoint"], kept["p256dh"], kept["auth"])
    content = {"title": payload["title"], "body": payload["body"], "url": kept["link"], "lang": row.language}
    topic = row.token_hash[:16]
    sent = json.dumps(content | {"tag": topic}).encode()
    if not saring.push.send(address, sent, topic=topic, now=saring.clock.now()):
        with saring.database.write() as session:
            subscribing.end(session, token_hash=row.token_hash, now=saring.clock.now())


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
