"""What happens to a case when somebody has voted: the one place where leaning, holds and quorum meet (ADR 0010).

In this order: a leaning that may be shown is a provisional consensus; so is "not proven", unless it is held or only
strangers say so; a hold keeps the case open for a senior verifier; while little has been signed the first quorum rule
still serves; a quorum that disagrees is a dispute; everything else needs more votes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from verification.rules.consensus import Leaning
from verification.rules.parameters import PARAMETERS, VERSION, Parameters
from verification.rules.quorum import QuorumState, count_quorum
from verification.rules.scale import Veracity, reads_as


class Rule(StrEnum):
    """Which rule concluded. The ids are stored with each decision and shown in public."""

    CONSENSUS = "consensus"
    QUORUM = "quorum"

    @property
    def version(self) -> str:
        """The version of the numbers it went by."""
        return {Rule.CONSENSUS: VERSION, Rule.QUORUM: "1"}[self]


class Outcome(StrEnum):
    """Where the votes leave the case. `held` is open like `needs_more_assessments`, and waits for a senior verifier."""

    CONSENSUS = "consensus"
    DISPUTED = "disputed"
    NEEDS_MORE = "needs_more_assessments"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a rule made of the votes; the verdict is the crowd's, and only there on a consensus."""

    rule: Rule
    outcome: Outcome
    verdict: Veracity | None = None


def conclude(
    verdicts: Sequence[Veracity], leaning: Leaning, *, signed: int, parameters: Parameters = PARAMETERS
) -> Conclusion:
    """Conclude from the votes that count, one a voter, and from what they weigh together.

    `verdicts` leaves out excluded votes and holds one for accounts that count as one. `signed` is how many claims the
    crowd model has been taught.
    """
    if leaning.shown and leaning.level is not None:
        return Conclusion(Rule.CONSENSUS, Outcome.CONSENSUS, _word_for(leaning.level, verdicts))
    if leaning.holds:
        return Conclusion(Rule.CONSENSUS, Outcome.HELD)
    if leaning.unproven and leaning.vouched:
        return Conclusion(Rule.CONSENSUS, Outcome.CONSENSUS, Veracity.UNPROVEN)
    quorum = count_quorum(dict(enumerate(verdicts)))
    if quorum.state is QuorumState.DISPUTED:
        return Conclusion(Rule.QUORUM, Outcome.DISPUTED)
    if quorum.state is QuorumState.CONSENSUS and signed < parameters.leaning.cold_start_signed:
        return Conclusion(Rule.QUORUM, Outcome.CONSENSUS, quorum.verdict)
    return Conclusion(Rule.CONSENSUS, Outcome.NEEDS_MORE)


def _word_for(level: int, verdicts: Sequence[Veracity]) -> Veracity:
    # Misleading and partly true share a step: the word is the one that more voters chose, the agency picks the last.
    words = Counter(verdict for verdict in verdicts if verdict.level == level).most_common(2)
    if not words or (len(words) > 1 and words[0][1] == words[1][1]):
        return reads_as(level)
    return words[0][0]
