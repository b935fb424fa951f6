"""What an approval would send out: where the version will stand, and what each account would show."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from accounts.models import Organisation
from publishing.approval import ApprovedContent
from publishing.corrections import Foreseen
from publishing.drafting import Prepared, seen_hash


@dataclass(frozen=True, slots=True)
class Place:
    """Where a version stands, or will stand once it is approved. `number` is the fact-check's; 0 before there is one.

    By the number a correction finds what it corrects: it stays the same from revision to revision.
    """

    number: int
    revision: int
    public_id: str
    slug: str
    changed: bool = False
    """The verdict is another one than the revision before had."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an approval would do: `posts` for a first publication, `corrections` for a later one."""

    organisation: Organisation | None
    content: ApprovedContent
    posts: tuple[Prepared, ...]
    corrections: tuple[Foreseen, ...]

    @property
    def seen(self) -> str:
        """The hash (hex) of all that an approver signs with this plan; empty where nothing is posted."""
        if self.corrections:
            return hashlib.sha256(
                json.dumps(list(map(_signed, self.corrections)), ensure_ascii=False).encode()
            ).hexdigest()
        return seen_hash(self.posts) if any(post.included for post in self.posts) else ""


def _signed(row: Foreseen) -> list[object]:
    if row.step is None or row.payload is None:
        return [row.account.id]
    picture = row.payload.image.sha256 if row.payload.image else ""
    target = row.target.id if row.target else 0
    return [row.account.id, row.step.op, row.step.act, target, row.payload.marker, row.payload.text, picture]
