"""The page of a question with screenshots: what was read on them, what is known, and what could not be used."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.i18n import gettext as _
from app.presenters.fact_checks import CardView, card_view
from app.presenters.hits import AnswerPage
from verification.models import Attachment
from verification.queries.uploads import Known, Question


@dataclass(frozen=True, slots=True)
class PictureView:
    """One picture: `trouble` says why it cannot be used, `href` shows our copy; neither while it waits."""

    position: int
    alternative: str
    href: str
    trouble: str


@dataclass(frozen=True, slots=True)
class KnownView:
    """The same picture, reported before: with its answer, or with how many asked about it."""

    card: CardView | None
    others: int


@dataclass(frozen=True, slots=True)
class UploadPage:
    """What the private page of a question shows. `reading` is how many pictures are yet to be looked at.

    `text` is the message, without personal data; `unread` says that the words in pictures are not read in this house.
    `answer` is None as long as there is nothing to look up.
    """

    token: str
    pictures: tuple[PictureView, ...]
    left_out: tuple[str, ...]
    reading: int
    unread: bool
    text: str
    known: tuple[KnownView, ...]
    answer: AnswerPage | None

    @property
    def heading(self) -> str:
        """What we know so far, in one sentence."""
        if self.known and self.known[0].card:
            return _("This picture has been checked before")
        if self.answer is not None:
            return self.answer.heading
        return _("We are reading your screenshot") if self.reading else _("We could not read any words")


def upload_page(
    question: Question,
    *,
    token: str,
    text: str,
    answer: AnswerPage | None,
    known: tuple[Known, ...],
    address: str,
) -> UploadPage:
    """Return the page; `address` is where the pictures are, without their position."""
    pictures = question.pictures
    waiting = sum(picture.state == "waiting" for picture in pictures)
    return UploadPage(
        token=token,
        pictures=picture_views(question, address=address),
        left_out=left_out_words(question),
        reading=waiting,
        unread=not waiting and any(picture.reading == "unavailable" for picture in pictures),
        text=text,
        known=tuple(_known_view(one) for one in known),
        # What the sender typed is shown as it will be kept.
        answer=replace(answer, text=text) if answer else None,
    )


def picture_views(question: Question, *, address: str) -> tuple[PictureView, ...]:
    """Return the pictures of a question that are not deleted, in order."""
    numbered = enumerate(question.pictures, start=1)
    return tuple(picture_view(one, number, address=address) for number, one in numbered if one.state != "deleted")


def left_out_words(question: Question) -> tuple[str, ...]:
    """Return which files were not taken, each with the reason."""
    return tuple(left_out_word(one["place"], one["reason"]) for one in question.upload.left_out)


def picture_view(picture: Attachment, number: int, *, address: str) -> PictureView:
    """Return one picture as a page shows it."""
    shown = picture.state == "kept"
    return PictureView(
        position=picture.position,
        alternative=_("Screenshot %(number)s", number=number),
        href=f"{address}/{picture.position}" if shown else "",
        trouble=trouble_word(picture.refused_because) if picture.state == "refused" else "",
    )


def sent_picture(number: int, href: str) -> PictureView:
    """Return a picture on the desk."""
    return PictureView(number, _("Screenshot %(number)s", number=number), href, "")


def trouble_word(reason: str) -> str:
    """Return why a picture cannot be used, and what to do about it."""
    words = {
        "kind": _("This file is no picture that we can open. Send a JPEG, PNG or WebP."),
        "size": _("This picture has more than 10 MB. Send a smaller one, or a screenshot of it."),
        "pixels": _("This picture is too large to open. Send a screenshot of it."),
        "many": _("We look at four pictures at a time. Send this one in another question."),
        "lost": _("This picture got lost on our side. Please send it again."),
    }
    return words.get(reason, _("This picture is damaged and cannot be opened. Send it again, or a screenshot of it."))


def left_out_word(place: int, reason: str) -> str:
    """Return which of the files sent was not taken, and why."""
    return _("File %(place)s: %(reason)s", place=place, reason=trouble_word(reason))


def _known_view(known: Known) -> KnownView:
    return KnownView(card_view(known.answer) if known.answer else None, known.case.report_count)
