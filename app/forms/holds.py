"""The forms about what is held back: letting go on, deciding about accounts, and objecting. They check shape only."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, TextAreaField

from app.forms.base import AtMost, Chosen, Filled, Lines, SaringForm
from app.i18n import gettext as _
from verification.services.stating import REASON_LIMITS

LONGEST = REASON_LIMITS[1]


class ReleaseForm(SaringForm):
    """Why a held case may go on."""

    reason = TextAreaField(validators=[Filled(), Lines(), AtMost(LONGEST)])

    def labels(self) -> dict[str, str]:
        return {"reason": _("Your reason, which stays on record")}


class RingForm(SaringForm):
    """Whether accounts act as one, and how one can tell."""

    outcome = RadioField(validators=[Chosen()])
    note = TextAreaField(validators=[Filled(), Lines(), AtMost(LONGEST)])

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.outcome.choices = [
            ("confirmed", _("They act as one")),
            ("dismissed", _("They act each for themselves")),
        ]

    def labels(self) -> dict[str, str]:
        return {"outcome": _("Decision"), "note": _("Your reason, which stays on record")}


class ObjectionForm(SaringForm):
    """What somebody says whose account counts together with others."""

    objection = TextAreaField(validators=[Filled(), Lines(), AtMost(LONGEST)])

    def labels(self) -> dict[str, str]:
        return {"objection": _("Why you judge for yourself")}
