"""Publishing in words: states, reasons, acts, and the moments of an organisation's clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from flask_babel import format_datetime, get_locale

from app.i18n import gettext as _
from publishing.counting import Unit
from publishing.lint import WarningCode
from publishing.models import AccountState, Act, Operation, PublicationState, Reason, Step
from publishing.validation import ProblemCode

INDONESIAN = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
"""What the clocks of Indonesia are called, in both languages."""


def draft_problem_word(code: str) -> str:
    """Return what keeps a draft from being sent, as a sentence."""
    words = {
        ProblemCode.EMPTY: _("The post is empty."),
        ProblemCode.TOO_LONG: _("The post is too long for this network."),
        ProblemCode.MARKER_MISSING: _("The link to the fact-check is missing from the post."),
        ProblemCode.IMAGE_REQUIRED: _("This network needs a picture."),
        ProblemCode.IMAGE_TOO_LARGE: _("The picture is too large for this network."),
        ProblemCode.ALT_MISSING: _("The picture needs a description for people who cannot see it."),
    }
    return words[ProblemCode(code)]


def warning_word(code: str) -> str:
    """Return what a wording is warned of, as a sentence."""
    words = {
        WarningCode.MYTH_FIRST: _("The first sentence repeats the false claim. Begin with the fact."),
        WarningCode.MYTH_TWICE: _("The false claim is repeated more than once. Once is enough."),
        WarningCode.SHOUTING: _("So many capitals read as shouting."),
    }
    return words[WarningCode(code)]


def unit_word(unit: Unit) -> str:
    """Return what a network counts, for the line under a text."""
    words = {
        Unit.GRAPHEMES: _("characters"),
        Unit.MASTODON: _("characters; links count as the server says"),
        Unit.X_WEIGHT: _("of X's weight; links count 23, emoji 2"),
        Unit.UTF16: _("characters as Telegram counts them; many emoji count 2"),
        Unit.THREADS: _("characters; emoji count by their bytes"),
        Unit.CODE_POINTS: _("characters"),
    }
    return words[unit]


def state_word(state: str) -> str:
    """Return where a publication stands, in a word or two."""
    words = {
        PublicationState.PENDING: _("Waiting its turn"),
        PublicationState.SCHEDULED: _("Scheduled"),
        PublicationState.SENDING: _("Being sent"),
        PublicationState.RETRY: _("Will be tried again"),
        PublicationState.PUBLISHED: _("Live"),
        PublicationState.UNKNOWN: _("Unclear whether it is live"),
        PublicationState.FAILED: _("Not sent"),
        PublicationState.NEEDS_REAUTH: _("Access was lost"),
        PublicationState.CANCELLED: _("Cancelled"),
    }
    return words[PublicationState(state)]


def state_tone(state: str) -> str:
    """Return the colour of a state; the word always stands beside it."""
    tones = {
        PublicationState.PUBLISHED: "green",
        PublicationState.UNKNOWN: "orange",
        PublicationState.FAILED: "red",
        PublicationState.NEEDS_REAUTH: "red",
        PublicationState.RETRY: "yellow",
        PublicationState.CANCELLED: "slate",
    }
    return tones.get(PublicationState(state), "teal")


def reason_word(reason: str | None) -> str:
    """Return why a publication stands where it stands, as a sentence; empty where there is nothing to say."""
    words = {
        Reason.UNREACHABLE: _("The network could not be reached."),
        Reason.RATE_LIMITED: _("The network asked for a pause."),
        Reason.REPLY_LOST: _("The network's reply was lost, so the post may be live."),
        Reason.READS_LAG: _("The network shows new posts with a delay."),
        Reason.OUTCOME_UNKNOWN: _("The reply was lost, and this network cannot be asked whether the post is live."),
        Reason.REJECTED: _("The network refused it."),
        Reason.REFUSED_AGAIN: _("A second try was refused, which may mean that the first one got through."),
        Reason.REAUTH: _("The network no longer accepts our access to the account."),
        Reason.TAMPERED: _("What is stored is not what was approved, so nothing was sent."),
        Reason.SUPERSEDED: _("A newer version took its place."),
        Reason.TARGET_NEVER_SENT: _("The post that it is about was never sent."),
        Reason.NOT_THERE: _("Somebody in your organisation looked: it is not there."),
        Reason.BY_PERSON: _("Somebody in your organisation decided so."),
        Reason.DUPLICATE: _("A second copy was found and is taken down."),
        Reason.NOT_CONFIGURED: _("The account cannot be opened here: its keys do not fit, or its network is unknown."),
        Reason.OPTED_OUT: _("The subscriber does not want messages any more."),
        Reason.VANISHED: _("The post is no longer there."),
        Reason.NOT_OURS: _("The fact-check was changed by people outside your organisation; this would say so."),
    }
    return words[Reason(reason)] if reason else ""


def act_word(op: str, act: str) -> str:
    """Return what a publication does, in a few words."""
    if act == Act.DELETE:
        return _("Second copy taken down") if op == Operation.DEDUPE else _("Post taken down")
    if act == Act.EDIT:
        return _("Post edited: withdrawn") if op == Operation.RETRACT else _("Post edited: correction")
    words = {
        Operation.PUBLISH: _("Post"),
        Operation.CORRECT: _("Reply: correction"),
        Operation.RETRACT: _("Reply: withdrawal"),
        Operation.NOTICE: _("Notice of withdrawal"),
        Operation.ANSWER: _("Answer"),
        Operation.DEDUPE: _("Second copy taken down"),
    }
    return words[Operation(op)]


def step_word(step: str) -> str:
    """Return one line of the record of attempts, in a few words."""
    words = {
        Step.SENDING: _("About to send"),
        Step.SENT: _("Sent, and the network confirmed it"),
        Step.FOUND: _("Found on the network"),
        Step.NOT_FOUND: _("Looked for it; it is not there"),
        Step.NOT_SENT: _("Not sent"),
        Step.RATE_LIMITED: _("The network asked for a pause"),
        Step.AMBIGUOUS: _("No clear reply"),
        Step.REJECTED: _("Refused"),
        Step.REFUSED_AGAIN: _("Refused at the second try"),
        Step.REAUTH: _("Access was lost"),
        Step.DUPLICATE: _("A second copy"),
        Step.UNKNOWN: _("Left to a person"),
        Step.CONFIRMED: _("A person saw that it is live"),
        Step.SEND_AGAIN: _("A person had it sent again"),
        Step.NOT_THERE: _("A person saw that it is not there"),
    }
    return words[Step(step)]


def account_state_word(state: str) -> str:
    """Return whether an account can be used, in a word or two."""
    words = {
        AccountState.CONNECTED: _("Connected"),
        AccountState.NEEDS_REAUTH: _("Access was lost"),
        AccountState.DISCONNECTED: _("Disconnected"),
    }
    return words[AccountState(state)]


def local_moment(moment: datetime, time_zone: str) -> str:
    """Return a moment as the organisation's clocks show it, with their zone."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{format_datetime(local, 'd MMMM y, HH.mm', rebase=False)} {zone_word(time_zone)}"


def zone_word(time_zone: str) -> str:
    """Return a time zone as people call it: WIB, WITA or WIT in Indonesia, elsewhere by its city ("Kuala Lumpur")."""
    if time_zone in INDONESIAN:
        return INDONESIAN[time_zone]
    city: str = get_timezone_location(time_zone, locale=get_locale(), return_city=True)
    return city


def bad_link_word(*, another: bool = False, unheard: bool = False, **_f: object) -> str:
    """Return why a pasted link is not taken, as a sentence."""
    if another:
        return _("This is the link of another post of yours. Look for the one that is meant here.")
    if unheard:
        return _("The network does not answer, so the link could not be checked. Try again in a moment.")
    return _("This is not the link of a post on this account. Copy it from the post itself.")


def moved_on_word(*, superseded: bool = False, maybe_sent: bool = False, unclear: bool = False, **_f: object) -> str:
    """Return why an act on a publication came too late, as a sentence."""
    if superseded:
        return _("A newer version was approved meanwhile, so this one stays unsent.")
    if unclear:
        return _("It may be live already. Look at the account, and say first whether it is there.")
    if maybe_sent:
        return _("It may be live already. Wait until Saring has looked for it.")
    return _("The publication has moved on in the meantime. Look at it again before you act.")
