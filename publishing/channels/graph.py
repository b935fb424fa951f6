"""What Meta's Graph APIs have in common: how they refuse, how they limit, how a token is extended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import httpx

from publishing.channels.errors import Ambiguous, ChannelError, NotFound, NotSent, RateLimited, ReauthRequired, Rejected
from publishing.channels.http import body, failure, reason, request_id, reset_at, send
from publishing.channels.interface import Channel, Credentials

PAGE = 50
MAX_PAGES = 20
"""A thousand posts since our first try; beyond it a miss is not believed."""

WATCHED = timedelta(days=30)
"""Under posts of how long ago new replies are looked for; as long as they are counted (engagement.WATCHED_FOR)."""

OVERLAP = timedelta(hours=1)
"""How far before the newest reply seen a fetch begins again: times are whole seconds, and some are shown late. The
inbox keeps each one once."""

_DEAD_TOKEN = frozenset({102, 190, 10, 200})
"""Graph error codes of a token that is expired, revoked or without the permission."""

_LIMITED = frozenset({4, 17, 32, 613, 80001, 80002, 80004, 130429, 131048, 131056})
_GONE = frozenset({803})
_TEMPORARY = frozenset({1, 2})
_NO_SUCH_OBJECT = (100, 33)


class GraphChannel(Channel):
    """A channel over one of the Graph APIs; the subclass names the server and its version."""

    server: ClassVar[str]
    refresh_path: ClassVar[str] = ""
    refresh_grant: ClassVar[str] = ""

    def refresh(self, now: datetime) -> Credentials:
        """Extend the long-lived token; it stays one token with a later end."""
        params = {"grant_type": self.refresh_grant, "access_token": self.credentials.secrets["access"]}
        token = self.call("GET", self.refresh_path, params=params)
        lifetime = token.get("expires_in")
        self.credentials = replace(
            self.credentials,
            secrets={**self.credentials.secrets, "access": token["access_token"]},
            expires_at=now + timedelta(seconds=int(lifetime)) if lifetime else None,
        )
        return self.credentials

    def list(self, path: str, fields: str, *, since: datetime | None) -> Iterator[dict[str, Any]]:
        """Yield what an edge holds since a moment, newest first. Raises NotSent where it does not end."""
        params: dict[str, Any] = {"fields": fields, "limit": PAGE}
        if since is not None:
            params["since"] = int(since.timestamp())
        for _ in range(MAX_PAGES):
            page = self.call("GET", path, params=params)
            yield from page["data"]
            paging = page.get("paging", {})
            if "next" not in paging:
                return
            params["after"] = paging["cursors"]["after"]
        raise NotSent("too many posts to search")

    def newest(
        self,
        path: str,
        fields: str,
        *,
        since: datetime | None,
        time: str = "timestamp",
        first: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> Iterator[dict[str, Any]]:
        """Yield what an edge holds, the newest first, back to `since` by the field `time`; None: one page of it.

        `first` is its first page where another answer brought it along. At most MAX_PAGES pages are read.
        """
        for page in self._pages(path, {"fields": fields, "limit": PAGE, **params}, first):
            fresh = [item for item in page if since is None or moment(item[time]) >= since]
            yield from fresh
            if since is None or len(fresh) < len(page):
                return

    def every(
        self, path: str, fields: str, *, since: datetime | None, first: Mapping[str, Any] | None = None
    ) -> Iterator[dict[str, Any]]:
        """As `newest`, for an edge that promises no order: all its pages are read, and what is older is left out."""
        for page in self._pages(path, {"fields": fields, "limit": PAGE}, first):
            yield from (item for item in page if since is None or moment(item["timestamp"]) >= since)
            if since is None:
                return

    def _pages(
        self, path: str, asked: Mapping[str, Any], first: Mapping[str, Any] | None
    ) -> Iterator[Sequence[dict[str, Any]]]:
        page = first or self.call("GET", path, params=asked)
        for _ in range(MAX_PAGES - 1):
            yield page["data"]
            paging = page.get("paging", {})
            if "next" not in paging:
                return
            page = self.call("GET", path, params={**asked, "after": paging["cursors"]["after"]})
        yield page["data"]

    def call(self, method: str, path: str, *, params: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """Make one call with the token in its header, never in the address."""
        server = self.credentials.settings.get("server", self.server)
        headers = {"Authorization": f"Bearer {self.credentials.secrets['access']}"}
        response = send(self.client, method, f"{server}{path}", params=params, headers=headers, **options)
        if response.is_success:
            return body(response)
        raise graph_error(response)


def graph_error(response: httpx.Response) -> ChannelError:
    """Read a refusal by Meta's own number; the HTTP status says little."""
    try:
        error = response.json()["error"]
        code, subcode = int(error.get("code", 0)), int(error.get("error_subcode") or 0)
    except (ValueError, KeyError, TypeError):
        code, subcode = 0, 0
    if code in _LIMITED:
        return RateLimited(reason(response), reset_at=reset_at(response), request_id=request_id(response))
    if code in _DEAD_TOKEN or response.status_code == httpx.codes.UNAUTHORIZED:
        return failure(ReauthRequired, response)
    if code in _GONE or (code, subcode) == _NO_SUCH_OBJECT or response.status_code == httpx.codes.NOT_FOUND:
        return failure(NotFound, response)
    if code in _TEMPORARY:
        return failure(Ambiguous, response)
    return failure(Rejected, response)


def horizon(cursor: str | None) -> tuple[datetime | None, datetime | None]:
    """Return since when replies are read, and since when posts are; None where nothing was read yet."""
    if not cursor:
        return None, None
    since = moment(cursor) - OVERLAP
    return since, since - WATCHED


def moment(value: str) -> datetime:
    """Read a Graph time, as 2026-11-24T09:00:00+0000."""
    return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S%z")
