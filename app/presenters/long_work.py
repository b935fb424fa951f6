"""Long work, in words: how far, since when, how fast, and whether it still moves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_decimal

from app.i18n import gettext as _
from app.i18n import ngettext
from app.wiring import SearchStatus
from verification.models import LongWork

STALLED_AFTER = timedelta(minutes=2)
"""Without a word for so long, work is said to stand still: a batch takes seconds, loading a model a minute."""


@dataclass(frozen=True, slots=True)
class WorkView:
    """One piece of long work. `all` is None where nobody knows how much there is; `tone` is that of a notice."""

    kind: str
    name: str
    done: int
    all: int | None
    note: str
    since: datetime | None
    rate: str
    state: str
    stalled: bool
    results: str
    faults: tuple[str, ...]
    more_faults: str


@dataclass(frozen=True, slots=True)
class WorkPage:
    """What is under way, what has ended lately, and whether a page that shows it should look again by itself."""

    under_way: tuple[WorkView, ...]
    ended: tuple[WorkView, ...]

    @property
    def moves(self) -> bool:
        """Whether there is something to wait for."""
        return bool(self.under_way)


def work_page(under_way: list[LongWork], ended: list[LongWork], status: SearchStatus, *, now: datetime) -> WorkPage:
    """Return the page; texts that wait for their vector are shown even before a process says that it learns them."""
    views = [work_view(one, now=now) for one in under_way]
    if status.pending and not any(one.kind == "learn" for one in under_way):
        views.append(_yet_to_learn(status))
    return WorkPage(tuple(views), tuple(work_view(one, now=now) for one in ended))


def work_view(work: LongWork, *, now: datetime) -> WorkView:
    """Return one piece of work as the page shows it."""
    stalled = work.state == "running" and now - work.beat_at > STALLED_AFTER
    faults = tuple(_fault(one) for one in work.report.get("faults", ()))
    hidden = work.report.get("bad", 0) - len(faults)
    return WorkView(
        kind=_kinds().get(work.kind, work.kind),
        name=work.name,
        done=work.done,
        all=work.total or None,
        note=_note(work.done, max(work.total, work.done)),
        since=work.began_at,
        rate=_rate(work),
        state=_state(work, stalled=stalled),
        stalled=stalled,
        results=_results(work),
        faults=faults,
        more_faults=ngettext("%(num)d more could not be read.", "%(num)d more could not be read.", hidden)
        if hidden > 0
        else "",
    )


def fault_word(reason: str) -> str:
    """Return why an entry could not be read; `intake` says it in the few English forms that are listed here."""
    words = {
        r"id is missing": _("It has no “id”."),
        r"title is missing": _("It has no title."),
        r"claimReviewed is missing": _("It has no “claimReviewed”."),
        r"id is longer than (?P<number>\d+) characters": _("Its “id” is longer than %(number)s characters."),
        r"longer than (?P<number>\d+) bytes": _("It is longer than %(number)s bytes."),
        r"not an object": _("It is no JSON object."),
        r"not JSON: .*": _("It is not JSON."),
        r"not UTF-8 at byte (?P<number>\d+)": _("It is not UTF-8, from byte %(number)s on."),
        r"the compressed file breaks off: .*": _("The compressed file breaks off here."),
    }
    for form, sentence in words.items():
        if found := re.fullmatch(form, reason, re.DOTALL):
            return sentence % found.groupdict() if found.groupdict() else sentence
    return reason


def debunk_file_word(reason: str) -> str:
    """Return why a file cannot be taken in at all."""
    words = {
        "empty": _("There is nothing in this file."),
        "size": _("This file is too large for the page. Import it with script/saring import debunks FILE."),
    }
    return words.get(reason, _("This compressed file is damaged. Make it anew and send it again."))


def _yet_to_learn(status: SearchStatus) -> WorkView:
    total = status.filled + status.pending
    return WorkView(
        kind=_kinds()["learn"],
        name="",
        done=status.filled,
        all=total,
        note=_note(status.filled, total),
        since=None,
        rate="",
        state=_("Until they are learned, these texts are found by their words only."),
        stalled=False,
        results="",
        faults=(),
        more_faults="",
    )


def _kinds() -> dict[str, str]:
    return {
        "import": _("Import of fact-checks"),
        "learn": _("Learning texts for search"),
        "export": _("Public file of votes"),
    }


def _note(done: int, total: int) -> str:
    if not total:
        return _("nothing to do")
    return _("%(done)s of %(total)s", done=format_decimal(done), total=format_decimal(total))


def _rate(work: LongWork) -> str:
    minutes = (work.beat_at - work.began_at).total_seconds() / 60
    if minutes <= 0 or not work.done:
        return ""
    return _("about %(number)s a minute", number=format_decimal(max(1, round(work.done / minutes))))


def _state(work: LongWork, *, stalled: bool) -> str:
    if stalled and work.kind == "import" and not work.file:
        return _("Nothing has moved for minutes. Start the command again: what is imported is not imported twice.")
    if stalled:
        return _("Nothing has moved for minutes. See whether the worker runs; it goes on where it stopped.")
    words = {
        "waiting": _("Waits for the worker."),
        "running": _("Under way."),
        "done": _("Finished."),
        "failed": _("The file is gone. Send it again; what was imported stays."),
    }
    return words[work.state]


def _results(work: LongWork) -> str:
    if work.kind != "import" or not work.report:
        return ""
    numbers = {name: format_decimal(work.report[name]) for name in ("created", "changed", "unchanged", "bad")}
    return _("%(created)s new, %(changed)s changed, %(unchanged)s unchanged, %(bad)s unreadable.", **numbers)


def _fault(fault: dict[str, object]) -> str:
    return _("Line %(line)s: %(reason)s", line=fault["line"], reason=fault_word(str(fault["reason"])))
