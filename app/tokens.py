"""Random and derived tokens of the pages: form keys, tracking links, cursors."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer


class Tokens:
    """Derives and signs with the installation's secret key."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()
        self._cursors = URLSafeSerializer(secret_key, salt="cursor")
        self._suspensions = URLSafeSerializer(secret_key, salt="suspension")

    def new_form_key(self) -> str:
        """Return the key that makes sending one form twice the same as sending it once (128 random bits)."""
        return secrets.token_urlsafe(16)

    def tracking(self, form_key: str) -> str:
        """Return the tracking token of a report: derived from its form key, so that a repeat gets the same link."""
        digest = hmac.new(self._key, b"tracking:" + form_key.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")

    def digest(self, purpose: str, value: str) -> str:
        """Return the keyed hash (hex) by which an address is known without being kept; it serves one purpose only."""
        return hmac.new(self._key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()

    def sign_cursor(self, values: list[Any]) -> str:
        """Return the place in a list as an opaque word for the address of the next page."""
        return str(self._cursors.dumps(values))

    def sign_suspension(self, suspension_id: int) -> str:
        """Return the private link's word for a suspension: its owner, who cannot sign in, alone is given it."""
        return str(self._suspensions.dumps(suspension_id))

    def read_suspension(self, word: str) -> int:
        """Return the number behind the word; 0, which no suspension has, when somebody changed it."""
        try:
            number = self._suspensions.loads(word)
        except (BadSignature, json.JSONDecodeError):
            return 0
        return number if isinstance(number, int) else 0

    def read_cursor(self, word: str | None) -> list[Any] | None:
        """Return the place behind the word, or None when there is none or somebody changed it."""
        try:
            values = self._cursors.loads(word) if word else None
        except (BadSignature, json.JSONDecodeError):
            return None
        return values if isinstance(values, list) else None
