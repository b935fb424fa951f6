"""The forms of corrections, objections, flags, recusals and statements. They check shape only."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, Regexp

from app.forms.base import AtMost, Chosen, Filled, Lines, OneLine, SaringForm
from app.forms.desk import stance_word
from app.forms.public import FORM_KEY
from app.i18n import gettext as _
from verification.rules.statement import Stance
from verification.services.appealing import STANDINGS
from verification.services.flagging import LONGEST_NOTE, REASONS
from verification.services.gathering import QUOTE_LIMIT, STANCES, Source
from verification.services.speaking import LONGEST_ADDRESS
from verification.services.stating import REASON_LIMITS

LONGEST = REASON_LIMITS[1]


class ReasonForm(SaringForm):
    """A reason that the public will read."""

    reason = TextAreaField(validators=[Filled(), Lines(), AtMost(LONGEST)])

    def labels(self) -> dict[str, str]:
        return {"reason": _("The reason, for the public to read")}


class ReopenForm(SaringForm):
    """New evidence, and why it asks for judging anew."""

    url = StringField(validators=[Filled(), OneLine()])
    quote = TextAreaField(validators=[Filled(), Lines(), AtMost(QUOTE_LIMIT)])
    stance = RadioField(validators=[Chosen()])
    why = TextAreaField(validators=[Filled(), Lines(), AtMost(LONGEST)])

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.stance.choices = [(stance, stance_word(stance)) for stance in STANCES]

    def labels(self) -> dict[str, str]:
        return {
            "url": _("Web address"),
            "quote": _("Quote from that page"),
            "stance": _("What it does to the claim"),
            "why": _("Why the case has to be judged anew"),
        }

    def to_source(self) -> Source:
        """Return the new evidence."""
        return Source(self.url.data, self.quote.data, self.stance.data)


class AppealForm(SaringForm):
    """An objection. `form_key` makes sending it twice the same as sending it once."""

    name = StringField(validators=[Filled(), OneLine(), AtMost(200)])
    standing = RadioField(validators=[Chosen()])
    statement = TextAreaField(validators=[Filled(), Lines(), AtMost(LONGEST)])
    url = StringField(validators=[Optional(), OneLine(), AtMost(LONGEST_ADDRESS)])
    form_key = HiddenField(validators=[InputRequired(), Regexp(FORM_KEY)])

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.standing.choices = [(standing, standing_word(standing)) for standing in STANDINGS]

    def labels(self) -> dict[str, str]:
        return {
            "name": _("Your name, or that of the organisation you speak for"),
            "standing": _("How the fact-check concerns you"),
            "statement": _("What is wrong, and how you know"),
            "url": _("A page that shows it"),
        }


class AnswerForm(SaringForm):
    """A decision with its public reason."""

    outcome = RadioField(validators=[Chosen()])
    answer = TextAreaField(validators=[Filled(), Lines(), AtMost(LONGEST)])

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.outcome.choices = [("upheld", _("Uphold it")), ("rejected", _("Reject it"))]

    def labels(self) -> dict[str, str]:
        return {"outcome": _("Decision"), "answer": _("The answer, for the public to read")}


class FlagForm(SaringForm):
    """What is abused, and how."""

    reason = RadioField(validators=[Chosen()])
    note = TextAreaField(validators=[Optional(), Lines(), AtMost(LONGEST_NOTE)])

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.reason.choices = [(reason, flag_word(reason)) for reason in REASONS]

    def labels(self) -> dict[str, str]:
        return {"reason": _("What is wrong with it"), "note": _("Anything the reviewer should know")}


class TagForm(SaringForm):
    """An organisation that the claim is about though it does not name it."""

    organisation = SelectField(coerce=int, validators=[InputRequired()])
    reason = TextAreaField(validators=[Filled(), Lines(), AtMost(LONGEST)])

    def __init__(self, *arguments: Any, organisations: list[tuple[int, str]], **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.organisation.choices = organisations

    def labels(self) -> dict[str, str]:
        return {"organisation": _("Organisation"), "reason": _("Why the claim is about it")}


class DoubtForm(SaringForm):
    """A recusal that rests on a misunderstanding."""

    named = SelectField(coerce=int, validators=[InputRequired()])
    doubt = TextAreaField(validators=[Filled(), Lines(), AtMost(LONGEST)])

    def __init__(self, *arguments: Any, organisations: list[tuple[int, str]], **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.named.choices = organisations

    def labels(self) -> dict[str, str]:
        return {"named": _("Organisation"), "doubt": _("Why the claim is about somebody else")}


class StatementForm(SaringForm):
    """An agency's own word. `organisation_id` says for whom; the service believes only the account."""

    organisation_id = HiddenField(validators=[InputRequired(), Regexp(r"\d{1,15}\Z")])
    position = RadioField(validators=[Chosen()])
    text = TextAreaField(validators=[Filled(), Lines(), AtMost(LONGEST)])
    url = StringField(validators=[Optional(), OneLine(), AtMost(LONGEST_ADDRESS)])

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.position.choices = [(stance.value, position_word(stance)) for stance in Stance]

    def labels(self) -> dict[str, str]:
        return {
            "position": _("What your agency says of the claim"),
            "text": _("The statement, as it will be published"),
            "url": _("Where you published it"),
        }


def standing_word(standing: str) -> str:
    """Return who objects, in words."""
    return {
        "person": _("It names me"),
        "organisation": _("It names my organisation"),
        "source": _("It quotes me as a source"),
    }[standing]


def flag_word(reason: str) -> str:
    """Return what a flag says is wrong, in words."""
    return {
        "spam": _("It is advertising or spam"),
        "abuse": _("It insults or threatens somebody"),
        "personal_data": _("It shows somebody's personal data"),
        "manipulation": _("Somebody is trying to steer the result"),
        "other": _("Something else"),
    }[reason]


def position_word(stance: Stance) -> str:
    """Return an agency's position, in words."""
    return {
        Stance.DISPUTES: _("The claim is not right"),
        Stance.SUPPORTS: _("The claim is right"),
        Stance.CLARIFIES: _("It needs an explanation"),
    }[stance]
