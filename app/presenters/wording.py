"""The words of a counter-narrative: what each version changed, what others suggest, and whether it helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.roles import REVIEWERS, Role
from app.forms.desk import narrative_labels
from app.i18n import gettext as _
from app.i18n import ngettext
from app.presenters.marking import Runs, compared, runs_of, words_of
from app.presenters.queue import shorten
from verification.models import CounterNarrative
from verification.queries.deliberation import SuggestionRow
from verification.queries.wording import Wording
from verification.rules.bridging import Badge, Method
from verification.rules.drafting import NoDraft
from verification.rules.lifecycle import CaseState
from verification.services.writing import PARTS


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One part as it was and as it became, in runs that say what differs."""

    part: str
    before: Runs
    after: Runs


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version and what it changed in the one before."""

    number: int
    written_at: datetime
    changes: tuple[ChangeView, ...]


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A suggested wording; `state` in words, `may_decide` while it is open and not one's own."""

    suggestion_id: int
    change: ChangeView
    reason: str
    alias: str
    state: str
    note: str
    may_decide: bool


@dataclass(frozen=True, slots=True)
class WordingPage:
    """The page. `published` is the public number of what is rated, or empty; `rule` says which rule ranks now."""

    public_id: str
    title: str
    versions: tuple[VersionView, ...]
    suggestions: tuple[SuggestionView, ...]
    may_suggest: bool
    published: str
    may_rate: bool
    badge: str
    rule: str


def wording_page(found: Wording, *, person_id: int, roles: frozenset[Role]) -> WordingPage:
    """Return the page for somebody with `roles`."""
    newest = found.versions[0] if found.versions else None
    editing = newest is not None and CaseState(found.case.state) is CaseState.EDITORIAL_REVIEW
    wrote = any(person_id in (version.author_id, version.approver_id) for version in found.versions)
    public = found.fact_check is not None and found.fact_check.state in ("published", "corrected")
    by_number = {version.id: version for version in found.versions}
    return WordingPage(
        public_id=found.case.public_id,
        title=shorten(newest.title if newest else found.case.claim),
        versions=tuple(map(_version_view, found.versions, (*found.versions[1:], None))),
        suggestions=tuple(
            _suggestion_view(row, by_number, open_now=editing and bool(roles & REVIEWERS)) for row in found.suggestions
        ),
        may_suggest=editing and newest is not None and newest.author_id != person_id,
        published=found.fact_check.public_id if found.fact_check is not None and public else "",
        may_rate=public and not wrote,
        badge=_badge_word(found),
        rule=_rule_words(found),
    )


def marked(before: str, after: str) -> tuple[Runs, Runs]:
    """Return both texts in runs of (kind, text), compared word by word."""
    old, new = words_of(before), words_of(after)
    left, right = compared(old, new)
    return runs_of(old, left), runs_of(new, right)


def _version_view(version: CounterNarrative, earlier: CounterNarrative | None) -> VersionView:
    changed = [part for part in PARTS if earlier is not None and getattr(earlier, part) != getattr(version, part)]
    changes = tuple(_change(part, getattr(earlier, part), getattr(version, part)) for part in changed)
    return VersionView(version.version, version.written_at, changes)


def _suggestion_view(row: SuggestionRow, versions: dict[int, CounterNarrative], *, open_now: bool) -> SuggestionView:
    made, version = row.suggestion, versions[row.suggestion.counter_narrative_id]
    words = {
        "open": _("Waits for an answer"),
        "accepted": _("Taken over by %(alias)s", alias=row.decider),
        "declined": _("Declined by %(alias)s", alias=row.decider),
    }
    return SuggestionView(
        suggestion_id=made.id,
        change=_change(made.part, getattr(version, made.part), made.text),
        reason=made.reason,
        alias=_("You") if row.mine else row.alias,
        state=words[made.state],
        note=made.note,
        may_decide=open_now and made.state == "open" and not row.mine,
    )


def _change(part: str, before: str, after: str) -> ChangeView:
    left, right = marked(before, after)
    return ChangeView(narrative_labels()[part], left, right)


def _badge_word(found: Wording) -> str:
    badge = found.rank.badge if found.rank else None
    return {Badge.HELPFUL.value: _("Helps people of different views"), Badge.NOT_HELPFUL.value: _("Does not help")}.get(
        badge or "", ""
    )


def _rule_words(found: Wording) -> str:
    """Return which rule ranks, and what it would take for the other one: the switch is visible."""
    if found.ranking is None:
        return _("Nothing was ranked yet; the first ranking is made the night after the first rating.")
    if found.ranking.method == Method.BRIDGING.value:
        return _("Ranked by bridging: what helps people of different views comes first.")
    return ngettext(
        "Ranked by the share of those it helped. Bridging begins after %(num)s more rating.",
        "Ranked by the share of those it helped. Bridging begins after %(num)s more ratings.",
        found.ranking.missing_ratings,
    )


def no_draft_word(reason: NoDraft) -> str:
    """Return why a volunteer may not write the counter-narrative now."""
    return {
        NoDraft.LEVEL: _("Writing is open to trusted volunteers. Your own record says what you still need for it."),
        NoDraft.SENT_BACK: _(
            "Three of your last five texts were sent back, so others write for now. Suggest better words for what they "
            "wrote: each suggestion that is taken brings you nearer to writing again."
        ),
        NoDraft.NOT_AGREED: _("You may write it as soon as the assessments agree."),
        NoDraft.OTHERS_TEXT: _("Somebody else is writing it. You can suggest other words for each part."),
        NoDraft.CLOSED: _("This case takes no new text now."),
    }[reason]
