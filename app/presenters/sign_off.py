"""The opinions of those who sign a case, as far as the one who looks may see them yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.i18n import gettext as _
from app.presenters.verdicts import VerdictView, verdict_view
from verification.models import SignersOpinion
from verification.rules.sign_off import SignOff, SignOffState


@dataclass(frozen=True, slots=True)
class OpinionView:
    """One signer's own verdict."""

    name: str
    verdict: VerdictView
    reason: str


@dataclass(frozen=True, slots=True)
class SignOffView:
    """Where the sign-off stands. `opinions` and `state` stay empty until the looker has said their own."""

    may_say: bool
    said: bool
    count: int
    opinions: tuple[OpinionView, ...]
    state: str


def sign_off_view(
    opinions: Sequence[SignersOpinion],
    found: SignOff,
    *,
    names: Mapping[int, str],
    person_id: int,
    open_now: bool,
) -> SignOffView:
    """Return the sign-off for one of those who may sign; `open_now` says whether the case still takes opinions."""
    said = any(opinion.person_id == person_id for opinion in opinions)
    seen = said or not open_now
    views = (OpinionView(names.get(o.person_id, ""), verdict_view(o.verdict), o.reason) for o in opinions)
    return SignOffView(
        may_say=open_now and not said,
        said=said,
        count=len(opinions),
        opinions=tuple(views) if seen else (),
        state=state_word(found.state) if seen and opinions else "",
    )


def state_word(state: SignOffState) -> str:
    """Return what the opinions still need, in words."""
    words = {
        SignOffState.NEEDS_DRAFT: _("Nobody has said a verdict yet."),
        SignOffState.NEEDS_SECOND: _("A second person has to say what they think."),
        SignOffState.VERIFIERS_DIFFER: _("Two people differ. A third decides."),
        SignOffState.CROWD_OBJECTS: _("Two people agree, and the volunteers lean elsewhere. A third decides."),
        SignOffState.NEEDS_ANOTHER: _("Nobody shares the third opinion. Another person is needed."),
        SignOffState.SETTLED: _("The verdict is agreed on."),
    }
    return words[state]
