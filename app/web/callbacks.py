"""Addresses that networks call: signed by them, and good for nothing else."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, request

from app.access import from_elsewhere, public
from app.hooks import hear_whatsapp, verify_word
from app.wiring import Saring


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the webhook of each connected WhatsApp number."""
    blueprint = Blueprint("callbacks", __name__)

    @blueprint.get("/kait/whatsapp/<int:account_id>")
    @public
    def prove(account_id: int) -> Response:
        word = request.args.get("hub.verify_token", "")
        if not hmac.compare_digest(word.encode(), verify_word(saring, account_id).encode()):
            return Response(status=404)
        return Response(request.args.get("hub.challenge", "")[:100], mimetype="text/plain")

    @blueprint.post("/kait/whatsapp/<int:account_id>")
    @from_elsewhere
    @public
    def hear(account_id: int) -> Response:
        signature = request.headers.get("X-Hub-Signature-256", "")
        heard = hear_whatsapp(saring, account_id, body=request.get_data(), signature=signature, now=saring.clock.now())
        return Response(status=204 if heard else 400)

    return blueprint
