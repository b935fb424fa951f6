"""The cases around a case: what was joined to it or taken out, and what may be the same claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Person
from verification.errors import NoSuchCase
from verification.models import Case, ClusterChange, FactCheck, Item, MatchLink, Report

LIKELY = 0.5
"""Probability (0-1) from which a shared proposal makes two cases look like one claim."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A message of the case: how often it was reported, and the number of the case it was opened with, if another."""

    item: Item
    reports: int
    came_from: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A merge or a split that touched the case."""

    change_id: int
    kind: str
    source: str
    target: str
    items: int
    reason: str
    made_by: str
    made_at: datetime
    undone_by: str
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class NearCase:
    """A case that may be the same claim, and the fact-check that both may be answered by."""

    public_id: str
    text: str
    report_count: int
    shared: FactCheck


@dataclass(frozen=True, slots=True)
class LinkDetail:
    """A proposal with all that is known of it. `original` is what was proposed before it was pointed elsewhere."""

    link: MatchLink
    fact_check: FactCheck
    original: FactCheck | None
    decided_by: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """A case with its surroundings. `merged_into` is the number of the case that it rests in, or empty."""

    case: Case
    items: tuple[ItemRow, ...]
    changes: tuple[ChangeRow, ...]
    near: tuple[NearCase, ...]
    links: tuple[LinkDetail, ...]
    merged_into: str


def cluster(session: Session, *, public_id: str) -> Cluster:
    """Return a case with its surroundings, or raise NoSuchCase."""
    case = session.scalar(select(Case).where(Case.public_id == public_id))
    if case is None:
        raise NoSuchCase(public_id=public_id)
    resting_in = select(Case.public_id).where(Case.id == (case.merged_into_id or 0))
    return Cluster(
        case=case,
        items=_items(session, case),
        changes=_changes(session, case),
        near=_near(session, case),
        links=_links(session, case),
        merged_into=session.scalar(resting_in) or "",
    )


def _items(session: Session, case: Case) -> tuple[ItemRow, ...]:
    home = aliased(Case)
    reports = select(func.count(Report.id)).where(Report.item_id == Item.id).scalar_subquery()
    rows = session.execute(
        select(Item, reports, home.public_id)
        .outerjoin(home, home.id == Item.original_case_id)
        .where(Item.case_id == case.id)
        .order_by(Item.id)
    )
    return tuple(
        ItemRow(row[0], row[1], row[2] if row[0].original_case_id != case.id and row[2] else "") for row in rows
    )


def _changes(session: Session, case: Case) -> tuple[ChangeRow, ...]:
    source, target, maker, undoer = aliased(Case), aliased(Case), aliased(Person), aliased(Person)
    rows = session.execute(
        select(ClusterChange, source.public_id, target.public_id, maker.alias, undoer.alias)
        .join(source, source.id == ClusterChange.from_case_id)
        .join(target, target.id == ClusterChange.to_case_id)
        .join(maker, maker.id == ClusterChange.made_by)
        .outerjoin(undoer, undoer.id == ClusterChange.undone_by)
        .where((ClusterChange.from_case_id == case.id) | (ClusterChange.to_case_id == case.id))
        .order_by(ClusterChange.id.desc())
    )
    return tuple(
        ChangeRow(
            change_id=row[0].id,
            kind=row[0].kind,
            source=row[1],
            target=row[2],
            items=len(row[0].item_ids),
            reason=row[0].reason,
            made_by=row[3],
            made_at=row[0].made_at,
            undone_by=row[4] or "",
            undone_at=row[0].undone_at,
        )
        for row in rows
    )


def _near(session: Session, case: Case, *, limit: int = 10) -> tuple[NearCase, ...]:
    """Return cases with a proposal in common that nobody has turned down, the likeliest first, each once."""
    mine, theirs = aliased(MatchLink), aliased(MatchLink)
    text = select(Item.text).where(Item.case_id == Case.id).order_by(Item.id).limit(1).scalar_subquery()
    rows = session.execute(
        select(Case, text, FactCheck)
        .join(theirs, theirs.case_id == Case.id)
        .join(mine, mine.fact_check_id == theirs.fact_check_id)
        .join(FactCheck, FactCheck.id == theirs.fact_check_id)
        .where(mine.case_id == case.id, theirs.case_id != case.id, Case.merged_into_id.is_(None))
        .where(mine.state != "rejected", theirs.state != "rejected")
        .where(mine.probability >= LIKELY, theirs.probability >= LIKELY)
        .order_by((mine.probability * theirs.probability).desc(), Case.id)
        .limit(5 * limit)
    )
    found: dict[str, NearCase] = {}
    for near, said, shared in rows:
        found.setdefault(near.public_id, NearCase(near.public_id, near.claim or said or "", near.report_count, shared))
    return tuple(found.values())[:limit]


def _links(session: Session, case: Case) -> tuple[LinkDetail, ...]:
    original = aliased(FactCheck)
    rows = session.execute(
        select(MatchLink, FactCheck, original, Person.alias)
        .join(FactCheck, FactCheck.id == MatchLink.fact_check_id)
        .outerjoin(original, original.id == MatchLink.original_fact_check_id)
        .outerjoin(Person, Person.id == MatchLink.decided_by)
        .where(MatchLink.case_id == case.id)
        .order_by(MatchLink.probability.desc(), MatchLink.id)
    )
    return tuple(LinkDetail(row[0], row[1], row[2], row[3] or "") for row in rows)
