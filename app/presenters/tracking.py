"""A reporter's own page: where the report stands, in plain words, and the answer when there is one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import segno

from app.i18n import gettext as _
from app.presenters.fact_checks import CardView, card_view
from app.presenters.uploads import PictureView, left_out_words, picture_views
from verification.queries.public import Tracked
from verification.queries.uploads import Question
from verification.rules.lifecycle import PUBLIC, CaseState
from verification.services.subscribing import CORRECTION_DAYS

_S = CaseState

_CHECKING = frozenset({_S.IN_REVIEW, _S.NEEDS_MORE_ASSESSMENTS, _S.CONSENSUS, _S.DISPUTED})
_WRITING = frozenset({_S.EDITORIAL_REVIEW, _S.APPROVED})

_CHANGED = frozenset({_S.UNDER_CORRECTION, _S.CORRECTED, _S.RETRACTED})

SETTLED = frozenset({_S.MATCHED, _S.DECLINED, _S.PUBLISHED, _S.CORRECTED, _S.RETRACTED})
"""States in which the tracking page stops asking for news."""


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of the road: `stage` is done, now or ahead."""

    title: str
    stage: str
    text: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrackingPage:
    """What the tracking link shows. `qr` is the link as a picture (data URI); `settled` ends the polling."""

    token: str
    url: str
    qr: str
    heading: str
    explanation: str
    received_at: datetime
    text: str
    steps: tuple[StepView, ...]
    settled: bool
    others: int = 0
    answer: CardView | None = None
    pictures: tuple[PictureView, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewsWays:
    """How news can come: `by_mail` where a mail server is set up, `push_key` for browsers (base64url, else empty).

    `asked` says that a letter has just been written to the reader; an address is kept for `kept_days` after an answer.
    """

    by_mail: bool
    push_key: str
    asked: bool
    kept_days: int


def tracking_page(tracked: Tracked, *, token: str, url: str, sent: Question | None = None) -> TrackingPage:
    """Return the page of a report; `url` is the private link in full, `sent` its screenshots, where there are any."""
    case = tracked.case
    heading, explanation = state_words(_state_to_tell(tracked))
    return TrackingPage(
        token=token,
        url=url,
        qr=segno.make(url, micro=False, error="m").svg_data_uri(scale=5, border=3, light="#fff"),
        heading=heading,
        explanation=explanation,
        received_at=tracked.report.received_at,
        text=tracked.item.text,
        steps=road(case.state),
        settled=is_settled(case.state),
        others=max(0, case.report_count - 1),
        answer=card_view(tracked.answer) if tracked.answer else None,
        pictures=picture_views(sent, address=f"/lacak/{token}/gambar") if sent else (),
        left_out=left_out_words(sent) if sent else (),
    )


def _state_to_tell(tracked: Tracked) -> str:
    """Return the case's state, or that of its answer when this is doubted, was corrected or withdrawn.

    The answer may be another case's fact-check, and a case that is judged anew has had its answer long since.
    """
    answer = tracked.answer
    return answer.state if answer is not None and answer.state in _CHANGED else tracked.case.state


def news_ways(*, by_mail: bool, push_key: str, asked: bool) -> NewsWays:
    """Return the ways in which this house can bring news."""
    return NewsWays(by_mail=by_mail, push_key=push_key, asked=asked, kept_days=CORRECTION_DAYS)


def state_words(state: str) -> tuple[str, str]:
    """Return the heading and the explanation of a case's state, as a reporter reads them."""
    words = {
        _S.RECEIVED: (_("We have received your report"), _("It waits for a first look.")),
        _S.TRIAGE: (
            _("We are taking a first look"),
            _("We see whether it can be checked, and whether we have done so before."),
        ),
        _S.MATCHED: (_("We have checked this before"), _("The answer below was written for the same claim.")),
        _S.DECLINED: (
            _("We will not check this one"),
            _("It is an opinion, it cannot be checked with facts, or it is outside our field."),
        ),
        _S.IN_REVIEW: (
            _("Fact-checkers are at work"),
            _("Several people look for evidence, each on their own, so that no one copies another."),
        ),
        _S.NEEDS_MORE_ASSESSMENTS: (
            _("More people are looking at it"),
            _("The first assessments are in; we wait for more before we conclude."),
        ),
        _S.CONSENSUS: (
            _("The fact-checkers agree"),
            _("An official verifier now reviews their conclusion before it is published."),
        ),
        _S.DISPUTED: (
            _("The fact-checkers do not agree yet"),
            _("They compare their evidence. That takes a little longer, and makes the answer better."),
        ),
        _S.EDITORIAL_REVIEW: (
            _("An editor is writing the answer"),
            _("The conclusion is reviewed and put into words that everybody understands."),
        ),
        _S.APPROVED: (_("The answer is approved"), _("It is being published now.")),
        _S.PUBLISHED: (_("Your answer is here"), _("This is what we found.")),
        _S.UNDER_CORRECTION: (
            _("We are reviewing our answer"),
            _("Someone brought new evidence. The answer below stands until we are done."),
        ),
        _S.CORRECTED: (
            _("We have corrected our answer"),
            _("What changed, and why, is on the page of the fact-check."),
        ),
        _S.RETRACTED: (_("We have withdrawn our answer"), _("Please do not rely on it. The page says why.")),
    }
    return words[CaseState(state)]


def road(state: str) -> tuple[StepView, ...]:
    """Return the steps of a report, with those behind and ahead of `state`."""
    case = CaseState(state)
    stages = _stages(case)
    now = next(place for place, (_title, states) in enumerate(stages) if case in states)
    settled = is_settled(state)
    return tuple(StepView(title, _stage(place, now, settled=settled)) for place, (title, _states) in enumerate(stages))


def is_settled(state: str) -> bool:
    """Whether nothing more will happen by itself."""
    return CaseState(state) in SETTLED


def _stages(case: CaseState) -> tuple[tuple[str, frozenset[CaseState]], ...]:
    # A known claim and one that is not taken on have a shorter road.
    first = ((_("Received"), frozenset({_S.RECEIVED})), (_("First look"), frozenset({_S.TRIAGE})))
    if case is _S.MATCHED:
        return (*first, (_("Answered by an earlier check"), frozenset({_S.MATCHED})))
    if case is _S.DECLINED:
        return (*first, (_("Not taken on"), frozenset({_S.DECLINED})))
    return (*first, (_("Checked by people"), _CHECKING), (_("Reviewed and written"), _WRITING), (_("Answered"), PUBLIC))


def _stage(place: int, now: int, *, settled: bool) -> str:
    if place == now:
        return "done" if settled else "now"
    return "done" if place < now else "ahead"
