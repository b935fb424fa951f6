"""What a volunteer's record allows, and how it is earned (CONSENSUS §5c)."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import count

from verification.rules.parameters import PARAMETERS, Parameters
from verification.rules.scale import Veracity


class Level(StrEnum):
    """How far a person has come. In Indonesian: calon, baru, relawan, tepercaya, verifikator."""

    CANDIDATE = "candidate"
    NEWCOMER = "newcomer"
    VOLUNTEER = "volunteer"
    TRUSTED = "trusted"
    VERIFIER = "verifier"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a level is read from. `gain` is `consensus.gain` of the record; `appointed` by an agency, never earned."""

    gold_passed: bool
    signed: int
    gain: float
    account_age_seconds: float
    actions: int
    appointed: bool = False


def level_of(standing: Standing, parameters: Parameters = PARAMETERS) -> Level:
    """Return the level that a standing amounts to; it can fall as well as rise."""
    numbers = parameters.reputation
    if standing.appointed:
        return Level.VERIFIER
    if not standing.gold_passed:
        return Level.CANDIDATE
    if standing.signed < numbers.volunteer_signed:
        return Level.NEWCOMER
    trusted = (
        standing.signed >= numbers.trusted_signed
        and standing.gain >= numbers.trusted_gain
        and standing.account_age_seconds >= numbers.trusted_age_seconds
        and standing.actions >= numbers.trusted_actions
    )
    return Level.TRUSTED if trusted else Level.VOLUNTEER


class Right(StrEnum):
    """What a level opens at the desk. What a role opens (to sign, to publish) is no matter of levels."""

    JUDGE = "judge"
    """Hold a case, say what it claims, and file an assessment of it."""
    DRAFT = "draft"
    """Draft a counter-narrative; see also `may_draft`."""


_RIGHTS = {
    Level.CANDIDATE: frozenset[Right](),
    Level.NEWCOMER: frozenset({Right.JUDGE}),
    Level.VOLUNTEER: frozenset({Right.JUDGE}),
    Level.TRUSTED: frozenset({Right.JUDGE, Right.DRAFT}),
    Level.VERIFIER: frozenset({Right.JUDGE, Right.DRAFT}),
}


def rights_of(level: Level) -> frozenset[Right]:
    """Return what a level allows. A candidate judges nothing yet, so that no vote counts before the entrance."""
    return _RIGHTS[level]


@dataclass(frozen=True, slots=True)
class Step:
    """One condition of the next level: how much there is and how much is asked for (`unit` says of what)."""

    unit: str
    now: float
    wanted: float

    @property
    def met(self) -> bool:
        return self.now >= self.wanted


def next_level(standing: Standing, parameters: Parameters = PARAMETERS) -> tuple[Level, tuple[Step, ...]] | None:
    """Return the level after the one that `standing` amounts to, with each condition; None where there is none to earn.

    Units: entrance (0 or 1), signed (votes), gain (times an average rater), age (seconds), actions.
    """
    numbers, level = parameters.reputation, level_of(standing, parameters)
    if level is Level.CANDIDATE:
        return Level.NEWCOMER, (Step("entrance", float(standing.gold_passed), 1.0),)
    if level is Level.NEWCOMER:
        return Level.VOLUNTEER, (Step("signed", standing.signed, numbers.volunteer_signed),)
    if level is not Level.VOLUNTEER:
        return None
    return Level.TRUSTED, (
        Step("signed", standing.signed, numbers.trusted_signed),
        Step("gain", standing.gain, numbers.trusted_gain),
        Step("age", standing.account_age_seconds, numbers.trusted_age_seconds),
        Step("actions", standing.actions, numbers.trusted_actions),
    )


def may_draft(level: Level, drafts_accepted: Sequence[bool], parameters: Parameters = PARAMETERS) -> bool:
    """Return whether counter-narratives may be drafted. `drafts_accepted` are the decided ones, oldest first."""
    if level is Level.VERIFIER:
        return True
    numbers = parameters.reputation
    recent = drafts_accepted[-numbers.drafts_remembered :]
    return level is Level.TRUSTED and sum(not accepted for accepted in recent) < numbers.drafts_rejected


class NoCredit(StrEnum):
    """Why a vote teaches nothing about its caster."""

    OWN_CLAIM = "own_claim"
    SAW_TALLY = "saw_tally"
    AFTER_SIGN_OFF = "after_sign_off"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a vote came about, as the record proves it. `own`: reported the claim or wrote its counter-narrative."""

    own: bool
    saw_tally: bool
    after_sign_off: bool
    excluded: bool = False


def no_credit(circumstances: Circumstances) -> NoCredit | None:
    """Return why a vote earns no reputation, or None when it does."""
    if circumstances.excluded:
        return NoCredit.EXCLUDED
    if circumstances.own:
        return NoCredit.OWN_CLAIM
    if circumstances.after_sign_off:
        return NoCredit.AFTER_SIGN_OFF
    return NoCredit.SAW_TALLY if circumstances.saw_tally else None


@dataclass(frozen=True, slots=True)
class GoldOutcome:
    """How the entrance went. `retry_at` (seconds, same clock as the attempt) is set when it was not passed."""

    passed: bool
    right: int
    retry_at: float | None


def judge_gold(
    answers: Sequence[tuple[int, int | None]], at: float, parameters: Parameters = PARAMETERS
) -> GoldOutcome:
    """Judge an attempt at the entrance: (truth, answer) pairs, finished `at`. An incomplete attempt does not pass."""
    numbers = parameters.reputation
    right = sum(truth == answer for truth, answer in answers)
    passed = right >= numbers.gold_pass and len(answers) >= len(numbers.gold_levels)
    return GoldOutcome(passed, right, None if passed else at + numbers.gold_retry_seconds)


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A claim with a known answer that can be asked; `key` names it for good. Its verdict has a step on the axis."""

    key: str
    verdict: Veracity

    @property
    def level(self) -> int:
        """The step of the axis on which its verdict stands."""
        level = self.verdict.level
        if level is None:
            raise ValueError(f"{self.key}: a question needs a verdict on the axis")
        return level


def pick_gold(
    available: Sequence[GoldQuestion],
    seen: frozenset[str],
    *,
    person_id: int,
    secret: bytes,
    parameters: Parameters = PARAMETERS,
) -> tuple[GoldQuestion, ...]:
    """Choose an entrance of the right mixture that `person_id` has not seen; shorter where the stock runs out.

    The draw is keyed by `secret`, so that two accounts of one person seldom get the same questions, and nobody can tell
    which, while a reload shows the same page.
    """
    order = sorted(
        (question for question in available if question.key not in seen),
        key=lambda question: _draw(secret, "gold", person_id, question.key),
    )
    chosen: list[GoldQuestion] = []
    for level in parameters.reputation.gold_levels:
        found = next((q for q in order if q.level == level and q not in chosen), None)
        if found is not None:
            chosen.append(found)
    return tuple(sorted(chosen, key=lambda question: _draw(secret, "order", person_id, question.key)))


def pick_hidden(
    available: Sequence[GoldQuestion], seen: frozenset[str], *, person_id: int, number: int, secret: bytes
) -> GoldQuestion | None:
    """Choose what a person's ballot `number` asks, of what they have not seen; None where nothing is left."""
    unseen = [question for question in available if question.key not in seen]
    return min(unseen, key=lambda question: _draw(secret, "ask", person_id, number, question.key), default=None)


def is_hidden_gold(ballot_number: int, *, person_id: int, secret: bytes, parameters: Parameters = PARAMETERS) -> bool:
    """Return whether a person's `ballot_number` (from 0) is a hidden gold question: one, somewhere, in fifteen."""
    block, position = divmod(ballot_number, parameters.reputation.hidden_gold_every)
    return _draw(secret, "hidden", person_id, block) % parameters.reputation.hidden_gold_every == position


def hidden_gold_number(
    ballot_number: int, *, person_id: int, secret: bytes, parameters: Parameters = PARAMETERS
) -> int:
    """Return the number of a person's first hidden gold question from `ballot_number` on."""
    hidden = partial(is_hidden_gold, person_id=person_id, secret=secret, parameters=parameters)
    return next(number for number in count(ballot_number) if hidden(number))


def _draw(secret: bytes, purpose: str, *parts: int | str) -> int:
    message = ":".join([purpose, *map(str, parts)]).encode()
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:8])


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often a rater is right, with the interval that honesty asks for; shares 0-1. Never a place in a table."""

    share: float
    low: float
    high: float
    votes: int


def accuracy(right: int, votes: int, parameters: Parameters = PARAMETERS) -> Accuracy | None:
    """Return the accuracy over `votes` signed votes with its Wilson interval; None before the first."""
    if not votes:
        return None
    z = parameters.reputation.interval_z
    share = right / votes
    centre = share + z * z / (2 * votes)
    spread = z * math.sqrt(share * (1 - share) / votes + z * z / (4 * votes * votes))
    scale = 1 + z * z / votes
    return Accuracy(share, max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale), votes)
