"""Conflict of interest: who may not judge or sign a case. The database holds the same line (models/guards.py)."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.errors import AccountSuspended
from accounts.models import Organisation, Person
from kernel.outbox import Actor
from verification.errors import AuthorRecused, ForeignOrganisation, OwnOrganisation, OwnReport, OwnWork
from verification.models import Case, CounterNarrative, Item, NarrativeSuggestion, RecusalDoubt, Report
from verification.rules import conflict
from verification.rules.conflict import ClaimTies, ConflictFound, ConflictKind, Judge


def require_no_conflict(session: Session, *, case: Case, actor: Actor) -> None:
    """Raise OwnReport or OwnOrganisation when the actor may not judge this case.

    The account is read here, so that a suspension (AccountSuspended) and a membership taken on during the session count
    at once; an actor who speaks for an organisation that is not the account's is a ForeignOrganisation.
    """
    person = session.get_one(Person, actor.person_id)
    if person.suspended_at is not None:
        raise AccountSuspended(reason=person.suspended_reason)
    for found in conflicts_of(session, case=case, person=person):
        if found.kind is ConflictKind.REPORTER:
            raise OwnReport(public_id=case.public_id)
        raise OwnOrganisation(public_id=case.public_id, organisation_id=found.organisation_id)
    if actor.organisation_id is not None and actor.organisation_id != person.organisation_id:
        raise ForeignOrganisation(organisation_id=actor.organisation_id)


def require_may_sign(session: Session, *, case: Case, narrative: CounterNarrative, actor: Actor) -> None:
    """Raise OwnWork to whoever wrote any version since the last approved one, or words in it that were suggested and
    taken, else as `require_no_conflict`.

    AuthorRecused when the author has come into a conflict since they wrote: what they wrote can be signed by nobody.
    """
    if actor.person_id in authors_since_approval(session, case=case) | suggesters_of(session, case=case):
        raise OwnWork(public_id=case.public_id)
    require_no_conflict(session, case=case, actor=actor)
    author = session.get_one(Person, narrative.author_id)
    if conflicts_of(session, case=case, person=author):
        raise AuthorRecused(public_id=case.public_id)


def conflicts_of(session: Session, *, case: Case, person: Person) -> tuple[ConflictFound, ...]:
    """Return every tie of the person to the case, by report, by tag and by the names in its text."""
    mine = session.get(Organisation, person.organisation_id) if person.organisation_id is not None else None
    organisations = () if mine is None else (names_of(mine),)
    return conflict.find_conflicts(Judge(person.id, organisations), ties_of(session, case=case, person_id=person.id))


def ties_of(session: Session, *, case: Case, person_id: int) -> ClaimTies:
    """Return what the case is tied to; of its reporters only `person_id`, when they are one."""
    reported = select(Report.person_id).join(Item, Item.id == Report.item_id)
    reported = reported.where(Item.case_id == case.id, Report.person_id == person_id).limit(1)
    return ClaimTies(
        text=text_of(session, case=case),
        reporter_ids=tuple(session.scalars(reported)),
        tagged_organisation_ids=case.named_organisation_ids,
        cleared_organisation_ids=cleared(session, case_id=case.id),
    )


def text_of(session: Session, *, case: Case) -> str:
    """Return everything that states the claim: the sentence that is checked, who said it, and the messages."""
    messages = session.scalars(select(Item.text).where(Item.case_id == case.id).order_by(Item.id))
    return "\n".join((case.claim, case.claimant, *messages))


def cleared(session: Session, *, case_id: int) -> set[int]:
    """Return the organisations of which somebody showed that this claim does not speak of them."""
    found = select(RecusalDoubt.organisation_id).where(RecusalDoubt.case_id == case_id)
    return set(session.scalars(found.where(RecusalDoubt.outcome == "cleared")))


def names_of(organisation: Organisation) -> conflict.Organisation:
    """Return an organisation as the rule takes it, with every name under which a claim may speak of it."""
    return conflict.Organisation(organisation.id, (organisation.name, *organisation.aliases))


def authors_since_approval(session: Session, *, case: Case) -> set[int]:
    """Return who wrote the versions of the counter-narrative after the last approved one."""
    of_case = CounterNarrative.case_id == case.id
    approved = select(func.max(CounterNarrative.version)).where(of_case, CounterNarrative.state == "approved")
    since = CounterNarrative.version > func.coalesce(approved.scalar_subquery(), 0)
    return set(session.scalars(select(CounterNarrative.author_id).where(of_case, since)))


def suggesters_of(session: Session, *, case: Case) -> set[int]:
    """Return whose suggested words were taken into a version after the last approved one."""
    of_case = CounterNarrative.case_id == case.id
    approved = select(func.max(CounterNarrative.version)).where(of_case, CounterNarrative.state == "approved")
    since = CounterNarrative.version >= func.coalesce(approved.scalar_subquery(), 0)
    taken = select(NarrativeSuggestion.author_id).join(
        CounterNarrative, CounterNarrative.id == NarrativeSuggestion.counter_narrative_id
    )
    return set(session.scalars(taken.where(of_case, since, NarrativeSuggestion.state == "accepted")))
