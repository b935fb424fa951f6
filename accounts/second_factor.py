"""Time-based one-time codes (RFC 6238) and recovery codes; each code works once."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

import pyotp
from cryptography.fernet import MultiFernet
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.errors import AlreadyEnrolled, WrongCode
from accounts.models import LoginSession, Person, RecoveryCode
from accounts.people import get_person, hash_token
from kernel.outbox import Actor, record

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""Steps a phone's clock may be ahead or behind."""

RECOVERY_CODES = 10

RECOVERY_BYTES = 15
"""120 random bits: from 112 on a code may be stored under a plain hash (ASVS 6.5.2)."""

ISSUER = "Saring"


def begin_enrolment(session: Session, *, person_id: int, vault: MultiFernet) -> str:
    """Store a new sealed secret that is not in force yet and return its otpauth:// address for the QR code."""
    person = get_person(session, person_id)
    if person.totp_confirmed_at is not None:
        raise AlreadyEnrolled
    secret = pyotp.random_base32()
    person.totp_sealed = vault.encrypt(secret.encode())
    person.totp_last_step = 0
    return _address(person, secret)


def pending_enrolment(session: Session, *, person_id: int, vault: MultiFernet) -> str | None:
    """Return the otpauth:// address of a secret that waits for its first code, or None."""
    person = get_person(session, person_id)
    if person.totp_sealed is None or person.totp_confirmed_at is not None:
        return None
    return _address(person, vault.decrypt(person.totp_sealed).decode())


def confirm_enrolment(
    session: Session, *, person_id: int, session_id: int, code: str, vault: MultiFernet, now: datetime
) -> list[str]:
    """Put the secret in force when `code` proves that the phone has it; return the recovery codes, shown once."""
    person = get_person(session, person_id)
    if person.totp_confirmed_at is not None:
        raise AlreadyEnrolled
    _spend_code(session, person, code, vault=vault, now=now)
    person.totp_confirmed_at = now
    codes = _new_recovery_codes(session, person_id=person_id)
    raise_session(session, session_id=session_id, now=now)
    record(session, "second_factor_enrolled", actor=Actor(person_id), subject=("person", person_id), now=now)
    return codes


def verify_second_factor(
    session: Session, *, person_id: int, session_id: int, code: str, vault: MultiFernet, now: datetime
) -> None:
    """Raise the session when `code` is a fresh one-time code or an unused recovery code; WrongCode otherwise."""
    person = get_person(session, person_id)
    if person.totp_confirmed_at is None:
        raise WrongCode(field="code")
    if not _spend_recovery_code(session, person_id=person_id, code=code, now=now):
        _spend_code(session, person, code, vault=vault, now=now)
    raise_session(session, session_id=session_id, now=now)
    record(session, "second_factor_given", actor=Actor(person_id), subject=("person", person_id), now=now)


def renew_recovery_codes(session: Session, *, person_id: int, now: datetime) -> list[str]:
    """Replace the recovery codes, used and unused, and return the new ones, shown once."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = _new_recovery_codes(session, person_id=person_id)
    record(session, "recovery_codes_renewed", actor=Actor(person_id), subject=("person", person_id), now=now)
    return codes


def forget_second_factor(session: Session, *, person_id: int, actor: Actor, now: datetime) -> None:
    """Take the second factor away so that a new one can be set up; until then the person's staff roles sleep."""
    person = get_person(session, person_id)
    person.totp_sealed = person.totp_confirmed_at = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.execute(update(LoginSession).where(LoginSession.person_id == person_id).values(second_factor_at=None))
    record(session, "second_factor_forgotten", actor=actor, subject=("person", person_id), now=now)


def unused_recovery_codes(session: Session, *, person_id: int) -> int:
    """Return how many recovery codes are left."""
    query = select(RecoveryCode.id).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return len(session.scalars(query).all())


def raise_session(session: Session, *, session_id: int, now: datetime) -> None:
    """Note that a second factor was given in this session."""
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(second_factor_at=now))


def _address(person: Person, secret: str) -> str:
    return pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name=ISSUER)


def _new_recovery_codes(session: Session, *, person_id: int) -> list[str]:
    plain = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(person_id=person_id, code_hash=hash_token(one)) for one in plain)
    return ["-".join(one[start : start + 4] for start in range(0, len(one), 4)) for one in plain]


def _spend_code(session: Session, person: Person, code: str, *, vault: MultiFernet, now: datetime) -> None:
    if person.totp_sealed is None:
        raise WrongCode(field="code")
    totp = pyotp.TOTP(vault.decrypt(person.totp_sealed).decode())
    typed = _without_gaps(code).encode()
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.at(step * STEP_SECONDS).encode(), typed):
            # The comparison and the write are one statement: of two requests with the same code, one wins.
            fresh = update(Person).where(Person.id == person.id, Person.totp_last_step < step)
            if session.execute(fresh.values(totp_last_step=step).returning(Person.id)).scalar() is not None:
                return
    raise WrongCode(field="code")


def _spend_recovery_code(session: Session, *, person_id: int, code: str, now: datetime) -> bool:
    known = (
        RecoveryCode.person_id == person_id,
        RecoveryCode.code_hash == hash_token(_without_gaps(code)),
        RecoveryCode.used_at.is_(None),
    )
    spent = session.execute(update(RecoveryCode).where(*known).values(used_at=now).returning(RecoveryCode.id))
    return spent.scalar() is not None


def _without_gaps(code: str) -> str:
    """Return a code as it is compared: people type it with spaces, dashes and capitals."""
    return "".join(code.split()).replace("-", "").lower()
