"""What is known of a question with screenshots: by the words on them, and by the pictures themselves."""

from __future__ import annotations

from dataclasses import dataclass

from app.uploading import attachment_id_of, opened
from app.wiring import Saring
from intake.screenshots import says_otherwise
from intake.submission import LONGEST_TEXT, Submission, clean
from kernel.errors import Invalid
from search.types import SearchResult
from verification.models import Attachment
from verification.queries.uploads import Known, Question, known_messages
from verification.rules.lifecycle import CaseState


@dataclass(frozen=True, slots=True)
class Answer:
    """`submission` and `found` are None without words; `known` are messages reported with the same pictures."""

    submission: Submission | None
    found: SearchResult | None
    known: tuple[Known, ...]


def answer(saring: Saring, question: Question, *, limit: int) -> Answer:
    """Look a question up. What was typed is read first, then the pictures in order."""
    submission = message_of(saring, question)
    found = saring.search.search(submission.redacted_text, limit=limit) if submission else None
    return Answer(submission, found, known_by_picture(saring, question, submission))


def message_of(saring: Saring, question: Question) -> Submission | None:
    """Return the message of a question: typed and read, as it may be kept; None where there are no words."""
    parts = [opened(saring, question.upload.sealed_text).strip()]
    parts += [opened(saring, picture.sealed_text) for picture in question.pictures]
    text = "\n".join(part for part in parts if part)
    try:
        return clean(text[:LONGEST_TEXT], url=None)
    except Invalid:
        return None


def known_by_picture(saring: Saring, question: Question, submission: Submission | None) -> tuple[Known, ...]:
    """Return the messages that were reported with one of these pictures, answered ones first."""
    nearest: dict[int, int] = {}
    for picture in question.pictures:
        for same in _same(saring, picture):
            nearest[same] = nearest.get(same, len(nearest))
    if not nearest:
        return ()
    with saring.database.read() as session:
        known = known_messages(session, attachment_ids=list(nearest))
    said = submission.redacted_text if submission else ""
    agreeing = [
        one
        for one in known
        if not says_otherwise(said, one.item.text) and (one.answer is None or one.answer.state != CaseState.RETRACTED)
    ]
    return tuple(sorted(agreeing, key=lambda one: one.answer is None))


def _same(saring: Saring, picture: Attachment) -> list[int]:
    if picture.pdq is None:
        return []
    found = saring.pictures.find_same(picture.pdq, quality=picture.pdq_quality or 0)
    return [own for same in found if (own := attachment_id_of(same.key)) != picture.id]
