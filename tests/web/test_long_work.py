"""Long work shows how far it has come, goes on after a kill, and does nothing twice."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from accounts.roles import Role
from app import chores
from app.encoding import WORTH_SHOWING, learn
from app.importing import BATCH, folder, import_debunks, import_some
from app.presenters.long_work import STALLED_AFTER
from app.wiring import Saring
from app.worker import Worker
from intake import debunk_files
from kernel.outbox import AuditEvent, Job
from script.lib.serve import ROOT
from tests.fakes.searcher import FakeSearcher
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from verification.models import FactCheck, LongWork

PAGE = "/admin/tugas"


@pytest.fixture
def admin(make: MakePerson, sign_in: SignIn) -> CheckingClient:
    return sign_in(make(Role.ADMIN), confirmed=True)


def entries(count: int, *, house: str = "Rumah Cek") -> bytes:
    rows = [
        {"id": f"lw-{number}", "title": f"Kabar nomor {number}", "label": "SALAH", "language": "id", "source": house}
        for number in range(count)
    ]
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def send(client: CheckingClient, content: bytes, name: str = "debunks.jsonl"):
    return client.post(f"{PAGE}/impor", data={"file": (BytesIO(content), name)})


def work_of(saring: Saring, kind: str) -> LongWork:
    with saring.database.read() as session:
        return session.scalars(select(LongWork).where(LongWork.kind == kind).order_by(LongWork.id.desc())).first()


def imported(saring: Saring) -> int:
    with saring.database.read() as session:
        return session.scalar(select(func.count()).where(FactCheck.source_key.startswith("lw-"))) or 0


def work_on(saring: Saring) -> None:
    worker = Worker(saring, publish=lambda: False)
    while worker.run_one():
        pass


def bar(page: str) -> tuple[str, str]:
    (found,) = re.findall(r"<progress[^>]*>", page)
    return re.search(r'value="(\d+)"', found)[1], re.search(r'max="(\d+)"', found)[1]


def test_learning_new_texts_shows_how_far_it_is(searcher: FakeSearcher, admin: CheckingClient) -> None:
    assert "<progress" not in admin.get(PAGE).text
    searcher.filled, searcher.pending = 900, 300
    page = admin.get(PAGE).text
    assert "900 dari 1.200" in page
    assert bar(page) == ("900", "1200")
    searcher.encode_pending()
    assert "<progress" not in admin.get(PAGE).text


class Interrupted(FakeSearcher):
    """Learns some texts and dies."""

    def encode_pending(self, progress=None) -> int:
        progress(64, 1000)
        progress(128, 1000)
        raise KeyboardInterrupt


def test_learning_that_died_is_said_to_stand_still_and_is_taken_up(
    searcher: FakeSearcher, saring: Saring, admin: CheckingClient, clock: StandingClock
) -> None:
    with pytest.raises(KeyboardInterrupt):
        learn(replace(saring, search=Interrupted()))
    page = admin.get(PAGE).text
    assert bar(page) == ("128", "1000")
    assert "Berjalan." in page
    clock.advance(STALLED_AFTER + timedelta(seconds=1))
    assert "Tidak ada kemajuan" in admin.get(PAGE).text
    searcher.pending = 872
    learn(saring)
    work = work_of(saring, "learn")
    assert (work.state, work.done, work.total) == ("done", 1000, 1000)


def test_a_few_new_texts_are_no_long_work(searcher: FakeSearcher, saring: Saring) -> None:
    searcher.pending = WORTH_SHOWING - 1
    learn(saring)
    assert work_of(saring, "learn") is None


def test_an_import_from_the_page_is_done_by_the_worker_batch_by_batch(
    admin: CheckingClient, saring: Saring, clock: StandingClock
) -> None:
    bad = b'{"title": "Tanpa nomor"}\nbukan json\n'
    assert send(admin, entries(2 * BATCH) + bad).status_code == 303
    assert "Menunggu" in admin.get(PAGE).text
    work = work_of(saring, "import")
    clock.advance(timedelta(minutes=1))
    import_some(saring, {"work_id": work.id})
    page = admin.get(PAGE, headers={"HX-Request": "true"}).text
    assert "<html" not in page
    assert bar(page) == (str(BATCH), str(2 * BATCH + 2))
    assert f"sekitar {BATCH} per menit" in page
    assert "every 3s" in page
    work_on(saring)
    page = admin.get(PAGE).text
    assert f"{2 * BATCH} baru, 0 diubah, 0 tetap, 2 tidak terbaca." in page
    assert f"Baris {2 * BATCH + 1}: Tidak ada “id”." in page
    assert f"Baris {2 * BATCH + 2}: Bukan JSON." in page
    assert "every 3s" not in page
    assert imported(saring) == 2 * BATCH
    assert list(folder(saring).iterdir()) == []
    with saring.database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.kind == "import_started")).one()
    assert event.data["entries"] == 2 * BATCH + 2


def test_the_same_file_again_is_one_import_and_later_changes_nothing(admin: CheckingClient, saring: Saring) -> None:
    for _ in range(2):
        send(admin, entries(3))
    with saring.database.read() as session:
        assert session.scalar(select(func.count()).where(LongWork.file.is_not(None))) == 1
    work_on(saring)
    send(admin, gzip.compress(entries(3)), name="debunks.jsonl.gz")
    work_on(saring)
    assert "0 baru, 0 diubah, 3 tetap, 0 tidak terbaca." in admin.get(PAGE).text
    assert imported(saring) == 3


def test_a_job_that_two_workers_hold_takes_each_batch_in_once(admin: CheckingClient, saring: Saring) -> None:
    send(admin, entries(BATCH + 1))
    number = work_of(saring, "import").id
    for _ in range(5):
        import_some(saring, {"work_id": number})
    work = work_of(saring, "import")
    assert (work.state, work.done, work.report["created"]) == ("done", BATCH + 1, BATCH + 1)


def test_an_import_goes_on_after_its_worker_was_killed(admin: CheckingClient, saring: Saring, tmp_path: Path) -> None:
    count = 40 * BATCH
    send(admin, entries(count))
    command = [sys.executable, "-m", "tests.factories.importing", saring.database.url, str(tmp_path)]
    worker = subprocess.Popen(command, cwd=ROOT)
    deadline = time.monotonic() + 60
    while work_of(saring, "import").done < 2 * BATCH and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait() == -signal.SIGKILL
    left = work_of(saring, "import")
    assert 2 * BATCH <= left.done < count
    assert imported(saring) == left.done
    assert bar(admin.get(PAGE).text) == (str(left.done), str(count))
    with saring.database.write() as session:  # the time of the lease passes
        session.execute(update(Job).where(Job.state == "ready").values(lease_until=None))
    work_on(saring)
    assert imported(saring) == count
    assert work_of(saring, "import").report["created"] == count


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "tidak ada isinya"),
        (gzip.compress(entries(50))[:-20], "rusak"),
        (gzip.compress(b" " * 5_000), "terlalu besar"),
    ],
    ids=["empty", "broken", "bomb"],
)
def test_a_file_that_cannot_be_taken_in_is_refused_in_words(
    admin: CheckingClient, saring: Saring, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    monkeypatch.setattr(debunk_files, "LARGEST_FILE", 4_000)
    answer = send(admin, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert list(folder(saring).iterdir()) == []
    assert "Pilih berkasnya dahulu." in admin.post(f"{PAGE}/impor", data={}).text


def test_a_file_that_is_gone_ends_the_import(admin: CheckingClient, saring: Saring) -> None:
    send(admin, entries(1))
    (folder(saring) / str(work_of(saring, "import").file)).unlink()
    work_on(saring)
    assert "Berkasnya hilang" in admin.get(PAGE).text


def test_only_administrators_start_an_import(make: MakePerson, sign_in: SignIn) -> None:
    auditor = sign_in(make(Role.AUDITOR), confirmed=True)
    assert "multipart" not in auditor.get(PAGE).text
    assert send(auditor, entries(1)).status_code == 403


def test_an_import_at_the_command_line_is_seen_on_the_page(
    admin: CheckingClient, saring: Saring, clock: StandingClock, tmp_path: Path
) -> None:
    file = tmp_path / "arsip.jsonl"
    file.write_bytes(entries(BATCH + 3))
    seen: list[tuple[str, str]] = []

    def look(_report: object) -> None:
        page = admin.get(PAGE).text
        assert "arsip.jsonl" in page
        seen.append(bar(page))
        clock.advance(STALLED_AFTER + timedelta(seconds=1))
        assert "Jalankan lagi perintahnya" in admin.get(PAGE).text

    import_debunks(saring, file, rejects=tmp_path / "rejects.jsonl", progress=look)
    assert seen == [(str(BATCH), str(BATCH + 3)), (str(BATCH + 3), str(BATCH + 3))]
    assert f"{BATCH + 3} baru" in admin.get(PAGE).text


def test_the_public_file_of_votes_is_work_of_record(admin: CheckingClient, saring: Saring) -> None:
    chores.publish_votes(saring, {})
    work = work_of(saring, "export")
    assert (work.state, work.done) == ("done", work.total)
    assert "Berkas publik suara" in admin.get(PAGE).text
