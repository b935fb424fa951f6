"""Power cuts on the road: worker and web server killed at each step; nothing is lost, nothing is said twice."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from accounts.roles import Role
from kernel.outbox import LEASE_SECONDS
from publishing import claims
from tests.channels.bluesky_server import BlueskyServer
from tests.channels.webhook_receiver import WebhookReceiver
from tests.journeys.people import make_account, make_organisation
from tests.journeys.site import Site
from tests.journeys.test_road import (
    approve,
    connect_channels,
    judge,
    report,
    take_first_case,
    wait_for_hit,
    wait_for_posts,
    write,
)
from verification.models import Assessment, CounterNarrative, FactCheck, Item, Report

TAKEN_OVER_SECONDS = 2.0 * LEASE_SECONDS
"""Until what a killed worker had in hand is due again and done by another."""

RESENT_SECONDS = claims.LEASE_SECONDS + 60.0
"""Until a post that a killed worker was sending is looked for and, where it is missing, sent."""

pytestmark = pytest.mark.faults


def test_a_power_cut_at_each_step_loses_and_doubles_nothing(
    site: Site, new_page: Callable[..., Page], pds: BlueskyServer, receiver: WebhookReceiver
) -> None:
    agency = make_organisation(site, name="Dinas Literasi")
    volunteers = [make_account(site, name=f"Relawan {n}", role=Role.VOLUNTEER) for n in ("Satu", "Dua", "Tiga")]
    author = make_account(site, name="Penulis", role=Role.VERIFIER, organisation_id=agency)
    approver = make_account(site, name="Penyetuju", role=Role.EDITOR, organisation_id=agency)
    connect_channels(site, agency, author, pds, receiver)

    citizen = new_page()
    tracking = report(citizen, site)
    cut_power(site)
    case = take_first_case(new_page(), site, volunteers[0])
    cut_power(site)
    for volunteer in volunteers[1:]:
        judge(new_page(), site, volunteer, case)
    cut_power(site)
    write(new_page(width=1280), site, author, case)
    cut_power(site)
    # The killed worker may have had the card in hand: another one takes it over when its lease has run out.
    approve(new_page(width=1280), site, approver, case, drawn_within=TAKEN_OVER_SECONDS)
    cut_power(site)

    wait_for_posts(site, pds, receiver, case, within=RESENT_SECONDS)
    wait_for_hit(new_page(), site, time.monotonic(), within=TAKEN_OVER_SECONDS)
    citizen.goto(tracking)
    expect(citizen.locator("main")).to_contain_text("Bank tidak memblokir")
    with site.database.read() as session:
        kept = {
            table.__tablename__: session.scalar(select(func.count()).select_from(table))
            for table in (Report, Item, Assessment, CounterNarrative, FactCheck)
        }
    assert kept == {"report": 1, "item": 1, "assessment": 3, "counter_narrative": 1, "fact_check": 1}


def cut_power(site: Site) -> None:
    """Kill the worker and the web server at once, and start both again."""
    site.kill_worker()
    # A killed worker may have had a new debunk's vector in hand: the search says so until that lease has run out.
    site.kill_web(ready_within=TAKEN_OVER_SECONDS)
