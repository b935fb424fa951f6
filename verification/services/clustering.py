"""Cases that are one claim are joined, and what is another claim is taken out again; each step can be undone.

One case, the canonical one, holds the claim and all its items; a case that was joined rests empty until it is split
off again. Reporters follow their items: they get the answer of the case in which these are now.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM, Actor, record
from verification.errors import BadClusterChange, MergedAway, NoSuchCase, WrongState
from verification.models import Case, CaseLease, ClusterChange, FactCheck, Item, Report
from verification.rules.lifecycle import INITIAL, MERGEABLE, CaseEvent, CaseState, Mover
from verification.services.conflicts import require_no_conflict
from verification.services.leasing import require_lease
from verification.services.moving import move, new_public_id

CLOSED = frozenset({CaseState.DECLINED, CaseState.RETRACTED})
"""States in which a case gives nobody an answer, so that nothing may be joined to it."""

REASON_LIMITS = (3, 500)
"""Characters of the reason for a change."""


def merge_cases(
    session: Session, *, public_id: str, into_public_id: str, reason: str, actor: Actor, now: datetime
) -> ClusterChange:
    """Move all items of a case into another one, which is then the claim's only case.

    Raises BadClusterChange when they are one already, WrongState when the first has a page or a draft of its own or the
    second answers nobody, CaseTaken while somebody else holds the first, and a conflict of interest in either.
    """
    leaving, staying = _lock(session, (public_id, into_public_id), field="into")
    if leaving.id == staying.id:
        raise BadClusterChange(field="into")
    _require_mergeable(session, leaving)
    if staying.state in CLOSED:
        raise WrongState(state=staying.state, event="cases_merged")
    for case in (leaving, staying):
        require_no_conflict(session, case=case, actor=actor)
    require_lease(session, case=leaving, actor=actor, now=now)
    items = list(session.scalars(select(Item.id).where(Item.case_id == leaving.id).order_by(Item.id)))
    change = _change("merge", leaving, staying, items, reason=reason, actor=actor, now=now)
    session.add(change)
    _move_items(session, items, source=leaving, target=staying)
    leaving.merged_into_id = staying.id
    # Whoever may not judge the one claim may not judge it under the other number either; undoing leaves it so.
    staying.named_organisation_ids = sorted({*staying.named_organisation_ids, *leaving.named_organisation_ids})
    session.execute(delete(CaseLease).where(CaseLease.case_id == leaving.id))
    session.flush()  # the audit names the change by its number
    _note(session, "cases_merged", change, leaving, staying, actor=actor, now=now)
    return change


def split_items(
    session: Session, *, public_id: str, item_ids: Collection[int], reason: str, actor: Actor, now: datetime
) -> Case:
    """Take items out of a case into a new one of their own, and return that; some must stay behind."""
    (case,) = _lock(session, (public_id,), field="items")
    require_no_conflict(session, case=case, actor=actor)
    require_lease(session, case=case, actor=actor, now=now)
    present = list(session.scalars(select(Item.id).where(Item.case_id == case.id).order_by(Item.id)))
    items = [item_id for item_id in present if item_id in set(item_ids)]
    if not items or len(items) == len(present) or len(items) != len(set(item_ids)):
        raise BadClusterChange(field="items")
    fresh = Case(
        public_id=new_public_id(),
        state=INITIAL.value,
        language=case.language,
        named_organisation_ids=list(case.named_organisation_ids),
        opened_at=now,
        state_changed_at=now,
    )
    session.add(fresh)
    session.flush()  # items and change need its number
    change = _change("split", case, fresh, items, reason=reason, actor=actor, now=now)
    session.add(change)
    _move_items(session, items, source=case, target=fresh)
    session.flush()  # the audit names the change by its number
    _note(session, "items_split", change, case, fresh, actor=actor, now=now)
    move(session, fresh, CaseEvent.TRIAGE_STARTED, actor=SYSTEM, mover=Mover.SYSTEM, proved=frozenset(), now=now)
    return fresh


def undo_change(session: Session, *, change_id: int, actor: Actor, now: datetime) -> ClusterChange:
    """Move back what a merge or a split moved, as far as it is still where that put it.

    Undoing a merge wakes the case that rested; undoing a split lays the case to rest that it made. Raises
    BadClusterChange for what was undone before, and WrongState when the case made by a split has come too far.
    """
    change = session.get(ClusterChange, change_id)
    if change is None:
        raise NoSuchCase(change_id=change_id)
    numbers = select(Case).where(Case.id.in_((change.from_case_id, change.to_case_id))).order_by(Case.id)
    cases = {case.id: case for case in session.scalars(numbers.with_for_update())}
    session.refresh(change)  # somebody may have undone it while we waited for the cases
    if change.undone_at is not None:
        raise BadClusterChange(field="change")
    source, target = cases[change.from_case_id], cases[change.to_case_id]
    for case in (source, target):
        require_no_conflict(session, case=case, actor=actor)
    if change.kind == "split":
        _require_mergeable(session, target)
        require_lease(session, case=target, actor=actor, now=now)
    here = (Item.id.in_(change.item_ids), Item.case_id == target.id)
    _move_items(session, list(session.scalars(select(Item.id).where(*here))), source=target, target=source)
    if change.kind == "merge":
        source.merged_into_id = None
    elif session.scalar(select(Item.id).where(Item.case_id == target.id).limit(1)) is None:
        target.merged_into_id = source.id
        session.execute(delete(CaseLease).where(CaseLease.case_id == target.id))
    change.undone_by, change.undone_at = actor.person_id, now
    _note(session, "cluster_change_undone", change, source, target, actor=actor, now=now)
    return change


def _lock(session: Session, public_ids: Collection[str], *, field: str) -> list[Case]:
    """Return the cases in the order asked for, locked in the order of their numbers: two merges never cross."""
    query = select(Case).where(Case.public_id.in_(public_ids)).order_by(Case.id).with_for_update()
    found = {case.public_id: case for case in session.scalars(query.execution_options(populate_existing=True))}
    cases = []
    for place, public_id in enumerate(public_ids):
        if public_id not in found:
            raise NoSuchCase(public_id=public_id) if place == 0 else BadClusterChange(field=field)
        case = found[public_id]
        if case.merged_into_id is not None:
            raise MergedAway(public_id=public_id)
        cases.append(case)
    return cases


def _require_mergeable(session: Session, case: Case) -> None:
    has_page = session.scalar(select(FactCheck.id).where(FactCheck.case_id == case.id)) is not None
    if has_page or CaseState(case.state) not in MERGEABLE:
        raise WrongState(state=case.state, event="cases_merged")


def _move_items(session: Session, item_ids: Collection[int], *, source: Case, target: Case) -> None:
    """Move items with their reports; each item remembers the case it was opened with."""
    first_home = func.coalesce(Item.original_case_id, Item.case_id)
    session.execute(update(Item).where(Item.id.in_(item_ids)).values(original_case_id=first_home, case_id=target.id))
    reports = session.scalar(select(func.count(Report.id)).where(Report.item_id.in_(item_ids))) or 0
    source.report_count, target.report_count = source.report_count - reports, target.report_count + reports


def _change(
    kind: str, source: Case, target: Case, item_ids: list[int], *, reason: str, actor: Actor, now: datetime
) -> ClusterChange:
    reason = require_change_reason(reason)
    if actor.person_id is None:
        raise AssertionError("only a person joins or splits cases")
    return ClusterChange(
        kind=kind,
        from_case_id=source.id,
        to_case_id=target.id,
        item_ids=item_ids,
        reason=reason,
        made_by=actor.person_id,
        made_at=now,
    )


def require_change_reason(reason: str) -> str:
    """Return the reason for a change in one line, or raise BadClusterChange."""
    reason = " ".join(reason.split())
    if not REASON_LIMITS[0] <= len(reason) <= REASON_LIMITS[1]:
        raise BadClusterChange(field="reason")
    return reason


def _note(
    session: Session, event: str, change: ClusterChange, source: Case, target: Case, *, actor: Actor, now: datetime
) -> None:
    facts = {
        "change_id": change.id,
        "kind": change.kind,
        "case_id": target.id,
        "from": source.public_id,
        "to": target.public_id,
        "item_ids": change.item_ids,
    }
    record(session, event, actor=actor, subject=("case", source.id), now=now, data=facts)
