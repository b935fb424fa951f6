"""Static files under names that change with their content, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, abort
from werkzeug.wrappers import Response
from whitenoise import WhiteNoise

ROOT = Path(__file__).parent.parent / "static"
PREFIX = "/static/"

_HASHED = re.compile(r"\.[0-9a-f]{10}\.[a-z0-9]+\Z")


def hashed_names(root: Path = ROOT) -> dict[str, str]:
    """Return each file below `root`, as a relative path, with the name under which it may be cached for ever."""
    names = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix not in (".gz", ".br"):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
            relative = path.relative_to(root)
            names[relative.as_posix()] = relative.with_suffix(f".{digest}{path.suffix}").as_posix()
    return names


class Assets(WhiteNoise):  # type: ignore[misc]  # the library ships no types
    """Serves every file under its own name for a minute and under its hashed name for ever."""

    def __init__(self, application: Callable[..., Any], names: dict[str, str]) -> None:
        self._names = names
        super().__init__(
            application, root=str(ROOT), prefix=PREFIX, immutable_file_test=_HASHED.pattern, allow_all_origins=False
        )

    def add_file_to_dictionary(self, url: str, path: str, stat_cache: Any = None) -> None:
        super().add_file_to_dictionary(url, path, stat_cache=stat_cache)
        hashed = self._names.get(url.removeprefix(PREFIX))
        if hashed is not None:
            super().add_file_to_dictionary(PREFIX + hashed, path, stat_cache=stat_cache)


def install(app: Flask) -> None:
    """Serve the files, and let `url_for("static", filename=…)` name each by its content."""
    names = hashed_names()

    @app.url_defaults
    def name_by_content(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["filename"] = names.get(values["filename"], values["filename"])

    app.add_url_rule(f"{PREFIX}<path:filename>", "static", _not_there)
    app.wsgi_app = Assets(app.wsgi_app, names)  # type: ignore[method-assign]  # Flask's documented hook


def _not_there(**_names: str) -> Response:
    """Answer for a static file that does not exist; those that do never reach Flask."""
    return abort(404)
