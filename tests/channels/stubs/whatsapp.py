"""WhatsApp Cloud. What it is sent and what it answers is compared with pywa in tests/channels/test_whatsapp.py."""

from __future__ import annotations

from typing import Any

from tests.channels.stubs.meta import GraphStub
from tests.channels.stubs.server import Answer, Request


class WhatsAppStub(GraphStub):
    """One phone number; a message is visible to its recipient."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: dict[str, dict[str, Any]] = {}

    def act(self, request: Request) -> Answer:
        if (request.method, request.path) == ("GET", "/600"):
            return 200, {"id": "600", "display_phone_number": "+62 21 555 0100", "verified_name": "Cek Fakta"}
        if (request.method, request.path) != ("POST", "/600/messages"):
            raise ValueError("no such endpoint")
        fields = request.fields
        assert fields["type"] == "template", "only templates reach people outside of the 24 h window"
        text = fields["template"]["components"][0]["parameters"][0]["text"]
        assert "\n" not in text, "a parameter holds no line break"
        number = f"wamid.{self.number()}"
        self.messages[number] = {"to": fields["to"], "text": text}
        contact = {"input": fields["to"], "wa_id": fields["to"].removeprefix("+")}
        sent = {"id": number, "message_status": "accepted"}
        return 200, {"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent]}
