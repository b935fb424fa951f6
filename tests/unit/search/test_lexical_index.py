"""The index of words and grams: what it finds, what it forgets, and that no kill leaves it telling lies."""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.folding import fold
from search.lexical import index as lexical
from search.lexical.index import LexicalIndex, Row
from search.types import Folded

TEXTS = ("bayi dajjal lahir di israel", "air rebusan daun pepaya", "telur palsu dari plastik", "telur asin brebes")


class Truth:
    """Rows by id and a change for each write, as the database holds them."""

    def __init__(self, *texts: str) -> None:
        self.rows: dict[int, Row] = {}
        self.changes_made = 0
        for identity, text in enumerate(texts, start=1):
            self.put(identity, text)

    def put(self, identity: int, title: str, *, claim: str = "", explanation: str = "", deleted: bool = False) -> None:
        self.changes_made += 1
        folded = Folded(fold(title), fold(claim), fold(explanation))
        self.rows[identity] = Row(identity, self.changes_made, deleted, folded)

    def since(self, change_id: int) -> Iterator[list[Row]]:
        later = sorted((row for row in self.rows.values() if row.change_id > change_id), key=lambda row: row.change_id)
        for start in range(0, len(later), 2):
            yield later[start : start + 2]


def caught_up(folder: Path, truth: Truth) -> LexicalIndex:
    index = LexicalIndex(folder / "words")
    assert index.catch_up(truth.since, latest=truth.changes_made)
    return index


def test_words_and_grams_find_with_bm25(tmp_path: Path) -> None:
    index = caught_up(tmp_path, Truth(*TEXTS))
    hits = index.search(fold("telur plastik"))
    assert list(hits.words) == [3, 4]
    assert list(hits.grams)[:1] == [3]
    # Robertson's idf over four documents and the bookmark; the text is of about mean length, so this is nearly all
    assert hits.words[4] == pytest.approx(math.log(1 + (5 - 2 + 0.5) / (2 + 0.5)), rel=0.25)


def test_grams_find_what_is_inflected_and_words_do_not(tmp_path: Path) -> None:
    hits = caught_up(tmp_path, Truth(*TEXTS)).search(fold("rebusannya"))
    assert hits.words == {}
    assert next(iter(hits.grams)) == 2


def test_a_repeated_word_counts_once(tmp_path: Path) -> None:
    index = caught_up(tmp_path, Truth(*TEXTS))
    assert index.search(fold("telur")).words == index.search(fold("telur telur telur")).words


def test_a_claim_counts_as_much_as_a_title_and_a_long_explanation_half(tmp_path: Path) -> None:
    padding = " ".join(f"kata{number}" for number in range(40))
    truth = Truth()
    truth.put(1, "meteor jatuh")
    truth.put(2, "lain", claim="meteor jatuh")
    truth.put(3, "lain", explanation=f"meteor jatuh {padding}")
    scores = caught_up(tmp_path, truth).search(fold("meteor jatuh")).words
    assert sorted(scores) == [1, 2, 3]
    assert scores[1] > scores[3]
    assert scores[2] > scores[3]


def test_a_changed_or_removed_text_is_forgotten(tmp_path: Path) -> None:
    truth = Truth(*TEXTS)
    index = caught_up(tmp_path, truth)
    truth.put(3, "beras sintetis")
    truth.put(4, "", deleted=True)
    assert index.catch_up(truth.since, latest=truth.changes_made)
    assert index.search(fold("telur")).words == {}
    assert list(index.search(fold("beras")).words) == [3]


def test_a_query_of_thousands_of_words_keeps_its_rarest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical, "MAX_QUERY_TERMS", 3)
    truth = Truth(*(f"umum biasa sering nomor{number}" for number in range(20)))
    index = caught_up(tmp_path, truth)
    assert list(index.search(fold("umum biasa sering nomor7 nomor9 nomor11")).words) == [8, 10, 12]


def test_another_process_reads_what_was_written_and_writes_on(tmp_path: Path) -> None:
    truth = Truth(*TEXTS)
    first, second = caught_up(tmp_path, truth), caught_up(tmp_path, truth)
    truth.put(9, "vaksin naga")
    for index in (second, first):
        assert index.catch_up(truth.since, latest=truth.changes_made)
        assert list(index.search(fold("naga")).words) == [9]


def _die_while_writing(folder: Path, truth: Truth, commit_every: int) -> None:
    lexical.COMMIT_EVERY = commit_every

    def since(change_id: int) -> Iterator[list[Row]]:
        for number, batch in enumerate(truth.since(change_id)):
            if number == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            yield batch

    LexicalIndex(folder / "words").catch_up(since, latest=truth.changes_made)


@pytest.mark.parametrize("commit_every", [2, 1_000])
def test_a_writer_that_is_killed_loses_nothing_and_doubles_nothing(tmp_path: Path, commit_every: int) -> None:
    truth = Truth(*(f"kabar nomor{number}" for number in range(10)))
    _in_process(_die_while_writing, tmp_path, truth, commit_every, exitcode=-signal.SIGKILL)
    index = caught_up(tmp_path, truth)
    assert sorted(index.search(fold("kabar")).words) == list(range(1, 11))


def _write(folder: Path, truth: Truth) -> None:
    index = LexicalIndex(folder / "words")
    while not index.catch_up(truth.since, latest=truth.changes_made):
        pass
    assert len(index.search(fold("kabar"), limit=500).words) == 300


def test_processes_that_begin_at_once_build_one_index(tmp_path: Path) -> None:
    truth = Truth(*(f"kabar nomor{number}" for number in range(300)))
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_write, args=(tmp_path, truth)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 4


def _in_process(target: Callable[..., None], *arguments: object, exitcode: int) -> None:
    process = multiprocessing.get_context("fork").Process(target=target, args=arguments)
    process.start()
    process.join(60)
    assert process.exitcode == exitcode
