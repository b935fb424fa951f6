"""Screenshots: a question first, looked at by the worker, a report only when the sender says so."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from accounts.roles import Role
from app import pictures
from app.handlers import HANDLERS, SUBSCRIPTIONS
from app.wiring import Saring
from kernel.outbox import AuditEvent, Job, fan_out
from search.types import Outcome
from tests.factories.pictures import encoded, scene, screenshot
from tests.fakes.ocr import FakeOcr
from tests.fakes.searcher import FakeSearcher
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from tests.web.test_public_pages import form_key_in, hit_on, import_check, publish
from verification.models import Attachment, Case, FactCheck, Item, MatchLink, Report, Upload
from verification.services.attaching import FORGET_PICTURES, FORGET_UPLOAD, READ_PICTURE

SAID = "Air lemon hangat menyembuhkan kanker\nHubungi 0812-3456-7890 sekarang juga"


def ask(client: CheckingClient, *files: bytes, text: str = "") -> TestResponse:
    sent = [(BytesIO(data), f"IMG_{number}.png") for number, data in enumerate(files)] or [(BytesIO(), "")]
    answer = client.post("/periksa", data={"text": text, "images": sent}, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the test client writes a large body to a file and leaves it open
    return answer


def asked(client: CheckingClient, *files: bytes, text: str = "") -> str:
    answer = ask(client, *files, text=text)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def look(saring: Saring, *handlers: str) -> None:
    """Do what the worker would do: the named jobs and what follows from their events."""
    with saring.database.write() as session:
        fan_out(session, SUBSCRIPTIONS)
    with saring.database.read() as session:
        wanted = select(Job).where(Job.handler.in_(handlers or (READ_PICTURE,)), Job.state == "ready")
        jobs = session.scalars(wanted.order_by(Job.id)).all()
    for job in jobs:
        HANDLERS[job.handler](saring, job.payload)
    with saring.database.write() as session:
        session.execute(update(Job).where(Job.id.in_([job.id for job in jobs])).values(state="done"))


def files_of(saring: Saring) -> list[str]:
    folder = saring.settings.data / "media"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def count(saring: Saring, model: type) -> int:
    with saring.database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_screenshot_is_read_and_answered_and_nothing_is_reported(
    client: CheckingClient, saring: Saring, searcher: FakeSearcher, ocr: FakeOcr
) -> None:
    known = import_check(saring, number=1)
    searcher.hits, searcher.outcome, ocr.text = (hit_on(known),), Outcome.ANSWERED, SAID
    before = count(saring, Report)
    path = asked(client, encoded(screenshot()))
    waiting = client.get(path)
    assert "Kami sedang membaca tangkapan layar Anda" in waiting.text
    assert f'hx-get="{path}"' in waiting.text
    assert searcher.questions == []
    look(saring)
    page = client.get(path)
    assert known.title in page.text
    assert "hx-get" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert searcher.questions[0].startswith("Air lemon hangat menyembuhkan kanker")
    assert count(saring, Report) == before


def test_personal_numbers_reach_neither_the_search_nor_the_page_nor_the_picture(
    client: CheckingClient, saring: Saring, searcher: FakeSearcher, ocr: FakeOcr
) -> None:
    ocr.text = SAID
    path = asked(client, encoded(Image.new("RGB", (600, 200), "white")))
    look(saring)
    page = client.get(path)
    assert "3456" not in page.text + "".join(searcher.questions)
    assert "[nomor telepon]" in page.text
    copy = Image.open(BytesIO(client.get(f"{path}/0").data)).convert("L")
    # FakeOcr puts the second line at 40 to 70 pixels; the number begins after "Hubungi ".
    assert copy.getpixel((160, 55)) < 30
    assert copy.getpixel((20, 15)) > 220


def test_the_original_is_gone_and_the_copy_is_sealed(client: CheckingClient, saring: Saring) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Telepon Rahasia"
    path = asked(client, encoded(scene(), "JPEG", exif=exif))
    (original,) = files_of(saring)
    look(saring)
    (copy,) = files_of(saring)
    assert copy != original
    stored = (saring.settings.data / "media" / copy[:2] / copy).read_bytes()
    assert b"WEBP" not in stored
    served = client.get(f"{path}/0")
    assert served.mimetype == "image/webp"
    assert b"Rahasia" not in served.data
    assert "sandbox" in served.headers["Content-Security-Policy"]
    assert served.headers["Cache-Control"] == "no-store"


def test_only_the_link_shows_the_pictures(client: CheckingClient, saring: Saring) -> None:
    path = asked(client, encoded(scene()))
    assert client.get(f"{path}/0").status_code == 404  # what was sent is never served
    look(saring)
    assert client.get(f"{path}/0").status_code == 200
    assert client.get(f"{path}/1").status_code == 404
    assert client.get("/periksa/gambar/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404
    assert client.get("/periksa/gambar/AAAAAAAAAAAAAAAAAAAAAA/0").status_code == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"%PDF-1.7", "bukan gambar", id="PDF"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "bukan gambar", id="SVG"),
        pytest.param(b"\xff\xd8\xff" + bytes(10_000_001), "10 MB", id="too many bytes"),
    ],
)
def test_a_file_that_is_no_picture_leaves_the_text_and_the_others(
    client: CheckingClient, saring: Saring, data: bytes, said: str
) -> None:
    refused = ask(client, data, text="Pesan yang saya ketik")
    assert refused.status_code == 422
    assert "Pesan yang saya ketik" in refused.text
    assert 'aria-invalid="true"' in refused.text
    assert files_of(saring) == []
    path = asked(client, data, encoded(scene()), text="Pesan yang saya ketik")
    look(saring)
    page = client.get(path).text
    assert said in page
    assert "Pesan yang saya ketik" in page
    assert client.get(f"{path}/0").status_code == 200


def test_a_bomb_is_refused_in_words_and_the_rest_goes_on(client: CheckingClient, saring: Saring, ocr: FakeOcr) -> None:
    ocr.text = SAID
    bomb = encoded(Image.new("1", (8_000, 6_000)))
    path = asked(client, bomb, encoded(scene()))
    look(saring)
    page = client.get(path).text
    assert "terlalu besar" in page
    assert "Air lemon" in page
    assert client.get(f"{path}/0").status_code == 404
    assert len(files_of(saring)) == 1


def test_a_fifth_picture_is_left_out_and_said_so(client: CheckingClient, saring: Saring) -> None:
    path = asked(client, *[encoded(scene(80, 60, turn=turn)) for turn in range(5)])
    assert "empat gambar" in client.get(path).text
    assert len(files_of(saring)) == 4


def test_pictures_too_large_together_are_refused_beside_their_field(client: CheckingClient) -> None:
    answer = ask(client, *[b"\xff\xd8\xff" + bytes(9_000_000)] * 3)
    assert answer.status_code == 413
    assert "terlalu besar" in answer.text


def test_without_the_engine_the_page_asks_for_the_words(
    client: CheckingClient, saring: Saring, searcher: FakeSearcher, ocr: FakeOcr
) -> None:
    ocr.missing = True
    path = asked(client, encoded(scene()))
    look(saring)
    assert "tidak dibaca di situs ini" in client.get(path).text
    assert client.post(path, data={"text": "  "}).status_code == 422
    kept = client.post(path, data={"text": "a\x00b tidak hilang"})
    assert kept.status_code == 422
    assert "tidak hilang" in kept.text
    assert client.post(path, data={"text": "Air lemon menyembuhkan"}).location == path
    assert "Air lemon menyembuhkan" in client.get(path).text
    assert searcher.questions[-1] == "Air lemon menyembuhkan"


def report(client: CheckingClient, path: str) -> str:
    answer = client.post(f"{path}/lapor", data={"seen_where": "whatsapp"})
    assert answer.status_code == 303
    return str(answer.location)


def test_a_report_takes_the_pictures_along_once(client: CheckingClient, saring: Saring, ocr: FakeOcr) -> None:
    ocr.text = SAID
    path = asked(client, encoded(scene()))
    look(saring)
    before = count(saring, Report)
    tracking = report(client, path)
    assert report(client, path) == tracking
    assert count(saring, Report) == before + 1
    assert client.get(path).location == tracking
    page = client.get(tracking).text
    assert "Air lemon" in page
    assert "3456" not in page
    picture = re.search(rf'src="({re.escape(tracking)}/gambar/\d+)"', page)
    assert picture
    assert client.get(picture[1]).mimetype == "image/webp"
    assert client.get(f"/lacak/AAAAAAAAAAAAAAAAAAAAAA/gambar/{picture[1].rsplit('/', 1)[1]}").status_code == 404


def test_without_words_there_is_nothing_to_report(client: CheckingClient, saring: Saring) -> None:
    path = asked(client, encoded(scene()))
    look(saring)
    assert "/lapor" not in client.get(path).text
    assert report(client, path) == path


def test_the_same_picture_sent_again_is_the_same_message_and_gets_its_answer(
    client: CheckingClient, saring: Saring, ocr: FakeOcr
) -> None:
    ocr.text = "Air lemon hangat menyembuhkan kanker dalam sehari"
    first = asked(client, encoded(scene()))
    look(saring)
    report(client, first)
    ocr.text = "Air lemon hangat menyembuhkan kangker dalam sehari"  # read a little differently
    again = asked(client, encoded(scene().resize((400, 300)), "JPEG", quality=40))
    look(saring)
    page = client.get(again).text
    assert "Gambar yang sama pernah dikirim" in page
    cases = count(saring, Case)
    tracking = report(client, again)
    assert count(saring, Case) == cases
    answer_case(saring)
    assert "Vaksin diuji lebih dulu" in client.get(tracking).text
    third = asked(client, encoded(scene(), "WEBP", quality=60))
    look(saring)
    assert "Vaksin diuji lebih dulu" in client.get(third).text
    assert "Gambar ini sudah pernah diperiksa" in client.get(third).text


def answer_case(saring: Saring) -> None:
    """Give the message the answer of a case that was published."""
    own = publish(saring, text="Sesuatu yang lain sama sekali")
    with saring.database.write() as session:
        session.execute(update(Item).where(Item.text.like("Air lemon%")).values(case_id=own.case_id))


def test_the_same_look_with_other_words_is_another_message(
    client: CheckingClient, saring: Saring, ocr: FakeOcr
) -> None:
    ocr.text = "Impor lima ribu senjata api oleh kepolisian"
    first = asked(client, encoded(scene()))
    look(saring)
    report(client, first)
    ocr.text = "Foto pemimpin doa di gereja kemarin"
    other = asked(client, encoded(scene()))
    look(saring)
    assert "pernah dikirim" not in client.get(other).text


def test_an_unreported_picture_is_not_found_by_others(client: CheckingClient, saring: Saring, ocr: FakeOcr) -> None:
    ocr.text = SAID
    asked(client, encoded(scene()))
    look(saring)
    other = asked(client, encoded(scene()))
    look(saring)
    assert "pernah dikirim" not in client.get(other).text
    assert saring.pictures.count() == 0


def test_what_nobody_reports_is_forgotten_and_what_is_reported_later(
    client: CheckingClient, saring: Saring, ocr: FakeOcr, clock: StandingClock
) -> None:
    ocr.text = SAID
    path, kept = asked(client, encoded(scene())), asked(client, encoded(scene(turn=3)))
    look(saring)
    tracking = report(client, kept)
    clock.advance(timedelta(days=1))
    look(saring, FORGET_UPLOAD)
    assert client.get(path).status_code == 404
    assert len(files_of(saring)) == 1
    assert "gambar/" in client.get(tracking).text
    look(saring, FORGET_PICTURES)
    assert files_of(saring) == []
    assert "gambar/" not in client.get(tracking).text
    assert saring.pictures.count() == 1  # the hash still answers the next person
    with saring.database.read() as session:
        texts = select(Attachment.sealed_text).join(Upload).where(Upload.report_id.is_not(None))
        assert set(session.scalars(texts)) == {None}


def test_a_report_form_takes_pictures_too_and_their_words_are_looked_up(
    client: CheckingClient, saring: Saring, searcher: FakeSearcher, ocr: FakeOcr
) -> None:
    known = import_check(saring, number=1)
    searcher.hits, ocr.text = (hit_on(known),), SAID
    key = form_key_in(client.post("/periksa", data={"text": "Katanya begitu"}).text)
    data = {"text": "Katanya begitu", "form_key": key, "images": [(BytesIO(encoded(scene())), "a.png")]}
    tracking = client.post("/lapor", data=data, content_type="multipart/form-data").location
    look(saring)
    look(saring, "suggest_by_picture")
    assert "Air lemon hangat" in searcher.questions[-1]
    assert "gambar/" in client.get(tracking).text
    with saring.database.read() as session:
        link = session.scalars(select(MatchLink).where(MatchLink.fact_check_id == known.id)).one()
    assert (link.state, link.threshold_version) == ("suggested", "fake:1")
    assert link.scores["retrievers"] == ["dense", "words"]


def test_nothing_private_is_audited(client: CheckingClient, saring: Saring, ocr: FakeOcr) -> None:
    ocr.text = SAID
    path = asked(client, encoded(scene()), text="Rahasia saya 081234567890")
    look(saring)
    report(client, path)
    with saring.database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.kind.like("%picture%"))).all()
    assert {"picture_looked_at", "pictures_reported"} <= {event.kind for event in events}
    assert not [event.data for event in events if "lemon" in str(event.data) or "0812" in str(event.data)]


def test_a_lost_file_is_said_and_a_second_look_changes_nothing(client: CheckingClient, saring: Saring) -> None:
    path = asked(client, encoded(scene()))
    for name in files_of(saring):
        saring.media.delete(name)
    look(saring)
    assert "Kirim lagi" in client.get(path).text
    with saring.database.read() as session:
        attachment = session.scalars(select(Attachment).order_by(Attachment.id.desc())).first()
    assert attachment is not None
    pictures.read_picture(saring, {"attachment_id": attachment.id})
    assert client.get(path).status_code == 200


def test_volunteers_see_masked_pictures_and_verifiers_all(
    client: CheckingClient, saring: Saring, ocr: FakeOcr, make: MakePerson, sign_in: SignIn
) -> None:
    ocr.missing = True
    path = asked(client, encoded(scene()), text="Air lemon menyembuhkan kanker")
    look(saring)
    report(client, path)
    with saring.database.read() as session:
        public_id = session.scalars(select(Case.public_id).order_by(Case.id.desc())).first()
        attachment_id = session.scalars(select(Attachment.id).order_by(Attachment.id.desc())).first()
    address = f"/meja/kasus/{public_id}/gambar/{attachment_id}"
    volunteer, verifier = sign_in(make(Role.VOLUNTEER)), sign_in(make(Role.VERIFIER), confirmed=True)
    assert volunteer.get(address).status_code == 404
    assert verifier.get(address).mimetype == "image/webp"
    assert address in verifier.get(f"/meja/kasus/{public_id}").text
    assert address not in volunteer.get(f"/meja/kasus/{public_id}").text
    with saring.database.write() as session:
        session.execute(update(Attachment).where(Attachment.id == attachment_id).values(masked=True))
    assert volunteer.get(address).mimetype == "image/webp"
    assert client.get(address).status_code == 303


@pytest.mark.parametrize(
    ("kind", "category"), [("false_context", "DecontextualizedContent"), ("fabricated_content", None)]
)
def test_the_record_says_what_was_done_to_the_picture(
    client: CheckingClient, saring: Saring, ocr: FakeOcr, kind: str, category: str | None
) -> None:
    own = publish(saring)
    page = f"/cek/{own.public_id}/{own.slug}"
    with saring.database.write() as session:
        session.execute(update(FactCheck).where(FactCheck.id == own.id).values(misinfo_type=kind))
    assert "MediaReview" not in client.get(page).text  # nobody sent it as a picture
    ocr.text = SAID
    path = asked(client, encoded(scene()))
    look(saring)
    report(client, path)
    with saring.database.write() as session:
        session.execute(update(Item).where(Item.text.like("Air lemon%")).values(case_id=own.case_id))
    said = client.get(page).text
    assert ("MediaReview" in said) is (category is not None)
    assert category is None or category in said
