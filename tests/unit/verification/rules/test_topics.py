"""Topics by words and by name."""

from __future__ import annotations

import pytest

from verification.rules.topics import MAX_TOPICS, topic_slug, topics_of


def test_topics_that_people_name_follow_those_that_words_tell() -> None:
    assert topics_of("Vaksin menyebabkan banjir", ["Hoaks Lama", "HEALTH", "hoaks-lama", "!!"]) == (
        "health",
        "disaster",
        "hoaks-lama",
    )
    assert len(topics_of("", (f"topik {number}" for number in range(40)))) == MAX_TOPICS


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Kesehatan Anak", "kesehatan-anak"),
        ("Café é", "cafe-e"),
        ("健康", ""),
        ("x" * 80, "x" * 40),
        ("  a / b ", "a-b"),
    ],
)
def test_a_topic_has_an_address(name: str, slug: str) -> None:
    assert topic_slug(name) == slug
