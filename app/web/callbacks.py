"""Addresses that networks call: signed by them, and good for nothing else."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, request

from app.access import from_elsewhere, public
from app.hooks import CALLERS, hear, hear_whatsapp, verify_word
from app.limits import client_key, spend
from app.wiring import Saring

LARGEST_CALL = 1_000_000
"""Bytes. Meta gathers up to a thousand changes in one call, each about half a kilobyte."""

UNSIGNED_LIMIT = "60 per minute"
"""Calls of one address that nobody signed; the signed ones have the limit of every page alone."""

KINDS = f"<any({','.join(CALLERS)}):kind>"


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the addresses that Meta calls: one for each network, and one for each connected WhatsApp number."""
    blueprint = Blueprint("callbacks", __name__, url_prefix="/kait")

    @blueprint.get(f"/{KINDS}")
    @public
    def prove_network(kind: str) -> Response:
        return _proved(saring.settings.webhook_token if saring.settings.client_secret(kind) else "")

    @blueprint.post(f"/{KINDS}")
    @from_elsewhere
    @public
    def hear_network(kind: str) -> Response:
        body, signature = _signed_body()
        return _answer(heard=hear(saring, kind, body=body, signature=signature, now=saring.clock.now()))

    @blueprint.get("/whatsapp/<int:account_id>")
    @public
    def prove(account_id: int) -> Response:
        return _proved(verify_word(saring, account_id))

    @blueprint.post("/whatsapp/<int:account_id>")
    @from_elsewhere
    @public
    def hear_number(account_id: int) -> Response:
        body, signature = _signed_body()
        now = saring.clock.now()
        return _answer(heard=hear_whatsapp(saring, account_id, body=body, signature=signature, now=now))

    return blueprint


def _proved(word: str) -> Response:
    """Answer the handshake: whoever knows our word is told that this address is ours. No word, no handshake."""
    given = request.args.get("hub.verify_token", "")
    same = hmac.compare_digest(given.encode(), word.encode())
    if not word or not same or request.args.get("hub.mode") != "subscribe":
        return Response(status=403)
    return Response(request.args.get("hub.challenge", "")[:100], mimetype="text/plain")


def _signed_body() -> tuple[bytes, str]:
    """Return the raw body and what it is signed with; one that is too large is not read (413)."""
    request.max_content_length = LARGEST_CALL
    return request.get_data(cache=False), request.headers.get("X-Hub-Signature-256", "")


def _answer(*, heard: bool) -> Response:
    if not heard:
        spend(UNSIGNED_LIMIT, "unsigned-call", client_key())
    return Response(status=200 if heard else 403)
