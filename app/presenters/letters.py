"""Our letters, and the same news in the two lines of a notification, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask_babel import format_date

from accounts.letters.writing import LetterText
from app.i18n import gettext as _
from app.presenters.tracking import state_words
from app.presenters.verdicts import verdict_view
from app.presenters.words import excerpt
from verification.models import FactCheck
from verification.rules.lifecycle import CaseState
from verification.services.subscribing import CONFIRM_HOURS

TITLE_CHARACTERS = 110
"""Length of a subject line and of a notification's first line."""

BODY_CHARACTERS = 180
"""Length of a notification's text, in characters: phones show three or four lines."""


class NewsKind(StrEnum):
    """What has happened to a report."""

    ANSWERED = "answered"
    UPDATED = "updated"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class NewsView:
    """One piece of news: what happened, the `title` of a letter or notification, and the text below it."""

    kind: NewsKind
    opening: str
    title: str
    text: str


def news_view(kind: NewsKind, fact_check: FactCheck | None) -> NewsView:
    """Return the news of a report; without a fact-check it is that nobody will write one."""
    if fact_check is None:
        heading, explanation = state_words(CaseState.DECLINED)
        return NewsView(kind, heading + ".", heading, explanation)
    verdict = verdict_view(fact_check.verdict or "", label=fact_check.source_label).word
    named = f"{verdict}: {fact_check.title}"
    openings = {
        NewsKind.ANSWERED: _("The answer to your report is here."),
        NewsKind.UPDATED: _("The answer to your report has been updated. The verdict stays the same."),
        NewsKind.CORRECTED: _("We have corrected our answer to your report. What we said before was not right."),
        NewsKind.RETRACTED: _("We have withdrawn our answer to your report. Please do not rely on it any more."),
    }
    titles = {
        NewsKind.ANSWERED: named,
        NewsKind.UPDATED: _("Updated: %(title)s", title=named),
        NewsKind.CORRECTED: _("Corrected: %(title)s", title=named),
        NewsKind.RETRACTED: _("Withdrawn: %(title)s", title=fact_check.title),
    }
    text = _("The page says why.") if kind is NewsKind.RETRACTED else fact_check.summary
    return NewsView(kind, openings[kind], _one_line(titles[kind]), text)


def confirmation_letter(*, address: str, language: str, url: str) -> LetterText:
    """Return the letter that asks the owner of an address. It holds nothing that a stranger wrote."""
    text = _paragraphs(
        _("Hello,"),
        _(
            "somebody, probably you, reported a message to Saring and asked us to send the answer to this address. "
            "If that was you, open this page and confirm:"
        ),
        url,
        _(
            "If it was not you, do nothing: nothing more comes, and after %(hours)d hours the address is deleted.",
            hours=CONFIRM_HOURS,
        ),
        _signature(),
    )
    return LetterText(address, _("Please confirm: news of your report"), text, language)


def reset_letter(*, address: str, language: str, url: str) -> LetterText:
    """Return the letter by which somebody sets a new password. It holds nothing that a stranger wrote."""
    text = _paragraphs(
        _("Hello,"),
        _("somebody, probably you, asked for a new password for your account at Saring. Choose it here:"),
        url,
        _("The link works once, and for one hour."),
        _("If it was not you, do nothing: your password stays as it is, and nobody else can read this link."),
        _signature(),
    )
    return LetterText(address, _("A new password for Saring"), text, language)


def news_letter(  # a letter has these parts
    view: NewsView, *, address: str, language: str, received_at: datetime, page: str, link: str, end: str, until: date
) -> LetterText:
    """Return the letter with the news. `page` is the fact-check, `link` the private page, `end` where one ends it."""
    text = _paragraphs(
        _("Hello,"),
        _("this is about the message that you reported on %(date)s.", date=format_date(received_at.date(), "long")),
        view.opening,
        f"{view.title}\n{view.text}" if view.title.rstrip(".") != view.opening.rstrip(".") else view.text,
        f"{_('Read all of it, with the sources:')}\n{page}" if page else "",
        f"{_('Your private page:')}\n{link}",
        _(
            "Should this change, we write to you again. We delete your address on %(date)s.",
            date=format_date(until, "long"),
        ),
        f"{_('No more of these letters? One click:')}\n{end}",
        _signature(),
    )
    return LetterText(address, view.title, text, language, unsubscribe_url=f"{end}/berhenti")


def alarm_letter(*, address: str, language: str, title: str, link: str, vanished: bool) -> LetterText:
    """Return the letter to a publisher about a post of theirs: it has vanished, or its correction waits for them."""
    if vanished:
        subject = _("A post has vanished: %(title)s", title=title)
        what = _("A post of your organisation is no longer on its network, and nobody here took it down. Look soon.")
    else:
        subject = _("A correction waits for you: %(title)s", title=title)
        what = _(
            "A fact-check that your organisation posted was changed by people outside it. Until one of you decides on "
            "the board, your post says what no longer holds."
        )
    text = _paragraphs(_("Hello,"), what, title, link, _signature())
    return LetterText(address, _one_line(subject), text, language)


def lost_access_letter(*, address: str, language: str, account: str, link: str) -> LetterText:
    """Return the letter to a publisher about an official account that its network no longer lets in."""
    subject = _("An official account has lost its access: %(account)s", account=account)
    what = _(
        "The network no longer lets Saring in: nothing is sent, counted or heard there. Connect the account again on "
        "this page; what waits is then sent by itself."
    )
    text = _paragraphs(_("Hello,"), what, link, _signature())
    return LetterText(address, _one_line(subject), text, language)


def overdue_letter(*, address: str, language: str, title: str, link: str, due_on: date, may_answer: bool) -> LetterText:
    """Return the letter about a late objection, to who may answer it or to who sees to it that somebody does."""
    what = _(
        "An objection to this fact-check was to be answered by %(date)s, and nobody has. Its page says in public that "
        "the answer is late.",
        date=format_date(due_on, "long"),
    )
    ask = (
        _("You may answer it: you did not sign the fact-check. Read it here:")
        if may_answer
        else _("You do not answer it yourself; please see to it that a verifier or editor who did not sign it does:")
    )
    text = _paragraphs(_("Hello,"), title, what, f"{ask}\n{link}", _signature())
    return LetterText(address, _one_line(_("An objection is overdue: %(title)s", title=title)), text, language)


def suspended_letter(*, address: str, language: str, reason: str, link: str) -> LetterText:
    """Return the letter to somebody whose account was shut: why, and how to object."""
    text = _paragraphs(
        _("Hello,"),
        _("your account at Saring was suspended. The reason:"),
        reason,
        _("If that is not right, say so once on this page. Somebody else than the one who suspended it decides:"),
        link,
        _signature(),
    )
    return LetterText(address, _("Your account is suspended"), text, language)


def suspension_answered_letter(*, address: str, language: str, lifted: bool, answer: str, link: str) -> LetterText:
    """Return the letter that answers an objection to a suspension."""
    subject = _("Your account is open again") if lifted else _("Your account stays suspended")
    text = _paragraphs(_("Hello,"), _("your objection was read and answered:"), answer, link, _signature())
    return LetterText(address, subject, text, language)


def objection_letter(*, address: str, language: str, link: str) -> LetterText:
    """Return the letter to an administrator: somebody objects to the suspension of their account."""
    what = _("the owner of a suspended account has objected. Somebody other than the one who suspended it answers:")
    text = _paragraphs(_("Hello,"), what, link, _signature())
    return LetterText(address, _("An objection to a suspension waits"), text, language)


def pace_letter(*, address: str, language: str, upheld: bool, answer: str, link: str) -> LetterText:
    """Return the letter that answers an objection to the pace."""
    subject = _("You may go on judging") if upheld else _("The limit on your assessments stands")
    text = _paragraphs(_("Hello,"), _("your objection was read. The answer:"), answer, link, _signature())
    return LetterText(address, subject, text, language)


def notification_of(view: NewsView) -> tuple[str, str]:
    """Return the two parts of a notification."""
    return view.title, excerpt(view.text, BODY_CHARACTERS)


def _one_line(title: str) -> str:
    """Return a title that fits a subject line: nothing invisible in it, which a header does not take."""
    return "".join(letter for letter in excerpt(title, TITLE_CHARACTERS) if letter.isprintable())


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _signature() -> str:
    return f"Saring\n{_('Sift before you share.')}"
