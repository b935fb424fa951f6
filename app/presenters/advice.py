"""What the linter of counter-narratives found, in words."""

from __future__ import annotations

from flask_babel import format_decimal

from app.forms.desk import narrative_labels
from app.i18n import gettext as _
from verification.rules.counter_narrative import Draft, Finding, FindingKind, Part, lix_limit, reading_level

_FIELDS = {
    Part.FACT: "fact",
    Part.WARNING: "warning",
    Part.CIRCULATED: "circulated",
    Part.WHY: "why_misleading",
    Part.FACT_AGAIN: "closing_fact",
    Part.ACTION: "what_to_do",
    Part.SOURCES: "sources",
}


def reading_word(draft: Draft) -> str:
    """Return how hard a text reads, with the measure's name, its figure and its limit; empty before it has words."""
    level = reading_level(draft)
    if level is None:
        return ""
    figures = {"level": format_decimal(round(level)), "limit": format_decimal(round(lix_limit(draft.language)))}
    return _("Reading level (LIX): %(level)s. Up to %(limit)s reads easily.", **figures)


def advice_word(finding: Finding) -> str:
    """Return what is to be mended, with the sentence or the number that it is about."""
    part = narrative_labels()[_FIELDS[finding.part]] if finding.part else ""
    value, limit = format_decimal(round(finding.value)), format_decimal(round(finding.limit))
    about = finding.detail
    words = {
        FindingKind.MISSING_PART: lambda: _("Nothing is written yet: %(part)s", part=part),
        FindingKind.MISSING_SOURCE: lambda: _("No source is given yet."),
        FindingKind.BAD_SOURCE: lambda: _("This source is no web address: %(source)s", source=about),
        FindingKind.MYTH_FIRST: lambda: _(
            "The first sentence says what the message says. Begin with what is true: “%(sentence)s”", sentence=about
        ),
        FindingKind.MYTH_REPEATED: lambda: _(
            "The claim is repeated %(times)s times, and repeating makes it stick: “%(sentence)s”",
            times=value,
            sentence=about,
        ),
        FindingKind.NO_WARNING_BEFORE_MYTH: lambda: _("Say that the message is wrong before you repeat it."),
        FindingKind.HARD_TO_READ: lambda: _(
            "Hard to read: level %(value)s (LIX), up to %(limit)s is fine. Shorter sentences and words help.",
            value=value,
            limit=limit,
        ),
        FindingKind.LONG_SENTENCE: lambda: _(
            "A sentence of %(value)s words, up to %(limit)s are easy to read: “%(sentence)s”",
            value=value,
            limit=limit,
            sentence=about,
        ),
        FindingKind.TOO_LONG: lambda: _(
            "%(value)s characters, and %(channel)s takes %(limit)s.", value=value, limit=limit, channel=about
        ),
    }
    return words[finding.kind]()
