"""A card is drawn once for each revision, and found again by its hash."""

from __future__ import annotations

from sqlalchemy import func, select

from kernel.db import Database
from publishing.models import ShareCard
from publishing.share_card import Face, ensure, find_card
from tests.standing_clock import START

FACE = Face("false", "SALAH", "Air es", "Balai Cek Fakta", "https://saring.example/cn/5001?v=1", "id")


def test_cards_are_drawn_once_and_served_by_their_hash(database: Database) -> None:
    def url_of(digest: str) -> str:
        return f"https://saring.example/kartu/{digest}.png"

    made = []
    for _ in range(2):
        with database.write() as session:
            made.append(
                ensure(session, FACE, counter_narrative_id=5001, version=1, speaker=0, url_of=url_of, now=START)
            )
    assert made[0] == made[1]
    assert [card.shape for card in made[0]] == ["landscape", "square"]
    with database.write() as session:
        later = ensure(session, FACE, counter_narrative_id=5001, version=2, speaker=0, url_of=url_of, now=START)
        assert later[0].image.sha256 == made[0][0].image.sha256, "the same picture has the same hash"
        drawn = session.scalar(
            select(func.count()).select_from(ShareCard).where(ShareCard.counter_narrative_id == 5001)
        )
        assert drawn == 4
        png = find_card(session, made[0][0].image.sha256)
        assert png is not None
        assert png.startswith(b"\x89PNG")
        assert find_card(session, "0" * 64) is None
