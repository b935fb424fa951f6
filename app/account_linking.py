"""Connecting an official account from the page: what a person gave is taken to the network in no transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.wiring import Saring
from kernel.outbox import Actor
from publishing import connecting, oauth, pending
from publishing.channels.interface import Capabilities, Connect
from publishing.connecting import Profile, Verified
from publishing.errors import AccountRefused, NoOAuthApp
from publishing.models import ChannelAccount
from publishing.oauth import OAuthApp

SELF_SERVED = "feed"
"""The one kind that is no network: readers come to us."""

REGISTERS_ITSELF = "mastodon"
"""Servers of this kind register any application that asks."""

CHOOSES_PAGE = "facebook"
"""A consent here opens several accounts, of which a person chooses one."""


@dataclass(frozen=True, slots=True)
class Member:
    """Who connects, and for which organisation."""

    person_id: int
    organisation_id: int


def asked_for(capabilities: Capabilities) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the settings and the secrets that a person gives for a network; the consent page brings the rest."""
    if capabilities.kind == SELF_SERVED:
        return (), ()
    if capabilities.connect is Connect.SECRETS:
        return capabilities.settings, capabilities.secrets
    return (("server",) if capabilities.kind == REGISTERS_ITSELF else ()), ()


def try_secrets(
    saring: Saring, member: Member, kind: str, *, settings: Mapping[str, str], secrets: Mapping[str, str]
) -> None:
    """Ask the network whose secrets these are, and keep the answer for the person's word. Raises AccountRefused."""
    now = saring.clock.now()
    verified = connecting.verify(saring.channels, kind=kind, settings=settings, secrets=secrets, now=now)
    _keep(saring, member, verified)


def send_to_consent(saring: Saring, member: Member, kind: str, *, settings: Mapping[str, str], back: str) -> str:
    """Return the address of the network's consent page. Raises AccountRefused, NoOAuthApp."""
    app = _oauth_app(saring, kind, settings, back)
    now = saring.clock.now()
    address, consent = oauth.ask(kind, app, now=now)
    asked = pending.Asked(app, consent, settings)
    with saring.database.write() as session:
        pending.keep_asked(
            session,
            asked,
            person_id=member.person_id,
            organisation_id=member.organisation_id,
            vault=saring.channels.vault,
            now=now,
        )
    return address


def return_from_consent(saring: Saring, member: Member, *, state: str, code: str) -> bool:
    """Trade the code for tokens and ask whose they are; True where the person has to choose among several accounts.

    Raises NothingPending, BadState, AccountRefused.
    """
    now, vault = saring.clock.now(), saring.channels.vault
    who = {"person_id": member.person_id, "organisation_id": member.organisation_id}
    with saring.database.write() as session:
        asked = pending.take_asked(session, vault=vault, now=now, **who)
    tokens = oauth.trade(saring.channels.client, asked.app, asked.consent, state=state, code=code, now=now)
    kind = asked.consent.kind
    if kind == CHOOSES_PAGE:
        found = {
            page.page_id: (page.name, page.token)
            for page in oauth.pages(saring.channels.client, tokens.secrets["access"])
        }
        if not found:
            raise AccountRefused(kind=kind, reason="this person manages no Page")
        with saring.database.write() as session:
            pending.keep_choice(session, kind, found, vault=vault, now=now, **who)
        return True
    verified = connecting.verify(
        saring.channels,
        kind=kind,
        settings=asked.settings,
        secrets=tokens.secrets,
        now=now,
        expires_at=tokens.expires_at,
    )
    _keep(saring, member, verified)
    return False


def choose(saring: Saring, member: Member, number: str) -> None:
    """Take one of the accounts that a consent opened. Raises NothingPending, AccountRefused."""
    with saring.database.read() as session:
        kind, secrets = pending.chosen(
            session,
            number,
            person_id=member.person_id,
            organisation_id=member.organisation_id,
            vault=saring.channels.vault,
            now=saring.clock.now(),
        )
    try_secrets(saring, member, kind, settings={}, secrets=secrets)


def keep_account(saring: Saring, member: Member, *, profile: Profile, actor: Actor) -> ChannelAccount:
    """Connect the account that the network has named and the person has recognised. Raises NothingPending."""
    now = saring.clock.now()
    with saring.database.write() as session:
        verified = pending.named(
            session,
            person_id=member.person_id,
            organisation_id=member.organisation_id,
            vault=saring.channels.vault,
            now=now,
        )
        account = connecting.connect(
            session,
            verified,
            organisation_id=member.organisation_id,
            profile=profile,
            vault=saring.channels.vault,
            person_id=member.person_id,
            actor=actor,
            now=now,
        )
        pending.forget(session, person_id=member.person_id)
    return account


def server_address(typed: str) -> str:
    """Return the address of a server as channels take it: with its scheme, without a path's slash."""
    address = typed.strip().rstrip("/")
    return address if "://" in address else f"https://{address}"


def has_consent(saring: Saring, kind: str) -> bool:
    """Return whether people can be sent to the consent page of this network."""
    return kind == REGISTERS_ITSELF or kind in _registered(saring)


def _oauth_app(saring: Saring, kind: str, settings: Mapping[str, str], back: str) -> OAuthApp:
    if kind == REGISTERS_ITSELF:
        site = saring.settings.public_url
        return oauth.register(saring.channels.client, server=settings["server"], redirect_uri=back, website=site)
    if kind not in _registered(saring):
        raise NoOAuthApp(kind=kind)
    client_id, client_secret = _registered(saring)[kind]
    return OAuthApp(client_id, client_secret, back)


def _registered(saring: Saring) -> dict[str, tuple[str, str]]:
    """Return our registrations at networks, by kind, as client id and secret."""
    return {kind: (client_id, secret) for kind, client_id, secret in saring.settings.oauth_apps}


def _keep(saring: Saring, member: Member, verified: Verified) -> None:
    with saring.database.write() as session:
        pending.keep_verified(
            session,
            verified,
            person_id=member.person_id,
            organisation_id=member.organisation_id,
            vault=saring.channels.vault,
            now=saring.clock.now(),
        )
