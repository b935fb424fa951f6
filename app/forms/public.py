"""The forms that anybody may send. They check shape only; what a message may hold, intake says."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from werkzeug.datastructures import FileStorage
from wtforms import DateField, Field, HiddenField, MultipleFileField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, Optional, Regexp, ValidationError

from app.forms.base import AtMost, Filled, OneLine, SaringForm
from app.i18n import gettext as _
from app.presenters.accounts import topic_words
from app.presenters.topics import topic_word
from app.presenters.verdicts import misinfo_type_word, verdict_views
from verification.queries.public import Filters
from verification.rules.scale import MisinfoType
from verification.rules.topics import topic_slug

FORM_KEY = r"[A-Za-z0-9_-]{20,40}\Z"
"""What `Tokens.new_form_key` makes: 128 random bits in base64url."""

LONGEST_QUERY = 2_000
"""Characters of a search that still fit into an address."""


_NO_PAGE_HOLDS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class MessageField(TextAreaField):  # type: ignore[misc]  # the library ships no types
    """Gives back what was typed, with a mark in the place of each character that HTML forbids."""

    def _value(self) -> str:
        return _NO_PAGE_HOLDS.sub("\ufffd", super()._value())


class PicturesField(MultipleFileField):  # type: ignore[misc]
    """Screenshots. A browser in which none was chosen sends one file without a name."""

    def files(self) -> list[FileStorage]:
        """Return the files that were chosen, in order."""
        return [file for file in self.data or () if isinstance(file, FileStorage) and file.filename]

    def read(self) -> list[bytes]:
        """Return what is in them."""
        return [file.read() for file in self.files()]


class PastedOrPictured:
    """There is something to check: words, or a screenshot of them."""

    def __call__(self, form: Any, field: Field) -> None:
        if not (field.data or "").strip() and not form.images.files():
            raise ValidationError(_("Paste or type the message you want to check."))


class Pasted:
    """There is something to check."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Field) -> None:
        if not (field.data or "").strip():
            raise ValidationError(_("Paste or type the message you want to check."))


class CheckForm(SaringForm):
    """The message that somebody doubts, as words or as screenshots."""

    text = MessageField(validators=[PastedOrPictured()])
    images = PicturesField()

    def labels(self) -> dict[str, str]:
        return {"text": _("The message or link"), "images": _("Screenshots")}


class TypedForm(SaringForm):
    """What a screenshot says, typed by the person who has it."""

    text = MessageField(validators=[Pasted()])

    def labels(self) -> dict[str, str]:
        return {"text": _("What does it say?")}


class PictureReportForm(SaringForm):
    """Screenshots that are to be saved as a report; their link says which. `by_mail`: this site can send letters."""

    seen_where = SelectField(validators=[Optional()])
    email = StringField(validators=[Optional(), OneLine()])

    def __init__(self, *arguments: Any, by_mail: bool, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.seen_where.choices = [("", _("Choose, if you like")), *platforms().items()]
        if not by_mail:
            del self.email

    def labels(self) -> dict[str, str]:
        return {"seen_where": _("Where did you see it?"), "email": _("Send me the answer by e-mail")}

    def mailbox(self) -> str:
        """Return where the answer is wanted, empty for nowhere."""
        return str(self.email.data or "").strip() if "email" in self else ""


class ReportForm(PictureReportForm):
    """A message that is to be saved. `form_key` makes sending it twice the same as sending it once."""

    text = HiddenField(validators=[Pasted()])
    form_key = HiddenField(validators=[InputRequired(), Regexp(FORM_KEY)])
    images = PicturesField()

    def labels(self) -> dict[str, str]:
        return {**super().labels(), "images": _("Screenshots")}


class NewsForm(SaringForm):
    """Where somebody wants to hear of an answer."""

    email = StringField(validators=[Filled(), OneLine()])

    def labels(self) -> dict[str, str]:
        return {"email": _("E-mail")}


class PushForm(SaringForm):
    """What a browser says about where it listens, and what it wants: ask, look or stop."""

    act = HiddenField(validators=[InputRequired(), AnyOf(("ask", "look", "stop"))])
    endpoint = HiddenField(validators=[InputRequired(), AtMost(1_000)])
    p256dh = HiddenField(validators=[AtMost(120)])
    auth = HiddenField(validators=[AtMost(60)])


class AnsweredForm(SaringForm):
    """Which earlier check was the answer."""

    key = HiddenField(validators=[InputRequired(), Regexp(r"fact_check:\d{1,15}\Z")])


class BrowseForm(SaringForm):
    """A search and its filters, sent in the address. `sources` are the houses that have fact-checks here.

    What an address may not ask for is left out: nobody typed it, and the list without it is still of use.
    """

    class Meta:
        csrf = False

    q = StringField(validators=[Optional(), Length(max=LONGEST_QUERY)])
    verdict = SelectField(validators=[Optional()])
    type = SelectField(validators=[Optional()])
    topic = SelectField(validators=[Optional()], validate_choice=False)
    language = SelectField(validators=[Optional()])
    source = SelectField(validators=[Optional()])
    since = DateField(validators=[Optional()])
    until = DateField(validators=[Optional()])

    def __init__(self, *arguments: Any, sources: list[str], **values: Any) -> None:
        super().__init__(*arguments, **values)
        every = [("", _("All"))]
        self.verdict.choices = every + [(view.id, view.word) for view in verdict_views()]
        self.type.choices = every + [(kind.value, misinfo_type_word(kind)) for kind in MisinfoType]
        self.topic.choices = every + list(topic_words().items())
        named = topic_slug(self.topic.data or "")
        if named and named not in topic_words():
            self.topic.choices.append((named, topic_word(named)))
        self.language.choices = [*every, ("id", "Bahasa Indonesia"), ("en", "English")]
        self.source.choices = every + [(name, name) for name in sources]
        if not self.validate():
            for field in self:
                if field.errors:
                    field.process(None)

    def labels(self) -> dict[str, str]:
        return {
            "q": _("Search"),
            "verdict": _("Verdict"),
            "type": _("How it misleads"),
            "topic": _("Topic"),
            "language": _("Language"),
            "source": _("Source"),
            "since": _("From"),
            "until": _("Until"),
        }

    def filters(self) -> Filters:
        """Return what the list is narrowed by."""
        return Filters(
            verdict=self.verdict.data or "",
            misinfo_type=self.type.data or "",
            language=self.language.data or "",
            source=self.source.data or "",
            topic=topic_slug(self.topic.data or ""),
            since=self.since.data,
            until=self.until.data,
        )


def platforms() -> dict[str, str]:
    """Return the places where messages go around, as they are stored and as people call them."""
    return {
        "whatsapp": "WhatsApp",
        "facebook": "Facebook",
        "instagram": "Instagram",
        "tiktok": "TikTok",
        "youtube": "YouTube",
        "x": "X (Twitter)",
        "telegram": "Telegram",
        "spoken": _("Somebody told me"),
        "elsewhere": _("Somewhere else"),
    }
