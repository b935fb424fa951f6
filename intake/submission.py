"""What a person sent, made fit to keep: checked, neutralised, redacted for the public, and recognisable."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from intake.errors import ControlCharacters, Empty, TooLong
from intake.folding import fingerprint, is_blank
from intake.language import Language, language_of
from intake.links import canonical_url, parse_url, sole_url
from intake.redaction import redact

LONGEST_TEXT = 20_000
"""Characters, about eight printed pages: forwards are shorter, and a book is no report."""

_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_NEUTRALISED = re.compile(r"[\x80-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Submission:
    """A message as it may be stored.

    `text` is what was sent, for those who judge it; `redacted_text` is what everybody may see and search. Markup stays
    as the characters it was typed with: escaping is the page's work. `fingerprint` is equal for all spellings of one
    message. When only a link was sent, it is the text too.
    """

    text: str
    redacted_text: str
    url: str | None
    fingerprint: str
    language: Language


def clean(text: str, *, url: str | None) -> Submission:
    """Return what was sent as a `Submission`.

    Overrides of the writing direction are taken out, not refused: honest copies from right-to-left chats hold them.
    Raises `Empty`, `TooLong`, `ControlCharacters` (field `text`) and `BadUrl` (field `url`).
    """
    text = _clean_text(text)
    link_as_text = sole_url(text)
    link = parse_url(url) if url and not is_blank(url) else link_as_text
    if is_blank(text):
        if link is None:
            raise Empty(field="text")
        text = link_as_text = link
    return Submission(
        text=text,
        redacted_text=redact(text),
        url=link,
        fingerprint=_fingerprint_of_link(link_as_text) if link_as_text else fingerprint(text),
        language=language_of(text),
    )


def _clean_text(text: str) -> str:
    # A browser sends each line end as two characters and counts it as one: count as the person saw it counted.
    if len(text) <= 2 * LONGEST_TEXT:
        text = _LINE_END.sub("\n", text).strip()
    if len(text) > LONGEST_TEXT:
        raise TooLong(field="text", limit=LONGEST_TEXT, length=len(text))
    if _NOT_TEXT.search(text):
        raise ControlCharacters(field="text")
    return _NEUTRALISED.sub("", text)


def _fingerprint_of_link(url: str) -> str:
    return hashlib.sha256(f"link {canonical_url(url)}".encode()).hexdigest()
