"""The public record of decisions, and the votes behind them to take along."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, send_from_directory
from werkzeug.wrappers import Response

from app.access import public
from app.exporting import folder
from app.presenters.record import KINDS, file_view, record_view
from app.wiring import Saring
from verification.queries.record import decisions
from verification.services import exporting

PAGE_SIZE = 30
"""Decisions on a page."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the record and the download."""
    blueprint = Blueprint("record", __name__, url_prefix="/putusan")

    @blueprint.get("")
    @public
    def index() -> str:
        kind = request.args.get("jenis", "")
        if kind not in KINDS:
            abort(404)
        before, after = (request.args.get(name, type=int) for name in ("sebelum", "sesudah"))
        with saring.database.read() as session:
            page = decisions(session, events=KINDS[kind], limit=PAGE_SIZE, before=before, after=after)
            files = exporting.exports(session)
        view = record_view(page, kind=kind)
        return render_template("record/index.html", page=view, files=[file_view(one) for one in files])

    @blueprint.get("/suara/<file_name>")
    @public
    def votes(file_name: str) -> Response:
        with saring.database.read() as session:
            export = exporting.find_export(session, file_name=file_name)
        return send_from_directory(
            folder(saring).resolve(), export.file_name, mimetype="application/jsonl", as_attachment=True
        )

    return blueprint
