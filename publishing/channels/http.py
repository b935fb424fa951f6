"""One request to a network, and its failure put into the words of the contract."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx

from publishing.channels.errors import Ambiguous, NotFound, NotSent, RateLimited, ReauthRequired, Rejected

Failure = TypeVar("Failure", Ambiguous, NotFound, ReauthRequired, Rejected)

CONNECT_TIMEOUT_SECONDS = 5.0
READ_TIMEOUT_SECONDS = 20.0
"""One request may take 25 s; the outbox lease (outbox.LEASE_SECONDS) is far longer than any request that it covers."""

REASON_LENGTH = 300
"""How much of a refusal is kept with the attempt, in characters."""

_EPOCH_LOOKS_LIKE = 1_000_000_000
"""A number above this in a rate-limit header is a moment in epoch seconds, below it a duration in seconds."""


def build_client(**options: Any) -> httpx.Client:
    """Return the client that all channels share: short connect, bounded read, no redirects, no environment proxies."""
    for name in ("httpx", "httpcore"):
        # They log whole addresses, and Telegram's holds the token.
        logging.getLogger(name).setLevel(logging.WARNING)
    timeout = httpx.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS)
    return httpx.Client(**{"timeout": timeout, "follow_redirects": False, "trust_env": False, **options})


def send(client: httpx.Client, method: str, url: str, **options: Any) -> httpx.Response:
    """Make one request and return its response below 400, or a 4xx that is not 429, for the channel to read.

    Raises NotSent where no connection was made, RateLimited on 429, Ambiguous on a lost reply and on any 5xx.
    """
    try:
        response = client.request(method, url, **options)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
        raise NotSent(type(error).__name__) from error
    except httpx.TransportError as error:
        raise Ambiguous(type(error).__name__) from error
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise RateLimited(reason(response), reset_at=reset_at(response), request_id=request_id(response))
    if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise failure(Ambiguous, response)
    return response


def expect(response: httpx.Response) -> Any:
    """Return the JSON body of a success; raise the plain reading of a 4xx (401 reauth, 404 and 410 gone, else refused).

    A success whose body is no JSON raises Ambiguous: something answered, and it was not the network that we know.
    """
    if response.status_code == httpx.codes.UNAUTHORIZED:
        raise failure(ReauthRequired, response)
    if response.status_code in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
        raise failure(NotFound, response)
    if response.status_code >= httpx.codes.BAD_REQUEST:
        raise failure(Rejected, response)
    return body(response)


def failure(kind: type[Failure], response: httpx.Response) -> Failure:
    """Return an error of `kind` with what the network said about it."""
    return kind(reason(response), status=response.status_code, request_id=request_id(response))


def body(response: httpx.Response) -> Any:
    """Return the JSON body, or raise Ambiguous where there is none."""
    if not response.content:
        return {}
    try:
        return response.json()
    except ValueError as error:
        raise Ambiguous("reply is not JSON", status=response.status_code) from error


def reason(response: httpx.Response) -> str:
    """Return what the network said, shortened; never the request, which carries the token."""
    return f"{response.status_code} {response.text[:REASON_LENGTH]}"


def request_id(response: httpx.Response) -> str | None:
    """Return the network's own id of the request, for a letter to its support."""
    for name in ("x-request-id", "x-fb-trace-id", "x-transaction-id"):
        if name in response.headers:
            return response.headers[name][:80]
    return None


def reset_at(response: httpx.Response) -> datetime | None:
    """Return when a rate limit ends, by whichever of the networks' signals is there.

    Retry-After, the reset headers of Bluesky and X (epoch seconds) and of Mastodon (ISO 8601), and Meta's usage.
    """
    for name in ("retry-after", "x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"):
        moment = _moment(response.headers.get(name))
        if moment is not None:
            return moment
    return _let_in_again(response.headers.get("x-business-use-case-usage", ""))


def _let_in_again(usage: str) -> datetime | None:
    """Return when Meta lets us in again: of all that it counts, the longest `estimated_time_to_regain_access`."""
    try:
        waits = [int(one["estimated_time_to_regain_access"]) for kept in json.loads(usage).values() for one in kept]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    minutes = max(waits, default=0)
    return datetime.now(UTC) + timedelta(minutes=minutes) if minutes > 0 else None


def _moment(value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        number = float(value)
    except ValueError:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if number > _EPOCH_LOOKS_LIKE:
        return datetime.fromtimestamp(number, UTC)
    return datetime.now(UTC) + timedelta(seconds=number)
