"""People and invitations, as administrators and auditors see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from accounts.directory import PAGE, InvitationRow, PersonRow
from accounts.roles import STAFF, Role
from app.i18n import gettext as _
from app.presenters.accounts import role_word
from app.tokens import Tokens


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person. `warning` says what an administrator should know at once, or nothing."""

    person_id: int
    href: str
    name: str
    email: str
    alias: str
    organisation: str
    roles: tuple[tuple[str, str], ...]
    warning: str
    has_second_factor: bool
    suspended_at: datetime | None
    suspended_reason: str
    created_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation that waits."""

    invitation_id: int
    email: str
    role: str
    organisation: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of the directory and the way to the next."""

    people: tuple[PersonView, ...]
    text: str
    roles: tuple[tuple[str, str, bool], ...]
    older: str


def people_page(rows: list[PersonRow], *, text: str, role: Role | None, tokens: Tokens) -> PeoplePage:
    """Return the directory; one row more than a page holds means that there are older ones."""
    shown = rows[:PAGE]
    wanted = role.value if role else ""
    older = ""
    if len(rows) > PAGE:
        cursor = tokens.sign_cursor([shown[-1].person_id])
        older = url_for("people.index", before=cursor, q=text or None, role=wanted or None)
    choices = [("", _("Every role")), *((one.value, role_word(one)) for one in Role if one is not Role.CITIZEN)]
    return PeoplePage(
        people=tuple(person_view(row) for row in shown),
        text=text,
        roles=tuple((value, word, value == wanted) for value, word in choices),
        older=older,
    )


def person_view(row: PersonRow) -> PersonView:
    """Return one person in words."""
    return PersonView(
        person_id=row.person_id,
        href=url_for("people.show", person_id=row.person_id),
        name=row.name,
        email=row.email,
        alias=row.alias,
        organisation=row.organisation or "",
        roles=tuple((role.value, role_word(role)) for role in row.roles),
        warning=_warning(row),
        has_second_factor=row.has_second_factor,
        suspended_at=row.suspended_at,
        suspended_reason=row.suspended_reason or "",
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
    )


def invitation_views(rows: list[InvitationRow]) -> list[InvitationView]:
    """Return the waiting invitations in words."""
    return [
        InvitationView(row.invitation_id, row.email, role_word(row.role), row.organisation or "", row.expires_at)
        for row in rows
    ]


def _warning(row: PersonRow) -> str:
    if row.suspended_at is not None:
        return _("Suspended")
    if set(row.roles) & STAFF and not row.has_second_factor:
        return _("No second factor yet")
    return ""
