"""The one question of the course: what would you say?"""

from __future__ import annotations

from typing import Any

from wtforms import RadioField

from app.forms.base import Chosen, SaringForm
from app.i18n import gettext as _
from app.presenters.verdicts import verdict_view
from verification.rules.scale import BALLOT, Veracity


class AnswerForm(SaringForm):
    """A verdict on the case in view, out of the same ones as on a real ballot."""

    verdict = RadioField(validators=[Chosen()])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.verdict.label.text = _("What would you say?")
        self.verdict.choices = [(v.value, verdict_view(v).word) for v in BALLOT]

    def to_verdict(self) -> Veracity:
        """Return what was chosen."""
        return Veracity(self.verdict.data)


class TryForm(AnswerForm):
    """The same in the address: an answer that nobody counts is kept nowhere."""

    class Meta:
        csrf = False
