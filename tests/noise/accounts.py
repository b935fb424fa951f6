"""People, an organisation, sessions and invitations of nobody in any test."""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.models import Invitation, LoginSession, Organisation, Person, RecoveryCode, RoleGrant
from accounts.people import hash_token
from accounts.roles import Role
from tests.noise import LONG_AGO, noise


@noise
def people_of_another_house(session: Session) -> None:
    house = Organisation(
        slug="noise",
        name="Noise Agency",
        kind="agency",
        aliases=["noise"],
        time_zone="Asia/Jayapura",
        created_at=LONG_AGO,
    )
    session.add(house)
    session.flush()
    for number, role in enumerate((Role.VOLUNTEER, Role.EDITOR, Role.AUDITOR)):
        person = Person(
            email=f"noise{number}@example.net",
            name=f"Noise {number}",
            alias=f"noise-{number}",
            password_hash="!",
            organisation_id=house.id,
            created_at=LONG_AGO,
        )
        session.add(person)
        session.flush()
        session.add_all(
            [
                RoleGrant(person_id=person.id, role=role.value, granted_at=LONG_AGO),
                RecoveryCode(person_id=person.id, code_hash=hash_token(f"noise code {number}")),
                LoginSession(
                    token_hash=hash_token(f"noise session {number}"),
                    person_id=person.id,
                    user_agent="noise",
                    created_at=LONG_AGO,
                    last_seen_at=LONG_AGO,
                ),
            ]
        )


@noise
def an_invitation_nobody_took(session: Session) -> None:
    invitation = Invitation(
        token_hash=hash_token("noise invitation"),
        email="noise-invited@example.net",
        role=Role.ADMIN.value,
        created_at=LONG_AGO,
        expires_at=LONG_AGO,
    )
    session.add(invitation)
