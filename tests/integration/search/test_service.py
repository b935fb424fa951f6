"""Search in several processes at once: what one wrote the others find, whatever is broken meanwhile."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update

from kernel.db import Database
from search import embedding, encoding, keeper
from search.encoder.port import EncoderSettings, Matrix, ModelMissing
from search.fallback import FixedFusion
from search.indexes import VectorStore
from search.models import SearchDocument
from search.service import Search
from search.types import Outcome, Retriever, SearchResult
from tests.factories.search import TITLES, debunk, put, put_first, remove
from tests.fakes.encoder import BagOfWords, Shelf, shelf
from tests.full_disk import files_of_at_most
from tests.standing_clock import StandingClock

START_SECONDS = 20.0

ALIKE = (
    "Telur palsu dari plastik beredar",
    "Telur plastik palsu beredar di pasar",
    "Gempa besar besok",
    "Undian mobil",
)

Process = Callable[..., Search]


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL + 1, logger="search")


@pytest.fixture(autouse=True)
def _restless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes look around by themselves at once, not after a quarter of a minute."""
    monkeypatch.setattr(keeper, "IDLE_SECONDS", 0.2)


@pytest.fixture
def process(database: Database, tmp_path: Path) -> Iterator[Process]:
    """Starts what search is in one process: a call for each, on one host unless they are given folders."""
    with ExitStack() as at_end:

        def begin(
            encoders: Shelf | None = None, *, host: str = "host", settings: EncoderSettings | None = None,
            store: VectorStore = VectorStore.FAISS, clock: StandingClock | None = None,
        ) -> Search:  # fmt: skip
            one = Search(
                database, tmp_path / host, settings or EncoderSettings(model="bag"), FixedFusion(),
                vector_store=store, load_encoder=(encoders or shelf("bag")).load, clock=clock or StandingClock(),
            )  # fmt: skip
            at_end.callback(one.close)
            one.start(wait_seconds=START_SECONDS)
            return one

        yield begin


def titles(result: SearchResult) -> list[str]:
    return [hit.document.title for hit in result.hits]


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_debunk_is_found_by_words_by_grams_and_by_vector(database: Database, process: Process) -> None:
    put_first(database)
    search = process()
    assert search.encode_pending() == len(TITLES) + 1  # and the noise
    result = search.search("dajjal lahir di israel")
    assert titles(result)[0] == TITLES[0]
    assert set(result.hits[0].retrievers) == {Retriever.DENSE, Retriever.WORDS, Retriever.GRAMS}
    assert result.degraded == ("calibration",)
    assert result.outcome is Outcome.SUGGESTED


def test_the_vector_that_searched_is_handed_back(database: Database, process: Process) -> None:
    put_first(database)
    found = process().search("Menara 5G menyebarkan virus")
    assert found.vector == pytest.approx(BagOfWords().encode_queries(["Menara 5G menyebarkan virus"])[0].tolist())


def test_what_one_process_wrote_every_process_on_every_host_finds_next(database: Database, process: Process) -> None:
    put_first(database, 3)
    everywhere = [process(host="one"), process(host="one"), process(host="two")]
    everywhere[0].encode_pending()
    put(database, debunk(4))
    for search in everywhere:
        result = search.search("undian mobil whatsapp")
        assert (titles(result)[0], result.degraded) == (TITLES[4], ("calibration",))
    everywhere[2].encode_pending()
    for search in everywhere:
        assert Retriever.DENSE in search.search("undian mobil whatsapp").hits[0].retrievers
    remove(database, 4)
    put(database, debunk(0, title="Bayi ajaib ternyata boneka"))
    for search in everywhere:
        assert TITLES[4] not in titles(search.search("undian mobil whatsapp"))
        assert titles(search.search("bayi ajaib boneka"))[0] == "Bayi ajaib ternyata boneka"
        assert TITLES[0] not in titles(search.search("bayi dajjal israel"))


def test_what_is_most_like_a_debunk_is_found_by_its_own_vectors_without_the_encoder(
    database: Database, process: Process
) -> None:
    put(database, *(debunk(n, title=title) for n, title in enumerate(ALIKE)))
    search = process()
    assert search.related(debunk(0).key, limit=2) == ()  # no vectors yet
    search.encode_pending()
    blind = process(Shelf({}), host="other")
    for one in (search, blind):
        one.catch_up()
        found = one.related(debunk(0).key, limit=2)
        assert [document.title for document in found][:1] == [ALIKE[1]]
        assert len(found) == 2
    remove(database, 1)
    assert ALIKE[1] not in [document.title for document in search.related(debunk(0).key, limit=2)]
    assert search.related("nobody:1", limit=2) == ()


def test_a_restart_finds_everything_again(database: Database, process: Process) -> None:
    put_first(database)
    process().encode_pending()
    result = process().search("telur palsu plastik")
    assert titles(result)[0] == TITLES[3]
    assert Retriever.DENSE in result.hits[0].retrievers


@pytest.mark.parametrize("query", ["", " \n\t ", "😀🔥", "!!! ???", "\x00\x00", "\u202e\u200b"])
def test_a_query_without_a_word_has_a_defined_answer(database: Database, process: Process, query: str) -> None:
    put_first(database)
    result = process().search(query)
    assert (result.hits, result.outcome, result.vector) == ((), Outcome.NONE, None)


@pytest.mark.parametrize(
    "query",
    [
        "telur",
        "telur palsu " * 90_000,
        "telur palsu plastik \ud800\x00",
        "Яйцо 鸡蛋 بيض telur palsu plastik",
        "telur palsu " + "é̂" * 5_000,
    ],
    ids=["one word", "1 MB", "broken encoding", "foreign scripts", "stacked marks"],
)  # fmt: skip
def test_any_query_finds_what_its_words_say(database: Database, process: Process, query: str) -> None:
    put_first(database)
    search = process()
    search.encode_pending()
    assert titles(search.search(query))[0] == TITLES[3]


def test_an_empty_house_finds_nothing_and_is_not_degraded(silent_database: Database, tmp_path: Path) -> None:
    search = Search(
        silent_database, tmp_path, EncoderSettings(model="bag"), FixedFusion(), load_encoder=shelf("bag").load
    )
    search.start(wait_seconds=START_SECONDS)
    result = search.search("apa saja")
    assert (result.hits, result.degraded) == ((), ("calibration",))
    assert search.encode_pending() == 0
    search.close()


def test_one_language_may_be_asked_for(database: Database, process: Process) -> None:
    put(database, debunk(0), debunk(1, title="Bayi dajjal born in Israel", language="en"))
    search = process()
    assert titles(search.search("bayi dajjal israel", language="en"))[:1] == ["Bayi dajjal born in Israel"]
    assert TITLES[0] not in titles(search.search("bayi dajjal israel", language="en"))
    assert len(titles(search.search("bayi dajjal israel", limit=1))) == 1


def test_without_its_model_search_answers_by_words_and_says_so(database: Database, process: Process) -> None:
    put_first(database)
    search = process(Shelf({}))
    result = search.search("telur palsu plastik")
    assert titles(result)[0] == TITLES[3]
    assert (result.degraded, result.vector) == (("encoder", "calibration"), None)
    assert search.status().encoder == "missing"
    assert "encoder" in search.degraded()
    with pytest.raises(ModelMissing):
        search.encode_pending()


def test_a_busy_encoder_makes_answers_poorer_but_never_late(database: Database, process: Process) -> None:
    put_first(database)
    encoders = shelf("bag")
    search = process(encoders, settings=EncoderSettings(model="bag", queue_length=1, wait_seconds=0.1))
    search.encode_pending()
    encoders.encoders["bag"].gate.clear()
    for _ in range(4):
        result = search.search("telur palsu plastik")
        assert titles(result)[0] == TITLES[3]
        assert "encoder" in result.degraded
    encoders.encoders["bag"].gate.set()
    eventually(lambda: "encoder" not in search.search("telur palsu plastik").degraded)


def test_index_files_that_are_lost_or_harmed_are_made_again(
    database: Database, process: Process, tmp_path: Path
) -> None:
    put_first(database)
    process().encode_pending()
    for harm in (_lose, _flip, _cut):
        process().search("apa saja")  # as a rule the files are there
        for path in sorted(path for path in (tmp_path / "host").rglob("*") if path.is_file()):
            harm(path)
        result = process().search("telur palsu plastik")
        assert titles(result)[0] == TITLES[3], harm.__name__
        eventually(lambda: process().search("telur palsu plastik").degraded == ("calibration",))
    shutil.rmtree(tmp_path / "host")
    assert titles(process().search("telur palsu plastik"))[0] == TITLES[3]


def test_on_a_full_disk_search_answers_from_what_it_has_and_heals_when_there_is_room(
    database: Database, process: Process
) -> None:
    put_first(database)
    search = process()
    search.encode_pending()
    assert search.search("telur palsu plastik").degraded == ("calibration",)
    put(database, debunk(9, title="Gajah terbang di atas Monas"))
    with files_of_at_most(0):
        full = search.search("telur palsu plastik")
        assert titles(full)[0] == TITLES[3]
        assert "lexical" in full.degraded
        assert "lexical" in search.degraded()
    eventually(lambda: titles(search.search("gajah terbang monas"))[:1] == ["Gajah terbang di atas Monas"])
    assert search.degraded() == ("calibration",)


def _lose(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _flip(path: Path) -> None:
    whole = path.read_bytes()
    middle = len(whole) // 2
    if whole:
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])


def test_files_of_another_database_are_not_taken(database: Database, process: Process, tmp_path: Path) -> None:
    put_first(database)
    process().encode_pending()
    with database.write() as session:
        session.execute(text("UPDATE search_counter SET token = 'another'"))
        session.execute(update(SearchDocument).values(title="x", folded_title="lain sekali"))
    search = process()
    assert all(Retriever.WORDS not in hit.retrievers for hit in search.search("telur palsu plastik").hits)
    assert Retriever.WORDS in search.search("lain sekali").hits[0].retrievers


def test_a_changed_model_fills_up_beside_the_one_that_serves_and_takes_over_at_once(
    database: Database, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_first(database)
    encoders = shelf("bag", "sack")
    encoders.encoders["sack"].dim = 48
    old = process(encoders)
    old.encode_pending()
    wanted = EncoderSettings(model="sack")
    clock = StandingClock()
    new = process(encoders, settings=wanted, clock=clock)
    monkeypatch.setattr(encoding, "BATCH", 2)
    seen: list[tuple[str, int, list[str]]] = []

    def watch(done: int, total: int) -> None:
        if done == 2:
            put(database, debunk(7, title="Kabar baru di tengah jalan"))
        during = new.search("telur palsu plastik")
        assert Retriever.DENSE in during.hits[0].retrievers
        assert len(during.vector or ()) in (32, 48)
        seen.append((new.status().coming_model, done, list(during.degraded)))

    new.encode_pending(watch)
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)
    assert all(degraded == ["calibration"] for _, _, degraded in seen)
    assert seen[0][0] == "sack"
    for search in (new, old):
        eventually(lambda search=search: len(search.search("telur palsu plastik").vector or ()) == 48)
        assert Retriever.DENSE in search.search("kabar baru di tengah jalan").hits[0].retrievers
    assert (new.status().model, new.status().coming_model, new.status().pending) == ("sack", "", 0)
    clock.advance(hours=2)
    new.encode_pending()
    with database.read() as session:
        left = session.execute(text("SELECT DISTINCT model_id FROM search_vector")).scalars().all()
        serving = embedding.active(session)
    assert serving is not None
    assert left == [serving.id]


def test_a_query_that_one_model_was_asked_is_answered_by_it_though_another_takes_over_meanwhile(
    database: Database, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_first(database)
    encoders = shelf("bag", "sack")
    encoders.encoders["sack"].dim = 48
    search = process(encoders)
    search.encode_pending()
    bag = encoders.encoders["bag"]
    encode = bag.encode_queries
    switched: list[int] = []

    def switch_first(texts: Sequence[str]) -> Matrix:
        if not switched:
            switched.append(process(encoders, settings=EncoderSettings(model="sack")).encode_pending())
            search.catch_up()
        return encode(texts)

    monkeypatch.setattr(bag, "encode_queries", switch_first)
    during = search.search("telur palsu plastik")
    assert switched
    assert (len(during.vector or ()), titles(during)[0]) == (32, TITLES[3])
    assert Retriever.DENSE in during.hits[0].retrievers
    assert len(search.search("telur palsu plastik").vector or ()) == 48


def test_an_upgraded_model_is_not_mixed_with_the_vectors_of_the_old_one(database: Database, process: Process) -> None:
    put_first(database)
    process().encode_pending()
    upgraded = Shelf({"bag": BagOfWords(revision="2")})
    search = process(upgraded)
    result = search.search("telur palsu plastik")
    assert titles(result)[0] == TITLES[3]
    assert "encoder" in result.degraded
    search.encode_pending()
    eventually(lambda: search.search("telur palsu plastik").degraded == ("calibration",))
    assert Retriever.DENSE in search.search("telur palsu plastik").hits[0].retrievers


def test_encoding_goes_on_where_it_was_stopped(
    database: Database, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoding, "BATCH", 2)
    put_first(database)
    encoders = shelf("bag")
    search = process(encoders)

    def stop(done: int, _total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        search.encode_pending(stop)
    assert search.status().pending == len(TITLES) + 1 - 4
    encoders.encoders["bag"].encoded.clear()
    assert search.encode_pending() == len(TITLES) + 1 - 4
    assert len(encoders.encoders["bag"].encoded) == len(TITLES) + 1 - 4


def test_documents_folded_by_older_code_are_found_after_the_upgrade(database: Database, process: Process) -> None:
    put_first(database)
    with database.write() as session:
        session.execute(update(SearchDocument).values(folding_version=0, folded_title="usang"))
    assert titles(process().search("telur palsu plastik"))[0] == TITLES[3]


def test_search_on_pgvector_finds_the_same(database: Database, process: Process) -> None:
    if database.dialect != "postgresql":
        with pytest.raises(ValueError, match="PostgreSQL"):
            process(store=VectorStore.PGVECTOR)
        return
    put_first(database)
    try:
        here, there = process(store=VectorStore.PGVECTOR), process()
        here.encode_pending()
        for query in TITLES:
            assert titles(here.search(query)) == titles(there.search(query))
            assert Retriever.DENSE in here.search(query).hits[0].retrievers
    finally:
        with database.write() as session:
            tables = "SELECT tablename FROM pg_tables WHERE tablename LIKE 'search_pgvector%'"
            for name in session.execute(text(tables)).scalars().all():
                session.execute(text(f'DROP TABLE "{name}"'))


def test_a_restored_backup_is_followed_back(database: Database, process: Process) -> None:
    put_first(database, 3)
    search = process()
    search.encode_pending()
    before = newest_change(database)
    put(database, debunk(4))
    assert titles(search.search("undian mobil whatsapp"))[0] == TITLES[4]
    with database.write() as session:  # as if the day had never been
        session.execute(delete(SearchDocument).where(SearchDocument.key == "debunk:4"))
        session.execute(text("UPDATE search_counter SET value = :before"), {"before": before})
    search.catch_up()
    put(database, debunk(4, title="Undian mobil dari bank yang lain"))
    found = titles(search.search("undian mobil whatsapp"))
    assert found[0] == "Undian mobil dari bank yang lain"
    assert TITLES[4] not in found


def newest_change(database: Database) -> int:
    with database.read() as session:
        return session.execute(text("SELECT value FROM search_counter")).scalar_one()
