"""What makes Saring an app on a telephone: its manifest, its service worker, its place in the share menu."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from app.access import from_elsewhere, public
from app.assets import PREFIX, hashed_names
from app.errors import attach
from app.forms.public import CheckForm
from app.limits import client_key, spend
from app.presenters.device import manifest_of
from app.uploading import receive
from app.web.checks import answer
from app.web.uploads import LIMIT as PICTURE_LIMIT
from app.wiring import Saring
from kernel.errors import Invalid

SHARE_LIMIT = "30 per minute"
"""Messages that one household shares into Saring; each is a search."""

KEPT_OFFLINE = tuple(f"css/{name}.css" for name in ("tokens", "base", "layout", "controls", "cards", "pages"))
"""Style sheets of the offline page; the rest is kept as pages are visited."""

ICON = "icons/saring-192.png"


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the manifest, the service worker, the offline page and the share target."""
    blueprint = Blueprint("device", __name__)
    names = hashed_names()
    version = "".join(name.rsplit(".", 2)[1] for name in sorted(names.values()) if name.startswith(("css/", "js/")))

    @blueprint.get("/saring.webmanifest")
    @public
    def manifest() -> Response:
        response = jsonify(
            manifest_of(icons={size: url_for("static", filename=f"icons/saring-{size}.png") for size in (192, 512)})
        )
        response.mimetype = "application/manifest+json"
        return response

    @blueprint.get("/sw.js")
    @public
    def worker() -> Response:
        kept = [url_for("static", filename=name) for name in (*KEPT_OFFLINE, "js/offline.js", ICON)]
        text = render_template(
            "device/sw.js",
            version=version,
            kept=kept,
            icon=url_for("static", filename=ICON),
            assets=PREFIX,
            offline=url_for("device.offline"),
            latest=url_for("feeds.json"),
            push_key=saring.push.public_key if saring.push else "",
            changed=url_for("subscriptions.move_push"),
        )
        # A browser asks for it anew each time: what it serves must never be older than the house.
        return Response(text, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})

    @blueprint.get("/luring")
    @public
    def offline() -> str:
        return render_template("device/offline.html")

    @blueprint.post("/bagikan")
    @from_elsewhere
    @public
    def share() -> AnyResponse | str | tuple[str, int]:
        # The telephone's share menu sends what another app gave it; like the box on the home page it saves no report.
        parts = (request.form.get(name, "").strip() for name in ("title", "text", "url"))
        text = "\n".join(dict.fromkeys(part for part in parts if part))
        pictures = [file.read() for file in request.files.getlist("images") if file.filename]
        if not text and not pictures:
            raise BadRequest
        return _answer(saring, text, pictures)

    return blueprint


def _answer(saring: Saring, text: str, pictures: list[bytes]) -> AnyResponse | str | tuple[str, int]:
    spend(SHARE_LIMIT, "share", client_key())
    if not pictures:
        return answer(saring, text)
    spend(PICTURE_LIMIT, "uploads", client_key())
    try:
        token = receive(saring, text=text, pictures=pictures, may_be_none=bool(text))
    except Invalid as error:
        form = CheckForm(formdata=None, text=text)
        attach(form, error)
        return render_template("checks/ask.html", form=form), 422
    return redirect(url_for("uploads.show", token=token), code=303)
