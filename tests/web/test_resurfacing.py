"""An old answer that is asked for again: noticed by the worker, shown on the desk, dealt with by somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from accounts.roles import Role
from app.resurfacing import watch_answers
from app.wiring import Saring
from kernel.outbox import AuditEvent
from tests.factories.cases import case_of, make_report
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from tests.web.test_public_pages import publish
from verification.models import FactCheck, Item, ResurfacingAlert
from verification.rules.parameters import PARAMETERS
from verification.services.reporting import count_demand

NUMBERS = PARAMETERS.resurfacing


@pytest.fixture
def old(saring: Saring, clock: StandingClock) -> FactCheck:
    """An answer of last year."""
    fact_check = publish(saring)
    with saring.database.write() as session:
        long_ago = clock.now() - timedelta(days=400)
        session.execute(update(FactCheck).where(FactCheck.id == fact_check.id).values(published_at=long_ago))
    return fact_check


def ask(saring: Saring, fact_check: FactCheck, times: int) -> None:
    with saring.database.write() as session:
        for _ in range(times):
            count_demand(session, fact_check_id=fact_check.id, answered=True, now=saring.clock.now())
    watch_answers(saring, {"subject_type": "fact_check", "subject_id": str(fact_check.id)})


def alerts(saring: Saring, fact_check: FactCheck) -> list[ResurfacingAlert]:
    with saring.database.read() as session:
        mine = select(ResurfacingAlert).where(ResurfacingAlert.fact_check_id == fact_check.id)
        return list(session.scalars(mine.order_by(ResurfacingAlert.id)))


def test_a_wave_raises_one_alert_whose_figures_follow_it(saring: Saring, old: FactCheck) -> None:
    ask(saring, old, NUMBERS.least - 2)  # the report that the answer was written for is of today too
    assert alerts(saring, old) == []
    ask(saring, old, 1)
    ask(saring, old, 5)
    (alert,) = alerts(saring, old)
    assert alert.recent == NUMBERS.least + 5
    with saring.database.read() as session:
        assert len(session.scalars(select(AuditEvent).where(AuditEvent.kind == "resurfacing_noticed")).all()) == 1


def test_reports_of_the_same_claim_count_too(saring: Saring, old: FactCheck, clock: StandingClock) -> None:
    with saring.database.write() as session:
        session.execute(update(FactCheck).where(FactCheck.id == old.id).values(published_at=clock.now()))
        clock.advance(timedelta(days=40))
        for number in range(NUMBERS.least):
            report = make_report(session, text="Gelombang baru")
            report.received_at = clock.now()
            last = (report.item_id, number)
        session.execute(update(Item).where(Item.id == last[0]).values(case_id=old.case_id))
        assert case_of(session, report).id is not None
    watch_answers(saring, {"subject_type": "report", "subject_id": "1", "item_id": last[0]})
    assert len(alerts(saring, old)) == 1


def test_the_desk_shows_it_and_an_editor_closes_it(
    saring: Saring, old: FactCheck, make: MakePerson, sign_in: SignIn, clock: StandingClock
) -> None:
    ask(saring, old, NUMBERS.least)
    volunteer, editor = sign_in(make(Role.VOLUNTEER)), sign_in(make(Role.EDITOR), confirmed=True)
    assert old.title in volunteer.get("/meja").text
    (alert,) = alerts(saring, old)
    address = f"/meja/naik-lagi/{alert.id}/dibagikan"
    assert address not in volunteer.get("/meja/naik-lagi").text
    assert volunteer.post(address).status_code == 403
    assert address in editor.get("/meja/naik-lagi").text
    assert editor.post(address).status_code == 303
    assert editor.post(address).status_code == 409
    assert "Dibagikan lagi oleh" in editor.get("/meja/naik-lagi").text
    ask(saring, old, 5)
    assert len(alerts(saring, old)) == 1  # quiet for a while
    clock.advance(timedelta(days=NUMBERS.quiet_days + NUMBERS.window_days))
    ask(saring, old, 60)
    assert len(alerts(saring, old)) == 2


def test_a_withdrawn_answer_is_not_shared_again(saring: Saring, old: FactCheck) -> None:
    with saring.database.write() as session:
        session.execute(update(FactCheck).where(FactCheck.id == old.id).values(state="retracted"))
    ask(saring, old, 50)
    assert alerts(saring, old) == []


def test_without_a_wave_the_page_says_so(make: MakePerson, sign_in: SignIn) -> None:
    browser: CheckingClient = sign_in(make(Role.VOLUNTEER))
    assert "Tidak ada yang naik lagi" in browser.get("/meja/naik-lagi").text
