"""Somebody else waits for the answer to another report."""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.people import hash_token
from tests.noise import LONG_AGO, noise
from verification.models import Case, Item, Report, Subscription


@noise
def news_of_another_report(session: Session) -> None:
    case = Case(public_id="derau00001", state="declined", language="xx", opened_at=LONG_AGO, state_changed_at=LONG_AGO)
    session.add(case)
    session.flush()
    item = Item(case_id=case.id, fingerprint="derau kabar", text="Derau kabar", language="xx", created_at=LONG_AGO)
    session.add(item)
    session.flush()
    report = Report(
        item_id=item.id,
        idempotency_key="derau-kabar",
        tracking_hash=hash_token("derau kabar"),
        received_at=LONG_AGO,
    )
    session.add(report)
    session.flush()
    session.add(
        Subscription(
            report_id=report.id,
            channel="mail",
            address_hash="derau",
            token_hash=hash_token("derau langganan"),
            sealed=b"-",
            language="xx",
            asked_at=LONG_AGO,
            confirmed_at=LONG_AGO,
            expires_at=LONG_AGO,
        )
    )
