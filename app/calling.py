"""Letters about a shut account: to its owner, and to those who owe them an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from accounts import suspending
from accounts.directory import holders
from accounts.models import Person
from accounts.people import get_person
from accounts.roles import Role
from app.alarms import post
from app.i18n import in_language
from app.presenters.letters import objection_letter, suspended_letter, suspension_answered_letter
from app.wiring import Saring


def account_shut(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Tell the owner of an account that it was shut, why, and how to object."""
    with saring.database.write() as session:
        person = get_person(session, int(payload["subject_id"]))
        row = suspending.standing(session, person_id=person.id)
        if saring.mail is None or row is None:
            return
        with in_language(person.language):
            facts = {"reason": row.reason, "link": _link(saring, row.id)}
            letter = suspended_letter(address=person.email, language=person.language, **facts)
        post(saring, session, letter, f"shut:{row.id}")


def objected(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Tell every administrator who may answer that the owner of a shut account has objected."""
    if saring.mail is None:
        return
    with saring.database.write() as session:
        row = suspending.find(session, int(payload["suspension_id"]))
        link = f"{saring.settings.public_url}/admin/keberatan/{row.id}"
        for person in _others(session, but=row.suspended_by):
            with in_language(person.language):
                letter = objection_letter(address=person.email, language=person.language, link=link)
            post(saring, session, letter, f"objected:{row.id}:{person.id}")


def objection_answered(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Tell the owner of an account what came of their objection."""
    if saring.mail is None:
        return
    with saring.database.write() as session:
        row = suspending.find(session, int(payload["suspension_id"]))
        person = get_person(session, row.person_id)
        with in_language(person.language):
            letter = suspension_answered_letter(
                address=person.email,
                language=person.language,
                lifted=row.outcome == "lifted",
                answer=row.answer,
                link=_link(saring, row.id),
            )
        post(saring, session, letter, f"answered:{row.id}")


def _others(session: Session, *, but: int | None) -> list[Person]:
    return [person for person in holders(session, roles={Role.ADMIN}) if person.id != but]


def _link(saring: Saring, suspension_id: int) -> str:
    return f"{saring.settings.public_url}/akun/penangguhan/{saring.tokens.sign_suspension(suspension_id)}"
