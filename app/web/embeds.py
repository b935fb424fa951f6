"""Fact-checks in other people's pages: a frame that always shows the present verdict, and oEmbed to find it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request

from app.access import public
from app.headers import CONTENT_SECURITY_POLICY
from app.presenters.embeds import HEIGHT, NARROWEST, WIDTH, as_xml, embed_view, oembed, public_id_in
from app.wiring import Saring
from verification.queries import public as queries

ANY_ANCESTOR = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
"""The one page that may stand in a frame: it has no forms and shows nobody's own things."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the frame and the oEmbed answer."""
    blueprint = Blueprint("embeds", __name__)
    site = saring.settings.public_url

    @blueprint.get("/cek/<public_id>/sematan")
    @public
    def frame(public_id: str) -> Response:
        with saring.database.read() as session:
            fact_check = queries.published(session, public_id=public_id).fact_check
        page = render_template("embeds/frame.html", view=embed_view(fact_check, site=site), fact_check=fact_check)
        response = make_response(page)
        response.headers["Content-Security-Policy"] = ANY_ANCESTOR
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    @blueprint.get("/oembed")
    @public
    def answer() -> Response:
        public_id = public_id_in(request.args.get("url", ""), site=site)
        if public_id is None:
            abort(404)
        form = request.args.get("format", "json")
        if form not in ("json", "xml"):
            abort(501)
        width = min(WIDTH, request.args.get("maxwidth", WIDTH, type=int))
        if width < NARROWEST or request.args.get("maxheight", HEIGHT, type=int) < HEIGHT:
            abort(501)  # no frame of this size can be read
        with saring.database.read() as session:
            fact_check = queries.published(session, public_id=public_id).fact_check
        found = oembed(embed_view(fact_check, site=site, width=width), site=site, width=width)
        return Response(as_xml(found), mimetype="text/xml") if form == "xml" else jsonify(found)

    return blueprint
