"""The house in figures: what the page shows is counted right, and its files hold exactly that."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import html5lib

from accounts.roles import Role
from app.presenters.transparency import MIDDLES
from app.wiring import Saring
from kernel.outbox import CITIZEN
from publishing.models import Publication, PublicationState
from tests.factories.cases import make_published_case, make_report
from tests.factories.people import actor_of, make_person
from tests.standing_clock import START
from tests.web.checking_client import HTML, CheckingClient
from verification.models import FactCheck
from verification.rules.lifecycle import Mover
from verification.services.flagging import decide_flag, file_flag

WITHHELD = "< 5"


def figures(client: CheckingClient, query: str = "") -> dict[tuple[str, str, str], Any]:
    sent = client.get(f"/keterbukaan.json{query}").get_json()
    return {(one["chart"], one["period"], one["series"]): one["value"] for one in sent["figures"]}


def cells(text: str) -> list[str]:
    """Every figure that a reader of the page finds, in its order."""
    root = html5lib.HTMLParser(strict=True).parse(text)
    stats = [one for one in root.iter(f"{HTML}dd") if one.get("class") == "stat-figure"]
    tables = [one for figure in root.iter(f"{HTML}figure") for one in figure.iter(f"{HTML}td")]
    return ["".join(one.itertext()).strip() for one in (*stats, *tables)]


def in_words(series: str, value: str) -> str:
    """A withheld count is small; a withheld wait or share is not: there are too few cases to tell."""
    if value:
        return value.removesuffix(".0")
    return "terlalu sedikit" if series in MIDDLES else WITHHELD


def flag(saring: Saring, *, upheld: bool | None = None) -> None:
    with saring.database.write() as session:
        case = make_published_case(session, text=f"Ditandai {upheld}")
        check = session.query(FactCheck).filter_by(case_id=case.id).one()
        found = file_flag(
            session, public_id=case.public_id, subject=("fact_check", check.id), reason="abuse", note="",
            actor=CITIZEN, now=START,
        )  # fmt: skip
        if upheld is not None:
            person = make_person(session, role=Role.EDITOR)
            answer = "Sudah kami periksa dan benar adanya."
            by = {"actor": actor_of(person, Role.EDITOR), "mover": Mover.EDITOR}
            decide_flag(session, flag_id=found.id, upheld=upheld, answer=answer, now=START, **by)


def test_the_files_hold_exactly_what_the_page_shows(saring: Saring, client: CheckingClient) -> None:
    with saring.database.write() as session:
        for number in range(6):
            make_published_case(session, text=f"Angka {number}")
    flag(saring, upheld=True)
    page, file = client.get("/keterbukaan").text, client.get("/keterbukaan.csv")
    lines = list(csv.DictReader(io.StringIO(file.text)))
    assert [in_words(line["series"], line["value"]) for line in lines] == cells(page)
    sent = client.get("/keterbukaan.json").get_json()["figures"]
    assert [{**one, "value": "" if one["value"] is None else str(one["value"])} for one in sent] == lines
    charts = {line["chart"] for line in lines} - {"summary"}
    assert set(re.findall(r'<title id="([a-z_]+)-title">', page)) == charts
    assert len(charts) == 8


def test_what_happened_is_counted_in_its_month(saring: Saring, client: CheckingClient) -> None:
    before = figures(client)
    saring.clock.advance(timedelta(minutes=10))
    with saring.database.write() as session:
        for number in range(5):
            case = make_published_case(session, text=f"Bulan ini {number}")
            case.opened_at = START - timedelta(hours=2 * number)
    after, month = figures(client), "2026-11"

    def more(chart: str, series: str) -> Any:
        return after[chart, month, series] - before[chart, month, series]

    assert more("decisions", "published") == 5
    assert more("agreement", "same") + more("agreement", "undecided") == 5
    assert more("time_to_answer", "answers") == 5
    assert before["time_to_answer", month, "median"] is None
    assert [after["time_to_answer", month, one] for one in ("quarter", "median", "three_quarters")] == [2.0, 4.0, 6.0]
    assert after["reports", month, "received"] >= 5
    assert {period for chart, period, _series in after if chart == "reports"} >= {"2025-12", "2026-11"}


def test_few_people_are_not_counted_aloud(saring: Saring, client: CheckingClient) -> None:
    with saring.database.write() as session:
        make_report(session, text="Satu-satunya laporan bulan ini")
    flag(saring)
    few = figures(client)
    assert few["reports", "2026-11", "received"] is None
    assert few["flags", "2026-11", "filed"] is None
    assert few["reports", "2026-10", "received"] == 0
    assert WITHHELD in cells(client.get("/keterbukaan").text)


def test_figures_are_kept_for_ten_minutes_and_asked_for_again(saring: Saring, client: CheckingClient) -> None:
    first = client.get("/keterbukaan.csv")
    assert first.cache_control.max_age == 600
    assert client.get("/keterbukaan.csv", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    flag(saring, upheld=False)
    assert figures(client)["flags", "2026-11", "rejected"] == 0
    saring.clock.advance(timedelta(minutes=10))
    assert figures(client)["flags", "2026-11", "rejected"] == 1


def test_earlier_years_have_their_page(saring: Saring, client: CheckingClient) -> None:
    page = client.get("/keterbukaan").text
    if "akhir=2025-11" in page:  # the noise is old
        assert "2025-11" in client.get("/keterbukaan?akhir=2025-11").text
    past = figures(client, "?akhir=2025-11")
    assert {period for chart, period, _ in past if chart != "summary"} == {
        *(f"2025-{month:02}" for month in range(1, 12)),
        "2024-12",
    }
    assert client.get("/keterbukaan?akhir=kemarin").status_code == 404
    assert client.get("/keterbukaan?akhir=2026-13").status_code == 404


def test_posts_are_counted_by_where_they_stand(saring: Saring, client: CheckingClient) -> None:
    assert set(PublicationState) >= {"published", "cancelled"}
    with saring.database.write() as session:
        for row in session.query(Publication):
            row.approved_at = START
        states = [row.state for row in session.query(Publication) if row.op != "answer" and row.subscriber_id is None]
    counted = figures(client)
    live = counted["publications", "2026-11", "published"]
    assert live == states.count("published")
    shown = sum(value for (chart, _month, _series), value in counted.items() if chart == "publications")
    assert shown == len(states) > 0
    assert "/keterbukaan" in client.get("/").text
    assert "/keterbukaan" in client.get("/peta-situs/halaman.xml").text
