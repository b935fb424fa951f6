"""What WhatsApp tells us by itself: signed, or not heard at all."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Person
from accounts.roles import Role
from app.hooks import verify_word
from app.wiring import Saring
from publishing import subscribers
from publishing.models import ChannelAccount, Publication, Subscriber
from tests.channels import house as houses
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn

SECRET = "rahasia-aplikasi"
ANI = "6281200000001"


@pytest.fixture
def number(saring: Saring) -> tuple[int, houses.House]:
    """A connected number of a house."""
    with saring.database.write() as session:
        home = houses.found_house(session)
        secrets = {"access": "t", "app_secret": SECRET}
        settings = {"phone_number": "600", "template": "cek_fakta"}
        account = houses.open_account(session, home, saring.channels, "whatsapp", settings=settings, secrets=secrets)
        return account.id, home


def call(client: CheckingClient, account_id: int, value: dict[str, Any], *, secret: str = SECRET) -> int:
    body = json.dumps({"entry": [{"changes": [{"value": value}]}]}).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signature}
    return client.post(f"/kait/whatsapp/{account_id}", data=body, headers=headers).status_code


def message(text: str) -> dict[str, Any]:
    return {"messages": [{"from": ANI, "type": "text", "text": {"body": text}}]}


def test_people_come_and_go_by_a_word(guarded_app: Flask, saring: Saring, number: tuple[int, houses.House]) -> None:
    client, (account_id, _home) = guarded_app.test_client(), number

    def readers() -> int:
        with saring.database.read() as session:
            return subscribers.count(session, account_id)

    assert call(client, account_id, message(" Daftar ")) == 204, "without a form token of ours"
    assert call(client, account_id, message("DAFTAR")) == 204
    assert readers() == 1
    with saring.database.read() as session:
        row = session.scalars(select(Subscriber).where(Subscriber.account_id == account_id)).one()
        assert ANI.encode() not in row.sealed
        assert saring.channels.vault.open(account_id, row.sealed) == {"address": f"+{ANI}"}
    assert call(client, account_id, message("terima kasih")) == 204
    assert call(client, account_id, message("berhenti")) == 204
    assert readers() == 0


def test_a_message_of_which_nobody_knew_is_known_to_be_out(
    client: CheckingClient, saring: Saring, number: tuple[int, houses.House]
) -> None:
    account_id, home = number
    call(client, account_id, message("daftar"))
    with saring.database.write() as session:
        rows = houses.approve_for(session, home, saring.channels, session.get_one(ChannelAccount, account_id))
        rows[0].state = "unknown"
        key, publication_id = rows[0].idem_key, rows[0].id
    status = {"id": "wamid.1", "status": "delivered", "biz_opaque_callback_data": key}
    assert call(client, account_id, {"statuses": [status]}) == 204
    with saring.database.read() as session:
        row = session.get_one(Publication, publication_id)
        assert (row.state, row.remote_id) == ("published", "wamid.1")


def test_what_meta_did_not_sign_is_not_heard(
    client: CheckingClient, saring: Saring, number: tuple[int, houses.House]
) -> None:
    account_id, _home = number
    assert call(client, account_id, message("daftar"), secret="salah") == 400
    assert call(client, 987_654_321, message("daftar")) == 400
    assert client.post(f"/kait/whatsapp/{account_id}", data=b"{}").status_code == 400
    with saring.database.read() as session:
        assert subscribers.count(session, account_id) == 0


def test_meta_proves_the_address_by_the_word_on_the_accounts_page(
    app: Flask, saring: Saring, number: tuple[int, houses.House], make: MakePerson, sign_in: SignIn
) -> None:
    account_id, home = number
    keeper = make(Role.PUBLISHER)
    with saring.database.write() as session:
        session.get_one(Person, keeper.id).organisation_id = home.organisation_id
    word = verify_word(saring, account_id)
    page = sign_in(keeper, confirmed=True).get(f"/akun-resmi/{account_id}").text
    assert word in page
    assert SECRET not in page
    asked = {"hub.mode": "subscribe", "hub.verify_token": word, "hub.challenge": "1158201444"}
    visitor = app.test_client()
    assert visitor.get(f"/kait/whatsapp/{account_id}", query_string=asked).text == "1158201444"
    assert visitor.get(f"/kait/whatsapp/{account_id}", query_string={"hub.verify_token": "x"}).status_code == 404
