"""Sealed tokens: for one account, under the newest key, and unreadable without one."""

from __future__ import annotations

import pytest

from publishing.vault import KeyInUse, SecretsUnreadable, Vault, new_key

OLD, NEW = new_key(), new_key()


def test_a_sealed_value_opens_for_its_account_only() -> None:
    vault = Vault([NEW])
    sealed = vault.seal(7, {"access": "rahasia"})
    assert vault.open(7, sealed) == {"access": "rahasia"}
    assert b"rahasia" not in sealed
    with pytest.raises(SecretsUnreadable):
        vault.open(8, sealed)
    with pytest.raises(SecretsUnreadable):
        Vault([OLD]).open(7, sealed)
    with pytest.raises(SecretsUnreadable):
        vault.open(7, b"sampah")


def test_rotation_moves_to_the_newest_key_and_refuses_to_drop_one_in_use() -> None:
    sealed = Vault([OLD]).seal(7, {"access": "a"})
    both = Vault([NEW, OLD])
    assert not both.is_current(sealed)
    with pytest.raises(KeyInUse) as refusal:
        both.without(OLD, [sealed])
    assert refusal.value.facts == {"count": 1}
    rotated = both.rotate(sealed)
    assert both.is_current(rotated)
    both.without(OLD, [rotated])
    assert Vault([NEW]).open(7, rotated) == {"access": "a"}


def test_a_vault_without_a_key_is_no_vault() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        Vault([])
