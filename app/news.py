"""News of a report on their way to those who asked for them: the answer, and each later change of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from accounts.letters import writing
from app.i18n import in_language
from app.presenters.letters import NewsKind, NewsView, news_letter, news_view, notification_of
from app.subscribing import news_url, unseal
from app.wiring import Saring
from kernel.outbox import enqueue
from verification.errors import NoSuchSubscription
from verification.models import Case, FactCheck, Subscription
from verification.queries.subscriptions import fact_check_of, waiting, what_of
from verification.rules.lifecycle import CaseState
from verification.services import subscribing
from verification.services.subscribing import CORRECTION_DAYS, keep_for_corrections

SEND_PUSH = "send_push"
"""The job of a notification."""

_KINDS = {
    CaseState.MATCHED: NewsKind.ANSWERED,
    CaseState.PUBLISHED: NewsKind.ANSWERED,
    CaseState.CORRECTED: NewsKind.CORRECTED,
    CaseState.RETRACTED: NewsKind.RETRACTED,
    CaseState.DECLINED: NewsKind.DECLINED,
}
"""What the state that a case has moved to means for those who wait."""


def tell_subscribers(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Tell everybody who waits for a case what has become of it; the handler of the events that end a wait."""
    case_id, kind = int(payload["subject_id"]), _KINDS[CaseState(payload["to"])]
    with saring.database.write() as session:
        own = fact_check_of(session, case_id=case_id)
        if kind is NewsKind.ANSWERED and int(payload.get("revision", 1)) > 1:
            kind = NewsKind.UPDATED
        for row in waiting(session, case_id=case_id, fact_check_id=own.id if own else None):
            _tell(saring, session, row, kind)


def tell_new_subscriber(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Tell somebody whose answer was there before they confirmed their address."""
    with saring.database.write() as session:
        try:
            row = subscribing.find(session, token_hash=payload["token_hash"])
        except NoSuchSubscription:
            return
        tracked = what_of(session, row)
        answered_meanwhile = tracked.case.state_changed_at >= row.asked_at
        kind = _KINDS.get(CaseState(tracked.case.state))
        if kind is not None and answered_meanwhile:
            _tell(saring, session, row, kind)


def forget_subscription(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Delete an address whose time is over."""
    with saring.database.write() as session:
        subscribing.forget(session, token_hash=payload["token_hash"], now=saring.clock.now())


def _tell(saring: Saring, session: Session, row: Subscription, kind: NewsKind) -> None:
    tracked = what_of(session, row)
    answer = None if kind is NewsKind.DECLINED else tracked.answer
    if answer is None and kind is not NewsKind.DECLINED:
        return  # the case has moved on since: the next event has news of its own
    key = f"news:{row.token_hash[:32]}:{_occasion(kind, tracked.case, answer)}"
    with in_language(row.language):
        view = news_view(kind, answer)
        if row.channel == "mail":
            _write(saring, session, row, view, answer, key=key)
        else:
            _push(saring, session, row, view, key=key)
    keep_for_corrections(session, row, now=saring.clock.now())


def _occasion(kind: NewsKind, case: Case, answer: FactCheck | None) -> str:
    return f"{kind}:{answer.id}:{answer.revision}" if answer else f"{kind}:{case.revision}"


def _write(
    saring: Saring, session: Session, row: Subscription, view: NewsView, answer: FactCheck | None, *, key: str
) -> None:
    kept, now = unseal(saring, row), saring.clock.now()
    letter = news_letter(
        view,
        address=kept["address"],
        language=row.language,
        received_at=what_of(session, row).report.received_at,
        page=f"{saring.settings.public_url}/cek/{answer.public_id}/{answer.slug}" if answer else "",
        link=kept["link"],
        end=news_url(saring, kept["token"]),
        until=(now + timedelta(days=CORRECTION_DAYS)).date(),
    )
    writing.write(session, letter, key=key, seal=saring.seal, now=now)


def _push(saring: Saring, session: Session, row: Subscription, view: NewsView, *, key: str) -> None:
    title, body = notification_of(view)
    payload = {"token_hash": row.token_hash, "title": title, "body": body}
    enqueue(session, SEND_PUSH, dedupe_key=key, payload=payload, now=saring.clock.now())
