"""Talking a case over, after everybody has judged it alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import BadPost, BlindFirst, NoSuchPost
from verification.models import Case, DeliberationPost
from verification.queries.deliberation import may_see_others
from verification.services.conflicts import require_no_conflict
from verification.services.moving import lock_case

POST_LIMITS = (2, 4_000)
"""Characters of a contribution."""


def contribute(
    session: Session, *, public_id: str, text: str, thread_id: int | None, actor: Actor, now: datetime
) -> DeliberationPost:
    """Add a contribution: to the thread that begins with post `thread_id`, or as the beginning of a new one.

    Raises BlindFirst to whoever has not judged the case yet and so may not see what others think.
    """
    case = lock_case(session, public_id)
    require_no_conflict(session, case=case, actor=actor)
    if actor.person_id is None or not may_see_others(session, case=case, person_id=actor.person_id):
        raise BlindFirst(public_id=public_id)
    require_words(text)
    if thread_id is not None:
        _post_of(session, case, thread_id, beginning=True)
    post = DeliberationPost(
        case_id=case.id, thread_id=thread_id, person_id=actor.person_id, text=text.strip(), posted_at=now
    )
    session.add(post)
    session.flush()  # the audit names the post by its number
    facts = {"case_id": case.id, "thread_id": thread_id}
    record(session, "deliberation_continued", actor=actor, subject=("deliberation_post", post.id), now=now, data=facts)
    return post


def require_words(text: str) -> None:
    """Raise BadPost unless a contribution says something, and not too much."""
    shortest, longest = POST_LIMITS
    if not shortest <= len(text.strip()) <= longest:
        raise BadPost(field="text", shortest=shortest, longest=longest)


def hide(session: Session, *, public_id: str, post_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Hide a contribution that breaks the rules of talking to each other; its place and the reason stay visible."""
    case = lock_case(session, public_id)
    post = _post_of(session, case, post_id)
    if not reason.strip():
        raise BadPost(field="reason", shortest=1, longest=300)
    if post.person_id == actor.person_id or post.hidden_at is not None:
        raise NoSuchPost(post_id=post_id)
    post.hidden_by, post.hidden_because, post.hidden_at = actor.person_id, reason.strip()[:300], now
    facts = {"case_id": case.id, "reason": post.hidden_because}
    record(session, "deliberation_hidden", actor=actor, subject=("deliberation_post", post_id), now=now, data=facts)


def _post_of(session: Session, case: Case, post_id: int, *, beginning: bool = False) -> DeliberationPost:
    query = select(DeliberationPost).where(DeliberationPost.id == post_id, DeliberationPost.case_id == case.id)
    if beginning:
        query = query.where(DeliberationPost.thread_id.is_(None))
    post = session.scalar(query)
    if post is None:
        raise NoSuchPost(post_id=post_id)
    return post
