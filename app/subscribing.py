"""Asking for news of a report by e-mail, after its owner's word (double opt-in), and by notification."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from accounts.letters import writing
from accounts.letters.writing import mailbox
from accounts.people import hash_token
from app.i18n import choose_language, in_language
from app.limits import client_key, spend
from app.presenters.letters import confirmation_letter
from app.push import PushAddress
from app.wiring import Saring
from kernel.errors import Conflict
from verification.models import Subscription
from verification.queries.subscriptions import all_by_address, by_address
from verification.services.subscribing import Address, ask, end, move

LIMIT = "10 per hour; 30 per day"
"""Questions for news from one household."""

ADDRESS_LIMIT = "3 per day"
"""Letters that strangers can make us send to one address: nobody's mailbox is filled in our name."""


class TooManyLetters(Conflict):
    """This household, or whoever asks for letters to this address, has asked often enough for today."""

    code = "too_many_letters"


def spend_a_letter(saring: Saring, email: str) -> None:
    """Count a letter that a visitor asks for, or answer 429."""
    spend(LIMIT, "subscriptions", client_key())
    spend(ADDRESS_LIMIT, "letters", saring.tokens.digest("mail", mailbox(email)))


def count_letter(saring: Saring, email: str) -> None:
    """Count a letter that is asked for on a report's form, whose message must not be lost over it.

    Raises BadEmail and TooManyLetters (both field `email`).
    """
    try:
        spend_a_letter(saring, email)
    except TooManyRequests as error:
        raise TooManyLetters(field="email") from error


def ask_by_mail(
    saring: Saring, session: Session, *, report_id: int, email: str, link: str, language: str, now: datetime
) -> None:
    """Save the wish and write the letter that asks whether it is the owner's.

    Whoever asks again is told the same and gets that letter again, once a day, until the address is confirmed. `link`
    is the report's private page in full. Raises BadEmail (field `email`) and TooManySubscriptions.
    """
    address = mailbox(email)
    digest = saring.tokens.digest("mail", address)
    token = saring.tokens.new_form_key()
    row = ask(
        session,
        report_id=report_id,
        address=Address("mail", digest, seal(saring, {"address": address, "token": token, "link": link})),
        token_hash=hash_token(token),
        language=language,
        confirmed=False,
        now=now,
    ) or by_address(session, report_id=report_id, digest=digest)
    if row is None or row.confirmed_at is not None:
        return
    token = unseal(saring, row)["token"]
    with in_language(language):
        letter = confirmation_letter(address=address, language=language, url=news_url(saring, token))
    key = f"confirm:{row.token_hash[:32]}:{now:%Y%m%d}"
    writing.write(session, letter, key=key, seal=saring.seal, now=now)


def ask_by_push(saring: Saring, *, report_id: int, address: PushAddress, link: str) -> None:
    """Save where a browser listens. Its owner has said yes to the browser itself. Raises BadPushAddress."""
    spend(LIMIT, "subscriptions", client_key())
    address.checked(saring.settings.private_hosts)
    token = saring.tokens.new_form_key()
    values = {"endpoint": address.endpoint, "p256dh": address.p256dh, "auth": address.auth, "link": link}
    digest = saring.tokens.digest("push", address.endpoint)
    with saring.database.write() as session:
        ask(
            session,
            report_id=report_id,
            address=Address("push", digest, seal(saring, values | {"token": token})),
            token_hash=hash_token(token),
            language=choose_language(),
            confirmed=True,
            now=saring.clock.now(),
        )


def change_push(saring: Saring, *, old: str, old_auth: str, address: PushAddress) -> None:
    """Put a browser's new address in the place of the `old` one, for all it waits for; unknown ones change nothing.

    Only the browser knows `old_auth`. Raises BadPushAddress.
    """
    spend(LIMIT, "subscriptions", client_key())
    address.checked(saring.settings.private_hosts)
    digest = saring.tokens.digest("push", address.endpoint)
    with saring.database.write() as session:
        for row in all_by_address(session, digest=saring.tokens.digest("push", old)):
            kept = unseal(saring, row)
            if hmac.compare_digest(kept["auth"].encode(), old_auth.encode()):
                values = {"endpoint": address.endpoint, "p256dh": address.p256dh, "auth": address.auth}
                moved = Address("push", digest, seal(saring, kept | values))
                move(session, row, address=moved, now=saring.clock.now())


def stop_push(saring: Saring, *, report_id: int, digest: str) -> None:
    """Forget where a browser listens."""
    with saring.database.write() as session:
        row = by_address(session, report_id=report_id, digest=digest)
        if row is not None:
            end(session, token_hash=row.token_hash, now=saring.clock.now())


def seal(saring: Saring, values: Mapping[str, str]) -> bytes:
    """Return an address and its words as they are kept."""
    return saring.seal.encrypt(json.dumps(values).encode())


def unseal(saring: Saring, row: Subscription) -> dict[str, str]:
    """Return what `seal` kept."""
    values: dict[str, str] = json.loads(saring.seal.decrypt(row.sealed))
    return values


def news_url(saring: Saring, token: str) -> str:
    """Return the address at which an owner confirms or ends a subscription."""
    return f"{saring.settings.public_url}/kabar/{token}"
