"""Small turns of phrase that several pages share."""

from __future__ import annotations

HOUSE = "Saring"
"""Who stands behind a fact-check that no agency signed."""


def excerpt(text: str, limit: int) -> str:
    """Return the first `limit` characters of `text`, cut at a word, with an ellipsis where something is left out."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    head = flat[:limit].rsplit(" ", 1)[0].rstrip(" ,.;:–-")
    return f"{head}…"
