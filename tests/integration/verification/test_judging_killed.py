"""People who assess, lease, sign and withdraw are killed in the middle: nothing is half-done, nothing said is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

from accounts.roles import Role
from kernel.db import Database
from script.lib.serve import ROOT
from tests.factories.cases import make_evidence, make_open_case
from tests.factories.office import (
    case_called,
    check_case,
    check_votes_on_record,
    check_what_was_taught,
    count,
)
from tests.factories.people import make_person
from verification.models import Assessment

PROCESSES, ROUNDS = 3, 5
"""So many are killed at one instant, so many times over."""


def test_a_kill_leaves_nothing_half_done(database: Database) -> None:
    dice = random.Random(20_261_124)
    said = 0
    for turn in range(ROUNDS):
        with database.write() as session:
            cases = [make_open_case(session, text=f"Putus {turn} {number}").public_id for number in range(2)]
            office = [make_person(session, role=Role.EDITOR).id for _ in range(PROCESSES)]
            witness = make_person(session, role=Role.EDITOR)
            for one in cases:
                make_evidence(session, case=case_called(session, one), person=witness)
        acts = act_until_killed(database.url, office, cases, seconds=dice.uniform(0.05, 0.6))
        said += len(acts)
        with database.read() as session:
            written = 0
            for one in cases:
                case = case_called(session, one)
                check_case(session, case)
                check_votes_on_record(session, case)
                written += count(session, Assessment, Assessment.case_id == case.id)
            check_what_was_taught(session)
        # Who was told that a vote is in finds it; a vote more may be in that nobody lived to be told of.
        assert acts.count("assess") <= written <= acts.count("assess") + PROCESSES
    assert said > ROUNDS


def act_until_killed(url: str, office: list[int], cases: list[str], *, seconds: float) -> list[str]:
    """Let the office act, kill everybody `seconds` after the first act, and return what they said was done."""
    command = [sys.executable, "-m", "tests.factories.office", url]
    running = [
        subprocess.Popen([*command, str(person), str(person), *cases], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for person in office
    ]
    lines = [process.stdout.readline() for process in running if process.stdout]
    time.sleep(seconds)
    for process in running:
        os.kill(process.pid, signal.SIGKILL)
    for process in running:
        assert process.wait() == -signal.SIGKILL
        lines += process.stdout.readlines() if process.stdout else []
        if process.stdout:
            process.stdout.close()
    return [line.strip() for line in lines if line.strip()]
