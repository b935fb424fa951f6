"""The one module that knows every part: it builds the frozen value that pages, commands and the worker stand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import httpx
from cryptography.fernet import Fernet, MultiFernet

from app.egress import GuardedTransport
from app.mail import Mailer, SmtpMailer
from app.push import WebPush
from app.settings import Settings
from app.tokens import Tokens
from intake.fetching import Fetcher
from intake.media import MediaStore
from intake.ocr import Ocr, RapidOcr
from kernel.clock import Clock, SystemClock
from kernel.db import Database
from publishing.channels.http import build_client
from publishing.channels.registry import KINDS
from publishing.connections import Channels
from publishing.vault import Vault
from search.pictures import PictureIndex
from search.types import Document, SearchResult


class SearchStatus(Protocol):
    """How far the learning of texts is."""

    @property
    def filled(self) -> int: ...

    @property
    def pending(self) -> int: ...


class Searcher(Protocol):
    """What the face needs of search; tests pass a fake that a congruence test holds to the real one."""

    @property
    def threshold_version(self) -> str:
        """Which thresholds outcomes are said by, for the record of what was proposed."""

    def start(self, *, wait_seconds: float = 0.0) -> bool:
        """Warm the model up in the background, after any fork; True when all is ready."""

    def search(self, text: str, *, limit: int = 10, language: str | None = None) -> SearchResult:
        """Return the debunks that may answer `text`, best first. It never waits for a cold model."""

    def related(self, key: str, *, limit: int) -> tuple[Document, ...]:
        """Return the debunks most like the one with this key, best first, without asking the model."""

    def encode_pending(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Encode documents that have no vector yet and return how many; the worker's work.

        `progress` is told (texts done, texts in all) after each batch.
        """

    def degraded(self) -> tuple[str, ...]:
        """Return what the next search would leave out; quick, whatever there is to be searched."""

    def status(self) -> SearchStatus:
        """Return how far the learning of texts is; it counts."""

    def close(self) -> None:
        """Stop background threads and release files."""


@dataclass(frozen=True, slots=True)
class Saring:
    """Everything a request may use. Built once a process, passed to each blueprint, command and handler."""

    settings: Settings
    clock: Clock
    database: Database
    search: Searcher
    tokens: Tokens
    seal: MultiFernet
    """Seals what accounts and reports must keep secret."""
    channels: Channels
    """The social networks, with the vault that opens their accounts."""
    media: MediaStore
    """The pictures that people sent."""
    ocr: Ocr
    """Reads the words in pictures; the worker's."""
    pictures: PictureIndex
    """Finds a picture again."""
    mail: Mailer | None = None
    """The way to a mail server; None where no e-mail is set up."""
    push: WebPush | None = None
    """The way to browsers; None where no key is set up."""
    fetcher: Fetcher = Fetcher()  # noqa: RUF009 - frozen
    """The one guarded way to pages of strangers."""


def build(settings: Settings) -> Saring:
    """Connect the parts as the settings say. Nothing is loaded that is not needed before the first search."""
    from search.encoder.port import EncoderSettings
    from search.indexes import VectorStore
    from search.service import Search
    from search.serving import serving

    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database, pool_size=settings.web_threads)
    weights = serving(settings.data / "search" / "weights")
    seal = MultiFernet([Fernet(key) for key in settings.vault_keys])
    client = build_client(transport=GuardedTransport(settings.private_hosts))
    return Saring(
        settings=settings,
        clock=SystemClock(),
        database=database,
        search=Search(
            database,
            settings.data,
            EncoderSettings(model=settings.embedding_model),
            weights.ranker,
            adapter=weights.adapter,
            vector_store=VectorStore(settings.vector_index),
        ),
        tokens=Tokens(settings.secret_key),
        seal=seal,
        channels=Channels(
            kinds=KINDS,
            vault=Vault(settings.vault_keys),
            client=client,
        ),
        media=MediaStore(settings.data / "media", seal),
        ocr=RapidOcr(),
        pictures=PictureIndex(database),
        mail=SmtpMailer(settings.mail_url, settings.mail_from) if settings.mail_url else None,
        push=_push(settings, client) if settings.vapid_private_key else None,
    )


def _push(settings: Settings, client: httpx.Client) -> WebPush:
    subject = settings.public_url if settings.secure else f"mailto:{settings.mail_from}"
    return WebPush(settings.vapid_private_key, subject=subject, client=client)
