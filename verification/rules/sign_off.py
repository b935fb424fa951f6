"""How an agency reaches a verdict: one drafts, another approves, a third decides where they differ (CONSENSUS §5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from verification.rules.parameters import PARAMETERS, Parameters
from verification.rules.scale import Veracity


@dataclass(frozen=True, slots=True)
class Opinion:
    """A verifier's own verdict, saved before the leaning or the other opinions were visible to them."""

    person_id: int
    verdict: Veracity


class SignOffState(StrEnum):
    """What the opinions amount to."""

    NEEDS_DRAFT = "needs_draft"
    NEEDS_SECOND = "needs_second"
    VERIFIERS_DIFFER = "verifiers_differ"
    CROWD_OBJECTS = "crowd_objects"
    NEEDS_ANOTHER = "needs_another"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class SignOff:
    """The state, and the verdict once it is settled."""

    state: SignOffState
    verdict: Veracity | None = None


def settle(opinions: Sequence[Opinion], shown_level: int | None) -> SignOff:
    """Return what `opinions`, in the order in which they were saved, amount to.

    `shown_level` is the crowd's leaning if one was shown, else None. A third person decides, but only for what somebody
    else holds too: the verdict needs two voices, one of which may be the crowd's. A person counts once, by the first.
    """
    verdicts = list({opinion.person_id: opinion.verdict for opinion in reversed(opinions)}.values())[::-1]
    if len(verdicts) < 2:
        return SignOff(SignOffState.NEEDS_SECOND if verdicts else SignOffState.NEEDS_DRAFT)
    first, second, *later = verdicts
    if not later:
        if first is not second:
            return SignOff(SignOffState.VERIFIERS_DIFFER)
        if shown_level is not None and first.level != shown_level:
            return SignOff(SignOffState.CROWD_OBJECTS)
        return SignOff(SignOffState.SETTLED, first)
    last = later[-1]
    if last in verdicts[:-1] or (shown_level is not None and last.level == shown_level):
        return SignOff(SignOffState.SETTLED, last)
    return SignOff(SignOffState.NEEDS_ANOTHER)


class ReopeningRefusal(StrEnum):
    """Why a signed verdict stays as it is."""

    NO_NEW_EVIDENCE = "no_new_evidence"
    NEEDS_ANOTHER_VERIFIER = "needs_another_verifier"


def refuse_reopening(
    *, new_evidence: int, verifiers: frozenset[int], parameters: Parameters = PARAMETERS
) -> ReopeningRefusal | None:
    """Return why a case may not be reopened, or None: it takes new evidence and two verifiers, locked or not."""
    if new_evidence < 1:
        return ReopeningRefusal.NO_NEW_EVIDENCE
    if len(verifiers) < parameters.sign_off.reopening_verifiers:
        return ReopeningRefusal.NEEDS_ANOTHER_VERIFIER
    return None


def is_locked(signed_at: float, now: float, parameters: Parameters = PARAMETERS) -> bool:
    """Return whether a verdict signed at `signed_at` (seconds) is locked at `now`: only reopening changes it then."""
    return now - signed_at >= parameters.sign_off.lock_seconds
