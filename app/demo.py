"""Accounts to try Saring out with: made only when asked for, each with a password of its own that is shown once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from accounts import organisations, passwords, people
from accounts.roles import Role
from app.wiring import Saring
from kernel.outbox import SYSTEM
from verification.services.entering import admit

CAST = (
    ("warga-satu", "Relawan Satu", Role.VOLUNTEER),
    ("warga-dua", "Relawan Dua", Role.VOLUNTEER),
    ("warga-tiga", "Relawan Tiga", Role.VOLUNTEER),
    ("verifikator", "Verifikator Demo", Role.VERIFIER),
    ("editor", "Editor Demo", Role.EDITOR),
    ("penyetuju", "Penyetuju Demo", Role.PUBLISHER),
    ("auditor", "Auditor Demo", Role.AUDITOR),
)
"""Enough people for the whole road: three who judge, one who writes, another who approves, one who publishes, and one
who reads it all and changes nothing."""

OUTSIDE = frozenset({Role.VOLUNTEER, Role.AUDITOR})
"""Who belongs to no organisation: an auditor of one would look at the others as a stranger."""

DOMAIN = "demo.invalid"
"""No mail ever arrives at this domain (RFC 6761)."""

ORGANISATION = "balai-demo"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """What somebody needs to sign in; the password is stored nowhere in the clear."""

    email: str
    password: str
    role: Role


def make_demo_accounts(saring: Saring) -> list[DemoAccount]:
    """Create the cast with random passwords. Raises OrganisationExists when they are there already."""
    accounts = [DemoAccount(f"{name}@{DOMAIN}", secrets.token_urlsafe(15), role) for name, _title, role in CAST]
    hashes = [passwords.hash_password(account.password) for account in accounts]
    now = saring.clock.now()
    with saring.database.write() as session:
        organisation = organisations.found_organisation(
            session,
            name="Balai Demo",
            slug=ORGANISATION,
            kind="fact_checker",
            aliases=[],
            time_zone="Asia/Jakarta",
            actor=SYSTEM,
            now=now,
        )
        for account, password_hash, (_name, title, role) in zip(accounts, hashes, CAST, strict=True):
            person = people.register(
                session,
                email=account.email,
                name=title,
                password_hash=password_hash,
                roles=(role,),
                organisation_id=None if role in OUTSIDE else organisation.id,
                now=now,
            )
            if role is Role.VOLUNTEER:
                admit(session, person_id=person.id, actor=SYSTEM, now=now)
    return accounts
