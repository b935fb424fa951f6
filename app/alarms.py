"""What people are told outside the board and the desk, because nobody may be looking there just then."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from accounts.directory import holders
from accounts.letters import writing
from accounts.letters.writing import LetterText
from accounts.models import Person
from accounts.roles import Role
from app.i18n import in_language
from app.presenters.letters import alarm_letter, lost_access_letter, overdue_letter, pace_letter
from app.wiring import Saring
from publishing.models import ChannelAccount, Publication
from verification.models import Appeal, FactCheck, PaceObjection
from verification.services import appealing


def post_vanished(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Tell that a post is gone from its network although nobody here took it down."""
    _alarm(saring, int(payload["subject_id"]), vanished=True)


def correction_held(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Tell that a correction which others approved waits for the organisation's own people."""
    _alarm(saring, int(payload["subject_id"]), vanished=False)


def access_lost(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Tell that a network no longer lets an account in, so that somebody connects it again."""
    if saring.mail is None:
        return
    with saring.database.write() as session:
        account = session.get_one(ChannelAccount, int(payload["subject_id"]))
        link = f"{saring.settings.public_url}/akun-resmi/{account.id}"
        for person in holders(session, roles={Role.PUBLISHER}, organisation_id=account.organisation_id):
            with in_language(person.language):
                about = f"{account.name} ({account.handle})"
                letter = lost_access_letter(address=person.email, language=person.language, account=about, link=link)
            name = f"lost:{account.id}:{account.token_version}:{person.id}"
            post(saring, session, letter, name)


def appeal_overdue(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Tell reviewers and administrators whom nothing bars that an objection is late; nobody once it has its answer."""
    if saring.mail is None:
        return
    with saring.database.write() as session:
        appeal = session.get_one(Appeal, int(payload["subject_id"]))
        told = [] if appeal.decided_at else appealing.those_to_tell(session, appeal=appeal)
        title = session.get_one(FactCheck, appeal.fact_check_id).title
        for person, may_answer in told:
            page = f"/meja/keberatan/{appeal.id}" if may_answer else "/keberatan"
            with in_language(person.language):
                letter = overdue_letter(
                    address=person.email,
                    language=person.language,
                    title=title,
                    link=saring.settings.public_url + page,
                    due_on=appeal.due_at.date(),
                    may_answer=may_answer,
                )
            name = f"overdue:{appeal.id}:{person.id}"
            post(saring, session, letter, name)


def pace_answered(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Tell somebody what came of their objection to the pace; their own page says it as well."""
    if saring.mail is None:
        return
    with saring.database.write() as session:
        row = session.get_one(PaceObjection, int(payload["subject_id"]))
        person, link = session.get_one(Person, row.person_id), f"{saring.settings.public_url}/akun/laju"
        with in_language(person.language):
            upheld = row.outcome == "upheld"
            facts = {"address": person.email, "language": person.language, "answer": row.answer, "link": link}
            letter = pace_letter(upheld=upheld, **facts)
        post(saring, session, letter, f"pace:{row.id}")


def _alarm(saring: Saring, publication_id: int, *, vanished: bool) -> None:
    """Write to each publisher once; where no e-mail is set up the board alone says it."""
    if saring.mail is None:
        return
    link = f"{saring.settings.public_url}/terbitan/{publication_id}"
    with saring.database.write() as session:
        publication = session.get_one(Publication, publication_id)
        for person in holders(session, roles={Role.PUBLISHER}, organisation_id=publication.organisation_id):
            with in_language(person.language):
                letter = alarm_letter(
                    address=person.email,
                    language=person.language,
                    title=publication.payload["title"],
                    link=link,
                    vanished=vanished,
                )
            name = f"{'vanished' if vanished else 'held'}:{publication_id}:{person.id}"
            post(saring, session, letter, name)


def post(saring: Saring, session: Session, letter: LetterText, name: str) -> None:
    """Save a letter that is written once under its `name`; the key, which outlives the letter, names nobody."""
    key = f"alarm:{hashlib.sha256(name.encode()).hexdigest()[:32]}"
    writing.write(session, letter, key=key, seal=saring.seal, now=saring.clock.now())
