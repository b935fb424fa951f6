"""Corrections, objections, flags and statements in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.forms.justice import flag_word, position_word
from app.i18n import gettext as _
from app.presenters.fact_checks import role_word
from app.presenters.queue import state_tone, state_word
from app.presenters.words import HOUSE
from verification.models import Correction, FactCheck
from verification.queries.justice import Affairs, Aftermath, AppealRow, FlagRow, Sides, Statement, overdue
from verification.rules.lifecycle import CaseState
from verification.rules.scale import Veracity
from verification.rules.statement import Stance, disagrees
from verification.services.appealing import ANSWERED_WITHIN
from verification.services.correcting import REOPENABLE


@dataclass(frozen=True, slots=True)
class StatementView:
    """An agency's word, labelled as its own; `disagrees` when it holds the opposite of the verdict."""

    agency: str
    position: str
    text: str
    url: str
    at: datetime
    standing: bool
    disagrees: bool


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection as the public sees it: when, by whom answered, and how; never who objected."""

    appeal_id: int
    about: str
    href: str
    filed_at: datetime
    due_at: datetime
    overdue: bool
    escalated_at: datetime | None
    outcome: str
    tone: str
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A correction: why it was opened, and what came of it."""

    reason: str
    opened_at: datetime
    outcome: str
    answer: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class AftermathView:
    """What stands beside a verdict; `open_reason` is that of a correction under way."""

    statements: tuple[StatementView, ...]
    objections: tuple[ObjectionView, ...]
    dismissed: tuple[CorrectionView, ...]
    open_reason: str
    appeal_url: str
    flag_url: str


@dataclass(frozen=True, slots=True)
class FlagView:
    """A flag, with what it points at; `about_page` where that is the house's own page."""

    flag_id: int
    public_id: str
    about: str
    about_page: bool
    subject: str
    reason: str
    note: str
    filed_at: datetime
    outcome: str
    tone: str
    answer: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class AffairsPage:
    """The corrections page of a case. Each `may_` flag is one form."""

    public_id: str
    title: str
    state: str
    tone: str
    public_url: str
    corrections: tuple[CorrectionView, ...]
    may_open: bool
    may_decide: bool
    waits_for_another: bool
    may_reopen: bool
    reopening: str
    reopening_by: str
    reopening_source: tuple[str, str] | None
    may_join: bool


@dataclass(frozen=True, slots=True)
class DoubtView:
    """Somebody's word against a recusal."""

    doubt_id: int
    organisation: str
    reason: str
    outcome: str
    answer: str
    may_decide: bool


@dataclass(frozen=True, slots=True)
class SidesPage:
    """Whom a case concerns. `mine` is the reader's own organisation, when the claim speaks of it."""

    public_id: str
    title: str
    named: tuple[str, ...]
    doubts: tuple[DoubtView, ...]
    statements: tuple[StatementView, ...]
    may_tag: bool
    may_doubt: bool
    mine: str
    mine_id: int


def aftermath_view(found: Aftermath, fact_check: FactCheck) -> AftermathView:
    """Return what stands beside the verdict of a public page."""
    open_one = next((one for one in found.corrections if one.decided_at is None), None)
    ours = fact_check.case_id is not None
    contestable = ours and fact_check.state != CaseState.RETRACTED
    return AftermathView(
        statements=tuple(_statement_view(one, fact_check.verdict) for one in found.statements),
        objections=tuple(objection_view(row) for row in found.appeals),
        dismissed=tuple(_correction_view(one) for one in found.corrections if one.outcome == "dismissed"),
        open_reason=open_one.reason if open_one else "",
        appeal_url=url_for("appeals.file", public_id=fact_check.public_id) if contestable else "",
        flag_url=url_for("flags.file", public_id=fact_check.public_id) if ours else "",
    )


def objection_view(row: AppealRow, *, now: datetime | None = None) -> ObjectionView:
    """Return an objection for everybody; `now` says whether it is overdue."""
    appeal, fact_check = row.appeal, row.fact_check
    word, tone = outcome_word(appeal.outcome)
    return ObjectionView(
        appeal_id=appeal.id,
        about=fact_check.title,
        href=url_for("fact_checks.show", public_id=fact_check.public_id, slug=fact_check.slug),
        filed_at=appeal.filed_at,
        due_at=appeal.due_at,
        overdue=now is not None and overdue(appeal, now=now),
        escalated_at=appeal.escalated_at,
        outcome=word,
        tone=tone,
        answer=appeal.answer,
        answered_by=who(appeal.decided_role or "", row.organisation) if appeal.decided_at else "",
        answered_at=appeal.decided_at,
    )


def flag_view(row: FlagRow) -> FlagView:
    """Return a flag."""
    flag = row.flag
    word, tone = outcome_word(flag.outcome)
    things = {"evidence": _("A piece of evidence"), "assessment": _("An assessment")}
    abouts = {"fact_check": _("The fact-check"), **things}
    return FlagView(
        flag_id=flag.id,
        public_id=row.public_id,
        about=abouts[flag.subject_type],
        about_page=flag.subject_type == "fact_check",
        subject=row.subject,
        reason=flag_word(flag.reason),
        note=flag.note,
        filed_at=flag.filed_at,
        outcome=word,
        tone=tone,
        answer=flag.answer,
        answered_by=who(flag.decided_role or "", row.organisation) if flag.decided_at else "",
    )


def affairs_page(found: Affairs, *, person_id: int, is_verifier: bool) -> AffairsPage:
    """Return the corrections page of a case for a reviewer."""
    case, state = found.case, CaseState(found.case.state)
    open_one = next((one for one in found.corrections if one.decided_at is None), None)
    waiting = found.reopening
    mine = open_one is not None and open_one.opened_by == person_id
    fact_check = found.fact_check
    return AffairsPage(
        public_id=case.public_id,
        title=fact_check.title if fact_check else case.claim,
        state=state_word(state),
        tone=state_tone(state),
        public_url=url_for("fact_checks.show", public_id=fact_check.public_id, slug=fact_check.slug)
        if fact_check
        else "",
        corrections=tuple(_correction_view(one) for one in found.corrections),
        may_open=state in (CaseState.PUBLISHED, CaseState.CORRECTED),
        may_decide=open_one is not None and not mine,
        waits_for_another=mine,
        may_reopen=is_verifier and state in REOPENABLE and waiting is None,
        reopening=waiting.reason if waiting else "",
        reopening_by=found.names.get(waiting.asked_by, "") if waiting else "",
        reopening_source=(found.evidence.url, found.evidence.quote) if found.evidence else None,
        may_join=is_verifier and waiting is not None and waiting.asked_by != person_id,
    )


def sides_page(
    found: Sides, *, person_id: int, organisation_id: int | None, reviewer: bool, spokesperson: bool
) -> SidesPage:
    """Return the page of those whom a case concerns."""
    mine = next((one for one in found.named if one.id == organisation_id), None)
    speaks = spokesperson and mine is not None and mine.kind == "agency"
    outcomes = {"open": _("Being decided"), "cleared": _("About somebody else"), "upheld": _("The recusal stands")}
    return SidesPage(
        public_id=found.case.public_id,
        title=found.case.claim,
        named=tuple(one.name for one in found.named),
        doubts=tuple(
            DoubtView(
                doubt_id=doubt.id,
                organisation=name,
                reason=doubt.reason,
                outcome=outcomes[doubt.outcome],
                answer=doubt.answer,
                may_decide=reviewer
                and doubt.decided_at is None
                and doubt.asked_by != person_id
                and doubt.organisation_id != organisation_id,
            )
            for doubt, name in found.doubts
        ),
        statements=tuple(_statement_view(one, None) for one in found.statements),
        may_tag=reviewer and bool(found.others),
        may_doubt=bool(found.named),
        mine=mine.name if mine and speaks else "",
        mine_id=mine.id if mine else 0,
    )


def outcome_word(outcome: str) -> tuple[str, str]:
    """Return what came of an objection or a flag, and the tone of the word."""
    return {
        "open": (_("Not answered yet"), "yellow"),
        "upheld": (_("Upheld"), "green"),
        "rejected": (_("Rejected"), "slate"),
    }[outcome]


def who(role: str, organisation: str) -> str:
    """Return somebody by role and organisation, the only way in which the public record names them."""
    return f"{role_word(role)} ({organisation or HOUSE})"


def promised_days() -> int:
    """Return within how many days an objection is answered."""
    return ANSWERED_WITHIN.days


def _statement_view(found: Statement, verdict: str | None) -> StatementView:
    row, stance = found.statement, Stance(found.statement.stance)
    return StatementView(
        agency=found.agency,
        position=position_word(stance),
        text=row.text,
        url=row.url or "",
        at=row.published_at,
        standing=found.standing,
        disagrees=verdict is not None and found.standing and disagrees(stance, Veracity(verdict)),
    )


def _correction_view(one: Correction) -> CorrectionView:
    outcomes = {
        "open": _("Being decided"),
        "dismissed": _("The fact-check stands"),
        "corrected": _("Corrected"),
        "retracted": _("Withdrawn"),
    }
    return CorrectionView(one.reason, one.opened_at, outcomes[one.outcome], one.answer, one.decided_at)
