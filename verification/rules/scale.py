"""The scale on which claims are judged: veracity, type and tags, each on an axis of its own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEVELS = 3
"""Steps of the ordinal axis that the crowd votes on: SALAH 0, SEBAGIAN 1, BENAR 2 (CONSENSUS §5a)."""


class Veracity(StrEnum):
    """A verdict, from assessments to the published fact-check. The ids are stored and travel in the API."""

    FALSE = "false"
    MISLEADING = "misleading"
    PARTLY_TRUE = "partly_true"
    TRUE = "true"
    UNPROVEN = "unproven"
    NOT_CHECKABLE = "not_checkable"

    @property
    def level(self) -> int | None:
        """The step on the ordinal axis, 0 … LEVELS - 1; None for the two verdicts that stand beside it.

        Misleading and partly true share the middle step: the crowd tells them apart badly (three-level accuracy .52 at
        best on hard claims), and what they say of a claim's truth is the same. The agency picks the word.
        """
        return _LEVEL.get(self)

    @property
    def claim_review_value(self) -> int | None:
        """ClaimReview's `ratingValue` on 1 (worst) … 5 (best); None where there is no order to express."""
        return None if self.level is None else 1 + 2 * self.level


_LEVEL = {Veracity.FALSE: 0, Veracity.MISLEADING: 1, Veracity.PARTLY_TRUE: 1, Veracity.TRUE: 2}

BALLOT = (Veracity.FALSE, Veracity.MISLEADING, Veracity.PARTLY_TRUE, Veracity.TRUE, Veracity.UNPROVEN)
"""What an assessor may choose, in the order of the form. "Cannot be checked" is a decline in triage, not a vote."""


def reads_as(level: int) -> Veracity:
    """Return the verdict that stands for a step of the ordinal axis when the crowd leans to it."""
    return (Veracity.FALSE, Veracity.MISLEADING, Veracity.TRUE)[level]


class MisinfoType(StrEnum):
    """First Draft's seven types, the axis of how a claim misleads; never turned into a truth number."""

    SATIRE_PARODY = "satire_parody"
    FALSE_CONNECTION = "false_connection"
    MISLEADING_CONTENT = "misleading_content"
    FALSE_CONTEXT = "false_context"
    IMPOSTER_CONTENT = "imposter_content"
    MANIPULATED_CONTENT = "manipulated_content"
    FABRICATED_CONTENT = "fabricated_content"


class Tag(StrEnum):
    """What else is true of a claim, outside of both axes."""

    SATIRE = "satire"
    SCAM = "scam"
    AI_GENERATED = "ai_generated"
    CLARIFICATION = "clarification"


@dataclass(frozen=True, slots=True)
class ImportedRating:
    """A rating of another house as Saring reads it. `label` is theirs, untouched; the rest is our reading of it."""

    label: str
    veracity: Veracity | None
    misinfo_type: MisinfoType | None = None
    tags: frozenset[Tag] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """One row of the visible table: whose label it is and how we read it. `label` is folded (see `fold_label`)."""

    house: str
    label: str
    veracity: Veracity | None = None
    misinfo_type: MisinfoType | None = None
    tag: Tag | None = None


@dataclass(frozen=True, slots=True)
class NumericRating:
    """ClaimReview's `ratingValue` with its ends, as found in the wild: the ends may be missing sense."""

    value: float
    worst: float
    best: float


FALSE_UP_TO, TRUE_FROM = 0.2, 0.8
"""Cuts on the share (value - worst) / (best - worst), used only when the label is unknown. Source: the clear-cut thirds
of CONSENSUS §3.2, where expert labels at or below .2 and at or above .8 count as clear."""

_V, _T = Veracity, MisinfoType

READINGS = (
    Reading("Umum", "salah", _V.FALSE),
    Reading("Umum", "hoaks", _V.FALSE),
    Reading("Umum", "hoax", _V.FALSE),
    Reading("Umum", "tidak benar", _V.FALSE),
    Reading("Umum", "palsu", _V.FALSE),
    Reading("Umum", "menyesatkan", _V.MISLEADING),
    Reading("Umum", "sebagian salah", _V.MISLEADING),
    Reading("Umum", "sebagian benar", _V.PARTLY_TRUE),
    Reading("Umum", "benar", _V.TRUE),
    Reading("Umum", "fakta", _V.TRUE),
    Reading("Umum", "belum terbukti", _V.UNPROVEN),
    Reading("Umum", "tidak terbukti", _V.UNPROVEN),
    Reading("Umum", "tidak dapat diperiksa", _V.NOT_CHECKABLE),
    Reading("TurnBackHoax", "penipuan", _V.FALSE, tag=Tag.SCAM),
    # A clarification may confirm or deny what was asked: the label alone gives no verdict.
    Reading("TurnBackHoax", "klarifikasi", tag=Tag.CLARIFICATION),
    Reading("TurnBackHoax", "clarification", tag=Tag.CLARIFICATION),
    Reading("TurnBackHoax", "berita", tag=Tag.CLARIFICATION),
    # The seven types say how, not how far: they set the type and leave the verdict to the label beside them.
    Reading("TurnBackHoax", "satire", misinfo_type=_T.SATIRE_PARODY, tag=Tag.SATIRE),
    Reading("TurnBackHoax", "misleading content", misinfo_type=_T.MISLEADING_CONTENT),
    Reading("TurnBackHoax", "impostor content", misinfo_type=_T.IMPOSTER_CONTENT),
    Reading("TurnBackHoax", "imposter content", misinfo_type=_T.IMPOSTER_CONTENT),
    Reading("TurnBackHoax", "fabricated content", misinfo_type=_T.FABRICATED_CONTENT),
    Reading("TurnBackHoax", "false connection", misinfo_type=_T.FALSE_CONNECTION),
    Reading("TurnBackHoax", "false context", misinfo_type=_T.FALSE_CONTEXT),
    Reading("TurnBackHoax", "manipulated content", misinfo_type=_T.MANIPULATED_CONTENT),
    Reading("Tempo", "keliru", _V.FALSE),
    Reading("Tempo", "sesat", _V.MISLEADING),
    Reading("ClaimReview", "true", _V.TRUE),
    Reading("ClaimReview", "correct", _V.TRUE),
    Reading("ClaimReview", "accurate", _V.TRUE),
    Reading("ClaimReview", "false", _V.FALSE),
    Reading("ClaimReview", "incorrect", _V.FALSE),
    Reading("ClaimReview", "fake", _V.FALSE),
    Reading("ClaimReview", "misleading", _V.MISLEADING),
    Reading("ClaimReview", "missing context", _V.MISLEADING),
    Reading("ClaimReview", "partly false", _V.MISLEADING),
    Reading("ClaimReview", "partly true", _V.PARTLY_TRUE),
    Reading("ClaimReview", "partially true", _V.PARTLY_TRUE),
    Reading("ClaimReview", "unverified", _V.UNPROVEN),
    Reading("ClaimReview", "no evidence", _V.UNPROVEN),
    Reading("ClaimReview", "not checkable", _V.NOT_CHECKABLE),
    Reading("ClaimReview", "altered", _V.FALSE, _T.MANIPULATED_CONTENT),
    Reading("ClaimReview", "altered photo", _V.FALSE, _T.MANIPULATED_CONTENT),
    Reading("ClaimReview", "altered video", _V.FALSE, _T.MANIPULATED_CONTENT),
    Reading("ClaimReview", "ai generated", _V.FALSE, _T.FABRICATED_CONTENT, Tag.AI_GENERATED),
    Reading("Snopes", "mostly true", _V.PARTLY_TRUE),
    Reading("Snopes", "mixture", _V.PARTLY_TRUE),
    Reading("Snopes", "mostly false", _V.MISLEADING),
    Reading("Snopes", "outdated", _V.MISLEADING),
    Reading("Snopes", "miscaptioned", _V.FALSE, _T.FALSE_CONTEXT),
    Reading("Snopes", "misattributed", _V.FALSE, _T.FALSE_CONTEXT),
    Reading("Snopes", "correct attribution", _V.TRUE),
    Reading("Snopes", "scam", _V.FALSE, tag=Tag.SCAM),
    Reading("Snopes", "labeled satire", _V.FALSE, _T.SATIRE_PARODY, Tag.SATIRE),
    Reading("Snopes", "originated as satire", _V.FALSE, _T.SATIRE_PARODY, Tag.SATIRE),
    Reading("Snopes", "unproven", _V.UNPROVEN),
    Reading("Snopes", "research in progress", _V.UNPROVEN),
    Reading("PolitiFact", "half true", _V.PARTLY_TRUE),
    Reading("PolitiFact", "pants on fire", _V.FALSE),
)
"""How foreign labels are read, shown on a public page. A label that is not here gets no verdict by guessing."""

_BY_LABEL = {reading.label: reading for reading in READINGS}


def fold_label(label: str) -> str:
    """Return a foreign label in the form in which READINGS keeps it: lower case, letters and single spaces only."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in label.casefold()).split())


def read_rating(label: str, numeric: NumericRating | None = None) -> ImportedRating:
    """Read a foreign rating: by its label where the table knows it, else by its number, else without a verdict."""
    reading = _BY_LABEL.get(fold_label(label))
    if reading is None:
        return ImportedRating(label, None if numeric is None else _read_number(numeric))
    return ImportedRating(
        label, reading.veracity, reading.misinfo_type, frozenset() if reading.tag is None else frozenset({reading.tag})
    )


def _read_number(numeric: NumericRating) -> Veracity | None:
    # Some houses write best = worst = -1 for "none": there is no scale to stand on.
    if not numeric.best > numeric.worst:
        return None
    share = min(1.0, max(0.0, (numeric.value - numeric.worst) / (numeric.best - numeric.worst)))
    if share <= FALSE_UP_TO:
        return Veracity.FALSE
    if share >= TRUE_FROM:
        return Veracity.TRUE
    return Veracity.MISLEADING if share < 0.5 else Veracity.PARTLY_TRUE
