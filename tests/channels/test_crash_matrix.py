"""Each network times each way to die: at most one visible post, or a state that a person sees. Never two, never none.

The matrix is printed with `-s`, and as the last lines of the run by `pytest -rP`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from kernel.db import Database
from publishing.channels.interface import Find, Idempotency
from publishing.channels.registry import KINDS
from publishing.connections import Channels
from publishing.models import Publication, PublicationState, Subscriber
from publishing.vault import Vault, new_key
from tests.channels import house as houses
from tests.channels import workers
from tests.channels.conftest import BUILDERS
from tests.channels.lossy_proxy import Fault, LossyProxy
from tests.channels.networks import Network
from tests.channels.workers import Death, Orders

CASES = ["nothing", "killed before send", "killed after send", "reply lost", "reply lost, then killed", "four workers"]
PATIENCE = 8
"""Rounds of work after the accident; between two of them the back-off passes."""


class Theatre:
    """One account on one network behind a lossy proxy, and one approved post."""

    def __init__(self, network: Network, proxy: LossyProxy, database: Database) -> None:
        self.network, self.proxy, self.database = network, proxy, database
        self.key = new_key()
        self.now = datetime.now(UTC)
        self.channels = Channels(KINDS, Vault([self.key]), httpx.Client(trust_env=False))
        self.publication_id, self.marker = self._approve()

    def _approve(self) -> tuple[int, str]:
        with self.database.write() as session:
            home = houses.found_house(session)
            about = houses.content(int(self.now.timestamp() * 1000), cards=houses.cards(session, self.network.channel))
            account = houses.open_account(
                session,
                home,
                self.channels,
                self.network.kind,
                settings=self.network.settings(self.proxy.url),
                secrets=self.network.secrets,
            )
            if self.network.recipient:
                sealed = self.channels.vault.seal(account.id, {"address": self.network.recipient})
                subscriber = Subscriber(account_id=account.id, address_hash="-", sealed=sealed, opted_in_at=self.now)
                session.add(subscriber)
                session.flush()
            (row,) = houses.approve_for(session, home, self.channels, account, about=about, now=self.now)
            return row.id, row.payload["marker"]

    def orders(self, **changes: Any) -> Orders:
        url = self.database.engine.url.render_as_string(hide_password=False)
        return Orders(url, self.key, self.now, **changes)

    def play(self, case: str) -> None:
        """Let the accident happen."""
        if "lost" in case:
            self.proxy.fail_next(self.network.send, Fault.REPLY_DROPPED)
            assert workers.run(self.orders(steps=3)) == 0
            self.proxy.calm()
        if "killed" in case:
            death = Death.BEFORE_SEND if "before" in case else Death.AFTER_SEND
            self.time_passes()
            workers.run(self.orders(death=death))
        if case == "four workers":
            crowd = [workers.start(self.orders(steps=2)) for _ in range(4)]
            for worker in crowd:
                worker.join()
                worker.close()

    def time_passes(self) -> None:
        houses.let_leases_run_out(self.database)
        self.now += timedelta(minutes=6)

    def recover(self) -> None:
        for _ in range(PATIENCE):
            self.time_passes()
            workers.run(self.orders(steps=3))
            if self.row().state in {PublicationState.PUBLISHED, PublicationState.UNKNOWN}:
                break

    def row(self) -> Publication:
        with self.database.read() as session:
            return session.get_one(Publication, self.publication_id)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", list(BUILDERS))
def test_at_most_one_post_and_never_silence(
    kind: str, case: str, build_network: Callable[[str], Network], database: Database
) -> None:
    network = build_network(kind)
    with LossyProxy(network.address) as proxy:
        theatre = Theatre(network, proxy, database)
        theatre.play(case)
        theatre.recover()
    row, visible = theatre.row(), len(network.visible(theatre.marker))
    capabilities = network.channel.capabilities
    blind = capabilities.find is Find.NONE and capabilities.idempotency is Idempotency.NONE
    print(f"{kind:10} {database.dialect:10} {case:24} {row.state:10} visible={visible}")
    if row.state == PublicationState.PUBLISHED:
        assert visible == 1
    else:
        assert row.state == PublicationState.UNKNOWN, (row.reason, row.detail)
        assert blind, "only a network without key and memory may leave us in doubt"
        assert visible <= 1
    assert not network.violations()
