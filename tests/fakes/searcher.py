"""A search without a model: what it finds, the test puts into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from search.types import Document, Hit, Outcome, SearchResult


@dataclass(frozen=True, slots=True)
class FakeStatus:
    filled: int = 0
    pending: int = 0


@dataclass(slots=True)
class FakeSearcher:
    """Implements `app.wiring.Searcher`. It answers every question with `hits` and remembers the questions."""

    hits: tuple[Hit, ...] = ()
    outcome: Outcome = Outcome.NONE
    missing: tuple[str, ...] = ()
    pending: int = 0
    filled: int = 0
    questions: list[str] = field(default_factory=list)
    started: bool = False
    threshold_version: str = "fake:1"

    def start(self, *, wait_seconds: float = 0.0) -> bool:
        self.started = True
        return True

    def search(self, text: str, *, limit: int = 10, language: str | None = None) -> SearchResult:
        self.questions.append(text)
        return SearchResult(self.hits[:limit], self.outcome, self.missing)

    def related(self, key: str, *, limit: int) -> tuple[Document, ...]:
        return tuple(hit.document for hit in self.hits if hit.document.key != key)[:limit]

    def encode_pending(self, progress: Callable[[int, int], None] | None = None) -> int:
        encoded, self.pending = self.pending, 0
        if progress and encoded:
            progress(encoded, encoded)
        return encoded

    def degraded(self) -> tuple[str, ...]:
        return self.missing

    def status(self) -> FakeStatus:
        return FakeStatus(self.filled, self.pending)

    def close(self) -> None:
        self.started = False
