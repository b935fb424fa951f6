"""A public fact-check: the card in a list, and the page. The page's own words are in the language of its text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import force_locale

from app.i18n import gettext as _
from app.i18n import ngettext
from app.presenters.claim_review import claim_review
from app.presenters.verdicts import VerdictView, misinfo_type_word, verdict_view
from app.presenters.words import HOUSE, excerpt
from verification.models import Decision, FactCheck, FactCheckRevision
from verification.queries.public import Published
from verification.rules.lifecycle import CaseState
from verification.rules.scale import Veracity

CARD_CHARACTERS = 160
"""Length of the summary on a card, in characters: two or three lines on a phone."""

QUOTED_CHARACTERS = 900
"""How much of another house's explanation is quoted before its own page is the place to read on."""


@dataclass(frozen=True, slots=True)
class CardView:
    """A fact-check in a list, ours or another house's; `href` is its page here."""

    title: str
    href: str
    verdict: VerdictView
    published_on: date | None
    source: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source: what it is, where it is, the words that count, and the copy that stays if the page goes."""

    title: str
    url: str
    quote: str = ""
    archive_url: str = ""
    retrieved_on: date | None = None
    supports: str = ""


@dataclass(frozen=True, slots=True)
class PartView:
    """A headed part of the answer, by paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of the page: when, what kind of change, why, who stood behind it, and what it said."""

    at: datetime
    title: str
    note: str
    signed: tuple[str, ...]
    headline: str
    verdict: VerdictView
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactCheckPage:
    """Everything the public page says. `imported` pages show another house's check; `claim_review` is ours alone."""

    title: str
    canonical_url: str
    language: str
    verdict: VerdictView
    misinfo_type: str
    claim: str
    short_answer: str
    warning: str
    parts: tuple[PartView, ...]
    sources: tuple[SourceView, ...]
    versions: tuple[VersionView, ...]
    published_on: date | None
    publisher: str
    imported: bool
    source_url: str
    source_label: str
    judged_by: tuple[str, ...]
    rule: str
    demand: int
    withdrawn: bool
    under_correction: bool
    withdrawn_because: str
    crowd_differs: str
    claim_review: dict[str, Any] | None


def card_view(fact_check: FactCheck) -> CardView:
    """Return a fact-check as a list shows it."""
    return CardView(
        title=fact_check.title,
        href=url_for("fact_checks.show", public_id=fact_check.public_id, slug=fact_check.slug),
        verdict=_verdict_of(fact_check),
        published_on=fact_check.dated_on,
        source=fact_check.source_name or HOUSE,
        summary=excerpt(fact_check.summary, CARD_CHARACTERS),
    )


def fact_check_page(published: Published, *, site: str) -> FactCheckPage:
    """Return the page of a fact-check; `site` is the public address without a trailing slash."""
    fact_check = published.fact_check
    imported = fact_check.origin == "imported"
    address = site + url_for("fact_checks.show", public_id=fact_check.public_id, slug=fact_check.slug)
    publisher = fact_check.source_name or published.agency or HOUSE
    with force_locale(fact_check.language or "id"):
        parts = _imported_parts(fact_check) if imported else _own_parts(fact_check)
        record = (
            None
            # What was withdrawn is no rating any more: nobody shall go on reading it from the record.
            if imported or fact_check.state == CaseState.RETRACTED
            else claim_review(
                fact_check,
                verdict=_verdict_of(fact_check),
                url=address,
                site=site,
                author=publisher,
                corrections=[row for row in published.revisions if row.kind == "corrected"],
                pictured=published.pictured,
            )
        )
    return FactCheckPage(
        title=fact_check.title,
        canonical_url=address,
        language=fact_check.language,
        verdict=_verdict_of(fact_check),
        misinfo_type=misinfo_type_word(fact_check.misinfo_type or ""),
        claim=fact_check.claim,
        short_answer="" if imported else fact_check.summary,
        warning="" if imported else fact_check.body.get("warning", ""),
        parts=parts,
        sources=_sources(fact_check),
        versions=tuple(map(_version_view, published.revisions)),
        published_on=fact_check.dated_on,
        publisher=publisher,
        imported=imported,
        source_url=fact_check.source_url,
        source_label=fact_check.source_label,
        judged_by=_judges(published),
        rule=_rule(published.decision),
        demand=fact_check.asked_count,
        withdrawn=fact_check.state == CaseState.RETRACTED,
        under_correction=fact_check.state == CaseState.UNDER_CORRECTION,
        withdrawn_because=next((r.reason for r in reversed(published.revisions) if r.kind == "retracted"), ""),
        crowd_differs=_crowd_differs(published),
        claim_review=record,
    )


def role_word(role: str) -> str:
    """Return a role as the public record names who held it."""
    words = {
        "verifier": _("a verifier"),
        "editor": _("an editor"),
        "volunteer": _("a volunteer"),
        "publisher": _("a publisher"),
    }
    return words.get(role, _("a reviewer"))


def _verdict_of(fact_check: FactCheck) -> VerdictView:
    return verdict_view(fact_check.verdict or "", label=fact_check.source_label)


def _own_parts(fact_check: FactCheck) -> tuple[PartView, ...]:
    headings = {
        "why_misleading": _("Why it misleads"),
        "closing_fact": _("What to remember"),
        "what_to_do": _("What you can do"),
    }
    return tuple(_part(heading, fact_check.body.get(name, "")) for name, heading in headings.items())


def _imported_parts(fact_check: FactCheck) -> tuple[PartView, ...]:
    heading = _("What %(source)s found", source=fact_check.source_name)
    return (_part(heading, excerpt(fact_check.summary, QUOTED_CHARACTERS)),) if fact_check.summary else ()


def _part(heading: str, text: str) -> PartView:
    return PartView(heading, tuple(line for line in text.splitlines() if line.strip()))


def _sources(fact_check: FactCheck) -> tuple[SourceView, ...]:
    listed = fact_check.body.get("sources", [])
    return tuple(SourceView(title=source["name"] or source["url"], url=source["url"]) for source in listed)


def _version_view(revision: FactCheckRevision) -> VersionView:
    titles = {
        "published": _("Published"),
        "confirmed": _("Judged anew, and confirmed"),
        "corrected": _("Corrected"),
        "retracted": _("Withdrawn"),
    }
    content = revision.content
    parts = ("fact", "warning", "why_misleading", "closing_fact", "what_to_do")
    return VersionView(
        at=revision.published_at,
        title=titles[revision.kind],
        note=revision.reason,
        signed=tuple(_signed(signature) for signature in revision.signatures),
        headline=content.get("title", ""),
        verdict=verdict_view(content.get("verdict") or ""),
        texts=tuple(content[part] for part in parts if content.get(part)),
    )


def _signed(signature: dict[str, str]) -> str:
    who = f"{role_word(signature['role'])} ({signature['organisation'] or HOUSE})"
    if signature["act"] == "wrote":
        return _("Written by %(who)s", who=who)
    if signature["act"] == "asked":
        return _("Asked for by %(who)s", who=who)
    return _("Approved by %(who)s", who=who)


def _crowd_differs(published: Published) -> str:
    """Return what the volunteers leaned to, where the signers concluded otherwise; empty where they agree."""
    decision, verdict = published.decision, published.fact_check.verdict
    if decision is None or not decision.verdict or not verdict:
        return ""
    if Veracity(decision.verdict).level == Veracity(verdict).level:
        return ""
    leaning = verdict_view(decision.verdict).word
    return _(
        "The volunteers leaned towards %(leaning)s (%(votes)s assessments); those who signed concluded %(verdict)s.",
        leaning=leaning,
        votes=decision.votes,
        verdict=verdict_view(verdict).word,
    )


def _judges(published: Published) -> tuple[str, ...]:
    judges = []
    if published.decision is not None:
        votes = published.decision.votes
        judges.append(
            ngettext("%(num)d fact-checker, each on their own", "%(num)d fact-checkers, each on their own", votes)
        )
    judges.append(published.agency or _("An editor of Saring"))
    return tuple(judges)


def _rule(decision: Decision | None) -> str:
    if decision is None:
        return _("Two people: who wrote it did not approve it")
    names = {
        "quorum": _("At least three assessments, two thirds agreeing"),
        "consensus": _("Votes weighed by how often their casters were right before; the crowd suggests, people sign"),
    }
    return _(
        "%(rule)s (version %(version)s)", rule=names.get(decision.rule, decision.rule), version=decision.rule_version
    )
