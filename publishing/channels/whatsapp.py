"""WhatsApp Cloud: no wall but a list of people who asked for it. Each gets an approved template, in an own row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from publishing.channels.calls import changes, objects
from publishing.channels.errors import NotSupported
from publishing.channels.graph import GraphChannel
from publishing.channels.interface import Capabilities, Connect, Find, Idempotency, Sending
from publishing.channels.values import Identity, Payload, Published
from publishing.counting import TextRule, Unit

TEMPLATE_BODY_LIMIT = 1024
"""Characters of a template's body with its parameters filled in."""


_MESSAGE = re.compile(r"wamid\.[\w+/=-]+", re.ASCII)


class WhatsApp(GraphChannel):
    """Secrets: `access` (of a system user), `app_secret` for its webhooks.

    Settings: `phone_number`, `template`: an approved template whose body is one parameter, the text.
    """

    server: ClassVar[str] = "https://graph.facebook.com/v24.0"
    capabilities: ClassVar[Capabilities] = Capabilities(
        kind="whatsapp",
        label="WhatsApp",
        text=TextRule(TEMPLATE_BODY_LIMIT, Unit.CODE_POINTS),
        idempotency=Idempotency.NONE,
        find=Find.NONE,
        connect=Connect.SECRETS,
        secrets=("access", "app_secret"),
        settings=("phone_number", "template"),
        verified_against="a stub whose requests and replies are checked with pywa's models; not the network",
        webhooks=("messages",),
        broadcast=True,
    )

    def verify(self) -> Identity:
        fields = {"fields": "id,display_phone_number,verified_name"}
        number = self.call("GET", f"/{self._phone_number}", params=fields)
        return Identity(number["display_phone_number"], number["verified_name"])

    def publish(self, payload: Payload, sending: Sending) -> Published:
        """Send the template to one subscriber. A template's parameter holds no line breaks, so they become separators.

        `biz_opaque_callback_data` carries our key into the status webhooks: what was lost here is settled there.
        """
        if payload.recipient is None:
            raise NotSupported("a broadcast without a recipient")
        text = " · ".join(line.strip() for line in payload.text.splitlines() if line.strip())
        message = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": payload.recipient,
            "type": "template",
            "biz_opaque_callback_data": sending.key,
            "template": {
                "name": self.credentials.settings["template"],
                "language": {"code": payload.language},
                "components": [{"type": "body", "parameters": [{"type": "text", "text": text}]}],
            },
        }
        sent = self.call("POST", f"/{self._phone_number}/messages", json=message)
        return Published(sent["messages"][0]["id"])

    def own_post(self, url: str, *, handle: str, key: str) -> str | None:
        """A message on WhatsApp has no address; its number is taken as it is."""
        return url if _MESSAGE.fullmatch(url) else None

    @property
    def _phone_number(self) -> str:
        return self.credentials.settings["phone_number"]


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """What a webhook says of one message: `key` is our own, `remote_id` the network's, `state` as it names it."""

    key: str
    remote_id: str
    state: str


def parse_webhook(call: Mapping[str, Any]) -> tuple[DeliveryStatus, ...]:
    """Return the statuses in a webhook call that carry a key of ours."""
    statuses = [one for _owner, _field, value in changes(call) for one in objects(value.get("statuses"))]
    named = [(one.get("biz_opaque_callback_data"), one.get("id"), one.get("status")) for one in statuses]
    return tuple(DeliveryStatus(str(key), str(number), str(state)) for key, number, state in named if key and number)


def parse_messages(call: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what people wrote to the number in a webhook call, as (address in E.164, text)."""
    messages = [one for _owner, _field, value in changes(call) for one in objects(value.get("messages"))]
    written = [(one.get("from"), text.get("body")) for one in messages for text in objects(one.get("text"))]
    return tuple((f"+{address}", str(body)) for address, body in written if address and body)
