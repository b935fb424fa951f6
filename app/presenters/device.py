"""Saring as an app: what a telephone's home screen and share menu need to know (W3C Web App Manifest)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.i18n import choose_language
from app.i18n import gettext as _

GROUND, TEAL = "#f6f3ea", "#0a4346"
"""The paper and the well of static/css/tokens.css, which a manifest cannot read."""


def manifest_of(*, icons: Mapping[int, str]) -> dict[str, Any]:
    """Return the manifest in the language of the request; `icons` are addresses by size in pixels."""
    return {
        "id": "/",
        "name": "Saring",
        "short_name": "Saring",
        "description": _("Check a message before you pass it on. Free, without an account."),
        "lang": choose_language(),
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": TEAL,
        "categories": ["news", "education", "utilities"],
        "icons": [
            {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size, address in icons.items()
            for purpose in ("any", "maskable")
        ],
        "share_target": {
            "action": "/bagikan",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "url",
                "files": [{"name": "images", "accept": ["image/jpeg", "image/png", "image/webp"]}],
            },
        },
    }
