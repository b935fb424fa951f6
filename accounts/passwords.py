"""Hashing passwords with argon2id, a bounded number at a time, and refusing the well-known ones."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from accounts.errors import WeakPassword

MINIMUM_LENGTH = 12
"""Characters. ASVS 6.2.1 asks for 8 and suggests 15; no rule about kinds of characters (6.2.5)."""

MINIMUM_GUESSES_LOG10 = 9
"""zxcvbn's estimate: fewer than 10^9 guesses is a common password or a pattern of one."""

LONGEST_JUDGED = 72
"""Characters given to the estimator, which takes quadratic time; all of the password is hashed."""

_hasher = PasswordHasher()
_dummy_hash = _hasher.hash("no account has this password")
# A hash takes 64 MiB and some 400 ms of a core: a burst of logins must not starve two cores (docs/adr/0004).
_slots = threading.BoundedSemaphore(2)


def check_strength(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Raise WeakPassword when `password` is short or guessable; `about` are words the person would choose first."""
    from zxcvbn import zxcvbn

    if len(password) < MINIMUM_LENGTH:
        raise WeakPassword(field="password", minimum=MINIMUM_LENGTH)
    if zxcvbn(password[:LONGEST_JUDGED], user_inputs=list(about))["guesses_log10"] < MINIMUM_GUESSES_LOG10:
        raise WeakPassword(field="password", minimum=MINIMUM_LENGTH)


def choose_password(password: str, *, about: tuple[str, ...] = ()) -> str:
    """Return the hash of a new password, or raise WeakPassword.

    It costs half a second: call it before the transaction that stores the hash, never inside one.
    """
    check_strength(password, about=about)
    return hash_password(password)


def hash_password(password: str) -> str:
    """Return the argon2id hash, with its parameters, as it is stored."""
    with _slots:
        return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Say whether `password` made `stored`. With None the same time passes: nobody learns who has an account."""
    with _slots:
        try:
            return _hasher.verify(stored or _dummy_hash, password) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    """Say whether the hash was made with older parameters and should be made anew at this login."""
    return _hasher.check_needs_rehash(stored)
