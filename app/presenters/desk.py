"""The page on which a case is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.roles import REVIEWERS, Role
from app.forms.desk import NARRATIVE_PARTS, confidence_word, narrative_labels, stance_word
from app.i18n import gettext as _
from app.i18n import ngettext
from app.presenters.advice import advice_word, reading_word
from app.presenters.fact_checks import CardView, SourceView, card_view
from app.presenters.holds import hold_word
from app.presenters.queue import shorten, state_tone, state_word
from app.presenters.verdicts import VerdictView, misinfo_type_word, verdict_view
from verification.models import Assessment, CounterNarrative, Evidence
from verification.queries.desk import Dossier, EvidenceRow, LinkRow
from verification.queries.narratives import draft_of, findings_in
from verification.rules.lifecycle import ASSESSABLE, CaseState


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A piece of evidence and what people think of it. `hidden` is why its text is not shown, empty where it is."""

    evidence_id: int
    source: SourceView
    added_by: str
    opinions: str
    copy: str
    mine: bool | None
    added_by_me: bool
    hidden: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """A fact-check that may answer the case, and whether that was decided."""

    link_id: int
    card: CardView
    state: str


@dataclass(frozen=True, slots=True)
class AssessmentView:
    """One assessment, by its author's public name; `flaggable` when the reader may say that its text is abuse."""

    assessment_id: int
    flaggable: bool
    alias: str
    verdict: VerdictView
    misinfo_type: str
    confidence: str
    reason: str
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class NarrativeView:
    """One version of the counter-narrative, part by part; `advice` is what the linter would mend in it.

    `reading` is how hard it reads, by the measure's name; empty where nothing is written or nobody will change it.
    """

    version: int
    state: str
    author: str
    approver: str
    title: str
    verdict: VerdictView
    parts: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    reading: str
    advice: tuple[str, ...]
    review_note: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as one person may see and act on it. Each `may_` flag is one block of the page."""

    public_id: str
    title: str
    claim: str
    state: str
    tone: str
    messages: tuple[str, ...]
    report_count: int
    opened_at: datetime
    links: tuple[LinkView, ...]
    evidence: tuple[EvidenceView, ...]
    own: AssessmentView | None
    others: tuple[AssessmentView, ...]
    others_hidden: int
    tally: str
    narratives: tuple[NarrativeView, ...]
    held_by: str
    held_by_me: bool
    may_take: bool
    may_open: bool
    may_assess: bool
    may_change: bool
    may_write: bool
    as_volunteer: bool
    why_no_text: str
    may_decide: bool
    why_not: str
    aside: str
    holds: tuple[str, ...]


def case_page(
    dossier: Dossier, *, roles: frozenset[Role], person_id: int, aside: str, why_no_text: str = ""
) -> CasePage:
    """Return the page of a case for somebody with `roles`; `aside` says why their organisation steps aside, if so.

    `why_no_text` says why they, as a volunteer, may not write the counter-narrative.
    """
    case, state = dossier.case, CaseState(dossier.case.state)
    reviewer = bool(roles & REVIEWERS)
    assessable = state in ASSESSABLE
    waiting = next((n for n in dossier.narratives if n.state == "submitted"), None)
    free = not dossier.held_by or dossier.held_by_me
    fair = not dossier.i_reported and not aside
    return CasePage(
        public_id=case.public_id,
        title=shorten(case.claim or (dossier.items[0].text if dossier.items else "")),
        claim=case.claim,
        state=state_word(state),
        tone=state_tone(state),
        messages=tuple(item.text for item in dossier.items),
        report_count=case.report_count,
        opened_at=case.opened_at,
        links=tuple(_link_view(link) for link in dossier.links),
        evidence=tuple(_evidence_view(row, dossier.flagged) for row in dossier.evidence),
        own=_assessment_view("", dossier.own, dossier.flagged) if dossier.own else None,
        others=tuple(_assessment_view(row.alias, row.assessment, dossier.flagged) for row in dossier.others),
        others_hidden=0 if dossier.others else dossier.others_count,
        tally=_tally(dossier),
        narratives=tuple(_narrative_view(n, dossier.authors, claim=case.claim) for n in dossier.narratives),
        held_by=dossier.held_by,
        held_by_me=dossier.held_by_me,
        may_take=not dossier.held_by and not aside and (assessable or state is CaseState.TRIAGE),
        may_open=state is CaseState.TRIAGE and free and not aside,
        may_assess=assessable and free and dossier.own is None and fair,
        may_change=assessable and dossier.own is not None and fair,
        may_write=fair and (_takes_text(state) if reviewer else not why_no_text),
        as_volunteer=not reviewer,
        why_no_text=why_no_text,
        may_decide=reviewer and fair and waiting is not None and waiting.author_id != person_id,
        why_not=_("You reported this message yourself, so somebody else has to judge it.")
        if dossier.i_reported
        else aside,
        aside=aside,
        holds=tuple(hold_word(hold) for hold in dossier.holds),
    )


def _takes_text(state: CaseState) -> bool:
    return state in ASSESSABLE or state in (CaseState.EDITORIAL_REVIEW, CaseState.UNDER_CORRECTION)


def _link_view(row: LinkRow) -> LinkView:
    return LinkView(row.link_id, card_view(row.fact_check), row.state)


def shown_reason(assessment: Assessment, flagged: dict[tuple[str, int], str]) -> str:
    """Return the reason of an assessment, or why it is hidden; the vote itself stands as it was cast."""
    why = flagged.get(("assessment", assessment.id))
    return assessment.reason if why is None else hidden_word(why)


def shown_quote(evidence: Evidence, flagged: dict[tuple[str, int], str]) -> str:
    """Return the words of a piece of evidence, or that they are hidden."""
    return _("Hidden evidence") if ("evidence", evidence.id) in flagged else evidence.quote


def hidden_word(why: str) -> str:
    """Return what stands in place of a text that was found to be abuse."""
    return _("Hidden, because a flag was upheld: %(reason)s", reason=why)


def _evidence_view(row: EvidenceRow, flagged: dict[tuple[str, int], str]) -> EvidenceView:
    evidence = row.evidence
    why = flagged.get(("evidence", evidence.id))
    agreeing = ngettext("%(num)s agrees", "%(num)s agree", row.agreeing)
    contesting = ngettext("%(num)s contests", "%(num)s contest", row.contesting)
    return EvidenceView(
        evidence_id=evidence.id,
        source=SourceView(_("Hidden evidence"), "", "", "", None, stance_word(evidence.stance))
        if why is not None
        else SourceView(
            title=evidence.archived_title or evidence.url,
            url=evidence.url,
            quote=evidence.quote,
            archive_url=evidence.archive_url or "",
            retrieved_on=evidence.archived_at.date() if evidence.archived_at else None,
            supports=stance_word(evidence.stance),
        ),
        added_by=row.added_by,
        opinions=f"{agreeing} · {contesting}",
        copy=_copy_word(row),
        mine=row.mine,
        added_by_me=row.added_by_me,
        hidden=hidden_word(why) if why is not None else "",
    )


def _copy_word(row: EvidenceRow) -> str:
    """Return what became of our own copy of the page."""
    if row.quote_found is not None:
        return _("Copy kept; the quote stands in it") if row.quote_found else _("Copy kept; the quote is not in it")
    words = {
        "waiting": _("The copy is being made"),
        "unreachable": _("The page did not answer yet"),
        "refused": _("No copy: this is no public page of text and no picture"),
        "kept": _("Copy kept, without readable text"),
    }
    return words.get(row.evidence.archive_state, "")


def _assessment_view(alias: str, assessment: Assessment, flagged: dict[tuple[str, int], str]) -> AssessmentView:
    return AssessmentView(
        assessment_id=assessment.id,
        flaggable=bool(alias) and ("assessment", assessment.id) not in flagged,
        alias=alias,
        verdict=verdict_view(assessment.verdict),
        misinfo_type=misinfo_type_word(assessment.misinfo_type) if assessment.misinfo_type else "",
        confidence=confidence_word(assessment.confidence),
        reason=shown_reason(assessment, flagged),
        filed_at=assessment.filed_at,
    )


_UNFINISHED = ("draft", "submitted", "rejected")
"""States of a version that somebody will still change or decide on."""


def _narrative_view(narrative: CounterNarrative, names: dict[int, str], *, claim: str) -> NarrativeView:
    labels, unfinished = narrative_labels(), narrative.state in _UNFINISHED
    return NarrativeView(
        version=narrative.version,
        state=narrative.state,
        author=names.get(narrative.author_id, ""),
        approver=names.get(narrative.approver_id or 0, ""),
        title=narrative.title,
        verdict=verdict_view(narrative.verdict),
        parts=tuple((labels[part], getattr(narrative, part)) for part in NARRATIVE_PARTS),
        sources=tuple((source["name"], source["url"]) for source in narrative.sources),
        reading=reading_word(draft_of(narrative, claim=claim)) if unfinished else "",
        advice=tuple(map(advice_word, findings_in(narrative, claim=claim))) if unfinished else (),
        review_note=narrative.review_note or "",
        written_at=narrative.written_at,
    )


def _tally(dossier: Dossier) -> str:
    """Return what the rule made of the assessments; only ever a leaning, with the number of votes."""
    decision = dossier.decision
    if decision is None:
        return ""
    if decision.verdict:
        word = verdict_view(decision.verdict).word
        return _("Leans towards %(verdict)s, %(votes)s assessments", verdict=word, votes=decision.votes)
    return ngettext("No leaning yet, %(num)s assessment", "No leaning yet, %(num)s assessments", decision.votes)
