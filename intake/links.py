"""Web addresses as people paste them: read, checked for shape, and brought to one spelling. No network."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from intake.errors import BadUrl

LONGEST_URL = 2_048
"""Characters; longer than any address bar shows and any page needs."""

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|igshi?d?|mibextid|si|ref_src|ref_url|_ga|mc_[ce]id|share_id|spm", re.ASCII
)
_NO_PART_OF_A_URL = re.compile(
    r"[\s\x00-\x20\x7f<>\"\\^`{}|\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_BARE_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}(?:[/?#]\S*)?", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)


def parse_url(raw: str, *, field: str = "url") -> str:
    """Return the http or https address in `raw`, with `https://` where the scheme was left out. Raises `BadUrl`."""
    url = raw.strip()
    if len(url) > LONGEST_URL or _NO_PART_OF_A_URL.search(url):
        raise BadUrl(field=field)
    if _BARE_DOMAIN.fullmatch(url):
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # brackets that hold no IPv6 address, a port that is no number
        raise BadUrl(field=field) from None
    if parts.scheme not in {"http", "https"} or port == 0 or not _is_host(parts.hostname or ""):
        raise BadUrl(field=field)
    return url


def sole_url(text: str) -> str | None:
    """Return the address when `text` is one and nothing else, as when a link is pasted into the box for messages."""
    candidate = text.strip()
    if not (_SCHEME.match(candidate) or _BARE_DOMAIN.fullmatch(candidate)):
        return None
    try:
        return parse_url(candidate)
    except BadUrl:
        return None


def canonical_url(url: str) -> str:
    """Return the spelling under which two links to one page are equal: no fragment, no tracking, no `www.`, no scheme.

    `url` is what `parse_url` returned.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").removeprefix("www.").removeprefix("m.")
    kept = sorted(
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(name)
    )
    default_port = parts.port in {None, 80, 443}
    return urlunsplit(
        SplitResult("", host if default_port else f"{host}:{parts.port}", parts.path.rstrip("/"), urlencode(kept), "")
    )


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return True
    try:
        ascii_host = host.rstrip(".").encode("idna").decode("ascii")
    except UnicodeError:
        return False
    labels = ascii_host.split(".")
    return len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
