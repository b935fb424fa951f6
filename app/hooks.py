"""What networks tell us of their own accord: that a message arrived, and who wants messages or none any more."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.orm import Session

from app.wiring import Saring
from publishing import connecting, desk, subscribers
from publishing.channels.whatsapp import parse_messages, parse_webhook, verify_signature

ARRIVED = frozenset({"sent", "delivered", "read"})
"""States by which WhatsApp says that a message is out."""

JOIN = frozenset({"daftar", "langganan", "subscribe"})
LEAVE = frozenset({"berhenti", "stop", "unsubscribe"})
"""What people write to the number to be told of new checks, and to be left alone again."""


def hear_whatsapp(saring: Saring, account_id: int, *, body: bytes, signature: str, now: datetime) -> bool:
    """Take one webhook call of WhatsApp. False where there is no such account or Meta did not sign it.

    It may come twice; everything in it can be taken twice.
    """
    with saring.database.write() as session:
        account = connecting.hooked_account(session, account_id, kind="whatsapp")
        if account is None:
            return False
        secret = saring.channels.vault.open(account.id, account.sealed).get("app_secret", "")
        if not secret or not verify_signature(body, signature, app_secret=secret):
            return False
        told = json.loads(body)
        for status in parse_webhook(told):
            if status.state in ARRIVED:
                desk.learn_delivery(session, key=status.key, remote_id=status.remote_id, now=now)
        for address, text in parse_messages(told):
            _hear(saring, session, account_id, address, text, now=now)
    return True


def verify_word(saring: Saring, account_id: int) -> str:
    """Return the word by which Meta shows that our address was given to it by whoever reads the account's page."""
    return saring.tokens.digest("whatsapp-webhook", str(account_id))


def _hear(saring: Saring, session: Session, account_id: int, address: str, text: str, *, now: datetime) -> None:
    word, pepper = text.strip().casefold(), saring.settings.secret_key.encode()
    if word in JOIN:
        vault = saring.channels.vault
        subscribers.opt_in(session, account_id=account_id, address=address, vault=vault, pepper=pepper, now=now)
    elif word in LEAVE:
        subscribers.opt_out(session, account_id=account_id, address=address, pepper=pepper, now=now)
