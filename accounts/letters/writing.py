"""Writing a letter: it is saved, sealed, in the transaction that wants it, and the worker sends it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address

from cryptography.fernet import MultiFernet
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.errors import BadEmail
from accounts.letters.models import Letter
from accounts.people import fold_email
from kernel.outbox import enqueue

SEND_LETTER = "send_letter"
"""The job of a letter."""

CONTENT_LIMIT = 20_000
"""Characters of a letter's text: what we write ourselves is far shorter."""


@dataclass(frozen=True, slots=True)
class LetterText:
    """What somebody is to read: plain text, one subject line, in `language`.

    `unsubscribe_url` is where one click ends letters like this one (RFC 8058); a letter that was asked for just now,
    such as a new password's, has none.
    """

    address: str
    subject: str
    text: str
    language: str
    unsubscribe_url: str = ""


def write(session: Session, letter: LetterText, *, key: str, seal: MultiFernet, now: datetime) -> bool:
    """Save a letter under `key` and let the worker send it; False when one was written under this key before.

    `key` must not name anybody: it outlives the letter. Raises BadEmail (field `email`) for an address that no mail
    server takes. A line end in the subject is a fault of ours: ValueError.
    """
    if not letter.subject.isprintable() or len(letter.text) > CONTENT_LIMIT:
        raise ValueError("a subject is one line, and a letter is short")
    content = asdict(letter) | {"address": mailbox(letter.address)}
    row = Letter(key=key, sealed=seal.encrypt(json.dumps(content).encode()), written_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    enqueue(session, SEND_LETTER, dedupe_key=f"letter:{row.id}", payload={"letter_id": row.id}, now=now)
    return True


def was_written(session: Session, *, key: str) -> bool:
    """Return whether there is a letter under this key."""
    return session.scalar(select(Letter.id).where(Letter.key == key)) is not None


def mailbox(address: str) -> str:
    """Return the address as it goes over the wire, or raise BadEmail (field `email`).

    A name of a host in another script becomes its ASCII form; a mailbox in another script, which many mail servers do
    not take, is refused here and not after an hour.
    """
    name, _at, host = fold_email(address).rpartition("@")
    if not name.isascii():
        raise BadEmail(field="email")
    try:
        return Address(username=name, domain=host.encode("idna").decode()).addr_spec
    except (ValueError, IndexError, HeaderParseError) as error:
        raise BadEmail(field="email") from error
