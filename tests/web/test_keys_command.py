"""Old keys leave only when nothing is sealed with them any more, wherever it rests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet, MultiFernet
from flask import Flask
from sqlalchemy import LargeBinary

from accounts.models import Person
from accounts.roles import Role
from app import create_app
from app.keys import sealed_places
from app.settings import Settings
from app.wiring import Saring
from intake.media import MediaStore
from migrations.tables import load
from publishing.models import ChannelAccount
from publishing.vault import Vault
from tests.channels import house as houses
from tests.channels.fake import FakeNetwork
from tests.factories.people import make_person
from tests.web.conftest import VAULT_KEY

NEW_KEY = Fernet.generate_key().decode()

PLAIN = {
    ("attachment", "pdq"),
    ("evidence", "archived_pdq"),
    ("search_picture", "pdq"),
    ("search_vector", "data"),
    ("share_card", "png"),
}
"""Columns of bytes that hold no secret."""


@pytest.fixture
def renewed(saring: Saring, settings: Settings) -> Iterator[Flask]:
    """The house after its operator put a new key before the old one."""
    both = replace(settings, vault_keys=(NEW_KEY, VAULT_KEY))
    app = create_app(both, replace(saring, settings=both))
    app.testing = True
    yield app
    app.extensions["limiter"].storage.close()


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["keys", *words])
    return result.exit_code, result.output


def test_everything_is_sealed_anew_and_only_then_the_old_key_may_go(renewed: Flask, saring: Saring) -> None:
    media = MediaStore(saring.settings.data / "media", saring.seal)
    picture = media.put(b"gambar")
    with saring.database.write() as session:
        channels = FakeNetwork().channels()
        home = houses.found_house(session)
        account = houses.open_account(session, home, channels, "fake", settings={}, secrets={})
        account.sealed = saring.channels.vault.seal(account.id, {"token": "t"})
        person = make_person(session, role=Role.EDITOR)
        person.totp_sealed = saring.seal.encrypt(b"kode")
    code, said = run(renewed, "drop", "2")
    assert (code, "still seals" in said) == (1, True)
    assert run(renewed, "rotate")[1].startswith("3 values")
    assert run(renewed, "rotate")[1].startswith("0 values")
    code, said = run(renewed, "drop", "2")
    assert (code, "take it out" in said) == (0, True)
    assert "key 2: seals 0" in run(renewed, "status")[1]
    with saring.database.read() as session:
        kept = session.get_one(ChannelAccount, account.id)
        assert Vault([NEW_KEY]).open(kept.id, kept.sealed) == {"token": "t"}
        sealed = session.get_one(Person, person.id).totp_sealed
        assert Fernet(NEW_KEY).decrypt(sealed or b"") == b"kode"
    assert MediaStore(saring.settings.data / "media", MultiFernet([Fernet(NEW_KEY)])).get(picture) == b"gambar"


def test_the_newest_key_stays_and_one_that_is_not_there_is_told(renewed: Flask) -> None:
    assert "newest" in run(renewed, "drop", "1")[1]
    assert "only 2 keys" in run(renewed, "drop", "3")[1]


def test_every_column_of_bytes_is_sealed_or_known_to_be_plain() -> None:
    found = {
        (table.name, column.name)
        for table in load().tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert found - {(table.name, column.name) for table, column, _key in sealed_places()} == PLAIN
