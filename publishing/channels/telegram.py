"""A Telegram channel, by the Bot API. It has no memory that a bot can ask: a lost reply is for a person to settle."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx

from publishing.channels.errors import ChannelError, NotFound, RateLimited, ReauthRequired, Rejected
from publishing.channels.http import body, failure, reason, send
from publishing.channels.interface import Capabilities, Channel, Connect, Find, Idempotency, ImageRule, Sending
from publishing.channels.values import Identity, Payload, Published
from publishing.counting import TextRule, Unit

DEFAULT_SERVER = "https://api.telegram.org"

_GONE = ("message to delete not found", "message to edit not found", "message_id_invalid")
_NOT_MODIFIED = "message is not modified"


class Telegram(Channel):
    """Secrets: `token` (of the bot). Settings: `chat` (as @name), `server`."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        kind="telegram",
        label="Telegram",
        text=TextRule(4096, Unit.UTF16),
        caption=TextRule(1024, Unit.UTF16),
        idempotency=Idempotency.NONE,
        find=Find.NONE,
        connect=Connect.SECRETS,
        secrets=("token",),
        settings=("chat",),
        verified_against="a stub whose requests and replies are checked with aiogram's models; not the network",
        image=ImageRule(max_bytes=5_000_000, alt_text=False, needs_public_url=True),
        edit=True,
        delete=True,
        delete_max_age=timedelta(hours=48),
        reply=True,
    )

    post_links: ClassVar[tuple[str, ...]] = ("t.me/{chat}/{id}", "t.me/s/{chat}/{id}")

    def verify(self) -> Identity:
        """Name the chat that the bot may post to."""
        chat = self._call("getChat", chat_id=self._chat)
        return Identity(f"@{chat['username']}" if chat.get("username") else str(chat["id"]), chat.get("title", ""))

    def publish(self, payload: Payload, sending: Sending) -> Published:
        message: dict[str, Any] = {"chat_id": self._chat}
        if payload.reply_to:
            message["reply_parameters"] = json.dumps({"message_id": int(payload.reply_to.remote_id)})
        if sending.handle:
            sent = self._call("sendPhoto", photo=sending.handle, caption=payload.text, **message)
        else:
            preview = json.dumps({"is_disabled": False, "url": payload.marker})
            sent = self._call("sendMessage", text=payload.text, link_preview_options=preview, **message)
        return self._published(sent)

    def prepare(self, payload: Payload, image: bytes | None, sending: Sending) -> str | None:
        """Name the picture by its address: Telegram fetches it, and the sending itself stays one small request."""
        return payload.image.url if payload.image else None

    def edit(self, remote: Published, payload: Payload) -> Published:
        """Change the text, or the caption where there is a picture; saying the same again is no error."""
        names: dict[str, Any] = {"chat_id": self._chat, "message_id": remote.remote_id}
        field, method = ("caption", "editMessageCaption") if payload.image else ("text", "editMessageText")
        try:
            return self._published(self._call(method, **names, **{field: payload.text}))
        except Rejected as error:
            if _NOT_MODIFIED in error.reason:
                return remote
            raise

    def delete(self, remote: Published) -> None:
        self._call("deleteMessage", chat_id=self._chat, message_id=remote.remote_id)

    @property
    def _chat(self) -> str:
        return self.credentials.settings["chat"]

    def _published(self, message: dict[str, Any]) -> Published:
        remote_id = str(message["message_id"])
        name = message["chat"].get("username")
        return Published(remote_id, f"https://t.me/{name}/{remote_id}" if name else None)

    def _call(self, method: str, **fields: Any) -> Any:
        server = self.credentials.settings.get("server", DEFAULT_SERVER)
        url = f"{server}/bot{self.credentials.secrets['token']}/{method}"
        try:
            response = send(self.client, "POST", url, data=fields)
        except RateLimited as limit:
            raise _patient(limit) from None
        if response.is_success:
            return body(response)["result"]
        raise _error(response)


def _error(response: httpx.Response) -> ChannelError:
    """Read a refusal; 401 is a dead token, 403 a bot that was put out of the channel."""
    if response.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return failure(ReauthRequired, response)
    if any(word in reason(response).lower() for word in _GONE):
        return failure(NotFound, response)
    return failure(Rejected, response)


def _patient(limit: RateLimited) -> RateLimited:
    """Return the limit with the moment that Telegram gives in the body: `parameters.retry_after`, in seconds."""
    _, _, text = limit.reason.partition(" ")
    try:
        seconds = json.loads(text)["parameters"]["retry_after"]
    except (ValueError, KeyError, TypeError):
        return limit
    return RateLimited(limit.reason, reset_at=datetime.now(UTC) + timedelta(seconds=int(seconds)))
