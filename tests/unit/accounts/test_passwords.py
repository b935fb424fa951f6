"""Passwords: long ones of any kind are taken, common ones refused, hashes are argon2id."""

from __future__ import annotations

import threading

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type
from hypothesis import given
from hypothesis import strategies as st

from accounts import passwords
from accounts.errors import WeakPassword

COMMON = [
    "123456789012",
    "password1234",
    "qwertyuiop12",
    "iloveyou1234",
    "111111111111",
    "abcdefghijkl",
    "bismillah123",
    "sayangku1234",
    "indonesia123",
    "1q2w3e4r5t6y",
    "administrator",
    "letmein12345",
    "aaaaaaaaaaaa",
    "passwordpassword",
    "1234567890123456",
]


@pytest.mark.parametrize("password", COMMON)
def test_common_passwords_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.check_strength(password)


@pytest.mark.parametrize("password", ["gerobak senja kacang tujuh", "x7#kQ9!vLm2&pZ", "kuda zebra 😀 jerapah"])
def test_long_and_odd_ones_are_taken(password: str) -> None:
    passwords.check_strength(password)


def test_ones_own_name_is_no_password() -> None:
    own = "sitirahmawati"
    passwords.check_strength(own)
    with pytest.raises(WeakPassword):
        passwords.check_strength(own, about=("sitirahmawati@example.org", own))


@given(st.text(max_size=passwords.MINIMUM_LENGTH - 1))
def test_short_ones_are_refused_whatever_they_hold(password: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.check_strength(password)


def test_a_hash_is_argon2id_with_the_library_s_memory() -> None:
    parameters = extract_parameters(passwords.hash_password("x"))
    assert parameters.type is Type.ID
    assert parameters.memory_cost >= 19 * 1024  # KiB: the least that OWASP allows
    assert passwords.hash_password("x") != passwords.hash_password("x")


def test_a_hash_fits_its_own_password_only() -> None:
    stored = passwords.hash_password("gerobak senja " + "é" * 80 + "a")
    assert passwords.verify_password(stored, "gerobak senja " + "é" * 80 + "a")
    assert not passwords.verify_password(stored, "gerobak senja " + "é" * 80 + "b")
    assert not passwords.verify_password(stored, "")


def test_nobody_without_an_account_signs_in() -> None:
    assert not passwords.verify_password(None, "no account has this password")
    assert not passwords.verify_password("!", "!")


def test_no_more_than_two_hashes_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counting:
        """Stands in for the hasher and counts who is inside it."""

        inside = most = 0

        def hash(self, _password: str) -> str:
            with lock:
                Counting.inside += 1
                Counting.most = max(Counting.most, Counting.inside)
            full.wait(timeout=0.05)
            with lock:
                Counting.inside -= 1
            return "hash"

    lock, full = threading.Lock(), threading.Event()
    monkeypatch.setattr(passwords, "_hasher", Counting())
    threads = [threading.Thread(target=passwords.hash_password, args=("x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counting.most == 2
