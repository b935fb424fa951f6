"""The posts of a version before its approval, account by account, with their counts and warnings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.i18n import gettext as _
from app.plans import Plan
from app.presenters.board import PostView, network_word, post_view
from app.presenters.publishing import draft_problem_word, local_moment, unit_word, warning_word, zone_word
from app.presenters.verdicts import VerdictView, verdict_view
from publishing.channels.interface import Capabilities, Channel
from publishing.corrections import Foreseen
from publishing.counting import Count
from publishing.drafting import Judgement, Prepared
from publishing.models import Act
from publishing.scheduling import local_time
from publishing.validation import Problem, ProblemCode
from verification.queries.narratives import Waiting


@dataclass(frozen=True, slots=True)
class CheckView:
    """How a text fares: see post_drafts/_check.html. `problems` forbid it, `warnings` do not."""

    used: int
    limit: int
    unit: str
    fits: bool
    problems: tuple[str, ...]
    warnings: tuple[tuple[str, str], ...]
    post: PostView


@dataclass(frozen=True, slots=True)
class DraftView:
    """The draft of one account."""

    account_id: int
    label: str
    language: str
    included: bool
    text: str
    composed: str
    edited: bool
    local_not_before: str
    when: str
    check: CheckView
    count_href: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What a correction does on one account."""

    label: str
    what: str
    post: PostView | None
    target_href: str


@dataclass(frozen=True, slots=True)
class DraftsPage:
    """All that an approval would send out. `seen` is the hash of it; `why_not` says why this person cannot approve."""

    public_id: str
    version: int
    title: str
    verdict: VerdictView
    case_href: str
    organisation: str
    time_zone: str
    page_url: str
    drafts: tuple[DraftView, ...]
    changes: tuple[ChangeView, ...]
    card_url: str
    card_alt: str
    card_pending: bool
    seen: str
    may_edit: bool
    may_approve: bool
    why_not: str


def drafts_page(
    waiting: Waiting,
    plan: Plan,
    *,
    networks: dict[str, type[Channel]],
    may_edit: bool,
    may_review: bool,
    person_id: int,
    organisation_id: int | None,
    now: datetime,
) -> DraftsPage:
    """Return the page for one person: who edited a text sees why somebody else has to approve."""
    narrative, case = waiting.narrative, waiting.case
    zone = plan.organisation.time_zone if plan.organisation else "Asia/Jakarta"
    why_not = _why_not(plan, waiting, person_id=person_id, organisation_id=organisation_id)
    wanted = (narrative.language, "landscape")
    card = next((card.image for card in plan.content.cards if (card.language, card.shape) == wanted), None)
    return DraftsPage(
        public_id=case.public_id,
        version=narrative.version,
        title=narrative.title,
        verdict=verdict_view(narrative.verdict),
        case_href=url_for("cases.show", public_id=case.public_id, _anchor="narrative") if may_review else "",
        organisation=plan.organisation.name if plan.organisation else "",
        time_zone=zone_word(zone),
        page_url=plan.content.url,
        drafts=tuple(_draft_view(waiting, post, networks=networks, time_zone=zone, now=now) for post in plan.posts),
        changes=tuple(_change_view(row, networks) for row in plan.corrections),
        card_url=url_for("share_cards.show", sha256=card.sha256) if card else "",
        card_alt=card.alt if card else "",
        card_pending=card is None,
        seen=plan.seen,
        may_edit=may_edit,
        may_approve=may_review and not why_not,
        why_not=why_not if may_review else _("A verifier or an editor of your organisation approves it."),
    )


def check_view(prepared: Prepared, fate: Judgement, text: str, *, networks: dict[str, type[Channel]]) -> CheckView:
    """Return how `text` would fare on the account of a draft."""
    limits: Capabilities = prepared.limits
    rule = limits.rule(with_image=prepared.payload.image is not None)
    shown = post_view(prepared.account, prepared.payload, network=network_word(networks, prepared.account.kind))
    count: Count = fate.count
    return CheckView(
        used=count.used,
        limit=count.limit,
        unit=_("bytes") if count.limit == rule.byte_limit else unit_word(rule.unit),
        fits=count.fits,
        problems=tuple(_problem(problem) for problem in fate.problems),
        warnings=tuple((warning_word(warning.code), warning.sentence) for warning in fate.warnings),
        post=PostView(**{**{name: getattr(shown, name) for name in PostView.__slots__}, "text": text}),
    )


def _problem(problem: Problem) -> str:
    if problem.code is ProblemCode.TOO_LONG and problem.count is not None:
        return _(
            "Too long by %(over)s: this network takes %(limit)s.", over=-problem.count.left, limit=problem.count.limit
        )
    return draft_problem_word(problem.code)


def _draft_view(
    waiting: Waiting, post: Prepared, *, networks: dict[str, type[Channel]], time_zone: str, now: datetime
) -> DraftView:
    fate = Judgement(post.count, post.problems, post.warnings)
    local = local_time(post.not_before, time_zone) if post.not_before else None
    return DraftView(
        account_id=post.account.id,
        label=f"{network_word(networks, post.account.kind)} · {post.account.handle}",
        language={"id": "Bahasa Indonesia", "en": "English"}.get(post.account.language, post.account.language),
        included=post.included,
        text=post.payload.text,
        composed=post.composed,
        edited=post.edited_by is not None and post.payload.text != post.composed,
        local_not_before=local.strftime("%Y-%m-%dT%H:%M") if local else "",
        when=local_moment(post.not_before, time_zone)
        if post.not_before and post.not_before > now
        else _("At once after approval"),
        check=check_view(post, fate, post.payload.text, networks=networks),
        count_href=url_for(
            "post_drafts.check",
            public_id=waiting.case.public_id,
            version=waiting.narrative.version,
            account_id=post.account.id,
        ),
    )


def _change_view(row: Foreseen, networks: dict[str, type[Channel]]) -> ChangeView:
    network = network_word(networks, row.account.kind)
    target = url_for("publications.show", publication_id=row.target.id) if row.target else ""
    if row.step is None or row.payload is None:
        what = _("The account is no longer connected: what stands there stays as it is.")
        return ChangeView(f"{network} · {row.account.handle}", what, None, target)
    words = {
        Act.EDIT: _("The post is edited in sight of all, with a dated line."),
        Act.REPLY: _("A reply under the post says what changed."),
        Act.DELETE: _("The post is taken down."),
        Act.POST: _("A new post with the new verdict."),
    }
    post = None if row.step.act is Act.DELETE else post_view(row.account, row.payload, network=network)
    return ChangeView(f"{network} · {row.account.handle}", words[row.step.act], post, target)


def _why_not(plan: Plan, waiting: Waiting, *, person_id: int, organisation_id: int | None) -> str:
    if waiting.narrative.author_id == person_id:
        return _("You wrote this yourself, so somebody else has to approve it.")
    posts = [post for post in plan.posts if post.included]
    speaks = plan.organisation is not None and bool(plan.posts or plan.corrections)
    if speaks and plan.organisation is not None and plan.organisation.id != organisation_id:
        return _("The posts speak for an organisation, so one of its people has to approve.")
    if speaks and not plan.content.cards:
        return _("The card is still being drawn. Reload the page in a moment, and look at it.")
    if any(post.problems for post in posts):
        return _("Some of these posts cannot go out as they are. Mend them, or leave those accounts out.")
    if any(post.edited_by == person_id for post in posts):
        return _("You wrote part of these posts yourself, so somebody else has to approve them.")
    return ""
