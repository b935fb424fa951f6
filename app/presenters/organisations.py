"""Organisations in words."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Organisation
from app.forms.people import kind_words, zone_words


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """One organisation in a list."""

    name: str
    slug: str
    kind: str
    aliases: tuple[str, ...]
    time_zone: str


def organisation_views(rows: list[Organisation]) -> list[OrganisationView]:
    """Return the organisations in words."""
    kinds, zones = kind_words(), zone_words()
    return [
        OrganisationView(
            row.name, row.slug, kinds[row.kind], tuple(row.aliases), zones.get(row.time_zone, row.time_zone)
        )
        for row in rows
    ]
