"""The house in figures, for everybody: a page, and two files of exactly what it shows."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.access import public
from app.presenters.transparency import TransparencyView, month_in, transparency_view
from app.transparency import FRESH, Books
from app.wiring import Saring


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the page and its files; `akhir` in the address is the last of the twelve months."""
    blueprint, books = Blueprint("transparency", __name__), Books(saring)

    @blueprint.get("/keterbukaan")
    @public
    def index() -> str:
        return render_template("transparency/index.html", page=_view(books))

    @blueprint.get("/keterbukaan.csv")
    @public
    def csv() -> BaseResponse:
        return _for_a_while(Response(_view(books).to_csv(), mimetype="text/csv"))

    @blueprint.get("/keterbukaan.json")
    @public
    def json() -> BaseResponse:
        return _for_a_while(jsonify(_view(books).to_json()))

    return blueprint


def _view(books: Books) -> TransparencyView:
    word = request.args.get("akhir", "")
    last = month_in(word)
    if word and last is None:
        abort(404)
    return transparency_view(books.of(last))


def _for_a_while(response: Response) -> BaseResponse:
    """Let caches keep a file as long as we do, and ask whether it changed after that."""
    response.cache_control.public, response.cache_control.max_age = True, int(FRESH.total_seconds())
    response.add_etag()
    return response.make_conditional(request)
