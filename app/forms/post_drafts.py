"""The form with the drafts of all accounts: it is built from them, one group of fields an account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.errors import sentence_for
from app.forms.publishing import LOCAL_FORMATS, POST_LIMIT
from app.i18n import gettext as _
from kernel.errors import Invalid
from publishing.drafting import Choice
from publishing.errors import PastMoment
from publishing.scheduling import moment_of, require_ahead


def choices_in(
    sent: Mapping[str, str], before: Mapping[int, datetime | None], *, time_zone: str, now: datetime
) -> tuple[dict[int, Choice], dict[int, str]]:
    """Return what was chosen for each account, and for each account with a fault the sentence about it.

    `before` are the accounts with the moment that each has so far: a time that cannot be leaves it as it was.
    """
    choices: dict[int, Choice] = {}
    faults: dict[int, str] = {}
    for account_id, moment in before.items():
        if f"text-{account_id}" not in sent:
            continue  # this account was connected after the page was opened
        typed = sent[f"text-{account_id}"][:POST_LIMIT]
        text = "".join(letter for letter in typed if printable(letter))
        if text != typed:
            faults[account_id] = _("Invisible characters were taken out. Look at it and send it again.")
        wanted = moment
        try:
            wanted = _moment(sent.get(f"when-{account_id}", ""), time_zone)
            if wanted is not None and wanted != moment:
                require_ahead(wanted, now=now)
        except PastMoment as error:
            wanted, faults[account_id] = moment, sentence_for(error)
        except (ValueError, Invalid):
            faults[account_id] = _("There is no such time on that day. Choose another one.")
        choices[account_id] = Choice(f"post-{account_id}" in sent, text, wanted)
    return choices, faults


def printable(letter: str) -> bool:
    """Return whether a letter belongs in a post: what a reader sees, line ends, joiners of emoji and of scripts."""
    return letter.isprintable() or letter in "\r\n\t\u200c\u200d"


def _moment(typed: str, time_zone: str) -> datetime | None:
    """Read a local moment. Raises ValueError, UnknownLocalTime."""
    if not typed.strip():
        return None
    for pattern in LOCAL_FORMATS:
        try:
            return moment_of(datetime.strptime(typed.strip(), pattern), time_zone)  # noqa: DTZ007 - of the zone beside it
        except ValueError:
            continue
    raise ValueError(typed)
