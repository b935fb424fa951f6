"""Messages beside the checks that may answer them, with the numbers, names and negations that differ marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.duplicates import Choice
from app.forms.duplicates import pair_value
from app.presenters.fact_checks import CardView, card_view
from app.presenters.hits import LikenessView, difference_at_desk, likeness_view
from app.presenters.marking import Runs, compared, runs_of, words_of
from app.presenters.queue import shorten
from search.folding import fold, tokens
from search.guard import differences
from search.guard.names import is_name
from search.guard.negations import NEGATIONS
from verification.queries.duplicates import Pair

ALIKE_ENOUGH = 0.5
"""Share of equal words (0-1) from which crossing out and adding words says more than it confuses."""

CHARACTERS_SHOWN = 1_200
"""Of a message and of a claim; the rest is on the page of the case."""


@dataclass(frozen=True, slots=True)
class PairView:
    """One message beside one check; `refusal` says why the decision on it was not carried out, or is empty."""

    value: str
    link_id: int
    public_id: str
    href: str
    title: str
    reports: int
    card: CardView
    likeness: LikenessView
    message: Runs
    claim: Runs
    differences: tuple[str, ...]
    refusal: str


@dataclass(frozen=True, slots=True)
class DecidedView:
    """A decision that may be taken back: a rejection by a button, a confirmation with a reason."""

    link_id: int
    public_id: str
    href: str
    title: str
    card: CardView
    confirmed: bool
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class DuplicatesPage:
    """The pairs of this page, how many wait in all, what was not carried out, and what I decided lately."""

    pairs: tuple[PairView, ...]
    total: int
    refused: tuple[PairView, ...]
    decided: tuple[DecidedView, ...]


def duplicates_page(
    pairs: Sequence[Pair], total: int, *, decided: Iterable[Pair], refused: Mapping[int, str], asked: Iterable[Pair]
) -> DuplicatesPage:
    """Return the page; `refused` says by link why a choice was not carried out, `asked` are the pairs of those."""
    return DuplicatesPage(
        pairs=tuple(_pair_view(pair) for pair in pairs),
        total=total,
        refused=tuple(_pair_view(pair, refusal=refused[pair.link.id]) for pair in asked),
        decided=tuple(map(_decided_view, decided)),
    )


def marked_facts(message: str, claim: str) -> tuple[Runs, Runs]:
    """Return both texts in runs of (kind, text): `fact` is a number, name or negation that the other does not have."""
    old, new = words_of(message), words_of(claim)
    left, right = compared(old, new, plain=_plain, least=ALIKE_ENOUGH)
    _mark(old, left, against=new)
    _mark(new, right, against=old)
    return runs_of(old, left), runs_of(new, right)


def _mark(words: list[str], kinds: list[str], *, against: list[str]) -> None:
    """Turn each fact of `words` that is nowhere in `against` into a run of its own, wherever it stands."""
    known = {_plain(word) for word in against}
    for place, word in enumerate(words):
        if word.strip() and _plain(word) not in known and _is_fact(word):
            kinds[place] = "fact"


def _is_fact(word: str) -> bool:
    """Say whether a word is a number, a negation or, as the guard sees names, a name."""
    plain = _plain(word)
    name = is_name(plain, word.strip("\"'“”‘’().,;:!?") or word)
    return any(letter.isdigit() for letter in plain) or plain in NEGATIONS or name


def _plain(word: str) -> str:
    return " ".join(tokens(fold(word))) or word.strip()


def _pair_view(pair: Pair, *, refusal: str = "") -> PairView:
    message, claim = pair.item.text[:CHARACTERS_SHOWN], pair.fact_check.claim[:CHARACTERS_SHOWN]
    left, right = marked_facts(message, claim)
    debunked = f"{pair.fact_check.title}. {claim}"
    return PairView(
        value=pair_value(Choice(pair.link.id, pair.link.fact_check_id)),
        link_id=pair.link.id,
        public_id=pair.case.public_id,
        href=url_for("cases.show", public_id=pair.case.public_id),
        title=shorten(pair.case.claim or pair.item.text) or pair.case.public_id,
        reports=pair.case.report_count,
        card=card_view(pair.fact_check),
        likeness=likeness_view(pair.link.probability),
        message=left,
        claim=right,
        differences=tuple(map(difference_at_desk, differences(message, message, debunked))),
        refusal=refusal,
    )


def _decided_view(pair: Pair) -> DecidedView:
    return DecidedView(
        link_id=pair.link.id,
        public_id=pair.case.public_id,
        href=url_for("clusters.show", public_id=pair.case.public_id),
        title=shorten(pair.case.claim or pair.item.text) or pair.case.public_id,
        card=card_view(pair.fact_check),
        confirmed=pair.link.state == "confirmed",
        decided_at=pair.link.decided_at,
    )
