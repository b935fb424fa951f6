"""What people say of a counter-narrative: another wording, an answer to one, and whether it helps."""

from __future__ import annotations

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.forms.base import AtMost, Chosen, Filled, SaringForm
from app.forms.desk import narrative_labels
from app.i18n import gettext as _
from verification.rules.bridging import Help
from verification.services.suggesting import REASON_LIMIT
from verification.services.writing import PART_LIMIT, PARTS


class SuggestionForm(SaringForm):
    """Another wording for one part."""

    part = SelectField(validators=[Chosen()])
    text = TextAreaField(validators=[Filled(), AtMost(PART_LIMIT)])
    reason = TextAreaField(validators=[Filled(), AtMost(REASON_LIMIT)])

    def labels(self) -> dict[str, str]:
        words = narrative_labels()
        self.part.choices = [(part, words[part]) for part in PARTS]
        return {"part": _("Which part"), "text": _("Your wording"), "reason": _("Why it is better")}


class AnswerForm(SaringForm):
    """Why a suggestion is taken or not; a declined one should not stay without a word."""

    note = StringField(validators=[Optional(), Length(max=REASON_LIMIT)])

    def labels(self) -> dict[str, str]:
        return {"note": _("A word to whoever suggested it")}


class HelpForm(SaringForm):
    """Does it help?"""

    help = RadioField(validators=[Chosen()])

    def labels(self) -> dict[str, str]:
        words = {Help.YES: _("Yes"), Help.SOMEWHAT: _("Somewhat"), Help.NO: _("No")}
        self.help.choices = [(help_.value, word) for help_, word in words.items()]
        return {"help": _("Would this answer help somebody who believed the message?")}
