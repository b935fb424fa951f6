"""Where a page may send a browser next: to a path of this site, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def own_path(address: str | None) -> str | None:
    """Return `address` when every browser reads it as a path of this site, else None.

    Browsers take a backslash for a slash and drop tabs and line ends, so either could hide another host.
    """
    if not address or not address.startswith("/") or address.startswith("//"):
        return None
    if "\\" in address or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else address


def this_page() -> str:
    """Return the page that the visitor looks at: the one asked for, or for a sent form the one that holds it."""
    if request.method == "GET":
        return own_path(request.full_path.rstrip("?")) or "/"
    parts = urlsplit(request.referrer or "")
    here = parts.netloc == request.host
    return (own_path(f"{parts.path}?{parts.query}".rstrip("?")) if here else None) or "/"
