"""The forms about a shut account: what its owner says against it, and the answer. They check shape only."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField, TextAreaField

from accounts.suspending import WORDS_LIMIT
from app.forms.base import AtMost, Chosen, Filled, Lines, SaringForm
from app.i18n import gettext as _


class AgainstForm(SaringForm):
    """What the owner of a shut account says."""

    objection = TextAreaField(validators=[Filled(), Lines(), AtMost(WORDS_LIMIT)])

    def labels(self) -> dict[str, str]:
        return {"objection": _("Why your account should be open")}


class OutcomeForm(SaringForm):
    """Whether the account is opened again, and why."""

    outcome = RadioField(validators=[Chosen()])
    answer = TextAreaField(validators=[Filled(), Lines(), AtMost(WORDS_LIMIT)])

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.outcome.choices = [("lifted", _("Open the account again")), ("kept", _("It stays suspended"))]

    def labels(self) -> dict[str, str]:
        return {"outcome": _("Decision"), "answer": _("Your answer, which the person will read")}
