"""Two at the same moment: the database lets one of them win."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import select

from accounts import people, suspending
from accounts import second_factor as factors
from accounts.errors import AliasTaken, EmailTaken, InvitationSpent, LastAdmin, WrongCode
from accounts.models import Person, Suspension
from accounts.roles import Role
from kernel.db import Database
from kernel.errors import SaringError
from kernel.outbox import SYSTEM, Actor
from tests.factories.people import NO_PASSWORD, make_person
from tests.standing_clock import START

VAULT = MultiFernet([Fernet(Fernet.generate_key())])


def at_once(*acts: Callable[[], object]) -> list[SaringError | None]:
    """Do all at the same moment; return what each was refused with, or None."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except SaringError as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def losers(results: list[SaringError | None]) -> list[type]:
    return [type(error) for error in results if error is not None]


def active_admins(database: Database) -> set[int]:
    with database.read() as session:
        admins = session.scalars(select(Person).where(Person.suspended_at.is_(None))).all()
        return {person.id for person in admins if Role.ADMIN in people.roles_of(session, person.id)}


def two_admins(database: Database) -> tuple[int, int]:
    with database.write() as session:
        return make_person(session, role=Role.ADMIN).id, make_person(session, role=Role.ADMIN).id


@pytest.mark.parametrize("act", ["suspend", "withdraw", "both"])
def test_two_admins_who_dismiss_each_other_leave_one(database: Database, act: str) -> None:
    first, second = two_admins(database)

    def dismiss(victim: int, actor: int, *, suspend: bool) -> None:
        with database.write() as session:
            who = {"person_id": victim, "actor": Actor(actor), "now": START}
            if suspend:
                suspending.suspend(session, reason="x", **who)
            else:
                people.withdraw_role(session, role=Role.ADMIN, **who)

    results = at_once(
        lambda: dismiss(first, second, suspend=act != "withdraw"),
        lambda: dismiss(second, first, suspend=act == "suspend"),
    )
    assert losers(results) == [LastAdmin]
    assert len(active_admins(database)) == 1


def test_an_account_shut_by_several_at_once_is_shut_once(database: Database) -> None:
    with database.write() as session:
        shut = make_person(session, role=Role.VOLUNTEER)

    def suspend(number: int) -> None:
        with database.write() as session:
            suspending.suspend(session, person_id=shut.id, reason=f"Alasan {number}", actor=SYSTEM, now=START)

    assert losers(at_once(*[lambda number=number: suspend(number) for number in range(4)])) == []
    with database.read() as session:
        rows = session.scalars(select(Suspension).where(Suspension.person_id == shut.id)).all()
        standing = suspending.standing(session, person_id=shut.id)
        reason = session.get_one(Person, shut.id).suspended_reason
    assert len(rows) == 4
    assert standing is not None
    assert standing.reason == reason


def test_an_address_is_given_to_one_of_two(database: Database) -> None:
    def register() -> None:
        with database.write() as session:
            people.register(
                session, email="siti@example.org", name="Siti", password_hash=NO_PASSWORD, roles=(), now=START
            )

    assert losers(at_once(*[register] * 4)) == [EmailTaken] * 3


def test_a_public_name_is_given_to_one_of_two(database: Database) -> None:
    with database.write() as session:
        ids = [make_person(session, role=Role.VOLUNTEER).id for _ in range(3)]

    def rename(person_id: int) -> None:
        with database.write() as session:
            people.change_profile(
                session,
                person_id=person_id,
                name="X",
                alias="elang-jawa",
                language="id",
                languages=["id"],
                topics=[],
                now=START,
            )

    assert losers(at_once(*[lambda person_id=one: rename(person_id) for one in ids])) == [AliasTaken] * 2


def test_an_invitation_makes_one_account(database: Database) -> None:
    with database.write() as session:
        token = people.invite(
            session, email="budi@example.org", role=Role.EDITOR, organisation_id=None, actor=SYSTEM, now=START
        )

    def accept() -> None:
        with database.write() as session:
            people.accept_invitation(session, token=token, name="Budi", password_hash=NO_PASSWORD, now=START)

    assert set(losers(at_once(*[accept] * 4))) <= {InvitationSpent, EmailTaken}
    with database.read() as session:
        assert len(session.scalars(select(Person).where(Person.email == "budi@example.org")).all()) == 1


def test_one_code_opens_one_session(database: Database) -> None:
    with database.write() as session:
        person = make_person(session, role=Role.EDITOR)
        address = factors.begin_enrolment(session, person_id=person.id, vault=VAULT)
        totp = pyotp.parse_uri(address)
        code = totp.at(START)
        recovery = factors.confirm_enrolment(
            session, person_id=person.id, session_id=0, code=code, vault=VAULT, now=START
        )

    def give(code: str) -> None:
        with database.write() as session:
            later = START + timedelta(minutes=1)
            factors.verify_second_factor(session, person_id=person.id, session_id=0, code=code, vault=VAULT, now=later)

    fresh = totp.at(START + timedelta(minutes=1))
    assert losers(at_once(*[lambda: give(fresh)] * 4)) == [WrongCode] * 3
    assert losers(at_once(*[lambda: give(recovery[0])] * 4)) == [WrongCode] * 3


def test_a_role_given_twice_at_once_is_one_role(database: Database) -> None:
    with database.write() as session:
        person = make_person(session, role=Role.VOLUNTEER)

    def grant() -> None:
        with database.write() as session:
            people.grant_role(session, person_id=person.id, role=Role.EDITOR, actor=SYSTEM, now=START)

    assert losers(at_once(*[grant] * 4)) == []
    with database.read() as session:
        assert people.roles_of(session, person.id) == {Role.CITIZEN, Role.VOLUNTEER, Role.EDITOR}


def test_the_last_admin_stays(database: Database) -> None:
    with database.write() as session:
        only = make_person(session, role=Role.ADMIN)
    for act in (
        lambda s: suspending.suspend(s, person_id=only.id, reason="x", actor=SYSTEM, now=START),
        lambda s: people.withdraw_role(s, person_id=only.id, role=Role.ADMIN, actor=SYSTEM, now=START),
    ):
        with pytest.raises(LastAdmin), database.write() as session:
            act(session)
