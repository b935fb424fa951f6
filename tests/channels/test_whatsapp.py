"""WhatsApp against pywa: the same request, a reply that it reads, and webhooks that it reads as we do."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pywa import WhatsApp as Pywa
from pywa.api import GraphAPI
from pywa.types.message_status import MessageStatus
from pywa.types.sent_update import RecipientType, SentTemplate

from publishing.channels.calls import is_signed
from publishing.channels.interface import Credentials, Sending
from publishing.channels.values import Payload
from publishing.channels.whatsapp import WhatsApp, parse_webhook
from tests.channels.stubs.whatsapp import WhatsAppStub

TO = "+6281200000001"
STATUS: dict[str, Any] = {
    "object": "whatsapp_business_account",
    "entry": [
        {
            "id": "1",
            "changes": [
                {
                    "field": "messages",
                    "value": {
                        "messaging_product": "whatsapp",
                        "metadata": {"display_phone_number": "62215550100", "phone_number_id": "600"},
                        "contacts": [{"wa_id": "6281200000001", "profile": {"name": "Ani"}}],
                        "statuses": [
                            {
                                "id": "wamid.1",
                                "status": "delivered",
                                "timestamp": "1795000000",
                                "recipient_id": "6281200000001",
                                "biz_opaque_callback_data": "k" * 40,
                            }
                        ],
                    },
                }
            ],
        }
    ],
}


@pytest.fixture
def stub() -> Iterator[WhatsAppStub]:
    with WhatsAppStub() as running:
        yield running


def pywa() -> Pywa:
    return Pywa(phone_id="600", token="rahasia", session=httpx.Client(trust_env=False))


def payload() -> Payload:
    return Payload(
        text="SALAH: air es aman.\n\nhttps://saring.example/cn/1?v=1",
        title="Air es",
        language="id",
        marker="https://saring.example/cn/1?v=1",
        created_at=datetime.now(UTC),
        event="published",
        counter_narrative_id=1,
        version=1,
        verdict="false",
        recipient=TO,
    )


def test_pywa_sends_what_we_send_and_reads_what_comes_back(stub: WhatsAppStub, client: httpx.Client) -> None:
    settings = {"server": stub.url, "phone_number": "600", "template": "cek_fakta"}
    channel = WhatsApp(Credentials(1, settings, {"access": "rahasia"}), client)
    sent = channel.publish(payload(), Sending("k" * 40))
    ours = dict(stub.requests[-1].fields)

    def reroute(request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v24.0")
        headers = {name: request.headers[name] for name in ("authorization", "content-type")}
        return client.post(f"{stub.url}{path}", content=request.content, headers=headers)

    with httpx.Client(transport=httpx.MockTransport(reroute)) as session:
        answer = GraphAPI("rahasia", session, 24.0).send_message(
            sender="600",
            to=TO,
            recipient=None,
            recipient_type="individual",
            typ="template",
            msg=ours["template"],
            biz_opaque_callback_data="k" * 40,
        )
    assert dict(stub.requests[-1].fields) == ours
    read = SentTemplate.from_sent_update(
        client=pywa(),
        update=answer,
        from_phone_id="600",
        recipient_type=RecipientType.PHONE_NUMBER,
    )
    assert read.id.startswith("wamid.")
    assert sent.remote_id.startswith("wamid.")


def test_a_status_webhook_carries_our_key_home() -> None:
    (status,) = parse_webhook(STATUS)
    read = MessageStatus.from_update(pywa(), STATUS)
    assert (status.key, status.remote_id, status.state) == (read.tracker, read.id, read.status.value)
    assert parse_webhook({"entry": []}) == ()


def test_only_meta_may_call_the_webhook() -> None:
    body = json.dumps(STATUS).encode()
    good = "sha256=" + hmac.new(b"sandi", body, hashlib.sha256).hexdigest()
    assert is_signed(body, good, app_secret="sandi")
    assert not is_signed(body + b" ", good, app_secret="sandi")
    assert not is_signed(body, "sha256=", app_secret="sandi")
