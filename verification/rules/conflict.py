"""Who may not judge a claim: its reporter, its author, the organisation that it names (CONSENSUS §5, PEERS §3.4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from verification.rules.words import clean, tokens


class ConflictKind(StrEnum):
    """Why a person is recused."""

    REPORTER = "reporter"
    AUTHOR = "author"
    DRAFTER = "drafter"
    ORGANISATION_REPORTED = "organisation_reported"
    ORGANISATION_TAGGED = "organisation_tagged"
    ORGANISATION_NAMED = "organisation_named"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation with every name it goes by: full name, abbreviation, former and popular names."""

    id: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judge:
    """A person who wants to act on a claim, with the organisations that they belong to."""

    person_id: int
    organisations: tuple[Organisation, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimTies:
    """Who and what a claim is tied to. `text` is everything that states it: the claim and the item it came in."""

    text: str
    reporter_ids: Collection[int] = ()
    author_ids: Collection[int] = ()
    """Who wrote the counter-narrative or any part of it."""
    drafter_id: int | None = None
    """Who saved the first verdict, once one is saved."""
    reporting_organisation_ids: Collection[int] = ()
    tagged_organisation_ids: Collection[int] = ()
    cleared_organisation_ids: Collection[int] = ()
    """Organisations whose match by name was appealed and found to be about somebody else."""


@dataclass(frozen=True, slots=True)
class ConflictFound:
    """One conflict; `organisation_id` and the `name` that was found in the text, where there is one."""

    kind: ConflictKind
    organisation_id: int | None = None
    name: str | None = None


EVERYDAY_WORDS = frozenset({"bin", "pan", "lan", "pas", "aman", "kami", "pelita", "garuda", "merpati"})
"""Names that are also everyday words in lower case; they count only when written with a capital letter."""


def find_conflicts(judge: Judge, ties: ClaimTies) -> tuple[ConflictFound, ...]:
    """Return every reason why `judge` may not sign or assess the claim; empty when there is none."""
    found = [
        ConflictFound(kind)
        for kind, people in (
            (ConflictKind.REPORTER, ties.reporter_ids),
            (ConflictKind.AUTHOR, ties.author_ids),
            (ConflictKind.DRAFTER, () if ties.drafter_id is None else (ties.drafter_id,)),
        )
        if judge.person_id in people
    ]
    for organisation in judge.organisations:
        if organisation.id in ties.reporting_organisation_ids:
            found.append(ConflictFound(ConflictKind.ORGANISATION_REPORTED, organisation.id))
        if organisation.id in ties.tagged_organisation_ids:
            found.append(ConflictFound(ConflictKind.ORGANISATION_TAGGED, organisation.id))
        elif organisation.id not in ties.cleared_organisation_ids:
            name = find_name(ties.text, organisation.names)
            if name is not None:
                found.append(ConflictFound(ConflictKind.ORGANISATION_NAMED, organisation.id, name))
    return tuple(found)


def find_name(text: str, names: Sequence[str]) -> str | None:
    """Return the first of `names` that stands in `text` as whole words, whatever its case, dots or suffix -nya."""
    words = tokens(text)
    for name in names:
        parts = tokens(name)
        if parts and _stands_in(parts, words) and _is_meant(name, parts, text):
            return name
    return None


def _stands_in(parts: list[str], words: list[str]) -> bool:
    size = len(parts)
    with_suffix = [*parts[:-1], parts[-1] + "nya"]
    return any(words[start : start + size] in (parts, with_suffix) for start in range(len(words) - size + 1))


def _is_meant(name: str, parts: list[str], text: str) -> bool:
    if len(parts) > 1 or parts[0] not in EVERYDAY_WORDS:
        return True
    written = "".join(letter if letter.isalnum() else " " for letter in clean(text)).split()
    return clean(name).strip() in written
