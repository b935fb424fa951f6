"""From scores to a probability: is this hit the answer?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from search.ranking.features import Matrix
from search.ranking.texts import DocumentText

STATED_PRECISION = 0.95
"""Share of rightly answered messages that *answered* promises."""
COMPARED = 10
"""Hits that a hit is weighed against."""
JUDGED = 1
"""Hits of each message that the probability is trained on; those further back are judged by extrapolation.

Trained on three, it was right over all three and wrong about the first: ECE .044 in English, .042 later in time.
"""
JUDGED_WITHOUT_ERROR = 3
"""Hits that it is trained on where every first hit is right, or none: from those alone nothing could be learned."""
NEAR_DUPLICATE_SHARE = 0.6
"""Jaccard share of title words from which two debunks are of one hoax, as the development data mark them."""

CONTEXT: Final = ("score", "lead", "lead_over_others", "share", "spread", "near_duplicates")
"""What the probability looks at besides the features of the hit itself."""

Scores = NDArray[np.float64]


def context(scores: Scores, documents: Sequence[DocumentText]) -> Matrix:
    """Return (n, 6), how each of the first hits stands among them. Both are of the hits, best first.

    A debunk of the same hoax is no rival: `lead_over_others` leaves it out.
    """
    scores = scores[:COMPARED]
    share = np.exp(scores - scores.max()) if len(scores) else scores
    share = share / share.sum() if len(scores) else share
    rows = []
    for place, score in enumerate(scores):
        others = [other for other in range(len(scores)) if other != place]
        rivals = [other for other in others if not _is_near(documents[place], documents[other])]
        rows.append(
            (
                score,
                score - max((scores[other] for other in others), default=score - _ALONE),
                score - max((scores[other] for other in rivals), default=score - _ALONE),
                share[place],
                scores.std(),
                len(others) - len(rivals),
            )
        )
    return np.array(rows, dtype=np.float32).reshape(len(rows), len(CONTEXT))


_ALONE = 5.0
"""The lead of a hit without rivals, in units of the learned score."""


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """A logistic model over `CONTEXT` and the hit's features, and the probabilities from which something is claimed."""

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    weight: NDArray[np.float64]
    bias: float
    answered_from: float
    suggested_from: float

    def probabilities(self, rows: Matrix) -> Scores:
        """Return the probability that each hit is an answer; `rows` are `CONTEXT` and features side by side."""
        scaled = np.clip((rows - self.mean) / self.spread, -FAR, FAR)
        chance: Scores = 1 / (1 + np.exp(-(scaled @ self.weight + self.bias)))
        return chance

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the stored form: `Decision.from_arrays` reads it back."""
        limits = np.array([self.bias, self.answered_from, self.suggested_from])
        return {"mean": self.mean, "spread": self.spread, "weight": self.weight, "limits": limits}

    @classmethod
    def from_arrays(cls, stored: Mapping[str, NDArray[Any]]) -> Decision:
        """Read what `arrays` wrote."""
        return cls(stored["mean"], stored["spread"], stored["weight"], *(float(one) for one in stored["limits"]))


FAR = 4.0
"""Standard deviations beyond which a feature says no more: what was never seen in training is not extrapolated."""


def _is_near(left: DocumentText, right: DocumentText) -> bool:
    together = len(left.head | right.head)
    return together > 0 and len(left.head & right.head) >= NEAR_DUPLICATE_SHARE * together
