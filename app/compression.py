"""Pages and files travel compressed: on a slow phone this is most of the wait (brotli or gzip, as the browser asks)."""

from __future__ import annotations

import fcntl
import os
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, request
from flask_compress import Compress
from whitenoise.compress import Compressor

TYPES = ("text/html", "text/xml", "text/csv", "application/atom+xml", "application/feed+json", "application/json")
"""What views answer that is worth packing; static files are packed once, before the server starts."""

FEEDS = ("application/atom+xml", "application/feed+json")
"""What readers ask for again and again; it is sent again only when it changed."""


def install(app: Flask) -> None:
    """Pack the answers of views, unless another site sent a visitor who has a cookie here.

    Such an answer may hold a secret beside words that the other site chose, and its packed length would tell the secret
    letter by letter to whoever listens on the line (BREACH). Without a cookie there is no secret to tell.
    """
    app.config.update(COMPRESS_MIMETYPES=TYPES, COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_REGISTER=False)
    compress = Compress()
    compress.init_app(app)

    @app.after_request
    def pack(response: Response) -> Response:
        if response.mimetype in FEEDS and response.status_code == HTTPStatus.OK:
            response.add_etag()
            response.make_conditional(request)
        if request.cookies and request.headers.get("Sec-Fetch-Site") == "cross-site":
            return response
        packed: Response = compress.after_request(response)
        return packed


def pack_files(root: Path) -> int:
    """Write `x.br` and `x.gz` beside each text file below `root` unless they are there already; return how many files.

    WhiteNoise serves them from then on. Two servers that start at once take turns. Raises OSError where `root` cannot
    be written; the files are served as they are then.
    """
    packer = Compressor(quiet=True)
    packed = 0
    turn = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        for path in sorted(root.rglob("*")):
            if path.is_file() and packer.should_compress(path.name) and not _is_packed(path):
                packed += bool(packer.compress(str(path)))
    finally:
        os.close(turn)
    return packed


def _is_packed(path: Path) -> bool:
    """A packed file bears the time of the file that it was made from."""
    packed = path.with_name(f"{path.name}.br")
    return packed.exists() and int(packed.stat().st_mtime) == int(path.stat().st_mtime)
