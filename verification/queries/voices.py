"""What those who judged said, for everybody to read: their votes, why some saw it otherwise, and the evidence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from verification.models import Assessment, Case, Evidence, FactCheck
from verification.queries.justice import upheld_flags
from verification.queries.votes import standing_votes
from verification.rules.scale import Veracity

REASONS, PIECES = 5, 20
"""The most opinions and pieces of evidence that are shown; the counts tell of all."""


@dataclass(frozen=True, slots=True)
class Dissent:
    """An assessment that differs from the published verdict, without its author's name."""

    verdict: Veracity
    reason: str


@dataclass(frozen=True, slots=True)
class Voices:
    """How the votes that count stand, commonest first; opinions that differ and evidence, each latest first."""

    counts: tuple[tuple[Veracity, int], ...] = ()
    dissent: tuple[Dissent, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def voices(session: Session, *, fact_check: FactCheck) -> Voices:
    """Return what was said of a fact-check's case; nothing for another house's fact-check.

    Left out are votes that do not count (suspended accounts, reporters, people of an organisation that the claim
    names), what was found to be abuse, and the opinions of accounts that act as one; those count once, together.
    """
    if fact_check.case_id is None or not fact_check.verdict:
        return Voices()
    case = session.get_one(Case, fact_check.case_id)
    counted = {vote.voter: vote for vote in standing_votes(session, case=case) if not vote.vote.excluded}
    alone = {vote.vote.rater for vote in counted.values() if vote.vote.link is None}
    hidden = upheld_flags(session, case_id=case.id)
    signed = Veracity(fact_check.verdict).level
    given = select(Assessment).where(Assessment.case_id == case.id, Assessment.superseded_at.is_(None))
    differing = [
        Dissent(Veracity(one.verdict), one.reason)
        for one in session.scalars(given.order_by(Assessment.id.desc()))
        if one.person_id in alone and Veracity(one.verdict).level != signed and ("assessment", one.id) not in hidden
    ]
    pieces = session.scalars(select(Evidence).where(Evidence.case_id == case.id).order_by(Evidence.id.desc()))
    shown = [piece for piece in pieces if ("evidence", piece.id) not in hidden]
    return Voices(
        counts=tuple(Counter(vote.verdict for vote in counted.values()).most_common()),
        dissent=tuple(differing[:REASONS]),
        evidence=tuple(shown[:PIECES]),
    )
