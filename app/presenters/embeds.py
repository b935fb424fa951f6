"""A fact-check inside somebody else's page: the frame's code, and what oEmbed says of it (oembed.com, 1.0)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import url_for

from app.presenters.browse import TopicView, topic_view
from app.presenters.fact_checks import CardView, card_view
from app.presenters.words import HOUSE
from verification.models import FactCheck

WIDTH, HEIGHT = 560, 300
"""Of the frame, in CSS pixels: the card's tallest title at 320 pixels still fits."""

NARROWEST = 240

CACHE_SECONDS = 3_600
"""How long a site may keep the code. The frame itself always shows the present verdict."""

_PAGE = re.compile(r"/cek/(?P<public_id>[A-Za-z0-9_-]{1,12})(?:/[a-z0-9-]*)?/?\Z")


@dataclass(frozen=True, slots=True)
class EmbedView:
    """The frame of a fact-check. `code` is the HTML that another page takes over."""

    card: CardView
    address: str
    code: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands beside a fact-check on its page: its topics, its like, and the code for other people's pages."""

    topics: tuple[TopicView, ...]
    alike: tuple[CardView, ...]
    embed: EmbedView


def surroundings(fact_check: FactCheck, alike: Iterable[FactCheck], *, site: str) -> Surroundings:
    """Return what stands beside a fact-check."""
    return Surroundings(
        topics=tuple(topic_view(topic) for topic in fact_check.topics),
        alike=tuple(card_view(one) for one in alike),
        embed=embed_view(fact_check, site=site),
    )


def embed_view(fact_check: FactCheck, *, site: str, width: int = WIDTH) -> EmbedView:
    """Return the frame of a fact-check; `site` is the public address, `width` at most `WIDTH` pixels."""
    card = card_view(fact_check)
    frame = site + url_for("embeds.frame", public_id=fact_check.public_id)
    title = escape(f"{card.verdict.word}: {card.title}")
    code = (
        f'<iframe src="{escape(frame)}" title="{title}" width="{width}" height="{HEIGHT}" loading="lazy"'
        ' style="border:0;max-width:100%"></iframe>'
    )
    return EmbedView(card, frame, code)


def public_id_in(address: str, *, site: str) -> str | None:
    """Return which fact-check of this site an address shows, or None where it shows none."""
    parts, home = urlsplit(address), urlsplit(site)
    found = _PAGE.match(parts.path)
    return found["public_id"] if found and parts.netloc == home.netloc else None


def oembed(view: EmbedView, *, site: str, width: int) -> dict[str, Any]:
    """Return the oEmbed answer as a mapping."""
    return {
        "version": "1.0",
        "type": "rich",
        "title": f"{view.card.verdict.word}: {view.card.title}",
        "author_name": view.card.source,
        "provider_name": HOUSE,
        "provider_url": f"{site}/",
        "cache_age": CACHE_SECONDS,
        "html": view.code,
        "width": width,
        "height": HEIGHT,
    }


def as_xml(answer: dict[str, Any]) -> bytes:
    """Return an oEmbed answer as XML."""
    root = Element("oembed")
    for name, value in answer.items():
        SubElement(root, name).text = str(value)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
