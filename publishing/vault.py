"""Tokens of social accounts, sealed: keys come from the environment, newest first, and never sit in the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from kernel.errors import Conflict, Unavailable


class SecretsUnreadable(Unavailable):
    """A sealed value cannot be opened: no key fits, or it was sealed for another account."""

    code = "secrets_unreadable"


class KeyInUse(Conflict):
    """A key that is about to be dropped still seals something."""

    code = "key_in_use"


class Vault:
    """Seals the secrets of an account.

    Fernet has no associated data, so the account's id is sealed together with its secrets: a sealed value that is moved
    to another row does not open there.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """Take Fernet keys, newest first. Raises ValueError where there is none or one is malformed."""
        if not keys:
            raise ValueError("a vault needs at least one key")
        self._fernets = [Fernet(key) for key in keys]
        self._all = MultiFernet(self._fernets)

    def seal(self, account_id: int, secrets: Mapping[str, str]) -> bytes:
        """Seal with the newest key."""
        return self._all.encrypt(json.dumps({"account": account_id, "secrets": dict(secrets)}).encode())

    def open(self, account_id: int, sealed: bytes) -> dict[str, str]:
        """Open with any key. Raises SecretsUnreadable."""
        try:
            value = json.loads(self._all.decrypt(sealed))
        except InvalidToken as error:
            raise SecretsUnreadable(account_id=account_id) from error
        if value["account"] != account_id:
            raise SecretsUnreadable(account_id=account_id)
        secrets: dict[str, str] = value["secrets"]
        return secrets

    def is_current(self, sealed: bytes) -> bool:
        """Return whether the newest key sealed it."""
        return _opens(self._fernets[0], sealed)

    def rotate(self, sealed: bytes) -> bytes:
        """Seal again with the newest key, keeping the moment of the first sealing."""
        try:
            return self._all.rotate(sealed)
        except InvalidToken as error:
            raise SecretsUnreadable from error

    def without(self, dropped: str, sealed: Iterable[bytes]) -> None:
        """Raise KeyInUse if `dropped` still seals one of the values; call it before the key leaves the environment."""
        fernet = Fernet(dropped)
        count = sum(_opens(fernet, value) for value in sealed)
        if count:
            raise KeyInUse(count=count)


def new_key() -> str:
    """Return a fresh key for the environment."""
    return Fernet.generate_key().decode()


def _opens(fernet: Fernet, sealed: bytes) -> bool:
    try:
        fernet.decrypt(sealed)
    except InvalidToken:
        return False
    return True
