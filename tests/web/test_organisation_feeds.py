"""An organisation's own feed: what it published, corrected as corrected, for programs that read either format."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from accounts.models import Organisation
from app.wiring import Saring
from publishing import outbox
from publishing.corrections import correct
from publishing.models import ChannelAccount
from tests.channels import house as houses
from tests.channels.house import House
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient

ATOM = {"a": "http://www.w3.org/2005/Atom"}
NUMBER = 4_960


def send_all(saring: Saring) -> None:
    while outbox.step(saring.database, saring.channels, clock=saring.clock):
        pass


def open_feed(saring: Saring) -> tuple[House, int, str]:
    settings = {"url": "https://balai.example/umpan.atom", "name": "Balai"}
    with saring.database.write() as session:
        home = houses.found_house(session)
        account = houses.open_account(session, home, saring.channels, "feed", settings=settings, secrets={})
        return home, account.id, session.get_one(Organisation, home.organisation_id).slug


def test_both_formats_hold_the_same_entries(saring: Saring, client: CheckingClient) -> None:
    home, account_id, slug = open_feed(saring)
    with saring.database.write() as session:
        account = session.get_one(ChannelAccount, account_id)
        houses.approve_for(
            session, home, saring.channels, account, about=houses.content(NUMBER), now=saring.clock.now()
        )
    send_all(saring)
    atom, sent = client.get(f"/umpan/{slug}.atom"), client.get(f"/umpan/{slug}.json")
    assert (atom.mimetype, sent.mimetype) == ("application/atom+xml", "application/feed+json")
    (entry,) = Xml.fromstring(atom.text).findall("a:entry", ATOM)
    (item,) = sent.get_json()["items"]
    assert entry.findtext("a:id", namespaces=ATOM) == item["id"]
    assert entry.findtext("a:content", namespaces=ATOM) == item["content_text"]
    assert sent.get_json()["feed_url"] == f"{saring.settings.public_url}/umpan/{slug}.json"


def test_a_corrected_entry_says_so_in_the_feed(saring: Saring, client: CheckingClient, clock: StandingClock) -> None:
    home, account_id, slug = open_feed(saring)
    with saring.database.write() as session:
        account = session.get_one(ChannelAccount, account_id)
        houses.approve_for(session, home, saring.channels, account, about=houses.content(NUMBER), now=clock.now())
    send_all(saring)
    before = client.get(f"/umpan/{slug}.json").get_json()["items"]
    clock.advance(hours=1)
    with saring.database.write() as session:
        correct(
            session,
            content=houses.content(NUMBER, version=2),
            channels=saring.channels,
            author_id=home.author_id,
            approver_id=home.approver_id,
            time_zone="Asia/Jakarta",
            organisation_id=home.organisation_id,
            now=clock.now(),
        )
    send_all(saring)
    (item,) = client.get(f"/umpan/{slug}.json").get_json()["items"]
    assert item["id"] == before[0]["id"]
    assert item["date_modified"] > before[0]["date_modified"]
    assert item["content_text"].startswith("KOREKSI")


def test_who_has_no_feed_has_no_address(saring: Saring, client: CheckingClient) -> None:
    with saring.database.write() as session:
        home = houses.found_house(session)
        slug = session.get_one(Organisation, home.organisation_id).slug
    for path in (f"/umpan/{slug}.atom", f"/umpan/{slug}.json", "/umpan/tidak-ada.atom"):
        assert client.get(path).status_code == 404
