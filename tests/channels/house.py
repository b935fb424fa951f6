"""An organisation with two people, its accounts, and something that they approved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from kernel.db import Database
from kernel.outbox import Actor
from publishing.approval import ApprovedContent, Card, approve
from publishing.channels.interface import Channel
from publishing.channels.values import Image
from publishing.compose import Wording
from publishing.connections import Channels
from publishing.models import ChannelAccount, Publication, ShareCard
from tests.standing_clock import START

_numbers = count(1)

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""The smallest PNG that a server takes."""


@dataclass(frozen=True, slots=True)
class House:
    """The ids of an organisation, of who writes and of who approves there."""

    organisation_id: int
    author_id: int
    approver_id: int


def found_house(session: Session, *, time_zone: str = "Asia/Jakarta") -> House:
    number = next(_numbers)
    organisation = Organisation(
        slug=f"balai-{number}",
        name=f"Balai Cek Fakta {number}",
        kind="fact_checker",
        time_zone=time_zone,
        created_at=START,
    )
    session.add(organisation)
    session.flush()
    people = [
        Person(
            email=f"{name}-{number}@example.test",
            name=name.title(),
            alias=f"{name}-{number}",
            password_hash="-",
            organisation_id=organisation.id,
            created_at=START,
        )
        for name in ("sari", "budi")
    ]
    session.add_all(people)
    session.flush()
    return House(organisation.id, people[0].id, people[1].id)


def open_account(
    session: Session,
    house: House,
    channels: Channels,
    kind: str,
    *,
    settings: Mapping[str, str],
    secrets: Mapping[str, str],
    **values: Any,
) -> ChannelAccount:
    """Keep an account without asking its network who it is."""
    account = ChannelAccount(
        organisation_id=house.organisation_id,
        kind=kind,
        handle=values.pop("handle", f"@{kind}-{next(_numbers)}"),
        name="Balai Cek Fakta",
        settings=dict(settings),
        language=values.pop("language", "id"),
        sealed=b"",
        connected_by=house.author_id,
        verified_at=START,
        created_at=START,
        **values,
    )
    session.add(account)
    session.flush()
    account.sealed = channels.vault.seal(account.id, secrets)
    return account


def content(number: int | None = None, *, version: int = 1, **values: Any) -> ApprovedContent:
    """A counter-narrative about iced water, in both languages."""
    number = number or next(_numbers)
    change = {"id": "putusan diubah dari SALAH menjadi MENYESATKAN", "en": "verdict changed from FALSE to MISLEADING"}
    facts: dict[str, Any] = {
        "counter_narrative_id": number,
        "version": version,
        "verdict": "false",
        "url": f"https://saring.example/cn/{number}",
        "wordings": {
            "id": Wording(
                verdict="SALAH",
                title="Air es tidak menyebabkan kanker",
                fact="Suhu air minum tidak berhubungan dengan kanker, kata Kementerian Kesehatan.",
                claim="Minum air es sesudah makan menyebabkan kanker",
                why="Tubuh menyamakan suhu minuman dalam hitungan menit.",
                action="Sebelum meneruskan pesan kesehatan, tanyakan kepada tenaga kesehatan.",
                change=change["id"] if version > 1 else "",
            ),
            "en": Wording(
                verdict="FALSE",
                title="Iced water does not cause cancer",
                fact="The temperature of drinking water has nothing to do with cancer.",
                claim="Drinking iced water after a meal causes cancer",
                why="The body evens out the temperature of a drink within minutes.",
                change=change["en"] if version > 1 else "",
            ),
        },
    }
    return ApprovedContent(**{**facts, **values})


def approve_for(
    session: Session,
    house: House,
    channels: Channels,
    *accounts: ChannelAccount,
    about: ApprovedContent | None = None,
    now: datetime = START,
    not_before: datetime | None = None,
) -> list[Publication]:
    return approve(
        session,
        content=about or content(),
        accounts=accounts,
        channels=channels,
        author_id=house.author_id,
        approver_id=house.approver_id,
        now=now,
        not_before=not_before,
    )


def let_leases_run_out(database: Database) -> None:
    """What time does to a worker that died, without the wait."""
    with database.write() as session:
        session.execute(update(Publication).values(lease_until=None))
        session.execute(update(ChannelAccount).values(refresh_lease_until=None))


def actor(house: House) -> Actor:
    """Who approves, as the audit sees it."""
    return Actor(person_id=house.approver_id, role="publisher", organisation_id=house.organisation_id)


def cards(session: Session, channel: type[Channel]) -> tuple[Card, ...]:
    """Keep a one-pixel card in the shape that a channel wants and return it; none where it takes no image."""
    rule = channel.capabilities.image
    if rule is None:
        return ()
    digest = hashlib.sha256(PIXEL).hexdigest()
    session.add(
        ShareCard(
            counter_narrative_id=next(_numbers),
            version=1,
            speaker=0,
            language="id",
            shape=rule.shape,
            sha256=digest,
            png=PIXEL,
            width=1,
            height=1,
            alt="Kartu: SALAH",
            drawn_at=START,
        )
    )
    image = Image(digest, 1, 1, "Kartu: SALAH", f"https://saring.example/kartu/{digest}.png")
    return (Card("id", rule.shape, image),)
