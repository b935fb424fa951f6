"""Questions with screenshots, and what is known of the same pictures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from verification.errors import NoSuchUpload
from verification.models import Attachment, Case, FactCheck, Item, Report, Upload
from verification.queries.public import answer_of


@dataclass(frozen=True, slots=True)
class Question:
    """An upload with its pictures in order."""

    upload: Upload
    pictures: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A message that was reported with the same picture; `answer` is what was found out, or None as yet."""

    attachment_id: int
    item: Item
    case: Case
    answer: FactCheck | None


def question(session: Session, *, token_hash: str) -> Question:
    """Return the question behind a private link, or raise NoSuchUpload."""
    upload = session.scalar(select(Upload).where(Upload.token_hash == token_hash))
    if upload is None:
        raise NoSuchUpload
    return Question(upload, _pictures(session, Attachment.upload_id == upload.id))


def question_of(session: Session, *, upload_id: int) -> Question | None:
    """Return the question with this number, or None when it is gone."""
    upload = session.get(Upload, upload_id)
    return Question(upload, _pictures(session, Attachment.upload_id == upload_id)) if upload else None


def question_of_report(session: Session, *, report_id: int) -> Question | None:
    """Return the pictures of a report as they were sent, or None when it has none."""
    upload_id = session.scalar(select(Upload.id).where(Upload.report_id == report_id).limit(1))
    return question_of(session, upload_id=upload_id) if upload_id is not None else None


def has_pictures(session: Session, *, report_id: int) -> bool:
    """Tell whether a report has its lot of pictures."""
    return session.scalar(select(Upload.id).where(Upload.report_id == report_id).limit(1)) is not None


def pictures_of_case(session: Session, *, case_id: int) -> tuple[Attachment, ...]:
    """Return the kept pictures of all reports of a case, the first report's first."""
    mine = (
        select(Upload.id)
        .join(Report, Report.id == Upload.report_id)
        .join(Item, Item.id == Report.item_id)
        .where(Item.case_id == case_id)
    )
    return _pictures(session, Attachment.upload_id.in_(mine), Attachment.state == "kept")


def known_messages(session: Session, *, attachment_ids: Collection[int]) -> list[Known]:
    """Return the messages that were reported with these pictures, each once, those of the first picture first."""
    order = {attachment_id: place for place, attachment_id in enumerate(attachment_ids)}
    rows = session.execute(
        select(Attachment.id, Item, Case)
        .join(Upload, Upload.id == Attachment.upload_id)
        .join(Report, Report.id == Upload.report_id)
        .join(Item, Item.id == Report.item_id)
        .join(Case, Case.id == Item.case_id)
        .where(Attachment.id.in_(attachment_ids))
    ).all()
    nearest = sorted(rows, key=lambda row: order[row.id])
    first = {row.Item.id: row for row in reversed(nearest)}
    found = sorted(first.values(), key=lambda row: order[row.id])
    return [Known(row.id, row.Item, row.Case, answer_of(session, row.Case)) for row in found]


def _pictures(session: Session, *conditions: ColumnElement[bool]) -> tuple[Attachment, ...]:
    query = select(Attachment).where(*conditions).order_by(Attachment.upload_id, Attachment.position)
    return tuple(session.scalars(query))
