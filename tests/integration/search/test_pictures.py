"""Pictures found again by their hash, on both databases: near ones, far ones, a hundred thousand of them."""

from __future__ import annotations

import numpy as np
import pytest
from sqlalchemy import delete, insert

from kernel.db import Database
from search import changes
from search.models import SearchPicture
from search.pictures import HASH_BYTES, SAME_WITHIN, PictureIndex, SamePicture, put_picture, remove_picture


def pdq(seed: int) -> bytes:
    return np.random.default_rng(seed).bytes(HASH_BYTES)


def flipped(hashed: bytes, bits: int) -> bytes:
    """The hash with that many of its bits turned over."""
    number = int.from_bytes(hashed)
    for place in range(bits):
        number ^= 1 << (place * 8 % 255)
    return number.to_bytes(HASH_BYTES)


def put(database: Database, **hashes: bytes) -> None:
    with database.write() as session:
        for key, hashed in hashes.items():
            put_picture(session, key, pdq=hashed)


@pytest.mark.parametrize(("bits", "found"), [(0, True), (SAME_WITHIN, True), (SAME_WITHIN + 1, False)])
def test_the_border_of_the_same_picture(database: Database, bits: int, found: bool) -> None:
    put(database, one=pdq(1))
    same = PictureIndex(database).find_same(flipped(pdq(1), bits), quality=100)
    assert same == ((SamePicture("one", bits),) if found else ())


def test_the_nearest_comes_first_and_what_others_write_is_found_at_once(database: Database) -> None:
    index, other = PictureIndex(database), PictureIndex(database)
    put(database, far=flipped(pdq(1), 20))
    assert [same.key for same in index.find_same(pdq(1), quality=100)] == ["far"]
    put(database, near=flipped(pdq(1), 3), exact=pdq(1), another=pdq(2))
    for each in (index, other):
        assert [same.key for same in each.find_same(pdq(1), quality=100)] == ["exact", "near", "far"]
    with database.write() as session:
        remove_picture(session, "near")
        put_picture(session, "exact", pdq=pdq(3))
    assert [same.key for same in index.find_same(pdq(1), quality=100)] == ["far"]
    assert [same.key for same in other.find_same(pdq(3), quality=100)] == ["exact"]
    assert index.count() == 3


def test_a_plain_picture_says_nothing(database: Database) -> None:
    put(database, one=pdq(1))
    assert PictureIndex(database).find_same(pdq(1), quality=49) == ()
    assert PictureIndex(database).find_same(b"", quality=100) == ()


def test_a_wrong_hash_is_refused(database: Database) -> None:
    with database.write() as session, pytest.raises(ValueError, match="32 bytes"):
        put_picture(session, "one", pdq=b"short")


def test_a_restored_backup_is_followed_back(database: Database) -> None:
    index = PictureIndex(database)
    put(database, kept=pdq(1), lost=pdq(2))
    assert index.count() == 2
    with database.write() as session:
        session.execute(delete(SearchPicture).where(SearchPicture.key == "lost"))
    assert index.find_same(pdq(2), quality=100) == ()


def test_a_hundred_thousand_are_searched_and_none_is_missed(database: Database) -> None:
    rows = np.random.default_rng(7).integers(0, 256, (100_000, HASH_BYTES), np.uint8)
    with database.write() as session:
        changes.lock(session)
        first = changes.draw(session, len(rows))
        table = [
            {"key": f"p{number}", "pdq": row.tobytes(), "deleted": False, "change_id": first + number}
            for number, row in enumerate(rows)
        ]
        session.execute(insert(SearchPicture), table)
    index = PictureIndex(database)
    for number in range(0, 100_000, 9_973):
        asked = flipped(rows[number].tobytes(), 25)
        assert [same.key for same in index.find_same(asked, quality=100)] == [f"p{number}"]
    put(database, late=pdq(99))
    assert [same.key for same in index.find_same(pdq(99), quality=100)] == ["late"]
    assert index.count() == 100_001
