"""One suite for every vector index: FAISS in memory, FAISS on snapshots, pgvector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from kernel.db import Database
from search.vectors import faiss_index
from search.vectors.faiss_index import FaissIndex
from search.vectors.pgvector_index import PgVectorIndex
from search.vectors.port import Identity, Space, VectorIndex, document_ids
from search.vectors.snapshot import Snapshots
from tests.conftest import CleanDatabases
from tests.factories.vectors import DIM, Ledger, keys_of, turned, unit_rows

TRANSFORMS = {Space.DENSE: lambda vectors: vectors, Space.ADAPTED: turned}
IDENTITY = Identity(database="d", model="m", revision="1", dim=DIM, adapter="turned")

Make = Callable[[], VectorIndex]


@pytest.fixture(params=["faiss in memory", "faiss on snapshots", "pgvector"])
def make(
    request: pytest.FixtureRequest, clean_databases: CleanDatabases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Make]:
    """Makes an index; a second one made in the same test is that of another process."""
    monkeypatch.setattr(faiss_index, "DELTA_MOST", 60)  # so that snapshots are made with few vectors
    with ExitStack() as at_end:
        if request.param == "faiss in memory":
            yield lambda: FaissIndex(DIM, TRANSFORMS)
        elif request.param == "faiss on snapshots":
            yield lambda: FaissIndex(DIM, TRANSFORMS, Snapshots(tmp_path / "vectors", IDENTITY, TRANSFORMS))
        else:
            database = Database(clean_databases.postgresql(with_noise=False))
            at_end.callback(database.dispose)
            at_end.callback(_drop, database)
            yield lambda: PgVectorIndex(database, "test", DIM, TRANSFORMS)


def _drop(database: Database) -> None:
    with database.write() as session:
        session.execute(text("DROP TABLE IF EXISTS search_pgvector_test, search_pgvector_state"))


@pytest.fixture
def index(make: Make) -> VectorIndex:
    """An index in which nothing is."""
    empty = make()
    empty.catch_up(Ledger())
    return empty


def found(index: VectorIndex, vector: np.ndarray, *, limit: int = 5, space: Space = Space.DENSE) -> list[int]:
    return document_ids(index.search(space, vector, limit=limit).keys).tolist()


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    nothing = index.search(Space.DENSE, unit_rows(1, seed=1)[0], limit=5)
    assert (len(nothing.keys), len(nothing.scores), len(index)) == (0, 0, 0)
    assert len(index.compare(Space.DENSE, unit_rows(1, seed=1)[0], np.array([1, 2])).keys) == 0


def test_fewer_vectors_than_asked_for_are_not_filled_up(index: VectorIndex) -> None:
    index.add(keys_of(1, 2), unit_rows(2, seed=1))
    neighbours = index.search(Space.DENSE, unit_rows(1, seed=2)[0], limit=10)
    assert sorted(neighbours.keys.tolist()) == keys_of(1, 2).tolist()
    assert (neighbours.scores >= -1).all()


def test_neighbours_come_best_first_with_their_cosines(index: VectorIndex) -> None:
    rows = unit_rows(40, seed=3)
    index.add(keys_of(*range(1, 41)), rows)
    query = unit_rows(1, seed=4)[0]
    cosines = rows @ query
    order = np.argsort(-cosines)[:7]
    neighbours = index.search(Space.DENSE, query, limit=7)
    assert neighbours.keys.tolist() == keys_of(*(order + 1)).tolist()
    np.testing.assert_allclose(neighbours.scores, cosines[order], atol=1e-5)


def test_each_space_has_its_own_neighbours(index: VectorIndex) -> None:
    rows = unit_rows(20, seed=5)
    index.add(keys_of(*range(1, 21)), rows)
    query = turned(rows)[7]
    assert found(index, query, limit=1, space=Space.ADAPTED) == [8]
    assert found(index, query, limit=20, space=Space.DENSE) != found(index, query, limit=20, space=Space.ADAPTED)


def test_a_key_that_is_added_again_is_replaced(index: VectorIndex) -> None:
    old, new = unit_rows(2, seed=6)
    index.add(keys_of(1), old[np.newaxis])
    index.add(keys_of(1), new[np.newaxis])
    assert len(index) == 1
    assert index.search(Space.DENSE, new, limit=2).scores == pytest.approx([1.0], abs=1e-5)


def test_of_equal_keys_in_one_call_the_last_one_holds(index: VectorIndex) -> None:
    old, new = unit_rows(2, seed=7)
    index.add(keys_of(1, 1), np.stack((old, new)))
    assert len(index) == 1
    assert index.search(Space.DENSE, new, limit=2).scores == pytest.approx([1.0], abs=1e-5)


def test_what_is_removed_is_not_found_and_unknown_keys_are_no_error(index: VectorIndex) -> None:
    rows = unit_rows(3, seed=8)
    index.add(keys_of(1, 2, 3), rows)
    index.remove(keys_of(2, 99))
    assert sorted(found(index, rows[1])) == [1, 3]
    assert len(index) == 2


def test_texts_of_one_document_are_kept_apart(index: VectorIndex) -> None:
    title, claim = unit_rows(2, seed=9)
    index.add(np.concatenate((keys_of(1, field=0), keys_of(1, field=1))), np.stack((title, claim)))
    assert len(index) == 2
    assert found(index, claim, limit=1) == [1]
    compared = index.compare(Space.DENSE, title, np.array([1]))
    assert sorted(compared.scores.tolist()) == pytest.approx(sorted([1.0, float(title @ claim)]), abs=1e-5)


def test_compare_answers_for_the_documents_asked_for_only(index: VectorIndex) -> None:
    rows = unit_rows(10, seed=10)
    index.add(keys_of(*range(1, 11)), rows)
    query = unit_rows(1, seed=11)[0]
    compared = index.compare(Space.ADAPTED, turned(query[np.newaxis])[0], np.array([3, 4, 77]))
    assert sorted(document_ids(compared.keys).tolist()) == [3, 4]
    np.testing.assert_allclose(sorted(compared.scores), sorted(rows[2:4] @ query), atol=1e-5)


@pytest.mark.parametrize("shape", [(DIM + 1,), (1, DIM), (0,)])
def test_a_query_of_another_dimension_is_refused_in_words(index: VectorIndex, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=f"dimension {DIM}"):
        index.search(Space.DENSE, np.zeros(shape, np.float32), limit=1)


def test_vectors_that_do_not_fit_are_refused_and_nothing_is_changed(index: VectorIndex) -> None:
    index.add(keys_of(1), unit_rows(1, seed=12))
    with pytest.raises(ValueError, match=f"dimension {DIM}"):
        index.add(keys_of(2), unit_rows(1, seed=12, dim=DIM + 1))
    with pytest.raises(ValueError, match="do not fit"):
        index.add(keys_of(2, 3), unit_rows(1, seed=12))
    with pytest.raises(ValueError, match="no number"):
        index.add(keys_of(2), np.full((1, DIM), np.nan, np.float32))
    assert len(index) == 1


def test_arguments_are_never_changed(index: VectorIndex) -> None:
    keys, rows, query = keys_of(2, 1), 2 * unit_rows(2, seed=13), 3 * unit_rows(1, seed=14)[0]
    copies = keys.copy(), rows.copy(), query.copy()
    index.add(keys, rows)
    index.search(Space.DENSE, query, limit=2)
    index.compare(Space.DENSE, query, np.array([1, 2]))
    for mine, before in zip((keys, rows, query), copies, strict=True):
        np.testing.assert_array_equal(mine, before)


def test_catching_up_follows_the_truth_through_every_kind_of_change(make: Make) -> None:
    chance = np.random.default_rng(15)
    ledger, index = Ledger(), make()
    for round_number in range(12):
        present = np.array(sorted(ledger.rows), np.int64)
        fresh = keys_of(*chance.choice(500, 25, replace=False) + 1)
        ledger.put(fresh, unit_rows(25, seed=100 + round_number))
        if len(present) > 10:
            ledger.drop(chance.choice(np.setdiff1d(present, fresh), 5, replace=False))
        index.catch_up(ledger)
        assert index.change_id == ledger.latest()
        assert len(index) == ledger.count()
    keys, rows = next(ledger.everything())
    for query in unit_rows(5, seed=16):
        expected = keys[np.argsort(-(rows @ query))[:10]]
        assert index.search(Space.DENSE, query, limit=10).keys.tolist() == expected.tolist()


def test_another_process_finds_what_this_one_found(make: Make) -> None:
    ledger, first, second = Ledger(), make(), make()
    ledger.put(keys_of(*range(1, 101)), unit_rows(100, seed=17))
    first.catch_up(ledger)
    second.catch_up(ledger)
    ledger.drop(keys_of(5))
    ledger.put(keys_of(200), unit_rows(1, seed=18))
    for index in (second, first):
        index.catch_up(ledger)
        assert (len(index), index.change_id) == (100, 102)
        assert found(index, unit_rows(1, seed=18)[0], limit=1) == [200]
