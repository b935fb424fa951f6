"""What the forms of accounts and administration share: rules in the reader's language, and lines that are lines."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from app.i18n import gettext as _
from app.i18n import ngettext

LINE_LIMIT = 300
"""Characters of a line, where nothing narrower is said."""


class SaringForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """A form whose fields are named by `labels()`: a class is built before anybody's language is known."""

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        for name, text in self.labels().items():
            self[name].label.text = text

    def hidden_tag(self, *_names: str) -> Markup:
        """Return the hidden fields without ids, which a page with several forms would otherwise hold twice."""
        return Markup("\n").join(field(id=False) for field in self if isinstance(field.widget, HiddenInput))

    def labels(self) -> dict[str, str]:
        """Return the question of each field."""
        return {}


class Filled(InputRequired):  # type: ignore[misc]
    """The field must be filled in, and not with spaces alone."""

    def __call__(self, form: Any, field: Field) -> None:
        self.message = _("Fill in “%(field)s”.", field=field.label.text)
        super().__call__(form, field)
        if not field.data.strip():
            raise StopValidation(self.message)


class Ticked(InputRequired):  # type: ignore[misc]
    """The box must be ticked."""

    def __call__(self, form: Any, field: Field) -> None:
        self.message = _("Tick “%(field)s”", field=field.label.text)
        super().__call__(form, field)


class Chosen(InputRequired):  # type: ignore[misc]
    """One of the answers must be chosen."""

    def __call__(self, form: Any, field: Field) -> None:
        self.message = _("Choose one of the offered answers.")
        super().__call__(form, field)


class AtMost(Length):  # type: ignore[misc]
    """The text has no more than `limit` characters."""

    def __init__(self, limit: int) -> None:
        super().__init__(max=limit)

    def __call__(self, form: Any, field: Field) -> None:
        if len(field.data or "") > self.max:
            raise ValidationError(
                ngettext("Use at most %(num)s character.", "Use at most %(num)s characters.", self.max)
            )


class OneLine:
    """A line without invisible or control characters, NUL among them, which neither a column nor a page takes.

    A line that had some is shown again without them.
    """

    kept = ""

    def __call__(self, form: Any, field: Field) -> None:
        typed = field.data or ""
        field.data = "".join(letter for letter in typed if letter.isprintable() or letter in self.kept)
        if field.data != typed:
            raise ValidationError(_("Invisible characters were taken out. Look at it and send it again."))
        if not self.kept and len(typed) > LINE_LIMIT:
            raise ValidationError(_too_long(LINE_LIMIT))


class Lines(OneLine):
    """The same for a text of several lines."""

    kept = "\r\n\t"


def _too_long(limit: int) -> str:
    return ngettext("Use at most %(num)s character.", "Use at most %(num)s characters.", limit)
