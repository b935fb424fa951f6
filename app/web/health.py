"""Whether this process lives and whether it can answer."""

from __future__ import annotations

from flask import Blueprint
from sqlalchemy import text

from app.access import public
from app.wiring import Saring


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the health pages: plain text for machines, never cached, never limited."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    @public
    def alive() -> tuple[str, int]:
        return "ok\n", 200

    @blueprint.get("/readyz")
    @public
    def ready() -> tuple[str, int]:
        with saring.database.read() as session:
            session.execute(text("SELECT 1"))
        degraded = saring.search.degraded()
        return ("degraded: " + ", ".join(degraded) if degraded else "ready") + "\n", 200

    return blueprint
