"""The short course for volunteers: practice cases with an answer at once, and the entrance that opens the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.i18n import choose_language
from app.practice import PracticeCase, warm_ups
from app.presenters.verdicts import VerdictView, misinfo_type_word, verdict_view
from app.presenters.words import excerpt
from verification.queries.gold import Content
from verification.rules.parameters import PARAMETERS
from verification.rules.reputation import GoldQuestion
from verification.rules.scale import Veracity
from verification.services.entering import Entrance

TITLE_CHARACTERS = 70


@dataclass(frozen=True, slots=True)
class FindingView:
    """What a search brings up; `href` is empty for a source that was made up for practice."""

    source: str
    says: str
    href: str


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """What came of an answer. Two words of one step of the scale are both right."""

    right: bool
    given: VerdictView
    truth: VerdictView
    misinfo_type: str
    why: str
    href: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A case that is asked: the message, what a search finds, and after the answer whether it was right."""

    message: str
    findings: tuple[FindingView, ...]
    feedback: FeedbackView | None


@dataclass(frozen=True, slots=True)
class PracticeLink:
    """A practice case in the list."""

    href: str
    title: str


@dataclass(frozen=True, slots=True)
class CoursePage:
    """The course and where somebody is in it. `stage`: visitor, begin, open, waiting or passed."""

    stage: str
    next_number: int
    questions: int
    wanted: int
    right: int | None
    retry_at: datetime | None
    practice: tuple[PracticeLink, ...]


def course_page(entrance: Entrance | None, *, now: datetime) -> CoursePage:
    """Return the course for somebody; a visitor without an account has no entrance."""
    numbers, last = PARAMETERS.reputation, entrance.attempt if entrance else None
    waits = last is not None and last.retry_at is not None and now < last.retry_at
    return CoursePage(
        stage=_stage(entrance, waits=waits),
        next_number=(entrance.next_number if entrance else None) or 1,
        questions=len(numbers.gold_levels),
        wanted=numbers.gold_pass,
        right=last.right if last is not None and last.finished_at is not None and last.questions else None,
        retry_at=last.retry_at if last is not None and waits else None,
        practice=tuple(
            PracticeLink(url_for("course.practice", key=case.key), excerpt(_said(case.message), TITLE_CHARACTERS))
            for case in warm_ups()
        ),
    )


def question_view(
    question: GoldQuestion, content: PracticeCase | Content, *, given: Veracity | None, truth: Veracity | None = None
) -> QuestionView:
    """Return a question; with `given` also what came of it. `truth` is what was known then, if that differs by now."""
    known = truth or question.verdict
    if isinstance(content, PracticeCase):
        findings = tuple(FindingView(_said(row.source), _said(row.says), "") for row in content.evidence)
        message, kind, why, href = _said(content.message), content.misinfo_type, _said(content.why), ""
    else:
        findings = tuple(FindingView(row.archived_title or row.url, row.quote, row.url) for row in content.evidence)
        check = content.fact_check
        message, kind, why = content.message, check.misinfo_type, check.summary
        href = url_for("fact_checks.show", public_id=check.public_id, slug=check.slug)
    feedback = None
    if given is not None:
        feedback = FeedbackView(
            right=given.level == known.level,
            given=verdict_view(given),
            truth=verdict_view(known),
            misinfo_type=misinfo_type_word(kind) if kind else "",
            why=why,
            href=href,
        )
    return QuestionView(message, findings, feedback)


def _stage(entrance: Entrance | None, *, waits: bool) -> str:
    if entrance is None:
        return "visitor"
    if entrance.passed:
        return "passed"
    if entrance.next_number is not None:
        return "open"
    return "waiting" if waits else "begin"


def _said(texts: dict[str, str]) -> str:
    return texts[choose_language()]
