"""What administrators fill in about other people, organisations and work that got stuck."""

from __future__ import annotations

from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from accounts.models import Organisation
from accounts.organisations import KINDS, NAME_LIMIT
from accounts.roles import Role
from app.forms.base import AtMost, Chosen, Filled, Lines, OneLine, SaringForm
from app.i18n import gettext as _
from app.presenters.accounts import role_word

GRANTABLE = tuple(role for role in Role if role is not Role.CITIZEN)
"""Everybody with an account is a citizen already."""

REASON_LIMIT = 300
"""Characters, as the column has them."""


class InviteForm(SaringForm):
    """Whom to invite, and as what."""

    email = StringField(validators=[Filled(), OneLine()])
    role = SelectField(choices={}, validators=[Chosen()])
    organisation = SelectField(choices={}, validators=[Optional()])

    def __init__(self, *, organisations: list[Organisation], **values: Any) -> None:
        super().__init__(**values)
        self.role.choices = {role.value: role_word(role) for role in GRANTABLE}
        self.organisation.choices = {"": _("None")} | _names(organisations)

    def labels(self) -> dict[str, str]:
        return {"email": _("E-mail"), "role": _("Role"), "organisation": _("Organisation")}

    @property
    def organisation_id(self) -> int | None:
        """The chosen organisation's number."""
        return int(self.organisation.data) if self.organisation.data else None


class RoleForm(SaringForm):
    """A role to give or to take."""

    role = SelectField(choices={}, validators=[Chosen()])

    def labels(self) -> dict[str, str]:
        self.role.choices = {role.value: role_word(role) for role in GRANTABLE}
        return {"role": _("Role")}


class MembershipForm(SaringForm):
    """The organisation that a person works for."""

    organisation = SelectField(choices={}, validators=[Chosen()])

    def __init__(self, *, organisations: list[Organisation], **values: Any) -> None:
        super().__init__(**values)
        self.organisation.choices = _names(organisations)

    def labels(self) -> dict[str, str]:
        return {"organisation": _("Organisation")}


class SuspendForm(SaringForm):
    """Why an account is suspended; its owner reads it."""

    reason = StringField(validators=[Filled(), OneLine(), AtMost(REASON_LIMIT)])

    def labels(self) -> dict[str, str]:
        return {"reason": _("Reason, which the person will read")}


class OrganisationForm(SaringForm):
    """A new organisation."""

    name = StringField(validators=[Filled(), OneLine(), AtMost(NAME_LIMIT)])
    slug = StringField(validators=[Filled(), OneLine()])
    kind = SelectField(choices={}, validators=[Chosen()])
    aliases = TextAreaField(validators=[Lines(), AtMost(2_000)])
    time_zone = SelectField(choices={}, validators=[Chosen()])

    def labels(self) -> dict[str, str]:
        words = kind_words()
        self.kind.choices = {kind: words[kind] for kind in KINDS}
        self.time_zone.choices = zone_words()
        return {
            "name": _("Name"),
            "slug": _("Short name"),
            "kind": _("Kind"),
            "aliases": _("Other names, one on each line"),
            "time_zone": _("Time zone"),
        }

    def other_names(self) -> list[str]:
        """Return the names that were typed, without empty lines."""
        lines = (self.aliases.data or "").splitlines()
        return [" ".join(line.split()) for line in lines if line.strip()]


def kind_words() -> dict[str, str]:
    """Return the kinds of organisation, as they are stored and as people call them."""
    return {
        "agency": _("Public agency"),
        "fact_checker": _("Fact-checking organisation"),
        "media": _("News medium"),
    }


def zone_words() -> dict[str, str]:
    """Return the time zones of Indonesia, as they are stored and as people call them."""
    return {
        "Asia/Jakarta": _("Western Indonesia (WIB)"),
        "Asia/Makassar": _("Central Indonesia (WITA)"),
        "Asia/Jayapura": _("Eastern Indonesia (WIT)"),
    }


def _names(organisations: list[Organisation]) -> dict[str, str]:
    return {str(row.id): row.name for row in organisations}
