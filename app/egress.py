"""The way out to social networks: the address that was checked is the address that is connected to."""

from __future__ import annotations

import httpx

from intake.addresses import is_public_address
from intake.fetching import Resolve, look_up


class GuardedTransport(httpx.BaseTransport):
    """Sends only to public addresses, or to `private_hosts` (as `host` or `host:port`) that the settings name.

    A name is looked up once, and the connection goes to that very address, so that a second answer of the name server
    (rebinding) deceives nobody. TLS still proves the name.
    """

    def __init__(self, private_hosts: frozenset[str], *, resolve: Resolve = look_up) -> None:
        self._private_hosts = private_hosts
        self._resolve = resolve
        self._inner = httpx.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            addresses = self._resolve(host, port)
        except OSError as error:
            raise httpx.ConnectError(f"{host} has no address", request=request) from error
        trusted = bool({host, f"{host}:{port}"} & self._private_hosts)
        if not addresses or not (trusted or all(is_public_address(address) for address in addresses)):
            raise httpx.ConnectError(f"{host} is not a public address", request=request)
        request.url = request.url.copy_with(host=addresses[0])
        request.extensions = {**request.extensions, "sni_hostname": host}
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()
