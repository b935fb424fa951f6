"""The forms of the publishing room. They check shape only; what an act needs, the services say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms import DateTimeLocalField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from app.forms.base import AtMost, Filled, Lines, OneLine, SaringForm
from app.i18n import gettext as _
from publishing.channels.interface import Capabilities

REASON_LIMIT = 500
AUDIENCE_LIMIT = 200
TAG_LIMIT = 10
"""Hashtags of an account; a post has room for few."""

ANSWER_LIMIT = 5_000
POST_LIMIT = 20_000
"""Characters; what the network takes is counted apart."""

LOCAL_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]

LINK_LIMIT = 500


class LinkForm(SaringForm):
    """The address of a post that somebody saw on its network."""

    url = StringField(validators=[Filled(), OneLine(), AtMost(LINK_LIMIT)])

    def labels(self) -> dict[str, str]:
        return {"url": _("Link of the post")}


class MomentForm(SaringForm):
    """A moment by the organisation's clocks."""

    not_before = DateTimeLocalField(format=LOCAL_FORMATS, validators=[InputRequired()])

    def labels(self) -> dict[str, str]:
        self.not_before.validators[0].message = _("Choose a day and a time.")
        return {"not_before": _("New time")}


class FreezeForm(SaringForm):
    """Why publishing is stopped."""

    reason = TextAreaField(validators=[Filled(), Lines(), AtMost(REASON_LIMIT)])

    def labels(self) -> dict[str, str]:
        return {"reason": _("Why? Everybody who publishes here will read it.")}


class AnswerForm(SaringForm):
    """What is said to somebody who wrote to us."""

    text = TextAreaField(validators=[Filled(), Lines(), AtMost(ANSWER_LIMIT)])

    def labels(self) -> dict[str, str]:
        return {"text": _("Your public answer")}


class ProfileForm(SaringForm):
    """For whom an account is, in which language, with which hashtags."""

    audience = StringField(validators=[Optional(), OneLine(), AtMost(AUDIENCE_LIMIT)])
    language = SelectField(choices={}, validators=[InputRequired()])
    tags = StringField(validators=[Optional(), OneLine(), AtMost(300)])

    def labels(self) -> dict[str, str]:
        self.language.choices = {"id": "Bahasa Indonesia", "en": "English"}
        return {"audience": _("Who follows it?"), "language": _("Language of its posts"), "tags": _("Hashtags")}

    def tag_words(self) -> tuple[str, ...]:
        """Return the hashtags without their sign, as they were typed, each once."""
        words = (self.tags.data or "").replace(",", " ").replace("#", " ").split()
        clean = ("".join(letter for letter in word if letter.isalnum() or letter == "_") for word in words)
        return tuple(dict.fromkeys(word for word in clean if word))[:TAG_LIMIT]


def connect_form(
    capabilities: Capabilities, fields: tuple[str, ...], secrets: tuple[str, ...], **values: Any
) -> SaringForm:
    """Return the form that asks for what a network needs: `fields` that may be shown, and `secrets` that may not."""
    words = field_words()
    members: dict[str, Any] = {name: StringField(validators=[Filled(), OneLine()]) for name in fields}
    # What a browser would offer to remember, or what is sent back after a mistake, is no place for a secret.
    members |= {name: PasswordField(validators=[Filled(), OneLine()]) for name in secrets}
    members["labels"] = lambda _self: {name: words[name] for name in (*fields, *secrets)}
    form: SaringForm = type(f"Connect{capabilities.kind.title()}Form", (SaringForm,), members)(**values)
    return form


def field_words() -> dict[str, str]:
    """Return what each network's setting or secret is called."""
    return {
        "server": _("Address of the server"),
        "handle": _("Handle"),
        "app_password": _("App password"),
        "chat": _("Channel, as @name"),
        "token": _("Token of the bot"),
        "url": _("Address that receives the messages"),
        "name": _("Name"),
        "signing_secret": _("Signing secret"),
        "phone_number": _("Number of the phone number (phone number ID)"),
        "template": _("Name of the approved template"),
        "access": _("Access token"),
        "app_secret": _("App secret"),
        "page": _("Page"),
    }


def local_value(moment: datetime | None) -> str:
    """Return a local moment as a `datetime-local` field takes it."""
    return moment.strftime("%Y-%m-%dT%H:%M") if moment else ""
