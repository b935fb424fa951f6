"""Two hundred sock puppets against the judging of a house that has learned, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.roles import Role
from kernel.db import Database
from tests.factories.cases import make_open_case
from tests.factories.crowds import HONEST, decision_of, learn_a_little, vote
from tests.factories.people import actor_of, make_person
from tests.standing_clock import START
from verification.models import Decision, FactCheck
from verification.queries.holds import held_back, rings
from verification.rules.consensus import Hold
from verification.rules.scale import Veracity
from verification.services import holding, linking
from verification.services.concluding import conclude_again

PUPPETS = 200
REASON = "Saya membaca semua penilaian dan alasannya satu per satu."


def test_two_hundred_puppets_are_held_from_the_eleventh_vote_and_honest_votes_still_count(database: Database) -> None:
    with database.write() as session:
        honest, moment = learn_a_little(session)
    with database.write() as session:
        target = make_open_case(session, text="Sasaran brigade")
        puppets = [make_person(session, role=Role.VOLUNTEER) for _ in range(PUPPETS)]
        for number, puppet in enumerate(puppets):
            moment += timedelta(seconds=20)
            vote(session, target, puppet, Veracity.TRUE, moment)
            if number % 20 == 0:
                moment += timedelta(minutes=1)
                vote(session, target, honest[number // 20], Veracity.FALSE, moment)
        decisions = session.scalars(select(Decision).where(Decision.case_id == target.id)).all()
        assert len(decisions) == PUPPETS + HONEST
        assert [d.votes for d in decisions if d.shown or d.verdict == Veracity.TRUE.value] == []
        assert [row.public_id for row in held_back(session)] == [target.public_id]
        assert decisions[-1].effective_votes <= 10
        assert session.scalar(select(FactCheck.id).where(FactCheck.case_id == target.id)) is None
        # Elsewhere the honest go on and are heard: a false hold there would show here.
        calm = make_open_case(session, text="Kasus biasa")
        for person in honest[:7]:
            moment += timedelta(minutes=25)
            vote(session, calm, person, Veracity.FALSE, moment)
        last = decision_of(session, calm)
        assert (last.shown, last.verdict, last.holds) == (True, "false", [])
        # Suspended, the brigade is gone from the sums, and what the honest said is seen.
        for puppet in puppets:
            puppet.suspended_at = moment
        again = conclude_again(session, public_id=target.public_id, now=moment)
        assert again is not None
        assert (again.votes, again.holds, again.verdict) == (HONEST, [], "false")


@pytest.mark.parametrize("pushed", [Veracity.TRUE, Veracity.UNPROVEN])
def test_two_hundred_puppets_in_calm_bands_of_ten_lead_nothing_astray(database: Database, pushed: Veracity) -> None:
    """No burst, no turnout, no two who keep meeting: nothing but that none of them has a record."""
    with database.write() as session:
        honest, moment = learn_a_little(session)
        targets = [make_open_case(session, text=f"Sasaran {number}") for number in range(PUPPETS // 10)]
        for target in targets:
            for _ in range(10):
                moment += timedelta(minutes=3)
                vote(session, target, make_person(session, role=Role.VOLUNTEER), pushed, moment)
        ids = [target.id for target in targets]
        decisions = session.scalars(select(Decision).where(Decision.case_id.in_(ids))).all()
        assert len(decisions) == PUPPETS
        assert [(d.votes, d.verdict) for d in decisions if d.shown or d.verdict is not None] == []
        # Three of the proven stand against the ten, and it is they who are heard or nobody.
        for person in honest[:7]:
            moment += timedelta(minutes=25)
            vote(session, targets[0], person, Veracity.FALSE, moment)
            assert decision_of(session, targets[0]).verdict in {None, "false"}


def test_accounts_that_vote_as_one_count_once_until_staff_say_otherwise(database: Database) -> None:
    with database.write() as session:
        pair = [make_person(session, role=Role.VOLUNTEER) for _ in range(2)]
        staff = make_person(session, role=Role.VERIFIER)
        moment = START
        for number in range(6):
            moment += timedelta(days=1)
            case = make_open_case(session, text=f"Berdua {number}")
            for person in pair:
                moment += timedelta(minutes=2)
                vote(session, case, person, Veracity.FALSE, moment)
        (ring,) = rings(session)
        assert {member.person_id for member in ring.members} == {person.id for person in pair}
        assert {member.shared for member in ring.members} == {5}
        assert decision_of(session, case).holds == [Hold.LINKED_GROUP]
        linking.object_to_ring(session, objection=REASON, actor=actor_of(pair[0], Role.VOLUNTEER), now=moment)
        assert REASON in [member.objection for member in rings(session)[0].members]
        actor = actor_of(staff, Role.VERIFIER)
        linking.decide_ring(session, ring_id=ring.ring_id, confirmed=False, note=REASON, actor=actor, now=moment)
        again = conclude_again(session, public_id=case.public_id, now=moment)
        assert again is not None
        assert again.holds == []
        assert case.public_id in linking.open_cases_of_ring(session, ring_id=ring.ring_id)
        moment += timedelta(days=1)
        later = make_open_case(session, text="Sesudahnya")
        for person in pair:
            vote(session, later, person, Veracity.FALSE, moment)
        assert rings(session) == [], "what staff dismissed is not held against them again"


def test_a_released_case_goes_on(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Ramai sungguhan")
        for number in range(12):
            person = make_person(session, role=Role.VOLUNTEER)
            vote(session, case, person, Veracity.FALSE, START + timedelta(seconds=30 * number))
        assert decision_of(session, case).holds == [Hold.BURST]
        staff = actor_of(make_person(session, role=Role.VERIFIER), Role.VERIFIER)
        released = holding.release_holds(session, public_id=case.public_id, reason=REASON, actor=staff, now=START)
        assert (released.shown, released.verdict) == (True, "false")
        assert case.state == "consensus"
        assert held_back(session) == []
