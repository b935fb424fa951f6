"""The Atom and JSON feed of an organisation: a channel whose posts are our own rows, so nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from xml.etree import ElementTree as Xml

from publishing.channels.interface import Capabilities, Channel, Connect, Find, Idempotency, Sending
from publishing.channels.values import Identity, Image, Payload, Published
from publishing.counting import TextRule, Unit

ATOM = "http://www.w3.org/2005/Atom"


class Feed(Channel):
    """Settings: `url` (of the feed itself), `name`."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        kind="feed",
        label="Atom/JSON Feed",
        text=TextRule(20_000, Unit.CODE_POINTS),
        idempotency=Idempotency.NATURAL,
        find=Find.EXACT,
        connect=Connect.SECRETS,
        secrets=(),
        settings=("url", "name"),
        verified_against="itself, end to end: its readers ask us",
        edit=True,
        delete=True,
    )

    def verify(self) -> Identity:
        return Identity(self.credentials.settings["url"], self.credentials.settings["name"])

    def publish(self, payload: Payload, sending: Sending) -> Published:
        return _entry_of(payload, sending)

    def find(self, payload: Payload, sending: Sending) -> Published | None:
        return _entry_of(payload, sending)

    def edit(self, remote: Published, payload: Payload) -> Published:
        return Published(remote.remote_id, payload.marker, str(payload.version))

    def delete(self, remote: Published) -> None:
        """The entry is left out from now on; the row of its deletion says so."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as readers see it; `updated_at` moves when a correction is out, `id` never does."""

    id: str
    url: str
    title: str
    text: str
    language: str
    published_at: datetime
    updated_at: datetime
    image: Image | None = None


def atom(entries: Sequence[Entry], *, title: str, home_url: str, feed_url: str, now: datetime) -> bytes:
    """Return the Atom document, newest first."""
    root = Xml.Element("feed", {"xmlns": ATOM})
    _add(root, "title", title)
    _add(root, "id", feed_url)
    _add(root, "updated", _moment(max((entry.updated_at for entry in entries), default=now)))
    Xml.SubElement(root, "link", {"rel": "self", "href": feed_url})
    Xml.SubElement(root, "link", {"rel": "alternate", "href": home_url})
    author = Xml.SubElement(root, "author")
    _add(author, "name", title)
    for entry in entries:
        node = Xml.SubElement(root, "entry", {"xml:lang": entry.language})
        _add(node, "id", f"urn:saring:{entry.id}")
        _add(node, "title", entry.title)
        _add(node, "published", _moment(entry.published_at))
        _add(node, "updated", _moment(entry.updated_at))
        Xml.SubElement(node, "link", {"rel": "alternate", "href": entry.url})
        _add(node, "content", entry.text)
    document: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def json_feed(entries: Sequence[Entry], *, title: str, home_url: str, feed_url: str) -> dict[str, Any]:
    """Return the JSON Feed 1.1 document, newest first."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": home_url,
        "feed_url": feed_url,
        "items": [
            {
                "id": f"urn:saring:{entry.id}",
                "url": entry.url,
                "title": entry.title,
                "content_text": entry.text,
                "language": entry.language,
                "date_published": _moment(entry.published_at),
                "date_modified": _moment(entry.updated_at),
                **({"image": entry.image.url} if entry.image else {}),
            }
            for entry in entries
        ],
    }


def _entry_of(payload: Payload, sending: Sending) -> Published:
    return Published(sending.key, payload.marker, str(payload.version))


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _add(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = text
