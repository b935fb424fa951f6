"""What Meta's networks tell us by themselves: signed, or not heard at all."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Person
from accounts.roles import Role
from app.handlers import HANDLERS, SUBSCRIPTIONS
from app.hooks import verify_word
from app.settings import Settings
from app.wiring import Saring
from publishing import subscribers
from publishing.models import ChannelAccount, Publication, Subscriber
from tests.channels import house as houses
from tests.channels.stubs.meta import FacebookStub
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

    assert call(client, account_id, message(" Daftar ")) == 200, "without a form token of ours"
    assert call(client, account_id, message("DAFTAR")) == 200
    assert readers() == 1
    with saring.database.read() as session:
        row = session.scalars(select(Subscriber).where(Subscriber.account_id == account_id)).one()
        assert ANI.encode() not in row.sealed
        assert saring.channels.vault.open(account_id, row.sealed) == {"address": f"+{ANI}"}
    assert call(client, account_id, message("terima kasih")) == 200
    assert call(client, account_id, message("berhenti")) == 200
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
    assert call(client, account_id, {"statuses": [status]}) == 200
    with saring.database.read() as session:
        row = session.get_one(Publication, publication_id)
        assert (row.state, row.remote_id) == ("published", "wamid.1")


def test_what_meta_did_not_sign_is_not_heard(
    client: CheckingClient, saring: Saring, number: tuple[int, houses.House]
) -> None:
    account_id, _home = number
    assert call(client, account_id, message("daftar"), secret="salah") == 403
    assert call(client, 987_654_321, message("daftar")) == 403
    assert client.post(f"/kait/whatsapp/{account_id}", data=b"{}").status_code == 403
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
    assert (
        visitor.get(f"/kait/whatsapp/{account_id}", query_string={**asked, "hub.verify_token": "x"}).status_code == 403
    )


APP_SECRET = "rahasia-pendaftaran"
WORD = "kata-rahasia-untuk-meta"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A site that Meta may call, registered at two of its three networks."""
    apps = (("facebook", "1", APP_SECRET), ("threads", "2", "rahasia-lain"))
    return replace(settings, webhook_token=WORD, oauth_apps=apps)


@pytest.fixture
def page(saring: Saring) -> int:
    """A connected Page that was asked for replies a moment ago."""
    with saring.database.write() as session:
        home = houses.found_house(session)
        account = houses.open_account(
            session, home, saring.channels, "facebook", settings={"page": "500"}, secrets={"access": "t"}
        )
        account.next_replies_at = saring.clock.now() + timedelta(minutes=9)
        return account.id


def page_call(
    client: CheckingClient, body: bytes, *, secret: str = APP_SECRET, kind: str = "facebook", **headers: str
) -> int:
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    signed = {"X-Hub-Signature-256": signature, **headers}
    return client.post(f"/kait/{kind}", data=body, headers=signed).status_code


def about(page: str = "500", field: str = "feed") -> bytes:
    value = {"item": "comment", "verb": "add", "post_id": f"{page}_1", "message": "Benarkah?"}
    entry = {"id": page, "time": 1764000000, "changes": [{"field": field, "value": value}]}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


def due(saring: Saring, account_id: int) -> bool:
    with saring.database.read() as session:
        return session.get_one(ChannelAccount, account_id).next_replies_at == saring.clock.now()


def test_a_signed_call_has_the_page_looked_at_next_and_asks_nobody_itself(
    guarded_app: Flask, saring: Saring, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_call: object, **_options: object) -> None:
        raise AssertionError("the request asked a network")

    monkeypatch.setattr(saring.channels.client, "send", refuse)
    client = guarded_app.test_client()
    for _ in range(3):
        assert page_call(client, about()) == 200, "without a form token of ours, and as often as it comes"
        assert due(saring, page)


@pytest.mark.parametrize(
    "body", [about("999"), about(field="leadgen"), b"{}", b"[]", b"tidak", b'{"entry":[{"changes":7}]}']
)
def test_what_is_not_known_is_passed_over_politely(
    client: CheckingClient, saring: Saring, page: int, body: bytes
) -> None:
    assert page_call(client, body) == 200
    assert not due(saring, page)


def test_a_call_that_is_not_signed_with_our_secret_there_is_refused(
    client: CheckingClient, saring: Saring, page: int
) -> None:
    assert page_call(client, about(), secret="salah") == 403
    assert page_call(client, about(), secret="rahasia-lain") == 403
    assert page_call(client, about(), secret="", kind="instagram") == 403, "no registration, so no secret to sign with"
    assert client.post("/kait/facebook", data=about()).status_code == 403
    sha1 = {"X-Hub-Signature": "sha1=" + hmac.new(APP_SECRET.encode(), about(), "sha1").hexdigest()}
    assert client.post("/kait/facebook", data=about(), headers=sha1).status_code == 403
    assert page_call(client, about(), kind="mastodon") == 404
    assert not due(saring, page)


def test_whoever_calls_unsigned_too_often_waits(client: CheckingClient, page: int) -> None:
    answers = [page_call(client, about(), secret="salah") for _ in range(70)]
    assert (answers[0], answers[-1]) == (403, 429)
    assert answers.count(403) == 60
    assert page_call(client, about()) == 200, "what is signed is still heard"


def test_a_call_of_any_size_but_the_largest_is_read(client: CheckingClient, saring: Saring, page: int) -> None:
    assert page_call(client, about() + b" " * 900_000) == 200
    assert due(saring, page)
    assert page_call(client, about() + b" " * 1_000_000) == 413


def test_meta_proves_the_address_by_the_word_of_the_settings(client: CheckingClient) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": WORD, "hub.challenge": "1158201444"}
    assert client.get("/kait/facebook", query_string=asked).text == "1158201444"
    for wrong in ({"hub.verify_token": "x"}, {"hub.verify_token": ""}, {"hub.mode": "unsubscribe"}):
        assert client.get("/kait/facebook", query_string={**asked, **wrong}).status_code == 403
    assert client.get("/kait/instagram", query_string=asked).status_code == 403, "there is no registration of ours"


class TestWithoutAWord:
    """A site whose operator has set no word is not called."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, webhook_token="")

    def test_no_word_is_no_handshake(self, client: CheckingClient) -> None:
        asked = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}
        assert client.get("/kait/facebook", query_string=asked).status_code == 403


def test_a_new_account_has_its_network_asked_to_call_once_the_site_may_be_called(saring: Saring, page: int) -> None:
    with FacebookStub() as stub:
        with saring.database.write() as session:
            account = session.get_one(ChannelAccount, page)
            account.settings = {"page": "500", "server": stub.url}
            account.sealed = saring.channels.vault.seal(account.id, {"access": stub.token})
        payload = {"subject_id": str(page), "kind": "facebook"}
        quiet = replace(saring, settings=replace(saring.settings, webhook_token=""))
        HANDLERS["ask_for_calls"](quiet, payload)
        assert stub.subscribed == set()
        HANDLERS["ask_for_calls"](saring, payload)
        assert stub.subscribed == {"feed"}
    saring.channels.client.close()
    assert "ask_for_calls" in SUBSCRIPTIONS["account_connected"]
