"""Search hits with their reasons in words: how alike, which passage, which terms, and what differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.i18n import gettext as _
from app.presenters.verdicts import VerdictView, verdict_view
from app.presenters.words import HOUSE, excerpt
from search.types import Difference, Hit, Outcome, Retriever, SearchResult

LIKENESS_STEPS = (0.2, 0.4, 0.6, 0.8)
"""Borders of the five words for likeness, on the calibrated probability in [0, 1]: fifths, one for each dot."""

EXCERPT_CHARACTERS = 220
"""Length of the explanation shown with a hit, in characters: five or six lines on a phone."""


@dataclass(frozen=True, slots=True)
class LikenessView:
    """How alike message and debunk are: a word and `level` of `LIKENESS_LEVELS` dots."""

    word: str
    level: int


LIKENESS_LEVELS = len(LIKENESS_STEPS) + 1


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """Something that sets the reader's message apart from the debunk."""

    sentence: str


@dataclass(frozen=True, slots=True)
class HitView:
    """One earlier check, ours or another house's; `href` is its page here."""

    key: str
    title: str
    href: str
    verdict: VerdictView
    published_on: date | None
    source: str
    excerpt: str
    likeness: LikenessView
    means: str
    passage: str
    terms: tuple[str, ...]
    differences: tuple[DifferenceView, ...]


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """What the answer page shows for `text`. `outcome` is answered, suggested or none; `incomplete`: search limps."""

    text: str
    outcome: str
    hits: tuple[HitView, ...]
    incomplete: bool = False

    @property
    def heading(self) -> str:
        """The page's first sentence: what we know about this message."""
        if self.outcome == Outcome.ANSWERED:
            return _("This has been checked before")
        if self.outcome == Outcome.SUGGESTED:
            return _("We may have checked this before")
        return _("We have not checked this yet")


def answer_page(text: str, result: SearchResult) -> AnswerPage:
    """Return the page of a search."""
    return AnswerPage(
        text, result.outcome, tuple(map(hit_view, result.hits)), incomplete=bool(set(result.degraded) - {"calibration"})
    )


def hit_view(hit: Hit) -> HitView:
    """Return a hit in words."""
    document = hit.document
    return HitView(
        key=document.key,
        title=document.title,
        href=document.url,
        verdict=verdict_view(document.verdict),
        published_on=document.published_on,
        source=document.source or HOUSE,
        excerpt=excerpt(document.explanation, EXCERPT_CHARACTERS),
        likeness=likeness_view(hit.probability),
        means=_means(hit.retrievers, sure=hit.probability >= LIKENESS_STEPS[1]),
        passage=hit.passage,
        terms=hit.terms,
        differences=tuple(DifferenceView(difference_sentence(item)) for item in hit.differences),
    )


def likeness_view(probability: float) -> LikenessView:
    """Return the word for a calibrated probability that this debunk answers the message."""
    words = (_("Slightly alike"), _("Somewhat alike"), _("Alike"), _("Very much alike"), _("Almost certainly the same"))
    level = sum(probability >= step for step in LIKENESS_STEPS)
    return LikenessView(words[level], level + 1)


def _means(retrievers: tuple[Retriever, ...], *, sure: bool) -> str:
    """Return why a check was found. Of one that is hardly alike nobody is told that it means the same."""
    by_meaning = bool({Retriever.DENSE, Retriever.ADAPTED} & set(retrievers))
    by_words = bool({Retriever.WORDS, Retriever.GRAMS} & set(retrievers))
    if not sure:
        return _("It shares some words.") if by_words else _("It is about something like it.")
    if by_meaning and by_words:
        return _("It means the same and uses the same words.")
    return _("It means the same in other words.") if by_meaning else _("It uses the same words.")


def difference_sentence(item: Difference) -> str:
    """Return what sets the reader's message and a check apart, in words."""
    kind, yours, theirs = _difference(item)
    if yours and theirs:
        return _(
            "Different %(kind)s: “%(yours)s” in your message, “%(theirs)s” in the check.",
            kind=kind,
            yours=yours,
            theirs=theirs,
        )
    if yours:
        return _("Only in your message (%(kind)s): “%(yours)s”.", kind=kind, yours=yours)
    return _("Only in the check (%(kind)s): “%(theirs)s”.", kind=kind, theirs=theirs)


def difference_at_desk(item: Difference) -> str:
    """Return what sets a report and a check apart, in words for somebody who did not send it."""
    kind, reported, checked = _difference(item)
    if reported and checked:
        return _(
            "Different %(kind)s: “%(reported)s” in the report, “%(checked)s” in the check.",
            kind=kind,
            reported=reported,
            checked=checked,
        )
    if reported:
        return _("Only in the report (%(kind)s): “%(reported)s”.", kind=kind, reported=reported)
    return _("Only in the check (%(kind)s): “%(theirs)s”.", kind=kind, theirs=checked)


def _difference(item: Difference) -> tuple[str, str, str]:
    """Return what kind of words differ, and which stand on either side."""
    kinds = {
        "negation": _("“not” or “no”"),
        "number": _("number"),
        "amount": _("amount"),
        "date": _("date"),
        "place": _("place"),
        "name": _("name"),
    }
    return kinds.get(item.kind, item.kind), ", ".join(item.in_query), ", ".join(item.in_document)
