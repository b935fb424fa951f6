"""BM25 over folded words and over character 4-grams, in one tantivy index a host that all its processes share.

The index is a cache of `search_document`. A bookmark inside it, replaced in the same atomic commit as the documents,
says up to which change id it is true; whoever finds it behind catches up (docs/adr/0005).
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from search import folding
from search.lexical import seal
from search.locking import exclusive
from search.passages import body_words, head_words
from search.types import FIRST_STAGE_DEPTH, Folded

FIELD_WEIGHTS = {"head": 1.0, "body": 0.5}
"""A document scores by its best field: the head is title and claim, the body the beginning of the explanation.

Half for the body: words MRR .780 by heads alone, .799 so, .767 at full weight; adding up is worse (docs/adr/0005).
"""

MAX_QUERY_TERMS = 512
"""Distinct terms of one query that are looked up, the rarest first: common ones of a long forward cost time only."""

WRITER_HEAP_BYTES = 48_000_000
WRITER_WAIT_SECONDS = 0.5
"""How long a search waits for another process that is catching up before it answers from what it has."""

COMMIT_EVERY = 50_000
"""Documents a commit while a large index is built."""

MANY_SEGMENTS = 12
"""Above so many segments a writer stays until tantivy has merged them; below it the merge can wait."""

_BOOKMARK = 0
"""The id of the bookmark document; real ids begin at 1."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document's change as the index needs it: its folded texts, or that it is gone."""

    id: int
    change_id: int
    deleted: bool
    folded: Folded


@dataclass(frozen=True, slots=True)
class LexicalHits:
    """The best documents of each kind of term: document id → BM25 score (> 0), at most `limit` each."""

    words: dict[int, float]
    grams: dict[int, float]


@dataclass(frozen=True, slots=True)
class _View:
    """What searches read, and the change up to which it is true; replaced as one."""

    searcher: tantivy.Searcher
    change_id: int


Changes = Callable[[int], Iterable[Sequence[Row]]]
"""Given a change id, the later changes in rising order, in batches."""


class LexicalIndex:
    """The index in `folder`, which is created, repaired and rebuilt as needed. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schema = _schema()
        self._guard = threading.Lock()
        self._index: tantivy.Index | None = None
        self._view: _View | None = None

    @property
    def change_id(self) -> int:
        """The change up to which searches here are true."""
        return self._view.change_id if self._view else 0

    @property
    def name(self) -> str:
        """The name of its folder, which says what it is an index of."""
        return self._folder.name

    def search(self, folded: str, *, limit: int = FIRST_STAGE_DEPTH) -> LexicalHits:
        """Return the best documents for a folded text. Only what was caught up is found."""
        view = self._view
        if view is None:
            return LexicalHits({}, {})
        return LexicalHits(
            words=self._best(view.searcher, "words", folding.words(folded), limit),
            grams=self._best(view.searcher, "grams", folding.grams(folded), limit),
        )

    def catch_up(self, changes: Changes, *, latest: int) -> bool:
        """Apply what was written up to `latest`, unless another process just did. False while it is still behind."""
        with self._guard:
            if self.change_id != latest:
                with exclusive(self._folder.with_suffix(".lock"), wait_seconds=WRITER_WAIT_SECONDS) as mine:
                    index = self._refresh(may_repair=mine)
                    if index is not None and mine and self.change_id != latest:
                        self._apply(index, changes)
            return self.change_id >= latest

    def begin_anew(self) -> None:
        """Forget everything: the database is no longer the one that this was derived from."""
        with self._guard, exclusive(self._folder.with_suffix(".lock"), wait_seconds=WRITER_WAIT_SECONDS) as mine:
            if mine:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._index = self._view = None

    def _refresh(self, *, may_repair: bool) -> tantivy.Index | None:
        """Show what was committed last, by whichever process; None where there is nothing to show yet."""
        try:
            index = self._index or self._attach(may_repair=may_repair)
            index.reload()
        except (OSError, ValueError):
            self._index = self._view = None
            if not may_repair:
                return None  # its writer is just beginning anew
            shutil.rmtree(self._folder, ignore_errors=True)
            index = self._attach(may_repair=True)
        searcher = index.searcher()
        self._index, self._view = index, _View(searcher, self._bookmark(searcher))
        return index

    def _attach(self, *, may_repair: bool) -> tantivy.Index:
        if may_repair and seal.is_broken(self._folder):
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(self._schema, path=str(self._folder), reuse=True)
        index.config_reader("manual")
        return index

    def _apply(self, index: tantivy.Index, changes: Changes) -> None:
        """Write what came after the bookmark, in commits that each carry their own; a kill costs one commit at most."""
        writer = index.writer(WRITER_HEAP_BYTES, num_threads=1)
        pending, reached = 0, self.change_id
        for batch in changes(reached):
            for row in batch:
                self._delete(writer, row.id)
                if not row.deleted:
                    writer.add_document(_document(row))
            pending += len(batch)
            reached = batch[-1].change_id
            if pending >= COMMIT_EVERY:
                pending = 0
                self._commit(writer, reached)
        self._commit(writer, reached)
        index.reload()
        if index.searcher().num_segments > MANY_SEGMENTS:
            writer.wait_merging_threads()
        self._refresh(may_repair=True)
        seal.write(self._folder)

    def _commit(self, writer: tantivy.IndexWriter, reached: int) -> None:
        self._delete(writer, _BOOKMARK)
        bookmark = tantivy.Document()
        bookmark.add_unsigned("id", _BOOKMARK)
        bookmark.add_unsigned("change_id", reached)
        writer.add_document(bookmark)
        writer.commit()

    def _delete(self, writer: tantivy.IndexWriter, identity: int) -> None:
        # By query: tantivy 0.27 takes a term of an unsigned field for a signed one and deletes nothing, in silence.
        writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, "id", identity, "basic"))

    def _bookmark(self, searcher: tantivy.Searcher) -> int:
        found = searcher.search(tantivy.Query.term_query(self._schema, "id", _BOOKMARK, "basic"), 1, count=False).hits
        addresses = [address for _, address in found]
        return int(searcher.fast_field_values("change_id", addresses)[0] or 0) if addresses else 0

    def _best(self, searcher: tantivy.Searcher, kind: str, terms: list[str], limit: int) -> dict[int, float]:
        """The best of its fields for each document: the top list of each field holds all that can matter."""
        best: dict[int, float] = {}
        distinct = list(dict.fromkeys(terms))
        for field, weight in FIELD_WEIGHTS.items():
            hits = searcher.search(self._any_of(searcher, f"{kind}_{field}", distinct), limit, count=False).hits
            ids = searcher.fast_field_values("id", [address for _, address in hits])
            for (score, _), identity in zip(hits, ids, strict=True):
                best[int(identity or 0)] = max(best.get(int(identity or 0), 0.0), weight * score)
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
        return dict(ranked[:limit])

    def _any_of(self, searcher: tantivy.Searcher, field: str, terms: list[str]) -> tantivy.Query:
        if len(terms) > MAX_QUERY_TERMS:
            present = [(frequency, term) for term in terms if (frequency := searcher.doc_freq(field, term))]
            terms = [term for _, term in sorted(present)[:MAX_QUERY_TERMS]]
        query = tantivy.Query
        should = tantivy.Occur.Should
        return query.boolean_query([(should, query.term_query(self._schema, field, term, "freq")) for term in terms])


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("change_id", fast=True)
    for kind in ("words", "grams"):
        for field in FIELD_WEIGHTS:
            builder.add_text_field(f"{kind}_{field}", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _document(row: Row) -> tantivy.Document:
    document = tantivy.Document()
    document.add_unsigned("id", row.id)
    document.add_unsigned("change_id", row.change_id)
    for field, words in (("head", head_words(row.folded)), ("body", body_words(row.folded))):
        if words:
            document.add_text(f"words_{field}", " ".join(words))
            document.add_text(f"grams_{field}", " ".join(folding.grams(" ".join(words))))
    return document
