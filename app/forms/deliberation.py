"""The forms of a case's discussion: a contribution, a sighting, handing over."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.forms.base import Filled, SaringForm
from app.i18n import gettext as _
from verification.services.deliberating import POST_LIMITS
from verification.services.gathering import ADDRESS_LIMIT
from verification.services.sighting import PLATFORM_LIMIT, Seen


class PostForm(SaringForm):
    """A contribution; `thread_id` is the one that it answers."""

    text = TextAreaField(validators=[Filled(), Length(max=POST_LIMITS[1])])
    thread_id = IntegerField(validators=[Optional()])

    def labels(self) -> dict[str, str]:
        return {"text": _("What you want to say to the others")}


class HideForm(SaringForm):
    """Why a contribution is hidden."""

    reason = StringField(validators=[Filled(), Length(max=300)])

    def labels(self) -> dict[str, str]:
        return {"reason": _("Why it is hidden, for everybody to read")}


class SightingForm(SaringForm):
    """Where and when a message was seen."""

    platform = StringField(validators=[Filled(), Length(max=PLATFORM_LIMIT)])
    seen_on = DateField(validators=[InputRequired()])
    views = IntegerField(validators=[Optional()])
    url = StringField(validators=[Optional(), Length(max=ADDRESS_LIMIT)])
    archive_url = StringField(validators=[Optional(), Length(max=ADDRESS_LIMIT)])

    def labels(self) -> dict[str, str]:
        return {
            "platform": _("Where it was seen"),
            "seen_on": _("On which day"),
            "views": _("How many people saw it there"),
            "url": _("Web address"),
            "archive_url": _("Address of an archived copy, if you know one"),
        }

    def to_seen(self) -> Seen:
        """Return what was filled in."""
        url, archive = (self.url.data or "").strip(), (self.archive_url.data or "").strip()
        return Seen(self.platform.data, self.seen_on.data, url, archive, self.views.data or 0)


class HandOverForm(SaringForm):
    """To whom a case goes."""

    alias = StringField(validators=[Filled(), Length(max=60)])

    def labels(self) -> dict[str, Any]:
        return {"alias": _("Public name of your colleague")}
