"""Eight threads assess, lease, sign and withdraw the same cases at once, on both databases."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from accounts.roles import Role
from kernel.db import Database
from tests.factories.cases import make_evidence, make_open_case
from tests.factories.office import act_once, case_called, check_case, check_what_was_taught
from tests.factories.people import make_person

THREADS, CASES, STEPS = 8, 3, 25


def test_nothing_is_lost_doubled_or_illegal(database: Database) -> None:
    with database.write() as session:
        cases = [make_open_case(session, text=f"Serentak {number}").public_id for number in range(CASES)]
        office = [make_person(session, role=Role.EDITOR) for _ in range(THREADS)]
        proof = {one: make_evidence(session, case=case_called(session, one), person=office[0]) for one in cases}

    def work(number: int) -> int:
        dice, me = random.Random(number), office[number]
        return sum(bool(act_once(database, dice, me, proof)) for _ in range(STEPS))

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(work, range(THREADS)))
    assert sum(done) > THREADS
    with database.read() as session:
        for public_id in cases:
            check_case(session, case_called(session, public_id))
        check_what_was_taught(session)
