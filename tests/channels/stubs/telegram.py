"""Telegram's Bot API. Requests and replies are validated with aiogram's models, made from its documentation."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from aiogram import methods
from pydantic import TypeAdapter, ValidationError

from tests.channels.stubs.server import Answer, Request, Stub

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024


class TelegramStub(Stub):
    """A bot with one channel."""

    def __init__(self, token: str = "7:rahasia", chat: str = "@cekfakta") -> None:
        super().__init__()
        self.token, self.name = token, chat
        self.messages: dict[int, dict[str, Any]] = {}
        self.chat = {"id": -100123, "type": "channel", "title": "Cek Fakta", "username": chat.removeprefix("@")}
        self._last = 0

    def answer(self, request: Request) -> Answer:
        match = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if match is None or match[1] != self.token:
            return _refusal(401, "Unauthorized")
        name = match[2]
        model = getattr(methods, name[0].upper() + name[1:])
        fields = {key: _decoded(value) for key, value in request.fields.items()}
        unknown = set(fields) - set(model.model_fields)
        if unknown:
            raise ValueError(f"{name} has no {sorted(unknown)}")
        try:
            model.model_validate(fields)
        except ValidationError as error:
            raise ValueError(str(error)) from error
        status, value = self._act(name, fields)
        if value["ok"]:
            TypeAdapter(model.__returning__).validate_python(value["result"])
        return status, value

    def _act(self, name: str, fields: dict[str, Any]) -> Answer:
        if fields.get("chat_id") not in {self.name, self.chat["id"]}:
            return _refusal(400, "Bad Request: chat not found")
        if name == "getChat":
            return _result({**self.chat, "accent_color_id": 1, "max_reaction_count": 1, "accepted_gift_types": _GIFTS})
        if name in {"sendMessage", "sendPhoto"}:
            return self._send(name, fields)
        number = int(fields["message_id"])
        message = self.messages.get(number)
        if message is None:
            verb = "delete" if name == "deleteMessage" else "edit"
            return _refusal(400, f"Bad Request: message to {verb} not found")
        if name == "deleteMessage":
            del self.messages[number]
            return _result(True)
        field = "caption" if name == "editMessageCaption" else "text"
        if field not in message:
            return _refusal(400, f"Bad Request: there is no {field} in the message to edit")
        if message[field] == fields[field]:
            return _refusal(400, "Bad Request: message is not modified: it is exactly the same")
        message |= {field: fields[field], "edit_date": int(time.time())}
        return _result(message)

    def _send(self, name: str, fields: dict[str, Any]) -> Answer:
        field, limit = ("text", TEXT_LIMIT) if name == "sendMessage" else ("caption", CAPTION_LIMIT)
        if len(fields[field].encode("utf-16-le")) // 2 > limit:
            return _refusal(400, f"Bad Request: message {'' if field == 'text' else 'caption '}is too long")
        self._last += 1
        message = {"message_id": self._last, "date": int(time.time()), "chat": self.chat, field: fields[field]}
        if name == "sendPhoto":
            message["photo"] = [{"file_id": "f", "file_unique_id": "u", "width": 1200, "height": 630}]
        reply = fields.get("reply_parameters")
        if reply:
            message["reply_to_message"] = self.messages[reply["message_id"]]
        self.messages[self._last] = message
        return _result(message)


_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value


def _result(value: Any) -> Answer:
    return 200, {"ok": True, "result": value}


def _refusal(code: int, description: str) -> Answer:
    return code, {"ok": False, "error_code": code, "description": description}
