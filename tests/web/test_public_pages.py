"""What a citizen meets: nothing saved by looking, one report for one form, pages that say what is known and why."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select

from app.documents import document_of
from app.wiring import Saring
from intake.submission import LONGEST_TEXT
from search.types import Difference, Hit, Outcome, Retriever
from tests.factories.cases import make_published_case
from tests.fakes.searcher import FakeSearcher
from tests.web.checking_client import CheckingClient
from verification.models import Case, Demand, FactCheck, Item, Report
from verification.rules.scale import Veracity
from verification.services.importing import PriorCheck, import_prior_check

MESSAGE = "Bantuan Rp1.500.000 cair besok, hubungi 0812-3456-7890"
SEEN = "Bantuan Rp600.000 cair lewat kantor pos"


def import_check(
    saring: Saring, *, number: int, verdict: Veracity | None = Veracity.FALSE, language: str = "id"
) -> FactCheck:
    prior = PriorCheck(
        key=f"test-{number}",
        title=f"Bantuan nomor {number} tidak benar",
        claim=SEEN,
        explanation="Kementerian tidak membagikan bantuan lewat pesan.",
        label="SALAH" if verdict else "KLARIFIKASI",
        verdict=verdict,
        misinfo_type=None,
        language=language,
        published_on=date(2026, 1, 1 + number),
        url=f"https://example.org/{number}",
        source_name="Rumah Cek",
    )
    with saring.database.write() as session:
        return import_prior_check(session, prior=prior, now=saring.clock.now())[0]


def publish(saring: Saring, *, text: str = SEEN) -> FactCheck:
    with saring.database.write() as session:
        case = make_published_case(session, text=text)
        return session.execute(select(FactCheck).where(FactCheck.case_id == case.id)).scalar_one()


def hit_on(fact_check: FactCheck, *, outcome: Outcome = Outcome.ANSWERED) -> Hit:
    return Hit(
        document=document_of(fact_check),
        probability=0.9,
        outcome=outcome,
        passage="Bantuan Rp1.500.000 cair besok",
        terms=("bantuan",),
        retrievers=(Retriever.DENSE, Retriever.WORDS),
        differences=(Difference("amount", ("Rp1.500.000",), ("Rp600.000",)),),
    )


def rows(saring: Saring, *models: type) -> list[int]:
    with saring.database.read() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def form_key_in(page: str) -> str:
    found = re.search(r'name="form_key"[^>]*value="([^"]+)"', page)
    assert found, "the page offers no report form"
    return found[1]


def report(client: CheckingClient, text: str) -> str:
    """Walk from the box to the tracking link and return its path."""
    key = form_key_in(client.post("/periksa", data={"text": text}).text)
    answer = client.post("/lapor", data={"text": text, "form_key": key, "seen_where": "whatsapp"})
    assert answer.status_code == 303
    return str(answer.location)


def test_a_known_hoax_is_answered_with_its_reasons_before_anything_is_saved(
    client: CheckingClient, saring: Saring, searcher: FakeSearcher
) -> None:
    known = import_check(saring, number=1)
    searcher.hits, searcher.outcome = (hit_on(known),), Outcome.ANSWERED
    before = rows(saring, Item, Report, Case, Demand)
    page = client.post("/periksa", data={"text": MESSAGE})
    assert page.status_code == 200
    for part in ("sudah pernah diperiksa", "SALAH", known.title, "Rumah Cek", "<mark>Bantuan</mark>", "Rp600.000"):
        assert part in page.text
    assert rows(saring, Item, Report, Case, Demand) == before


def test_the_searcher_is_not_told_personal_numbers(client: CheckingClient, searcher: FakeSearcher) -> None:
    client.post("/periksa", data={"text": MESSAGE})
    assert len(searcher.questions) == 1
    assert "3456" not in searcher.questions[0]


def test_a_limping_search_says_so(client: CheckingClient, searcher: FakeSearcher) -> None:
    searcher.missing = ("encoder",)
    assert "tidak berjalan penuh" in client.post("/periksa", data={"text": MESSAGE}).text


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b\u200b", "a\x00b", "x" * (LONGEST_TEXT + 1)])
def test_what_cannot_be_checked_comes_back_with_a_reason_beside_the_field(
    client: CheckingClient, searcher: FakeSearcher, text: str
) -> None:
    page = client.post("/periksa", data={"text": text})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert text.strip().replace("\x00", "\ufffd") in page.text
    assert searcher.questions == []


def test_a_megabyte_is_refused_beside_the_field(client: CheckingClient) -> None:
    page = client.post("/periksa", data={"text": "x" * 1_000_000})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text


def test_a_megabyte_in_parts_is_refused_beside_the_field(client: CheckingClient) -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + b"x" * 1_000_000 + b"\r\n--b--\r\n"
    page = client.post("/periksa", data=body, content_type="multipart/form-data; boundary=b")
    assert page.status_code == 413
    assert 'aria-invalid="true"' in page.text


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("text=telur", "telur"),
        ("text=%F0%9F%98%80%F0%9F%94%A5", "😀🔥"),
        ("text=%D0%AF%D0%B9%D1%86%D0%BE+%E9%B8%A1%E8%9B%8B", "Яйцо 鸡蛋"),
        ("text=telur+palsu+%FF%FE%E9", "telur palsu %FF%FE%E9"),
    ],
    ids=["one word", "only emoji", "foreign scripts", "wrong encoding"],
)
def test_any_message_gets_an_answer_and_is_not_lost(
    client: CheckingClient, searcher: FakeSearcher, body: str, shown: str
) -> None:
    kind = "application/x-www-form-urlencoded"
    page = client.post("/periksa", data=body, content_type=kind)
    assert page.status_code == 200
    assert shown in page.text
    assert 'name="form_key"' in page.text
    assert client.get("/cari", query_string=body.replace("text=", "q=")).status_code == 200


def test_markup_in_a_message_stays_text(client: CheckingClient) -> None:
    page = client.post("/periksa", data={"text": '<script>alert(1)</script> <img src=x onerror="x">'})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_a_report_gets_a_private_page_without_personal_numbers(client: CheckingClient, saring: Saring) -> None:
    path = report(client, MESSAGE)
    page = client.get(path)
    assert page.status_code == 200
    assert "Rp1.500.000" in page.text
    assert "3456" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_the_same_form_sent_twice_is_one_report_and_one_link(client: CheckingClient, saring: Saring) -> None:
    data = {"text": MESSAGE, "form_key": form_key_in(client.post("/periksa", data={"text": MESSAGE}).text)}
    before = rows(saring, Report)[0]
    assert client.post("/lapor", data=data).location == client.post("/lapor", data=data).location
    assert rows(saring, Report)[0] == before + 1


def test_a_report_needs_the_key_of_its_form(client: CheckingClient, saring: Saring) -> None:
    before = rows(saring, Report)
    answer = client.post("/lapor", data={"text": MESSAGE, "form_key": "guess"})
    assert answer.status_code == 422
    assert form_key_in(answer.text) != "guess"
    assert rows(saring, Report) == before


def test_a_message_is_taken_from_no_address(client: CheckingClient, searcher: FakeSearcher) -> None:
    page = client.get("/periksa?text=Bawang+putih+menyembuhkan")
    assert page.status_code == 200
    assert "Bawang" not in page.text.replace(page.text.split("<main")[0], "")
    assert searcher.questions == []


def test_the_other_language_keeps_the_message(client: CheckingClient) -> None:
    page = client.post("/periksa", data={"text": MESSAGE})
    assert f'name="text" value="{MESSAGE}"' in page.text.split("<main")[0]
    switched = client.post("/bahasa", data={"lang": "en", "back": "/periksa", "text": MESSAGE})
    assert (switched.status_code, switched.location) == (307, "/periksa")
    assert "We have not checked this yet" in client.post(switched.location, data={"text": MESSAGE}).text
    elsewhere = client.post("/bahasa", data={"lang": "en", "back": "/lapor", "text": MESSAGE})
    assert elsewhere.status_code == 303


def test_what_is_known_appears_while_somebody_types(
    client: CheckingClient, saring: Saring, searcher: FakeSearcher
) -> None:
    known = import_check(saring, number=1)
    searcher.hits, searcher.outcome = (hit_on(known),), Outcome.SUGGESTED
    before, htmx = rows(saring, Item, Report, Case, Demand), {"HX-Request": "true"}
    part = client.post("/periksa", data={"text": MESSAGE}, headers=htmx)
    assert known.title in part.text
    assert "<!doctype" not in part.text
    assert "3456" not in searcher.questions[0]
    for too_little in ("", "Bantuan", "a\x00b"):
        empty = client.post("/periksa", data={"text": too_little}, headers=htmx)
        assert (empty.status_code, empty.text) == (200, "")
    assert len(searcher.questions) == 1
    assert rows(saring, Item, Report, Case, Demand) == before


def test_a_doubtful_likeness_is_not_shown_while_somebody_types(
    client: CheckingClient, saring: Saring, searcher: FakeSearcher
) -> None:
    known = import_check(saring, number=1)
    searcher.hits, searcher.outcome = (hit_on(known),), Outcome.NONE
    part = client.post("/periksa", data={"text": MESSAGE}, headers={"HX-Request": "true"}).text
    assert known.title not in part
    assert "Sejauh ini" in part


@pytest.mark.parametrize(
    ("path", "headers", "most"),
    [
        ("/periksa", {}, 120),
        ("/periksa", {"HX-Request": "true"}, 60),
        ("/lapor", {}, 30),
        ("/terjawab", {}, 30),
    ],
)
def test_each_public_act_has_a_limit_of_its_own(
    client: CheckingClient, path: str, headers: dict[str, str], most: int
) -> None:
    answers = [client.post(path, data={"text": ""}, headers=headers) for _ in range(most + 1)]
    assert 429 not in {answer.status_code for answer in answers[:-1]}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    others = {"/periksa", "/lapor", "/terjawab"} - {path}
    assert 429 not in {client.post(other, data={"text": ""}).status_code for other in others}


def test_htmx_gets_the_changing_part_only(client: CheckingClient) -> None:
    path = report(client, MESSAGE)
    whole, part = client.get(path), client.get(path, headers={"HX-Request": "true"})
    assert "<!doctype" in whole.text
    assert "<!doctype" not in part.text
    assert f'hx-get="{path}"' in part.text
    assert "HX-Request" in part.headers["Vary"]


def test_the_tracking_page_of_an_answered_case_shows_the_answer_and_stops_asking(
    client: CheckingClient, saring: Saring
) -> None:
    path = report(client, SEEN)
    with saring.database.write() as session:
        item = session.execute(select(Item).where(Item.text == SEEN)).scalar_one()
        other = make_published_case(session, text="Sama sekali lain")
        item.case_id = other.id
    page = client.get(path).text
    assert "Jawaban Anda sudah ada" in page
    assert "Vaksin diuji lebih dulu" in page
    assert "hx-get" not in page


def test_a_wrong_tracking_link_is_not_found(client: CheckingClient) -> None:
    assert client.get("/lacak/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_this_answers_it_counts_the_demand_and_saves_no_report(client: CheckingClient, saring: Saring) -> None:
    known = import_check(saring, number=1)
    before = rows(saring, Report)
    answer = client.post("/terjawab", data={"key": f"fact_check:{known.id}"})
    assert answer.status_code == 303
    assert known.title in client.get(answer.location).text
    with saring.database.read() as session:
        day = session.execute(select(Demand).where(Demand.fact_check_id == known.id)).scalar_one()
        assert (day.asked, day.answered) == (1, 1)
    assert rows(saring, Report) == before


@pytest.mark.parametrize("key", ["", "fact_check:", "fact_check:99999999", "fact_check:1 OR 1=1", "x:1"])
def test_an_answer_that_is_none_is_not_found(client: CheckingClient, key: str) -> None:
    assert client.post("/terjawab", data={"key": key}).status_code == 404


def test_our_own_fact_check_carries_one_claim_review(client: CheckingClient, saring: Saring) -> None:
    own = publish(saring)
    path = f"/cek/{own.public_id}/{own.slug}"
    page = client.get(path).text
    records = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(records) == 1
    record = json.loads(records[0])
    assert record["@type"] == "ClaimReview"
    assert record["url"] == f"http://localhost{path}"
    assert record["reviewRating"] == {
        "@type": "Rating",
        "alternateName": "SALAH",
        "ratingValue": 1,
        "worstRating": 1,
        "bestRating": 5,
    }
    assert f'<link rel="canonical" href="http://localhost{path}">' in page


def test_the_record_keeps_the_language_of_the_text(client: CheckingClient, saring: Saring) -> None:
    own = publish(saring)
    page = client.get(f"/cek/{own.public_id}/{own.slug}?lang=en").text
    assert '"alternateName": "SALAH"' in page
    assert "Who judged" in page
    assert "Mengapa ini menyesatkan" in page


def test_a_claim_cannot_break_out_of_the_record(client: CheckingClient, saring: Saring) -> None:
    own = publish(saring)
    with saring.database.write() as session:
        session.get_one(FactCheck, own.id).claim = "</script><script>alert(1)</script>"
    assert "<script>alert" not in client.get(f"/cek/{own.public_id}/{own.slug}").text


def test_another_houses_check_is_shown_as_theirs(client: CheckingClient, saring: Saring) -> None:
    theirs = import_check(saring, number=2, verdict=None)
    page = client.get(f"/cek/{theirs.public_id}/{theirs.slug}").text
    assert "ld+json" not in page
    for part in ("KLARIFIKASI", "Diperiksa oleh Rumah Cek", theirs.source_url):
        assert part in page


def test_an_old_address_leads_to_the_present_one(client: CheckingClient, saring: Saring) -> None:
    theirs = import_check(saring, number=3)
    for path in (f"/cek/{theirs.public_id}", f"/cek/{theirs.public_id}/nama-lama"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (301, f"/cek/{theirs.public_id}/{theirs.slug}")


def test_a_withdrawn_fact_check_keeps_its_page_and_leaves_the_lists(client: CheckingClient, saring: Saring) -> None:
    own = publish(saring)
    with saring.database.write() as session:
        session.get_one(FactCheck, own.id).state = "retracted"
    assert "Cek fakta ini dicabut" in client.get(f"/cek/{own.public_id}/{own.slug}").text
    assert own.title not in client.get("/cari").text


def titles(page: str) -> list[str]:
    return re.findall(r"Bantuan nomor \d+ tidak benar", page)


def test_the_list_is_walked_by_key_each_once_and_back(client: CheckingClient, saring: Saring) -> None:
    for number in range(27):
        import_check(saring, number=number)
    first = client.get("/cari?source=Rumah+Cek").text
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older
    second = client.get(older[1].replace("&amp;", "&")).text
    seen = titles(first) + titles(second)
    assert len(seen) == len(set(seen)) == 27
    newer = re.search(r'href="([^"]+)" rel="prev"', second)
    assert newer
    assert titles(client.get(newer[1].replace("&amp;", "&")).text) == titles(first)


def test_a_place_that_somebody_made_up_is_the_beginning(client: CheckingClient, saring: Saring) -> None:
    import_check(saring, number=1)
    assert client.get("/cari?older=WyJ4Il0.bad").text.count("Bantuan nomor 1") == client.get("/cari").text.count(
        "Bantuan nomor 1"
    )


def test_filters_narrow_and_odd_ones_do_nothing(client: CheckingClient, saring: Saring) -> None:
    import_check(saring, number=1, verdict=Veracity.TRUE)
    import_check(saring, number=2, verdict=Veracity.FALSE)
    assert titles(client.get("/cari?verdict=true&source=Rumah+Cek").text) == ["Bantuan nomor 1 tidak benar"]
    assert titles(client.get("/cari?since=2026-01-03&source=Rumah+Cek").text) == ["Bantuan nomor 2 tidak benar"]
    odd = client.get("/cari?verdict=bogus&since=2026-99-01&source=Rumah+Cek")
    assert odd.status_code == 200
    assert len(titles(odd.text)) == 2


def test_a_search_keeps_the_order_of_the_hits_and_the_filters(
    client: CheckingClient, saring: Saring, searcher: FakeSearcher
) -> None:
    checks = [import_check(saring, number=n, verdict=Veracity.TRUE if n == 2 else Veracity.FALSE) for n in (1, 2, 3)]
    searcher.hits = tuple(hit_on(check) for check in reversed(checks))
    found = titles(client.get("/cari?q=bantuan&verdict=false").text)
    assert found == ["Bantuan nomor 3 tidak benar", "Bantuan nomor 1 tidak benar"]


def test_a_neighbour_that_shares_neither_word_nor_meaning_is_not_found(
    client: CheckingClient, saring: Saring, searcher: FakeSearcher
) -> None:
    near, far, other = (import_check(saring, number=n) for n in (1, 2, 3))
    searcher.hits = (
        replace(hit_on(near), terms=()),
        replace(hit_on(far, outcome=Outcome.NONE), probability=0.01),
        replace(hit_on(other, outcome=Outcome.NONE), terms=(), probability=0.09),
    )
    assert titles(client.get("/cari?q=bantuan").text) == ["Bantuan nomor 1 tidak benar", "Bantuan nomor 2 tidak benar"]
    searcher.hits = searcher.hits[2:]
    assert "Tidak ditemukan" in client.get("/cari?q=xyzzy").text


def test_what_answers_nothing_does_not_stand_before_the_report(
    client: CheckingClient, saring: Saring, searcher: FakeSearcher
) -> None:
    known = publish(saring)
    for outcome, first in ((Outcome.ANSWERED, "earlier"), (Outcome.NONE, "report")):
        searcher.hits, searcher.outcome = (hit_on(known, outcome=outcome),), outcome
        page = client.post("/periksa", data={"text": SEEN}).text
        assert re.findall(r'<h2[^>]* id="(earlier|report)"', page)[0] == first


def test_a_reader_in_another_language_is_told_that_of_the_text(client: CheckingClient, saring: Saring) -> None:
    path = f"/cek/{publish(saring).public_id}"
    indonesian = client.get(path, follow_redirects=True).text
    client.set_cookie("lang", "en")
    english = client.get(path, follow_redirects=True).text
    assert "This fact-check is written in Indonesian." in english
    assert "Cek fakta ini ditulis" not in indonesian


def test_nothing_found_offers_the_way_on(client: CheckingClient) -> None:
    page = client.get("/cari?q=tidak+ada+yang+seperti+ini").text
    assert "Tidak ditemukan" in page


def test_the_feeds_parse_and_follow_the_filters(client: CheckingClient, saring: Saring) -> None:
    import_check(saring, number=1, verdict=Veracity.TRUE)
    import_check(saring, number=2)
    atom = client.get("/umpan.atom?verdict=true&source=Rumah+Cek")
    assert atom.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(atom.data)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert [entry.findtext("{http://www.w3.org/2005/Atom}title") for entry in entries] == [
        "[BENAR] Bantuan nomor 1 tidak benar"
    ]
    feed_json = client.get("/umpan.json?source=Rumah+Cek").get_json()
    assert feed_json["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["url"].startswith("http://localhost/cek/") for item in feed_json["items"]] == [True, True]


def test_the_home_page_shows_what_rises_and_what_is_new(client: CheckingClient, saring: Saring) -> None:
    known = import_check(saring, number=1)
    for _ in range(2):
        client.post("/terjawab", data={"key": f"fact_check:{known.id}"})
    page = client.get("/").text
    assert "ditanyakan 2 kali" in page
    assert "Tempel pesan atau tautan" in page


def test_the_newest_answers_are_in_the_language_of_the_reader_where_there_are_any(
    client: CheckingClient, saring: Saring
) -> None:
    import_check(saring, number=2, language="en")
    assert titles(client.get("/").text) == ["Bantuan nomor 2 tidak benar"]
    import_check(saring, number=1, language="id")
    assert titles(client.get("/").text) == ["Bantuan nomor 1 tidak benar"]
    client.set_cookie("lang", "en")
    assert titles(client.get("/").text) == ["Bantuan nomor 2 tidak benar"]


def test_the_language_is_kept_and_leads_back_to_the_same_page(client: CheckingClient) -> None:
    answer = client.post("/bahasa", data={"lang": "en", "back": "/cari?verdict=true&lang=id"})
    assert answer.location == "/cari?verdict=true"
    page = client.get("/cari").text
    assert '<html lang="en">' in page
    assert "Browse fact-checks" in page


def test_errors_speak_both_languages(client: CheckingClient) -> None:
    assert "Halaman itu tidak ada" in client.get("/tidak-ada").text
    assert "There is no such page" in client.get("/tidak-ada?lang=en").text
    refused = client.get("/lapor")
    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]


def test_a_form_from_elsewhere_is_refused(guarded_app: object) -> None:
    answer = guarded_app.test_client().post("/periksa", data={"text": MESSAGE})  # type: ignore[attr-defined]
    assert answer.status_code == 400
    assert "terlalu lama terbuka" in answer.text


def test_the_style_guide_is_not_served_in_production(client: CheckingClient) -> None:
    assert client.get("/styleguide").status_code == 404
