"""Writing the public file of votes. Its pseudonyms are made with a key that is thrown away with the run: within one
file a voter keeps one name, and nobody, this house included, can turn a name back into an account."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from app.wiring import Saring
from verification.models import VoteExport
from verification.services import exporting, working

PSEUDONYM_LETTERS = 16
"""Hexadecimal letters, 64 bits: among a million voters two share a name once in forty million files."""


BEAT = 1_000
"""Votes written between two words on how far the file is."""


def folder(saring: Saring) -> Path:
    """Return where public files lie."""
    return saring.settings.data / "exports"


def export_votes(saring: Saring) -> VoteExport:
    """Write the file of all votes that may be public by now, put it on record and return that."""
    now = saring.clock.now()
    until = exporting.latest_moment(now)
    target = folder(saring) / f"suara-{until:%Y-%m-%d}.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{secrets.token_hex(4)}.draft")
    digest, votes = hashlib.sha256(), 0
    work_id = _begin(saring, until=until, name=target.name)
    cases: set[str] = set()
    with saring.database.read() as session, draft.open("wb") as file:
        for vote in exporting.votes_until(session, until=until, pseudonym=new_pseudonyms()):
            line = json.dumps({**asdict(vote), "hour": vote.hour.isoformat()}, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            file.write(line)
            votes += 1
            cases.add(vote.case)
            if votes % BEAT == 0:
                _beat(saring, work_id, votes)
    size = draft.stat().st_size
    draft.replace(target)  # readers see the old file or the new one, never a half
    export = VoteExport(
        file_name=target.name,
        votes=votes,
        cases=len(cases),
        size=size,
        sha256=digest.hexdigest(),
        until=until,
        made_at=now,
    )
    with saring.database.write() as session:
        gone = exporting.note_export(session, export=export)
        working.beat(session, work_id=work_id, was=votes - votes % BEAT, done=votes, now=saring.clock.now())
        working.finish(session, work_id=work_id, now=saring.clock.now())
    for name in gone:
        (target.parent / name).unlink(missing_ok=True)
    return export


def _begin(saring: Saring, *, until: datetime, name: str) -> int:
    with saring.database.write() as session:
        total = exporting.count_until(session, until=until)
        return working.begin(session, kind="export", name=name, total=total, now=saring.clock.now()).id


def _beat(saring: Saring, work_id: int, votes: int) -> None:
    with saring.database.write() as session:
        working.beat(session, work_id=work_id, was=votes - BEAT, done=votes, now=saring.clock.now())


def new_pseudonyms() -> Callable[[int], str]:
    """Return a naming of accounts by a key that nobody ever sees."""
    key = secrets.token_bytes(32)

    def name(person_id: int) -> str:
        return hmac.new(key, str(person_id).encode(), hashlib.sha256).hexdigest()[:PSEUDONYM_LETTERS]

    return name
