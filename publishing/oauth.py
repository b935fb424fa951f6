"""Consent pages: asking with a state and a PKCE challenge, and trading the code that comes back for tokens.

The pending request is a sealed value that the app keeps in the person's session: nobody else's answer fits it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

import httpx

from publishing.channels.errors import ChannelError
from publishing.channels.http import expect, send
from publishing.errors import AccountRefused, BadState

FACEBOOK = "https://graph.facebook.com/v24.0"

PENDING_FOR = timedelta(minutes=15)
"""How long a person may take on the consent page."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Where a network asks for consent and trades codes; `{server}` stands for the instance, where there are many."""

    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    separator: str = " "
    pkce: bool = True
    exchange_url: str | None = None
    """Where a short-lived token is traded for a long-lived one (Meta)."""
    exchange_grant: str | None = None


CONSENTS: Mapping[str, Consent] = {
    "mastodon": Consent(
        "{server}/oauth/authorize", "{server}/oauth/token", ("read", "write:statuses", "write:media", "profile")
    ),
    "x": Consent(
        "https://x.com/i/oauth2/authorize",
        "https://api.x.com/2/oauth2/token",
        ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
    ),
    "facebook": Consent(
        "https://www.facebook.com/v24.0/dialog/oauth",
        "https://graph.facebook.com/v24.0/oauth/access_token",
        (
            "pages_show_list",
            "pages_manage_posts",
            "pages_manage_metadata",
            "pages_read_engagement",
            "pages_read_user_content",
            "pages_manage_engagement",
        ),
        separator=",",
        pkce=False,
    ),
    "instagram": Consent(
        "https://www.instagram.com/oauth/authorize",
        "https://api.instagram.com/oauth/access_token",
        ("instagram_business_basic", "instagram_business_content_publish", "instagram_business_manage_comments"),
        separator=",",
        pkce=False,
        exchange_url="https://graph.instagram.com/access_token",
        exchange_grant="ig_exchange_token",
    ),
    "threads": Consent(
        "https://threads.net/oauth/authorize",
        "https://graph.threads.net/oauth/access_token",
        (
            "threads_basic",
            "threads_content_publish",
            "threads_delete",
            "threads_manage_insights",
            "threads_manage_mentions",
            "threads_manage_replies",
            "threads_read_replies",
        ),
        separator=",",
        pkce=False,
        exchange_url="https://graph.threads.net/access_token",
        exchange_grant="th_exchange_token",
    ),
}
"""Scopes as the networks' documentation names them; none was tried against a live network."""


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """Our registration at a network."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    server: str = ""


@dataclass(frozen=True, slots=True)
class PendingConsent:
    """A request that is out: keep it, sealed, in the session of who asked."""

    kind: str
    state: str
    verifier: str = field(repr=False)
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a network gave for a code. `expires_at` only where it said so."""

    secrets: Mapping[str, str] = field(repr=False)
    expires_at: datetime | None


def register(client: httpx.Client, *, server: str, redirect_uri: str, website: str) -> OAuthApp:
    """Register Saring at a Mastodon-compatible server, which lets every application do so. Raises AccountRefused."""
    form = {
        "client_name": "Saring",
        "redirect_uris": redirect_uri,
        "scopes": " ".join(CONSENTS["mastodon"].scopes),
        "website": website,
    }
    try:
        given = expect(send(client, "POST", f"{server}/api/v1/apps", data=form))
        return OAuthApp(given["client_id"], given["client_secret"], redirect_uri, server=server)
    except ChannelError as error:
        raise AccountRefused(kind="mastodon", reason=error.reason) from error
    except (httpx.InvalidURL, KeyError, TypeError) as error:
        raise AccountRefused(kind="mastodon", reason="no Mastodon-compatible server") from error


def ask(kind: str, app: OAuthApp, *, now: datetime) -> tuple[str, PendingConsent]:
    """Return the address of the consent page, and what must be remembered until the answer comes."""
    consent = CONSENTS[kind]
    pending = PendingConsent(kind, secrets.token_urlsafe(32), secrets.token_urlsafe(48), now)
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": consent.separator.join(consent.scopes),
        "state": pending.state,
    }
    if consent.pkce:
        query |= {"code_challenge": challenge(pending.verifier), "code_challenge_method": "S256"}
    return f"{consent.authorize_url.format(server=app.server)}?{urlencode(query)}", pending


def trade(
    client: httpx.Client, app: OAuthApp, pending: PendingConsent, *, state: str, code: str, now: datetime
) -> Tokens:
    """Trade the code of an answer for tokens. Raises BadState, and AccountRefused where the network refuses."""
    if not hmac.compare_digest(state.encode(), pending.state.encode()) or now - pending.asked_at > PENDING_FOR:
        raise BadState(kind=pending.kind)
    consent = CONSENTS[pending.kind]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": app.redirect_uri,
        **({"code_verifier": pending.verifier} if consent.pkce else {}),
    }
    try:
        given = expect(send(client, "POST", consent.token_url.format(server=app.server), data=form))
        if consent.exchange_url:
            given = _exchange(client, consent, app, given["access_token"])
        access = given["access_token"]
    except ChannelError as error:
        raise AccountRefused(kind=pending.kind, reason=error.reason) from error
    except KeyError as error:
        raise AccountRefused(kind=pending.kind, reason="no access token") from error
    kept = {"access": access}
    if given.get("refresh_token"):  # whoever refreshes must say again which application it is
        kept |= {"refresh": given["refresh_token"], "client_id": app.client_id, "client_secret": app.client_secret}
    lifetime = given.get("expires_in")
    return Tokens(
        {name: value for name, value in kept.items() if value},
        now + timedelta(seconds=int(lifetime)) if lifetime else None,
    )


@dataclass(frozen=True, slots=True)
class FacebookPage:
    """A Page that the person who consented manages, with the token to act as it."""

    page_id: str
    name: str
    token: str = field(repr=False)


def pages(client: httpx.Client, access: str, *, server: str = FACEBOOK) -> list[FacebookPage]:
    """Return the Pages behind a person's token: a Page posts with its own. Raises AccountRefused."""
    headers, params = {"Authorization": f"Bearer {access}"}, {"fields": "id,name,access_token", "limit": 100}
    try:
        listed = expect(send(client, "GET", f"{server}/me/accounts", headers=headers, params=params))["data"]
        return [FacebookPage(row["id"], row["name"], row["access_token"]) for row in listed]
    except ChannelError as error:
        raise AccountRefused(kind="facebook", reason=error.reason) from error
    except (KeyError, TypeError) as error:
        raise AccountRefused(kind="facebook", reason="no list of Pages") from error


def challenge(verifier: str) -> str:
    """Return the S256 challenge of a PKCE verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _exchange(client: httpx.Client, consent: Consent, app: OAuthApp, short: str) -> dict[str, str]:
    """Trade Meta's one-hour token for one of 60 days."""
    params = {
        "grant_type": consent.exchange_grant or "",
        "client_secret": app.client_secret,
        "access_token": short,
    }
    given: dict[str, str] = expect(send(client, "GET", consent.exchange_url or "", params=params))
    return given
