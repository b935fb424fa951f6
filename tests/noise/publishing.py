"""Another organisation's accounts and posts, all long since sent."""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from publishing.models import (
    Act,
    ChannelAccount,
    InboundReply,
    KillSwitch,
    MetricSnapshot,
    Operation,
    PendingConnection,
    PostDraft,
    Publication,
    PublicationAttempt,
    PublicationState,
    ReplyState,
    Step,
)
from tests.noise import LONG_AGO, noise


@noise
def posts_of_others(session: Session) -> None:
    organisation = Organisation(slug="derau-siar", name="Derau Siar", kind="media", created_at=LONG_AGO)
    session.add(organisation)
    session.flush()
    people = [
        Person(
            email=f"derau-siar-{name}@example.test",
            name="Derau",
            alias=f"derau-siar-{name}",
            password_hash="-",
            organisation_id=organisation.id,
            created_at=LONG_AGO,
        )
        for name in ("satu", "dua")
    ]
    session.add_all(people)
    session.flush()
    author, approver = people[0].id, people[1].id
    account = ChannelAccount(
        organisation_id=organisation.id,
        kind="noise",
        handle="@derau",
        name="Derau",
        language="id",
        sealed=b"-",
        connected_by=author,
        verified_at=LONG_AGO,
        created_at=LONG_AGO,
    )
    switch = KillSwitch(
        scope=organisation.id,
        reason="derau",
        frozen_by=author,
        frozen_at=LONG_AGO,
        release_asked_by=author,
        release_asked_at=LONG_AGO,
        released_by=approver,
        released_at=LONG_AGO,
    )
    session.add_all([account, switch])
    session.flush()
    post = Publication(
        counter_narrative_id=900_001,
        version=1,
        account_id=account.id,
        organisation_id=organisation.id,
        op=Operation.PUBLISH,
        act=Act.POST,
        idem_key="derau",
        payload={"text": "derau"},
        payload_sha256="-",
        author_id=author,
        approver_id=approver,
        approved_at=LONG_AGO,
        state=PublicationState.PUBLISHED,
        not_before=LONG_AGO,
        remote_id="derau",
        published_at=LONG_AGO,
    )
    session.add(post)
    session.flush()
    session.add_all(
        [
            PublicationAttempt(publication_id=post.id, step=Step.SENT, fence=1, at=LONG_AGO),
            MetricSnapshot(publication_id=post.id, at=LONG_AGO, likes=900_001),
            PostDraft(
                narrative_id=900_001,
                account_id=account.id,
                included=True,
                text="derau",
                edited_by=author,
                saved_by=author,
                saved_at=LONG_AGO,
            ),
            PendingConnection(
                person_id=author,
                organisation_id=organisation.id,
                kind="noise",
                shown={"settings": {}, "handle": "@derau", "name": "Derau", "expires_at": None},
                sealed=b"-",
                begun_at=LONG_AGO,
            ),
            InboundReply(
                account_id=account.id,
                organisation_id=organisation.id,
                publication_id=post.id,
                remote_id="derau-balasan",
                author_handle="@orang",
                text="derau",
                at=LONG_AGO,
                received_at=LONG_AGO,
                state=ReplyState.HANDLED,
            ),
        ]
    )
