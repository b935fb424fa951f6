"""The letter for a forgotten password. The page only notes the wish, so that it cannot tell who has an account."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from accounts.letters import writing
from accounts.letters.writing import mailbox
from accounts.people import hash_token
from accounts.resetting import ask_reset
from app.i18n import choose_language, in_language
from app.limits import client_key, spend
from app.presenters.letters import reset_letter
from app.wiring import Saring
from kernel.outbox import enqueue

WRITE_RESET_LETTER = "write_reset_letter"
"""The job of a wish: it looks for the account and writes the letter."""

LIMIT = "5 per hour; 20 per day"
"""Wishes from one household."""

ADDRESS_LIMIT = "3 per hour; 6 per day"
"""Letters that strangers can make us send to one address, whether or not it has an account."""


def note_wish(saring: Saring, email: str) -> None:
    """Note that the owner of `email` wants a new password: the same one row whoever that is.

    Raises BadEmail (field `email`), and answers 429 above the limits.
    """
    address = mailbox(email)
    spend(LIMIT, "password-reset", client_key())
    spend(ADDRESS_LIMIT, "password-reset-address", saring.tokens.digest("mail", address))
    wish = {"email": email, "language": choose_language(), "nonce": saring.tokens.new_form_key()}
    payload = {"wish": saring.seal.encrypt(json.dumps(wish).encode()).decode()}
    with saring.database.write() as session:
        key = hash_token(wish["nonce"])
        enqueue(session, WRITE_RESET_LETTER, dedupe_key=key, payload=payload, now=saring.clock.now())


def write_reset_letter(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Write the letter to an account that exists; for any other address nothing happens."""
    wish, now = json.loads(saring.seal.decrypt(payload["wish"].encode())), saring.clock.now()
    # Derived, so that the same job always means the same link: at most one letter comes of it.
    token = saring.tokens.digest("password-reset", wish["nonce"])
    with saring.database.write() as session:
        person = ask_reset(session, email=wish["email"], token=token, now=now)
        if person is None:
            return
        url = f"{saring.settings.public_url}/lupa-sandi/{token}"
        with in_language(wish["language"]):
            letter = reset_letter(address=person.email, language=wish["language"], url=url)
        writing.write(session, letter, key=f"reset:{hash_token(token)[:32]}", seal=saring.seal, now=now)
