"""The real reference server (PDS) with its directory, from npm, for as long as a block lasts."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx

HARNESS = Path(__file__).parent.parent / "bluesky"

_numbers = count(1)


class BlueskyServer:
    """A running server and what a test asks of it behind the channel's back."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(base_url=f"{url}/xrpc/", timeout=20, trust_env=False)

    def register(self) -> dict[str, str]:
        """Create an account with an app password, as a person does in the browser."""
        name = f"cek{os.getpid()}x{next(_numbers)}"
        body = {"handle": f"{name}.test", "email": f"{name}@example.test", "password": "kata sandi akun"}
        account = self.call("com.atproto.server.createAccount", body, token=None)
        made = self.call("com.atproto.server.createAppPassword", {"name": "saring"}, token=account["accessJwt"])
        return {"handle": account["handle"], "did": account["did"], "app_password": made["password"]}

    def log_in(self, account: dict[str, str]) -> dict[str, str]:
        """Open a session with the app password."""
        login = {"identifier": account["handle"], "password": account["app_password"]}
        return self.call("com.atproto.server.createSession", login, token=None)

    def records(self, did: str) -> list[dict[str, Any]]:
        """Return every post of an account, whoever wrote it."""
        params = {"repo": did, "collection": "app.bsky.feed.post", "limit": 100}
        found: list[dict[str, Any]] = self.client.get("com.atproto.repo.listRecords", params=params).json()["records"]
        return found

    def call(self, name: str, body: Mapping[str, Any], *, token: str | None) -> dict[str, str]:
        """Call a method that writes; without a token as anybody."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = self.client.post(name, json=body, headers=headers)
        response.raise_for_status()
        answer: dict[str, str] = response.json()
        return answer


@contextmanager
def bluesky_server(**environment: str) -> Iterator[BlueskyServer]:
    """Start the server and stop it, by its own pid, when the block ends; it also stops when this process dies."""
    if not (HARNESS / "node_modules").is_dir():
        raise FileNotFoundError(f"run `npm ci` in {HARNESS}")
    with tempfile.TemporaryDirectory(prefix="saring-pds-", ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            ["node", "pds-server.cjs", folder],
            cwd=HARNESS,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, "the Bluesky server did not start"
            server = BlueskyServer(json.loads(line)["pds"])
            yield server
            server.client.close()
        finally:
            process.terminate()
            process.communicate(timeout=10)
