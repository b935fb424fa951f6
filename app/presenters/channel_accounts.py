"""Official accounts as their keepers see them: what they are for, how well they do, and what a network asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.i18n import gettext as _
from app.presenters.publishing import account_state_word, local_moment
from app.presenters.words import excerpt
from publishing.channels.interface import Channel, Connect
from publishing.models import AccountState, ChannelAccount

ERROR_CHARACTERS = 200
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account. `health` says in a sentence how it does; secrets are never among it."""

    account_id: int
    href: str
    network: str
    name: str
    handle: str
    state: str
    tone: str
    health: str
    audience: str
    language: str
    tags: str
    verified_at: str
    expires_at: str
    last_error: str
    reconnect_href: str
    connected: bool
    verified_against: str


@dataclass(frozen=True, slots=True)
class NetworkView:
    """A network that an account can be connected at, and by what."""

    kind: str
    label: str
    href: str
    how: str
    open: bool


def account_view(
    account: ChannelAccount, *, networks: dict[str, type[Channel]], time_zone: str, now: datetime
) -> AccountView:
    """Return an account as it is shown."""
    known = networks.get(account.kind)
    tones = {AccountState.CONNECTED: "green", AccountState.NEEDS_REAUTH: "red", AccountState.DISCONNECTED: "slate"}
    return AccountView(
        account_id=account.id,
        href=url_for("channel_accounts.show", account_id=account.id),
        network=known.capabilities.label if known else account.kind,
        name=account.name,
        handle=account.handle,
        state=account_state_word(account.state),
        tone=tones[AccountState(account.state)],
        health=_health(account, time_zone=time_zone, now=now),
        audience=account.audience,
        language=LANGUAGES.get(account.language, account.language),
        tags=" ".join(f"#{tag}" for tag in account.tags),
        verified_at=local_moment(account.verified_at, time_zone),
        expires_at=local_moment(account.expires_at, time_zone) if account.expires_at else "",
        last_error=excerpt(account.last_error or "", ERROR_CHARACTERS),
        reconnect_href=url_for("channel_accounts.begin", kind=account.kind) if known else "",
        connected=account.state != AccountState.DISCONNECTED,
        verified_against=known.capabilities.verified_against if known else "",
    )


def network_views(networks: dict[str, type[Channel]], *, consents: frozenset[str]) -> tuple[NetworkView, ...]:
    """Return the networks to choose from; `consents` are those whose consent page people can be sent to."""
    return tuple(
        NetworkView(
            kind=kind,
            label=channel.capabilities.label,
            href=url_for("channel_accounts.begin", kind=kind),
            how=_how(kind, channel, consents),
            open=channel.capabilities.connect is Connect.SECRETS or kind in consents,
        )
        for kind, channel in networks.items()
    )


def connect_hint(kind: str) -> str:
    """Return where a person finds what a network asks for."""
    hints = {
        "bluesky": _(
            "Make an app password on Bluesky under Settings, Privacy and security. Never give the main password."
        ),
        "mastodon": _("Name the server; it then asks you to allow Saring to post."),
        "telegram": _("Make a bot with @BotFather, add it to your channel as an administrator, and paste its token."),
        "webhook": _("Saring signs each message with the secret, and sends one now to see whether it is accepted."),
        "feed": _("Your organisation gets an Atom and JSON feed of its own. Nothing has to be filled in."),
        "whatsapp": _(
            "From Meta's developer pages: the phone number ID, a system user's token, and an approved template whose "
            "body is one parameter."
        ),
    }
    return hints.get(kind, _("The network asks you itself whether Saring may post. Saring never sees your password."))


def _how(kind: str, channel: type[Channel], consents: frozenset[str]) -> str:
    if kind == "feed":
        return _("Served by Saring itself")
    if channel.capabilities.connect is Connect.SECRETS:
        return _("With a password or token made for Saring")
    return (
        _("On the network's own consent page") if kind in consents else _("The operator has to register Saring first")
    )


def _health(account: ChannelAccount, *, time_zone: str, now: datetime) -> str:
    if account.state == AccountState.DISCONNECTED:
        return _("Nothing is sent here any more; what was published stays.")
    if account.state == AccountState.NEEDS_REAUTH:
        return _("The network no longer lets Saring in. Connect it again; what waits is then sent.")
    if account.paused_until is not None and account.paused_until > now:
        return _("It rests until %(when)s after a failure.", when=local_moment(account.paused_until, time_zone))
    if account.last_error:
        return _("It works, though the last question to the network failed.")
    return _("All is well.")
