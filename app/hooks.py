"""What networks tell us of their own accord: that a message arrived, who wants them, that something was said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.wiring import Saring
from publishing import calls, connecting, desk, subscribers
from publishing.channels.calls import is_signed, read
from publishing.channels.whatsapp import parse_messages, parse_webhook

ARRIVED = frozenset({"sent", "delivered", "read"})
"""States by which WhatsApp says that a message is out."""

JOIN = frozenset({"daftar", "langganan", "subscribe"})
LEAVE = frozenset({"berhenti", "stop", "unsubscribe"})
"""What people write to the number to be told of new checks, and to be left alone again."""

CALLERS = ("facebook", "instagram", "threads")
"""Networks that call one address about all accounts, signed with the secret of our registration there."""


def hear_whatsapp(saring: Saring, account_id: int, *, body: bytes, signature: str, now: datetime) -> bool:
    """Take one webhook call of WhatsApp. False where there is no such account or Meta did not sign it.

    It may come twice; everything in it can be taken twice.
    """
    with saring.database.write() as session:
        account = connecting.hooked_account(session, account_id, kind="whatsapp")
        if account is None:
            return False
        secret = saring.channels.vault.open(account.id, account.sealed).get("app_secret", "")
        if not secret or not is_signed(body, signature, app_secret=secret):
            return False
        told = read(body)
        for status in parse_webhook(told):
            if status.state in ARRIVED:
                desk.learn_delivery(session, key=status.key, remote_id=status.remote_id, now=now)
        for address, text in parse_messages(told):
            _hear(saring, session, account_id, address, text, now=now)
    return True


def hear(saring: Saring, kind: str, *, body: bytes, signature: str, now: datetime) -> bool:
    """Take one call of a network about any account. False where it is not signed with our secret there.

    What it is about is looked at soon by the worker; an account or a field that we do not know is passed over.
    """
    secret = saring.settings.client_secret(kind)
    if not secret or not is_signed(body, signature, app_secret=secret):
        return False
    network = saring.channels.kinds[kind]
    told = network.told(read(body))
    if told:
        with saring.database.write() as session:
            calls.look_soon(session, network, told, now=now)
    return True


def verify_word(saring: Saring, account_id: int) -> str:
    """Return the word by which Meta shows that our address was given to it by whoever reads the account's page."""
    return saring.tokens.digest("whatsapp-webhook", str(account_id))


def ask_for_calls(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Have the network of a newly connected account call us, where this site has told it that it may."""
    account_id, kind = int(payload["subject_id"]), payload["kind"]
    if kind in CALLERS and saring.settings.webhook_token and saring.settings.client_secret(kind):
        calls.ask_for_calls(saring.database, saring.channels, account_id, clock=saring.clock)


def _hear(saring: Saring, session: Session, account_id: int, address: str, text: str, *, now: datetime) -> None:
    word, pepper = text.strip().casefold(), saring.settings.secret_key.encode()
    if word in JOIN:
        vault = saring.channels.vault
        subscribers.opt_in(session, account_id=account_id, address=address, vault=vault, pepper=pepper, now=now)
    elif word in LEAVE:
        subscribers.opt_out(session, account_id=account_id, address=address, pepper=pepper, now=now)
