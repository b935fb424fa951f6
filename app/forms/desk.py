"""The forms of the desk. They check shape only; what an act needs, the services say."""

from __future__ import annotations

from typing import Any

from wtforms import (
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.forms.base import SaringForm
from app.i18n import gettext as _
from app.presenters.verdicts import misinfo_type_word, verdict_view
from verification.rules.scale import BALLOT, MisinfoType, Veracity
from verification.services.assessing import REASON_LIMITS
from verification.services.gathering import ADDRESS_LIMIT, QUOTE_LIMIT, STANCES
from verification.services.gathering import Source as EvidenceSource
from verification.services.writing import PART_LIMIT, PARTS, TITLE_LIMIT, Draft, Source

SOURCE_ROWS = 4
"""Rows for sources on an empty form; a saved draft shows one more than it has."""


class CsrfForm(SaringForm):
    """A form that is only a button."""


class OpenReviewForm(SaringForm):
    """The checkable claim in one sentence."""

    claim = TextAreaField(validators=[InputRequired(), Length(max=500)])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.claim.label.text = _("The claim, in one sentence that can be checked")


class EvidenceForm(SaringForm):
    """A source and the words in it that count."""

    url = StringField(validators=[InputRequired(), Length(max=ADDRESS_LIMIT)])
    quote = TextAreaField(validators=[InputRequired(), Length(max=QUOTE_LIMIT)])
    stance = RadioField(validators=[InputRequired()])
    archive_url = StringField(validators=[Optional(), Length(max=ADDRESS_LIMIT)])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.url.label.text = _("Web address")
        self.quote.label.text = _("Quote from that page")
        self.stance.label.text = _("What it does to the claim")
        self.stance.choices = [(stance, stance_word(stance)) for stance in STANCES]
        self.archive_url.label.text = _("Address of an archived copy, if you know one")

    def to_source(self) -> EvidenceSource:
        """Return what was filled in."""
        return EvidenceSource(self.url.data, self.quote.data, self.stance.data, self.archive_url.data or "")


class AssessmentForm(SaringForm):
    """One person's own judgement. `evidence_ids` offers the case's evidence."""

    verdict = RadioField(validators=[InputRequired()])
    misinfo_type = SelectField(validators=[Optional()])
    confidence = RadioField(validators=[InputRequired()])
    evidence_ids = SelectMultipleField(
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired()],
        validate_choice=False,  # the service tells evidence of another case from none, and has it written down
    )
    reason = TextAreaField(validators=[InputRequired(), Length(min=REASON_LIMITS[0], max=REASON_LIMITS[1])])

    def __init__(self, *, evidence: list[tuple[int, str]], **values: Any) -> None:
        super().__init__(**values)
        self.verdict.label.text = _("Your verdict")
        self.verdict.choices = [(v.value, verdict_view(v).word) for v in BALLOT]
        self.misinfo_type.label.text = _("How it misleads")
        self.misinfo_type.choices = [("", _("Does not apply")), *_type_choices()]
        self.confidence.label.text = _("How sure are you?")
        self.confidence.choices = [(str(step), confidence_word(step)) for step in range(1, 6)]
        self.evidence_ids.label.text = _("The evidence your verdict rests on")
        self.evidence_ids.choices = evidence
        self.reason.label.text = _("Your reason, in your own words")


class OpinionForm(SaringForm):
    """The own verdict of somebody who signs. Its fields have names of their own: another ballot may be on the page."""

    verdict = RadioField(name="opinion", validators=[InputRequired()])
    reason = TextAreaField(name="opinion_reason", validators=[InputRequired(), Length(*REASON_LIMITS)])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.verdict.label.text = _("Your own verdict")
        self.verdict.choices = [(v.value, verdict_view(v).word) for v in BALLOT]
        self.reason.label.text = _("Your reason, in your own words")


class SourceForm(Form):  # type: ignore[misc]
    """One source of a counter-narrative; empty rows are left out."""

    name = StringField(validators=[Length(max=200)])
    url = StringField(validators=[Length(max=2048)])


class NarrativeForm(SaringForm):
    """The counter-narrative. A draft may be incomplete; only its lengths are checked here."""

    # The assessment stands on the same page, and an id occurs once on a page.
    verdict = SelectField(id="text-verdict", validators=[InputRequired()])
    misinfo_type = SelectField(id="text-misinfo_type", validators=[Optional()])
    language = SelectField(validators=[InputRequired()])
    title = StringField(validators=[Length(max=TITLE_LIMIT)])
    fact = TextAreaField(validators=[Length(max=PART_LIMIT)])
    warning = TextAreaField(validators=[Length(max=PART_LIMIT)])
    circulated = TextAreaField(validators=[Length(max=PART_LIMIT)])
    why_misleading = TextAreaField(validators=[Length(max=PART_LIMIT)])
    closing_fact = TextAreaField(validators=[Length(max=PART_LIMIT)])
    what_to_do = TextAreaField(validators=[Length(max=PART_LIMIT)])
    sources = FieldList(FormField(SourceForm), min_entries=SOURCE_ROWS, max_entries=20)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.verdict.choices = [(v.value, verdict_view(v).word) for v in BALLOT]
        self.misinfo_type.choices = [("", _("Does not apply")), *_type_choices()]
        self.language.choices = [("id", "Bahasa Indonesia"), ("en", "English")]
        for name, text in narrative_labels().items():
            self[name].label.text = text

    def to_draft(self) -> Draft:
        """Return what was filled in."""
        rows = [(row["name"] or "", row["url"] or "") for row in self.sources.data]
        parts = {name: self[name].data or "" for name in NARRATIVE_PARTS}
        return Draft(
            verdict=Veracity(self.verdict.data),
            misinfo_type=MisinfoType(self.misinfo_type.data) if self.misinfo_type.data else None,
            language=self.language.data,
            title=self.title.data or "",
            sources=tuple(Source(name.strip() or url.strip(), url.strip()) for name, url in rows if url.strip()),
            **parts,
        )


class DecisionForm(SaringForm):
    """Approve the version that was read, or send it back with a note."""

    note = TextAreaField(validators=[Length(max=2_000)])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.note.label.text = _("What has to change")


NARRATIVE_PARTS = PARTS[1:]
"""The text parts in the order in which a reader meets them."""


def narrative_labels() -> dict[str, str]:
    """Return the question of each field of a counter-narrative."""
    return {
        "verdict": _("Verdict"),
        "misinfo_type": _("How it misleads"),
        "language": _("Language"),
        "title": _("Title: begin with the fact"),
        "fact": _("The fact, in one or two sentences"),
        "warning": _("The warning, before the claim is repeated"),
        "circulated": _("What circulated"),
        "why_misleading": _("Why it misleads"),
        "closing_fact": _("The fact again, in other words"),
        "what_to_do": _("What readers can do"),
        "sources": _("Sources"),
    }


def offered_warning() -> str:
    """Return a short warning to keep or to put in better words; it tells nothing of how others judged."""
    return _("Careful: this message is going around. Read first what is known about it.")


def stance_word(stance: str) -> str:
    """Return what a source does to the claim, in words."""
    return {"refutes": _("Speaks against it"), "supports": _("Supports it"), "context": _("Gives context")}[stance]


def confidence_word(step: int) -> str:
    """Return a step of confidence, 1 to 5, in words."""
    return (_("A guess"), _("Rather unsure"), _("Fairly sure"), _("Sure"), _("Certain"))[step - 1]


def _type_choices() -> list[tuple[str, str]]:
    return [(kind.value, misinfo_type_word(kind)) for kind in MisinfoType]
