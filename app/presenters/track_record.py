"""How well somebody judges, as they see it themselves: an interval, its making, strengths, and the way on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import format_decimal, format_percent

from app.i18n import gettext as _
from app.i18n import ngettext
from app.presenters.accounts import topic_words
from app.presenters.verdicts import VerdictView, verdict_view
from verification.queries.track_record import TrackRecord
from verification.rules.parameters import PARAMETERS
from verification.rules.recognition import Earned, Recognition, earned
from verification.rules.reputation import Accuracy, Level, Step, accuracy, next_level
from verification.rules.scale import Veracity
from verification.services.examining import Told
from verification.services.standing import Place

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class AccuracyView:
    """A share with its interval in words, over `votes`."""

    name: str
    share: str
    interval: str
    votes: int


@dataclass(frozen=True, slots=True)
class StepView:
    """One condition of the next level."""

    words: str
    met: bool


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """A case that was asked though it was signed already: what the person said, and what holds."""

    href: str
    title: str
    given: VerdictView
    truth: VerdictView
    right: bool


@dataclass(frozen=True, slots=True)
class TrackRecordPage:
    """The page. `overall` is None before the first vote that a verdict has proved right or wrong."""

    level: str
    overall: AccuracyView | None
    known: AccuracyView | None
    answers: tuple[KnownAnswer, ...]
    topics: tuple[AccuracyView, ...]
    badges: tuple[str, ...]
    hidden_every: int
    next_level: str
    steps: tuple[StepView, ...]


def track_record_page(record: TrackRecord, place: Place, told: Sequence[Told]) -> TrackRecordPage:
    """Return the page of one's own record; `told` are the hidden questions of which its owner may know."""
    by_topic: dict[str, list[bool]] = defaultdict(list)
    for vote in record.counted:
        for topic in vote.topics:
            by_topic[topic].append(vote.right)
    topics = {topic: accuracy(sum(found), len(found)) for topic, found in by_topic.items()}
    badges = earned(
        evidence_relied_on=record.evidence_relied_on, helpful_narratives=record.helpful_narratives, topics=topics
    )
    onward = next_level(place.standing)
    answers = tuple(map(_known_answer, told))
    right, asked = record.gold_right + sum(one.right for one in answers), record.gold_asked + len(answers)
    words = topic_words()
    views = [view for topic, known in topics.items() if (view := _accuracy_view(words.get(topic, topic), known))]
    return TrackRecordPage(
        level=level_word(place.level),
        overall=_accuracy_view(_("All topics"), accuracy(sum(v.right for v in record.counted), len(record.counted))),
        known=_accuracy_view(_("Questions with a known answer"), accuracy(right, asked)),
        answers=answers,
        topics=tuple(sorted(views, key=lambda view: (-view.votes, view.name))),
        badges=tuple(map(_badge_words, badges)),
        hidden_every=PARAMETERS.reputation.hidden_gold_every,
        next_level=level_word(onward[0]) if onward else "",
        steps=tuple(map(_step_view, onward[1])) if onward else (),
    )


def level_word(level: Level) -> str:
    """Return the name of a level."""
    return {
        Level.CANDIDATE: _("Candidate"),
        Level.NEWCOMER: _("Newcomer"),
        Level.VOLUNTEER: _("Experienced volunteer"),
        Level.TRUSTED: _("Trusted volunteer"),
        Level.VERIFIER: _("Verifier by appointment"),
    }[level]


def _known_answer(one: Told) -> KnownAnswer:
    check, truth = one.fact_check, Veracity(one.fact_check.verdict or "")
    href = url_for("fact_checks.show", public_id=check.public_id, slug=check.slug)
    same = one.answer.level == truth.level
    return KnownAnswer(href, check.title, verdict_view(one.answer), verdict_view(truth), same)


def _accuracy_view(name: str, known: Accuracy | None) -> AccuracyView | None:
    if known is None:
        return None
    low, high = format_percent(known.low), format_percent(known.high)
    interval = _("between %(low)s and %(high)s", low=low, high=high)
    return AccuracyView(name, format_percent(known.share), interval, known.votes)


def _badge_words(badge: Earned) -> str:
    if badge.recognition is Recognition.EVIDENCE_RELIED_ON:
        return ngettext(
            "Others relied on %(num)s piece of your evidence",
            "Others relied on %(num)s pieces of your evidence",
            badge.number,
        )
    if badge.recognition is Recognition.STRONG_TOPIC:
        return _("Sure judgement: %(topic)s", topic=topic_words().get(badge.topic, badge.topic))
    return ngettext(
        "%(num)s counter-narrative of yours helped people of different views",
        "%(num)s counter-narratives of yours helped people of different views",
        badge.number,
    )


def _step_view(step: Step) -> StepView:
    now, wanted = step.now, step.wanted
    if step.unit == "age":
        now, wanted = now / DAY_SECONDS, wanted / DAY_SECONDS
    facts = {"now": format_decimal(round(now, 1)), "wanted": format_decimal(round(wanted, 1))}
    words = {
        "entrance": _("Pass the entrance of the short course"),
        "signed": _("Votes that a verdict has confirmed or not: %(now)s of %(wanted)s", **facts),
        "gain": _("As reliable as the average, which is %(wanted)s: %(now)s", **facts),
        "age": _("Days since you joined: %(now)s of %(wanted)s", **facts),
        "actions": _("Assessments and pieces of evidence: %(now)s of %(wanted)s", **facts),
    }
    return StepView(words[step.unit], step.met)
