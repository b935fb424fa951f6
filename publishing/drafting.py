"""Before approval: what would be posted on each account, what is wrong with it, and what an editor made of it.

Whoever changes a word is its author and approves nothing of it; whoever approves signs what was on
the page, by its hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from publishing.approval import ApprovedContent, draft
from publishing.channels.interface import Capabilities
from publishing.channels.values import Payload
from publishing.connections import Channels
from publishing.counting import Count
from publishing.errors import DraftEdited
from publishing.lint import LintWarning, Repeats, lint
from publishing.models import ChannelAccount, PostDraft
from publishing.validation import Problem, problems


@dataclass(frozen=True, slots=True)
class Choice:
    """What the page says about one account: whether it posts, when, and in which words (empty: as composed)."""

    included: bool
    text: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """The post of one account as it would go out."""

    account: ChannelAccount
    limits: Capabilities
    payload: Payload
    composed: str
    """The text without an editor's hand."""
    included: bool
    edited_by: int | None
    not_before: datetime | None
    count: Count
    problems: tuple[Problem, ...]
    warnings: tuple[LintWarning, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a text fares on an account."""

    count: Count
    problems: tuple[Problem, ...]
    warnings: tuple[LintWarning, ...]


def prepare(
    session: Session,
    content: ApprovedContent,
    *,
    narrative_id: int,
    accounts: Sequence[ChannelAccount],
    language: str,
    channels: Channels,
    repeats: Repeats,
    now: datetime,
) -> list[Prepared]:
    """Return what would be posted on each of `accounts`. Those that speak another `language` are left out at first."""
    saved = {row.account_id: row for row in session.scalars(_of(narrative_id))}
    plain = replace(content, drafts={})
    prepared = []
    for account in accounts:
        limits, row = channels.limits(account), saved.get(account.id)
        composed = draft(plain, account, limits, at=now)
        payload = replace(composed, text=row.text) if row and row.text else composed
        fate = judge(payload, limits, content, repeats=repeats)
        prepared.append(
            Prepared(
                account=account,
                limits=limits,
                payload=payload,
                composed=composed.text,
                included=row.included if row else account.language == language,
                edited_by=row.edited_by if row else None,
                not_before=row.not_before if row else None,
                count=fate.count,
                problems=fate.problems,
                warnings=fate.warnings,
            )
        )
    return prepared


def judge(payload: Payload, limits: Capabilities, content: ApprovedContent, *, repeats: Repeats) -> Judgement:
    """Return the count, the problems and the warnings of a post."""
    claim = content.wordings[payload.language].claim
    return Judgement(
        count=limits.rule(with_image=payload.image is not None).count(payload.text),
        problems=problems(payload, limits),
        warnings=lint(payload.text, claim=claim, repeats=repeats),
    )


def save(
    session: Session,
    prepared: Sequence[Prepared],
    choices: Mapping[int, Choice],
    *,
    narrative_id: int,
    actor: Actor,
    now: datetime,
) -> int:
    """Keep what somebody chose and return on how many accounts anything changed."""
    if actor.person_id is None:
        raise AssertionError("only a person edits")
    saved = {row.account_id: row for row in session.scalars(_of(narrative_id).with_for_update())}
    changed = 0
    for before in prepared:
        choice = choices.get(before.account.id)
        if choice is None or _says(before) == _wanted(before, choice):
            continue
        row = saved.get(before.account.id) or PostDraft(narrative_id=narrative_id, account_id=before.account.id)
        text = _own_words(before, choice)
        if text != (row.text or ""):
            row.text, row.edited_by = text, actor.person_id
        row.included, row.not_before = choice.included, choice.not_before
        row.saved_by, row.saved_at = actor.person_id, now
        session.add(row)
        changed += 1
        facts = {"account_id": before.account.id, "included": row.included, "text_sha256": _digest(text)}
        record(
            session, "post_draft_saved", actor=actor, subject=("counter_narrative", narrative_id), now=now, data=facts
        )
    return changed


def require_signed(prepared: Sequence[Prepared], *, approver_id: int) -> None:
    """Raise DraftEdited where the approver wrote part of what would go out."""
    if any(post.edited_by == approver_id for post in prepared if post.included):
        raise DraftEdited


def with_choices(content: ApprovedContent, prepared: Sequence[Prepared]) -> ApprovedContent:
    """Return the content with what was decided about each account in it."""
    return replace(
        content,
        drafts={post.account.id: post.payload.text for post in prepared},
        schedule={post.account.id: post.not_before for post in prepared if post.not_before is not None},
    )


def seen_hash(prepared: Sequence[Prepared]) -> str:
    """Return the hash (hex) of all that an approver signs: where, when, which words, which picture."""
    signed = [
        [
            post.account.id,
            post.payload.text,
            post.payload.title,
            post.payload.marker,
            post.payload.image.sha256 if post.payload.image else "",
            post.not_before.isoformat() if post.not_before else "",
        ]
        for post in prepared
        if post.included
    ]
    return _digest(json.dumps(signed, ensure_ascii=False))


def _says(before: Prepared) -> tuple[bool, str, datetime | None]:
    own = before.payload.text if before.payload.text != before.composed else ""
    return before.included, own, before.not_before


def _wanted(before: Prepared, choice: Choice) -> tuple[bool, str, datetime | None]:
    return choice.included, _own_words(before, choice), choice.not_before


def _own_words(before: Prepared, choice: Choice) -> str:
    """Return the text where it is not the composed one; browsers send line ends as CRLF."""
    text = choice.text.replace("\r\n", "\n").strip()
    return "" if text == before.composed.strip() else text


def _of(narrative_id: int) -> Select[PostDraft]:
    return select(PostDraft).where(PostDraft.narrative_id == narrative_id)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
