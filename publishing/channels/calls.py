"""How Meta's networks call us: signed over the raw body, and read without trusting its shape."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

Change = tuple[str | None, str, Mapping[str, Any]]
"""The number of the account that a change is about, where it is named, the field, and its value."""


def is_signed(content: bytes, header: str, *, app_secret: str) -> bool:
    """Return whether a call is Meta's: `X-Hub-Signature-256` over the raw body. Compares in constant time."""
    expected = "sha256=" + hmac.new(app_secret.encode(), content, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), header.encode())


def read(content: bytes) -> Mapping[str, Any]:
    """Return the object in a body; empty where it holds none: who signed it may still send what we do not know."""
    try:
        call = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return call if isinstance(call, dict) else {}


def changes(call: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what a call of Facebook, Instagram or WhatsApp says has changed; what has another shape is passed over."""
    for entry in objects(call.get("entry")):
        for change in objects(entry.get("changes")):
            if isinstance(change.get("value"), dict):
                yield number(entry.get("id")), str(change.get("field", "")), change["value"]


def flat_changes(call: Mapping[str, Any]) -> Iterator[Change]:
    """As `changes`, for Threads, whose calls have no entries: `target_id` is the account of a mention only."""
    for change in objects(call.get("values")):
        if isinstance(change.get("value"), dict):
            yield number(call.get("target_id")), str(change.get("field", "")), change["value"]


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list, or the one that stands there alone."""
    listed = value if isinstance(value, list) else [value]
    return [item for item in listed if isinstance(item, dict)]


def number(value: object) -> str | None:
    """Return a number of Meta's, which comes as a text or as a number, as the text that we keep."""
    return str(value) if isinstance(value, str | int) and str(value) else None
