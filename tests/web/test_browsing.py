"""Ways into the fact-checks: by topic, by month, and for machines."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

from app.i18n import in_language, show_moment
from app.presenters.topics import topic_word
from app.wiring import Saring
from tests.fakes.searcher import FakeSearcher
from tests.web.checking_client import CheckingClient
from tests.web.test_public_pages import hit_on, import_check, titles
from verification.models import FactCheck
from verification.rules.scale import Veracity
from verification.services.importing import PriorCheck, import_prior_check

SITEMAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(page: str, beginning: str) -> list[str]:
    return re.findall(rf'href="({beginning}[^"]*)"', page)


def import_about_vaccines(saring: Saring) -> FactCheck:
    prior = PriorCheck(
        key="vaksin-1", title="Vaksin tidak berisi cip", claim="Vaksin berisi cip", explanation="Tidak ada cip.",
        label="SALAH", verdict=Veracity.FALSE, misinfo_type=None, language="id", published_on=date(2026, 3, 9),
        url="https://example.org/v", source_name="Rumah Cek", topics=("Teori Konspirasi",),
    )  # fmt: skip
    with saring.database.write() as session:
        return import_prior_check(session, prior=prior, now=saring.clock.now())[0]


def test_a_topic_has_a_page_and_the_page_of_topics_counts_it(client: CheckingClient, saring: Saring) -> None:
    known = import_about_vaccines(saring)
    topics = client.get("/topik").text
    assert {"/topik/health", "/topik/teori-konspirasi"} <= set(addresses(topics, "/topik/"))
    for path, heading in (("/topik/health", "Kesehatan"), ("/topik/teori-konspirasi", "Teori konspirasi")):
        page = client.get(path).text
        assert f"<h1>{heading}</h1>" in page
        assert known.title in page
    for nothing in ("/topik/tidak-ada", "/topik/Health", "/topik/%3Cb%3E"):
        assert client.get(nothing).status_code == 404


def test_every_topic_of_the_shipped_debunks_has_a_word_in_both_languages(client: CheckingClient) -> None:
    lines = Path("seed/debunks.jsonl").read_text(encoding="utf-8").splitlines()
    topics = {topic for line in lines for topic in json.loads(line)["topics"]}
    names = {"covid19", "hiv", "bank", "energy"}  # nearly or wholly the same word in both
    with client.application.test_request_context("/"):
        english = {topic: in_words(topic, "en") for topic in topics - names}
        assert [topic for topic, word in english.items() if in_words(topic, "id") == word] == []
        assert in_words("children", "id") == "Anak"


def in_words(topic: str, language: str) -> str:
    with in_language(language):
        return topic_word(topic)


def test_moments_are_shown_by_the_clocks_of_jakarta_without_seconds(client: CheckingClient) -> None:
    moment = datetime(2026, 3, 9, 20, 5, 59, tzinfo=UTC)
    with client.application.test_request_context("/"):
        assert show_moment(moment, "long") == "10 Maret 2026, 03.05 WIB"
        with in_language("en"):
            assert show_moment(moment) == "Mar 10, 2026, 03:05"


def test_a_fact_check_names_its_topics_and_what_is_like_it(
    client: CheckingClient, saring: Saring, searcher: FakeSearcher
) -> None:
    known, alike = import_about_vaccines(saring), import_check(saring, number=2)
    searcher.hits = (hit_on(alike), hit_on(known))
    page = client.get(f"/cek/{known.public_id}/{known.slug}").text
    assert set(addresses(page, "/topik/")) == {"/topik/health", "/topik/teori-konspirasi"}
    assert f"/cek/{alike.public_id}/{alike.slug}" in page
    assert "Cek fakta serupa" in page


def test_months_lead_to_their_fact_checks(client: CheckingClient, saring: Saring) -> None:
    import_check(saring, number=3)
    archive = client.get("/arsip").text
    assert addresses(archive, "/arsip/") == ["/arsip/2026/01"]
    assert titles(client.get("/arsip/2026/01").text)[0] == "Bantuan nomor 3 tidak benar"
    for nothing in ("/arsip/2026/02", "/arsip/2026/13", "/arsip/1600/01"):
        assert client.get(nothing).status_code == 404


def test_a_topic_narrows_list_and_feed(client: CheckingClient, saring: Saring) -> None:
    known = import_about_vaccines(saring)
    import_check(saring, number=1)
    for topic in ("health", "teori-konspirasi"):
        page = client.get(f"/cari?topic={topic}&source=Rumah+Cek").text
        assert known.title in page
        assert titles(page) == []
        feed = client.get(f"/umpan.json?topic={topic}&source=Rumah+Cek").get_json()
        assert [item["title"] for item in feed["items"]] == [f"[SALAH] {known.title}"]


def locations(page: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(page).iter(f"{SITEMAPS}loc")]


def test_the_sitemap_leads_to_every_fact_check(client: CheckingClient, saring: Saring) -> None:
    known = import_about_vaccines(saring)
    assert "Sitemap: http://localhost/peta-situs.xml" in client.get("/robots.txt").text
    files = locations(client.get("/peta-situs.xml").text)
    assert "http://localhost/peta-situs/2026-03.xml" in files
    listed = [place for file in files for place in locations(client.get(file).text)]
    assert f"http://localhost/cek/{known.public_id}/{known.slug}" in listed
    assert "http://localhost/topik/health" in listed
    for place in listed:
        assert client.get(place).status_code == 200, place
    assert client.get("/peta-situs/1999-01.xml").status_code == 404


def test_a_frame_may_stand_in_any_page_and_shows_the_present_verdict(client: CheckingClient, saring: Saring) -> None:
    known = import_about_vaccines(saring)
    frame = client.get(f"/cek/{known.public_id}/sematan")
    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert "SALAH" in frame.text
    assert "frame-ancestors 'none'" in client.get("/cari").headers["Content-Security-Policy"]
    with saring.database.write() as session:
        session.get_one(FactCheck, known.id).state = "retracted"
    withdrawn = client.get(f"/cek/{known.public_id}/sematan").text
    assert "Cek fakta ini dicabut" in withdrawn


def test_oembed_answers_for_pages_of_this_site_alone(client: CheckingClient, saring: Saring) -> None:
    known = import_about_vaccines(saring)
    page = f"http://localhost/cek/{known.public_id}/{known.slug}"
    found = client.get("/oembed", query_string={"url": page, "maxwidth": 400}).get_json()
    assert (found["type"], found["version"], found["width"]) == ("rich", "1.0", 400)
    assert f'src="http://localhost/cek/{known.public_id}/sematan"' in found["html"]
    xml = client.get("/oembed", query_string={"url": page, "format": "xml"})
    assert ElementTree.fromstring(xml.data).findtext("html") == found["html"].replace('width="400"', 'width="560"')
    assert "application/json+oembed" in client.get(page).text
    refused = (
        ({"url": "https://elsewhere.example/cek/abc"}, 404),
        ({"url": "http://localhost/masuk"}, 404),
        ({"url": "http://localhost/cek/tidakada0000"}, 404),
        ({}, 404),
        ({"url": page, "format": "yaml"}, 501),
        ({"url": page, "maxwidth": "100"}, 501),
    )
    for query, status in refused:
        assert client.get("/oembed", query_string=query).status_code == status, query
