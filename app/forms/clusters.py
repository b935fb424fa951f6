"""The forms with which cases are joined and taken apart, and proposals pointed elsewhere. They check shape only."""

from __future__ import annotations

from typing import Any

from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from app.forms.base import AtMost, Filled, OneLine, SaringForm
from app.i18n import gettext as _
from verification.services.clustering import REASON_LIMITS


class MergeForm(SaringForm):
    """The case that is the same claim, and why."""

    into = StringField(validators=[Filled(), OneLine(), AtMost(200)])
    why_same = StringField(validators=[Filled(), OneLine(), AtMost(REASON_LIMITS[1])])

    def labels(self) -> dict[str, str]:
        return {"into": _("Number or address of the other case"), "why_same": _("Why is it the same claim?")}

    def target(self) -> str:
        """Return the public number in what was typed or pasted."""
        return str(self.into.data).strip().rstrip("/").split("?")[0].rsplit("/", 1)[-1]


class SplitForm(SaringForm):
    """The messages that are about something else, and why. `items` offers those of the case."""

    items = SelectMultipleField(coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())
    why_other = StringField(validators=[Filled(), OneLine(), AtMost(REASON_LIMITS[1])])

    def __init__(self, *arguments: Any, choices: list[tuple[int, str]], **values: Any) -> None:
        super().__init__(*arguments, **values)
        self["items"].choices = choices

    def labels(self) -> dict[str, str]:
        return {"items": _("Messages that are about something else"), "why_other": _("What is different?")}


class RepointForm(SaringForm):
    """The fact-check that is meant instead."""

    fact_check = StringField(validators=[Filled(), OneLine(), AtMost(300)])

    def labels(self) -> dict[str, str]:
        return {"fact_check": _("Address of the fact-check")}


class WithdrawForm(SaringForm):
    """Why an answer is taken back."""

    reason = TextAreaField(validators=[Filled(), AtMost(4_000)])

    def labels(self) -> dict[str, str]:
        return {"reason": _("Why is it not the answer?")}
