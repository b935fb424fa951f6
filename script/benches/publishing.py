"""1,000 publications over 5 accounts while workers are killed with -9, 25 times: `script/bench publishing`.

Five networks stand on loopback (X, Facebook, Instagram, Threads and a webhook receiver, as tests/channels stubs them).
Three workers send; every so often one of them is killed wherever it happens to be, and another takes its place. Prints
how many posts are there twice, how many are lost, and how long it took. The exit code is 1 if any is.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx
from sqlalchemy import func, select

from kernel.db import Base, Database
from publishing.channels.registry import KINDS
from publishing.connections import Channels
from publishing.models import Publication, PublicationAttempt, PublicationState, Step
from publishing.vault import Vault, new_key
from tests.channels import house as houses
from tests.channels import workers
from tests.channels.networks import (
    FacebookNetwork,
    InstagramNetwork,
    Network,
    ThreadsNetwork,
    WebhookNetwork,
    XNetwork,
)
from tests.channels.stubs.meta import FacebookStub, InstagramStub, ThreadsStub
from tests.channels.stubs.x import XStub
from tests.channels.webhook_receiver import WebhookReceiver

PUBLICATIONS = 1_000
KILLS = 25
WORKERS = 3
LEASE_SECONDS = 5.0
"""Short, so that waiting for dead workers' leases is not all that is measured; requests time out in 1 s."""

SPEED = 60.0
"""The workers' clocks run so many times as fast: waiting for reads that trail writes takes a second, not a minute."""

LONGEST_SECONDS = 900


def main() -> int:
    random.seed(7)
    with ExitStack() as stack:
        networks: list[Network] = [
            XNetwork(stack.enter_context(XStub())),
            FacebookNetwork(stack.enter_context(FacebookStub())),
            InstagramNetwork(stack.enter_context(InstagramStub())),
            ThreadsNetwork(stack.enter_context(ThreadsStub())),
            WebhookNetwork(stack.enter_context(WebhookReceiver())),
        ]
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="saring-bench-"))
        database = Database(f"sqlite:///{Path(folder) / 'publishing.sqlite'}")
        Base.metadata.create_all(database.engine)
        key = new_key()
        markers = approve(database, Channels(KINDS, Vault([key]), httpx.Client(trust_env=False)), networks)
        began = time.monotonic()
        kills = send(database, key)
        seconds = time.monotonic() - began
        return report(database, networks, markers, kills=kills, seconds=seconds)


def approve(database: Database, channels: Channels, networks: list[Network]) -> dict[str, Network]:
    """Approve all publications and return the marker of each with its network."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    markers = {}
    with database.write() as session:
        home = houses.found_house(session)
        for network in networks:
            settings, secrets = network.settings(network.address), network.secrets
            account = houses.open_account(session, home, channels, network.kind, settings=settings, secrets=secrets)
            cards = houses.cards(session, network.channel)
            for _ in range(PUBLICATIONS // len(networks)):
                about = houses.content(cards=cards)
                (row,) = houses.approve_for(session, home, channels, account, about=about, now=now)
                markers[row.payload["marker"]] = network
    return markers


def send(database: Database, key: str) -> int:
    """Run the workers until nothing is left to do, killing one now and then; return how many were killed."""
    url = database.engine.url.render_as_string(hide_password=False)
    began, first = datetime.now(UTC), time.monotonic()

    def hire() -> ForkServerProcess:
        shown = began + (datetime.now(UTC) - began) * SPEED
        return workers.start(
            workers.Orders(url, key, shown, steps=PUBLICATIONS, lease_seconds=LEASE_SECONDS, speed=SPEED)
        )

    crew = [hire() for _ in range(WORKERS)]
    kills = 0
    while left := unfinished(database):
        if time.monotonic() - first > LONGEST_SECONDS:
            break
        time.sleep(random.uniform(0.1, 0.5))
        place = random.randrange(WORKERS)
        is_due = left <= PUBLICATIONS * (1 - kills / (KILLS + 1))
        if kills < KILLS and is_due and crew[place].is_alive():
            crew[place].kill()
            kills += 1
        for index, worker in enumerate(crew):
            worker.join(timeout=0)
            if not worker.is_alive():
                crew[index] = hire()
    for worker in crew:
        worker.kill()
        worker.join()
    return kills


def unfinished(database: Database) -> int:
    with database.read() as session:
        done = (PublicationState.PUBLISHED, PublicationState.UNKNOWN, PublicationState.FAILED)
        query = select(func.count()).select_from(Publication).where(Publication.state.not_in(done))
        return session.scalar(query) or 0


def report(
    database: Database, networks: list[Network], markers: dict[str, Network], *, kills: int, seconds: float
) -> int:
    """Compare what the rows say with what is really there."""
    visible = Counter({marker: len(network.visible(marker)) for marker, network in markers.items()})
    with database.read() as session:
        states = Counter(session.scalars(select(Publication.state)))
        steps = Counter(session.scalars(select(PublicationAttempt.step)))
    twice = sum(count > 1 for count in visible.values())
    lost = sum(count == 0 for count in visible.values())
    print(f"{len(markers)} publications over {len(networks)} accounts, {WORKERS} workers, {kills} kills with -9")
    print(f"  states      {dict(states)}")
    print(f"  found again {steps[Step.FOUND]}, sent again after a look {steps[Step.NOT_FOUND]}")
    print(f"  duplicates  {twice}")
    print(f"  lost        {lost}")
    print(f"  time        {seconds:.1f} s, {len(markers) / seconds:.0f} publications a second")
    return int(twice + lost > 0 or states[PublicationState.PUBLISHED] != len(markers) or kills < KILLS)


if __name__ == "__main__":
    sys.exit(main())
