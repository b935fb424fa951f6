"""An account on its way to being connected: what a person has given so far, sealed, for a few minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from publishing.channels.values import Identity
from publishing.connecting import Verified
from publishing.errors import NothingPending
from publishing.models import PendingConnection
from publishing.oauth import PENDING_FOR, OAuthApp, PendingConsent
from publishing.vault import Vault

CONFIRM_WITHIN: timedelta = PENDING_FOR
"""How long a person may take from giving the secrets to saying that the named account is theirs."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is out at a network's consent page, with the settings that the person gave before."""

    app: OAuthApp = field(repr=False)
    consent: PendingConsent = field(repr=False)
    settings: Mapping[str, str]


def keep_asked(
    session: Session, asked: Asked, *, person_id: int, organisation_id: int, vault: Vault, now: datetime
) -> None:
    """Remember a request in the place of whatever this person began before."""
    secrets = {
        "client_id": asked.app.client_id,
        "client_secret": asked.app.client_secret,
        "state": asked.consent.state,
        "verifier": asked.consent.verifier,
    }
    shown = {
        "settings": dict(asked.settings),
        "redirect_uri": asked.app.redirect_uri,
        "server": asked.app.server,
    }
    _keep(session, asked.consent.kind, shown, secrets, person_id, organisation_id, vault, now)


def take_asked(session: Session, *, person_id: int, organisation_id: int, vault: Vault, now: datetime) -> Asked:
    """Return the request that this person has out and forget it: its answer is good once. Raises NothingPending."""
    row = _find(session, person_id, organisation_id, now)
    secrets = vault.open(-person_id, row.sealed)
    if "state" not in secrets:
        raise NothingPending
    session.delete(row)
    app = OAuthApp(
        secrets["client_id"], secrets["client_secret"], row.shown["redirect_uri"], server=row.shown["server"]
    )
    consent = PendingConsent(row.kind, secrets["state"], secrets["verifier"], row.begun_at)
    return Asked(app, consent, row.shown["settings"])


def keep_verified(
    session: Session, verified: Verified, *, person_id: int, organisation_id: int, vault: Vault, now: datetime
) -> None:
    """Remember an account that its network has named, until the person says that it is theirs."""
    shown = {
        "settings": dict(verified.settings),
        "handle": verified.identity.handle,
        "name": verified.identity.name,
        "expires_at": verified.expires_at.isoformat() if verified.expires_at else None,
    }
    _keep(session, verified.kind, shown, dict(verified.secrets), person_id, organisation_id, vault, now)


def keep_choice(
    session: Session,
    kind: str,
    found: Mapping[str, tuple[str, str]],
    *,
    person_id: int,
    organisation_id: int,
    vault: Vault,
    now: datetime,
) -> None:
    """Remember several accounts that one consent opened, as number → (name, token), until the person chooses one."""
    shown = {"settings": {}, "choices": {number: name for number, (name, _token) in found.items()}}
    secrets = {number: token for number, (_name, token) in found.items()}
    _keep(session, kind, shown, secrets, person_id, organisation_id, vault, now)


def choices(session: Session, *, person_id: int, organisation_id: int, now: datetime) -> dict[str, str]:
    """Return the accounts to choose from, by number. Raises NothingPending."""
    row = _find(session, person_id, organisation_id, now)
    if "choices" not in row.shown:
        raise NothingPending
    names: dict[str, str] = row.shown["choices"]
    return names


def chosen(
    session: Session, number: str, *, person_id: int, organisation_id: int, vault: Vault, now: datetime
) -> tuple[str, dict[str, str]]:
    """Return the network and the secrets of the chosen account. Raises NothingPending."""
    row = _find(session, person_id, organisation_id, now)
    if number not in row.shown.get("choices", {}):
        raise NothingPending
    return row.kind, {"access": vault.open(-person_id, row.sealed)[number]}


def named(session: Session, *, person_id: int, organisation_id: int, vault: Vault, now: datetime) -> Verified:
    """Return the account that waits for this person's word. Raises NothingPending."""
    row = _find(session, person_id, organisation_id, now)
    if "handle" not in row.shown:
        raise NothingPending
    expires_at = row.shown["expires_at"]
    return Verified(
        kind=row.kind,
        identity=Identity(row.shown["handle"], row.shown["name"]),
        settings=row.shown["settings"],
        secrets=vault.open(-person_id, row.sealed),
        expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
    )


def forget(session: Session, *, person_id: int) -> None:
    """Forget what this person began."""
    session.execute(delete(PendingConnection).where(PendingConnection.person_id == person_id))


def forget_stale(session: Session, *, now: datetime) -> None:
    """Forget what nobody finished in time; the worker's task."""
    session.execute(delete(PendingConnection).where(PendingConnection.begun_at < now - CONFIRM_WITHIN))


def _keep(
    session: Session,
    kind: str,
    shown: dict[str, Any],
    secrets: dict[str, str],
    person_id: int,
    organisation_id: int,
    vault: Vault,
    now: datetime,
) -> None:
    row = session.get(PendingConnection, person_id) or PendingConnection(person_id=person_id)
    row.organisation_id, row.kind, row.shown, row.begun_at = organisation_id, kind, shown, now
    # No account has a negative number: what is sealed here opens in no account's row, and the other way round.
    row.sealed = vault.seal(-person_id, secrets)
    session.add(row)


def _find(session: Session, person_id: int, organisation_id: int, now: datetime) -> PendingConnection:
    row = session.get(PendingConnection, person_id)
    if row is None or row.organisation_id != organisation_id or now - row.begun_at > CONFIRM_WITHIN:
        raise NothingPending
    return row
