"""What sign-offs have taught the crowd, what verifiers think on their own, and which accounts vote as one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, Json


class CrowdState(Base):
    """What all sign-offs together have taught: one row, and the lock that puts lessons in one line.

    The columns are those of `rules.consensus.Crowd`. `steps` numbers each lesson learned or unlearned, so that the
    lessons can be replayed in their order; `parameters_version` is the table of numbers they were learned by.
    """

    __tablename__ = "crowd"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    pool: Mapped[list[list[float]]] = mapped_column(Json)
    classes: Mapped[list[float]] = mapped_column(Json)
    rho: Mapped[float]
    turnouts: Mapped[list[int]] = mapped_column(Json)
    signed: Mapped[int]
    rho_losses: Mapped[list[float]] = mapped_column(Json)
    steps: Mapped[int] = mapped_column(default=0)
    parameters_version: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime]


class RaterState(Base):
    """What sign-offs and gold questions have taught about one person, as it stood at `changed_at`: marks fade."""

    __tablename__ = "rater_record"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    cast: Mapped[list[float]] = mapped_column(Json)
    right: Mapped[list[float]] = mapped_column(Json)
    signed: Mapped[int]
    changed_at: Mapped[datetime]


class LearnedLesson(Base):
    """One lesson: of a sign-off (`kind` "verdict") or of a gold question ("gold"). Appended; unlearning is marked.

    `votes` are those the verdict was learned from, as they stood: [person, level, blind, link, excluded]. `marks`,
    weights and losses are what was drawn from them, and what unlearning takes back.
    """

    __tablename__ = "lesson"
    __table_args__ = (
        Index(
            "uq_lesson__one_standing",
            "case_id",
            unique=True,
            sqlite_where=text("unlearned_at IS NULL AND kind = 'verdict'"),
            postgresql_where=text("unlearned_at IS NULL AND kind = 'verdict'"),
        ),
        CheckConstraint("(kind = 'verdict') = (case_id IS NOT NULL)", name="verdict_has_case"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    revision: Mapped[int | None]
    truth: Mapped[int | None]
    votes: Mapped[list[list[Any]]] = mapped_column(Json)
    marks: Mapped[list[list[int]]] = mapped_column(Json)
    mark_weight: Mapped[float]
    pool_weight: Mapped[float]
    turnout: Mapped[int]
    rho_losses: Mapped[list[float]] = mapped_column(Json)
    learned_step: Mapped[int] = mapped_column(unique=True)
    learned_at: Mapped[datetime]
    unlearned_step: Mapped[int | None] = mapped_column(unique=True)
    unlearned_at: Mapped[datetime | None]


class SignersOpinion(Base):
    """A verifier's own verdict on a case, saved before they saw the leaning, the draft or another's opinion.

    `round` is the revision that the fact-check had when the opinion was given, 0 before the first publication: a
    reopened case is judged anew.
    """

    __tablename__ = "signers_opinion"
    __table_args__ = (UniqueConstraint("case_id", "round", "person_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    saved_at: Mapped[datetime]


class VotingRing(Base):
    """Accounts that vote alike at the same time, as an alert for staff. Until it is dismissed they count as one voter.

    States: open, confirmed, dismissed, merged (into another ring that one of its members was linked to).
    """

    __tablename__ = "voting_ring"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)
    found_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")


class RingMember(Base):
    """An account in a ring, with what put it there: `shared` claims with `linked_to_id`, a `share` (0-1) of the smaller
    history. `objection` is the account's own word against it."""

    __tablename__ = "ring_member"
    __table_args__ = (UniqueConstraint("ring_id", "person_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ring_id: Mapped[int] = mapped_column(ForeignKey("voting_ring.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    linked_to_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    shared: Mapped[int]
    share: Mapped[float]
    joined_at: Mapped[datetime]
    objection: Mapped[str] = mapped_column(Text, default="")
    objected_at: Mapped[datetime | None]


class PaceObjection(Base):
    """Somebody whom the pace of their level stopped says that they judge with care. Outcomes: open, upheld, rejected.

    One that is upheld lets the person go on: ballots before `decided_at` count no more for the pace.
    """

    __tablename__ = "pace_objection"
    __table_args__ = (
        Index(
            "uq_pace_objection__one_open",
            "person_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    objection: Mapped[str] = mapped_column(Text)
    objected_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class HoldRelease(Base):
    """A senior verifier looked at a hold and let the case go on; it holds again once many more votes have come.

    `votes` is how many there were when it was looked at.
    """

    __tablename__ = "hold_release"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    hold: Mapped[str] = mapped_column(String(30))
    votes: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    released_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime]
