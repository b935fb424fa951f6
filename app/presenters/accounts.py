"""Accounts in words: roles, topics, devices, second factors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno

from accounts.models import LoginSession, Person
from accounts.roles import STAFF, Role
from app.i18n import gettext as _
from verification.rules.topics import HarmTopic


@dataclass(frozen=True, slots=True)
class SessionView:
    """A signed-in browser in the list of one's own."""

    session_id: int
    device: str
    last_seen_at: datetime
    created_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    """What a person sees about themselves."""

    name: str
    email: str
    roles: tuple[str, ...]
    organisation: str | None
    has_second_factor: bool
    needs_second_factor: bool
    recovery_codes: int
    sessions: tuple[SessionView, ...]
    counts_with_others: bool


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """The secret for an authenticator app, to be scanned or typed."""

    qr: str
    secret: str
    address: str


def account_page(
    person: Person,
    *,
    roles: frozenset[Role],
    organisation: str | None,
    recovery_codes: int,
    sessions: list[LoginSession],
    session_id: int,
    counts_with_others: bool,
) -> AccountPage:
    """Return the account page of `person`, seen in the session `session_id`."""
    return AccountPage(
        name=person.name,
        email=person.email,
        roles=tuple(role_word(role) for role in Role if role in roles and role is not Role.CITIZEN),
        organisation=organisation,
        has_second_factor=person.totp_confirmed_at is not None,
        needs_second_factor=bool(roles & STAFF),
        recovery_codes=recovery_codes,
        sessions=tuple(
            SessionView(row.id, device_words(row.user_agent), row.last_seen_at, row.created_at, row.id == session_id)
            for row in sessions
        ),
        counts_with_others=counts_with_others,
    )


def enrolment_view(address: str) -> EnrolmentView:
    """Return the QR code of an otpauth:// address as an image that lives in the page, and its secret in groups of 4."""
    secret = pyotp.parse_uri(address).secret
    return EnrolmentView(
        # White behind the code, always: a phone's camera does not read a dark page's inverted one.
        qr=segno.make(address, micro=False).svg_data_uri(scale=5, border=3, light="#fff"),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        address=address,
    )


def role_word(role: Role) -> str:
    """Return the name of a role."""
    words = {
        Role.CITIZEN: _("Citizen"),
        Role.VOLUNTEER: _("Volunteer fact-checker"),
        Role.VERIFIER: _("Agency verifier"),
        Role.EDITOR: _("Editor"),
        Role.PUBLISHER: _("Publication approver"),
        Role.ADMIN: _("Administrator"),
        Role.AUDITOR: _("Auditor"),
    }
    return words[role]


def topic_words() -> dict[str, str]:
    """Return the topics that a person may know about, as they are stored and as people call them."""
    return {
        HarmTopic.HEALTH.value: _("Health"),
        HarmTopic.DISASTER.value: _("Disasters and weather"),
        HarmTopic.ELECTION.value: _("Elections and politics"),
        HarmTopic.MONEY.value: _("Money, aid and scams"),
    }


_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"))
_ENGINES = (("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """Return a browser's own description as people would say it; the order matters, for most claim to be Chrome."""
    browser = next((name for mark, name in (*_BROWSERS, *_ENGINES) if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("Unknown device")
