"""The file of fact-checks that an administrator sends."""

from __future__ import annotations

from typing import Any, ClassVar

from werkzeug.datastructures import FileStorage
from wtforms import Field, FileField
from wtforms.validators import ValidationError

from app.forms.base import SaringForm
from app.i18n import gettext as _


class Sent:
    """A file was chosen. A browser in which none was chosen sends one without a name."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: Any, field: Field) -> None:
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError(_("Choose the file first."))


class ImportForm(SaringForm):
    """A file of debunks: JSON lines or ClaimReview, also gzipped."""

    file = FileField(validators=[Sent()])

    def labels(self) -> dict[str, str]:
        return {"file": _("File of fact-checks")}
