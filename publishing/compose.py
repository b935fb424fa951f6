"""From one approved counter-narrative to the text of a post: the fact first, the myth never, always the link. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from publishing.counting import TextRule, shorten

HEADING_PART = 2
"""A heading may take this part of the room: one half."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A counter-narrative in one language. `change` says in a sentence what a correction changed."""

    verdict: str
    """The word of the verdict, as SALAH or FALSE."""
    title: str
    fact: str
    claim: str
    why: str = ""
    action: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The fixed words of a post in one language."""

    circulating: str
    more: str
    corrected: str
    retracted: str


PHRASES: Mapping[str, Phrases] = {
    "id": Phrases(
        circulating="Yang beredar: “{claim}”",
        more="Penjelasan lengkap dan sumber: {link}",
        corrected="KOREKSI, {date}: {change}",
        retracted="DICABUT, {date}: {change}",
    ),
    "en": Phrases(
        circulating="What is going around: “{claim}”",
        more="Full explanation and sources: {link}",
        corrected="CORRECTION, {date}: {change}",
        retracted="RETRACTED, {date}: {change}",
    ),
}


def compose(
    wording: Wording, *, link: str, language: str, rule: TextRule, tags: Sequence[str] = (), heading: str = ""
) -> str:
    """Return the draft of a post that fits `rule`.

    A heading takes half of the room at most: what a correction says must not push out what is true. Heading, verdict,
    fact and link are always there, the fact shortened if it must be. The reason, what to do, what was claimed and the
    tags follow as far as there is room for a whole one, in this order of worth.
    """
    phrases = PHRASES[language]
    heading = shorten(heading, replace(rule, limit=rule.limit // HEADING_PART)) if heading else ""
    opening = f"{heading}\n\n" if heading else ""
    link_line = phrases.more.format(link=link)
    if not rule.count(f"{opening}{wording.verdict}: {wording.fact}\n\n{link_line}").fits:
        link_line = link
    rest = f"\n\n{link_line}"
    before = f"{opening}{wording.verdict}: "
    lead = before + shorten(wording.fact, rule, room_for=before + rest)
    pieces = {
        "why": wording.why,
        "action": wording.action,
        "claim": phrases.circulating.format(claim=wording.claim) if wording.claim else "",
        "tags": " ".join(f"#{tag}" for tag in tags),
    }
    chosen: dict[str, str] = {}
    for name, piece in pieces.items():
        if piece and rule.count(_lay_out(lead, {**chosen, name: piece}, link_line)).fits:
            chosen[name] = piece
    return _lay_out(lead, chosen, link_line)


def correction_heading(wording: Wording, *, language: str, at: datetime, time_zone: str, retracted: bool) -> str:
    """Return the dated first line of a correction or a retraction."""
    phrases = PHRASES[language]
    day = format_date(at.astimezone(ZoneInfo(time_zone)), "d MMMM y", locale=language)
    template = phrases.retracted if retracted else phrases.corrected
    return template.format(date=day, change=wording.change)


def _lay_out(lead: str, chosen: Mapping[str, str], link_line: str) -> str:
    order = (lead, chosen.get("claim"), chosen.get("why"), chosen.get("action"), link_line, chosen.get("tags"))
    return "\n\n".join(piece for piece in order if piece)
