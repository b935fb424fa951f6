"""The public record of decisions, and the public files of votes, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_decimal

from app.i18n import gettext as _
from app.presenters.verdicts import VerdictView, verdict_view
from verification.models import VoteExport
from verification.queries.record import CHANGES, LOGGED, SIGNED, UNCHECKED, Entry, RecordPage
from verification.rules.lifecycle import CaseEvent

KINDS = {"": LOGGED, "terbit": SIGNED, "ralat": CHANGES, "tanpa-periksa": UNCHECKED}
"""The lists of the record, by the word in their address."""


@dataclass(frozen=True, slots=True)
class EntryView:
    """One decision: what, when, of which case, by whom, and on what it stood."""

    at: datetime
    what: str
    title: str
    href: str
    case: str
    verdict: VerdictView | None
    reason: str
    signed: tuple[str, ...]
    rule: str
    votes: str
    digest: str
    chain_hash: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """A page of the record with the addresses of its neighbours, empty where there are none."""

    entries: tuple[EntryView, ...]
    tabs: tuple[tuple[str, str, int | None], ...]
    here: str
    newer: str
    older: str


def record_view(page: RecordPage, *, kind: str) -> RecordView:
    """Return a page of the record of `kind`, one of KINDS."""
    words = {
        "": _("Everything"),
        "terbit": _("Signed"),
        "ralat": _("Corrections and withdrawals"),
        "tanpa-periksa": _("Not checked anew"),
    }
    entries = page.entries
    return RecordView(
        entries=tuple(map(_entry_view, entries)),
        tabs=tuple((text, _address(name), None) for name, text in words.items()),
        here=_address(kind),
        newer=_address(kind, sesudah=entries[0].number) if page.has_newer and entries else "",
        older=_address(kind, sebelum=entries[-1].number) if page.has_older and entries else "",
    )


def event_word(event: CaseEvent) -> str:
    """Return what was decided, in plain words."""
    words = {
        CaseEvent.FACT_CHECK_PUBLISHED: _("Published"),
        CaseEvent.CORRECTION_PUBLISHED: _("Corrected"),
        CaseEvent.FACT_CHECK_RETRACTED: _("Withdrawn"),
        CaseEvent.CORRECTION_OPENED: _("Correction opened"),
        CaseEvent.CORRECTION_DISMISSED: _("Objection dismissed"),
        CaseEvent.FURTHER_CORRECTION_DISMISSED: _("Objection dismissed"),
        CaseEvent.CASE_REOPENED: _("Judged anew"),
        CaseEvent.MATCH_CONFIRMED: _("Already checked before"),
        CaseEvent.CASE_DECLINED: _("Not checked"),
        CaseEvent.DECLINE_OVERTURNED: _("Taken up after all"),
    }
    return words[event]


def role_word(role: str) -> str:
    """Return a role as the public record names it."""
    words = {
        "volunteer": _("volunteer"),
        "verifier": _("verifier"),
        "editor": _("editor"),
        "publisher": _("publisher"),
        "system": _("the rule itself"),
    }
    return words.get(role, role)


def _address(kind: str, **place: Any) -> str:
    return url_for("record.index", jenis=kind or None, **place)


def _entry_view(entry: Entry) -> EntryView:
    counted = entry.counted
    acts = {"wrote": _("written by"), "approved": _("approved by"), "asked": _("asked for by"), "acted": _("by")}
    return EntryView(
        at=entry.at,
        what=event_word(entry.event),
        title=entry.title or _("Case %(number)s", number=entry.case_public_id),
        href=url_for("fact_checks.show", public_id=entry.case_public_id, slug=entry.slug) if entry.slug else "",
        case=entry.case_public_id,
        verdict=verdict_view(entry.verdict) if entry.verdict else None,
        reason=entry.reason,
        signed=tuple(
            " ".join(part for part in (acts.get(one["act"], ""), role_word(one["role"])) if part)
            + (f", {one['organisation']}" if one["organisation"] else "")
            for one in entry.signatures
        ),
        rule=f"{counted.rule}/{counted.version}" if counted else "",
        votes=_(
            "%(votes)s votes, worth %(effective)s independent ones",
            votes=counted.votes,
            effective=format_decimal(round(counted.effective_votes, 1)),
        )
        if counted
        else "",
        digest=counted.digest if counted else "",
        chain_hash=entry.chain_hash,
    )


@dataclass(frozen=True, slots=True)
class FileView:
    """A public file of votes."""

    href: str
    name: str
    votes: int
    cases: int
    kilobytes: int
    sha256: str
    until: datetime


def file_view(export: VoteExport) -> FileView:
    """Return a public file as the page lists it."""
    return FileView(
        href=url_for("record.votes", file_name=export.file_name),
        name=export.file_name,
        votes=export.votes,
        cases=export.cases,
        kilobytes=-(-export.size // 1_000),
        sha256=export.sha256,
        until=export.until,
    )
