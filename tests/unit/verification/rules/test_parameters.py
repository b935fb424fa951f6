"""The table of numbers: complete, explained, and versioned."""

import hashlib

from verification.rules.parameters import PARAMETERS, VERSION, rows

PINNED = ("2026.2", "e82bc95f9468")
"""Change a number and this test asks for a new version: decisions are explained by the numbers of their day."""


def test_every_number_has_a_unit_and_a_source() -> None:
    table = list(rows())
    assert len(table) > 80
    assert all(row.unit and row.source for row in table)


def test_a_changed_number_needs_a_new_version() -> None:
    values = repr([(row.group, row.name, row.value) for row in rows()])
    assert (VERSION, hashlib.sha256(values.encode()).hexdigest()[:12]) == PINNED


def test_triage_points_add_up_to_a_hundred() -> None:
    numbers = PARAMETERS.triage
    points = [getattr(numbers, name) for name in numbers.__slots__ if name.endswith("_points")]
    assert len(points) == 7
    assert sum(points) == 100
