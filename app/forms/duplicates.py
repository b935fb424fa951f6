"""The form with which many proposals are decided on at once. It checks shape only."""

from __future__ import annotations

import re

from wtforms import SelectMultipleField
from wtforms.validators import ValidationError

from app.duplicates import Choice
from app.forms.base import SaringForm
from app.i18n import gettext as _

PAIRS_LIMIT = 25
"""Pairs on the page, and so in one submission."""

_PAIR = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


def pair_value(choice: Choice) -> str:
    """Return a choice as the box on the page holds it."""
    return f"{choice.link_id}-{choice.fact_check_id}"


class DuplicatesForm(SaringForm):
    """The ticked pairs, each with the fact-check that the person saw."""

    pairs = SelectMultipleField(validate_choice=False)

    def labels(self) -> dict[str, str]:
        return {"pairs": _("Messages and checks")}

    def validate_pairs(self, field: SelectMultipleField) -> None:
        """Refuse nothing at all, too much, and what no page of ours sends."""
        if not field.data:
            raise ValidationError(_("Tick at least one pair first."))
        if len(field.data) > PAIRS_LIMIT or not all(_PAIR.fullmatch(value) for value in field.data):
            raise ValidationError(_("Choose one of the offered answers."))

    def choices(self) -> tuple[Choice, ...]:
        """Return what was ticked, each once."""
        found = (_PAIR.fullmatch(value) for value in dict.fromkeys(self.pairs.data or []))
        return tuple(Choice(int(one[1]), int(one[2])) for one in found if one)
