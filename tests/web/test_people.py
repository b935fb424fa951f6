"""Administration: four eyes, fresh confirmation, auditors only read."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from accounts.directory import PAGE
from accounts.models import Invitation, Organisation, Person
from accounts.people import roles_of
from accounts.roles import Role
from accounts.sessions import STEP_UP_LIMIT
from app.wiring import Saring
from kernel.outbox import AuditEvent, Job, OutboxEvent
from tests.factories.people import make_organisation
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn

MAKING = ("person_signed_in", "volunteer_admitted")
"""What happens while a test makes people, before it begins."""


@pytest.fixture
def admin(make: MakePerson) -> Person:
    return make(Role.ADMIN)


@pytest.fixture
def desk(sign_in: SignIn, admin: Person) -> CheckingClient:
    """The admin's browser, just confirmed."""
    return sign_in(admin, confirmed=True)


def roles(saring: Saring, person: Person) -> set[Role]:
    with saring.database.read() as session:
        return set(roles_of(session, person.id)) - {Role.CITIZEN}


def kinds(saring: Saring, person: Person) -> list[tuple[str, int | None]]:
    query = select(AuditEvent.kind, AuditEvent.actor_id).where(
        AuditEvent.subject_type == "person", AuditEvent.subject_id == str(person.id)
    )
    with saring.database.read() as session:
        return [(kind, actor) for kind, actor in session.execute(query) if kind not in MAKING]


def test_an_admin_invites_and_the_link_is_shown_once(desk: CheckingClient, saring: Saring) -> None:
    with saring.database.write() as session:
        house = make_organisation(session, name="BPOM")
    form = {"email": "Budi@Example.org", "role": "verifier", "organisation": str(house.id)}
    page = desk.post("/admin/orang/undang", data=form)
    link = re.search(r"http://localhost(/undangan/\S+)</code>", page.text)
    assert link
    with saring.database.read() as session:
        stored = session.scalars(select(Invitation).where(Invitation.email == "budi@example.org")).one()
    assert (stored.role, stored.organisation_id) == ("verifier", house.id)
    assert link[1].removeprefix("/undangan/") not in desk.get("/admin/orang").text
    assert desk.get(link[1]).status_code == 200
    desk.post(f"/admin/orang/undangan/{stored.id}/cabut")
    assert desk.get(link[1]).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "x"), ("email", "a\0@b.c"), ("role", "citizen"), ("role", "god"), ("organisation", "77")],
)
def test_an_odd_invitation_is_refused(desk: CheckingClient, saring: Saring, field: str, value: str) -> None:
    form = {"email": "budi@example.org", "role": "editor", "organisation": "", field: value}
    assert desk.post("/admin/orang/undang", data=form).status_code == 422


def test_a_member_is_not_invited_again(desk: CheckingClient, make: MakePerson) -> None:
    form = {"email": make(Role.VOLUNTEER).email, "role": "editor", "organisation": ""}
    answer = desk.post("/admin/orang/undang", data=form)
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_roles_are_given_and_taken_and_written_down(
    desk: CheckingClient, admin: Person, make: MakePerson, saring: Saring
) -> None:
    person = make(Role.VOLUNTEER)
    path = f"/admin/orang/{person.id}/peran"
    assert desk.post(path, data={"role": "editor", "act": "grant"}).location == f"/admin/orang/{person.id}"
    desk.post(path, data={"role": "editor", "act": "grant"})
    assert roles(saring, person) == {Role.VOLUNTEER, Role.EDITOR}
    desk.post(path, data={"role": "volunteer", "act": "withdraw"})
    assert roles(saring, person) == {Role.EDITOR}
    assert kinds(saring, person) == [("role_granted", admin.id), ("role_withdrawn", admin.id)]


@pytest.mark.parametrize(
    ("act", "data"),
    [
        ("peran", {"role": "editor", "act": "grant"}),
        ("peran", {"role": "admin", "act": "withdraw"}),
        ("tangguhkan", {"reason": "x"}),
        ("pengaman/hapus", {}),
    ],
)
def test_nobody_changes_their_own_rights(
    desk: CheckingClient, admin: Person, make: MakePerson, saring: Saring, act: str, data: dict[str, str]
) -> None:
    make(Role.ADMIN)
    assert desk.post(f"/admin/orang/{admin.id}/{act}", data=data).status_code == 403
    assert roles(saring, admin) == {Role.ADMIN}
    assert kinds(saring, admin) == [("act_refused", admin.id)]  # the attempt is on record
    assert desk.get("/admin/orang").status_code == 200


@pytest.mark.parametrize("act", ["", "/peran", "/tangguhkan", "/pulihkan", "/pengaman/hapus", "/organisasi"])
def test_acting_needs_a_fresh_confirmation(
    desk: CheckingClient, make: MakePerson, clock: StandingClock, saring: Saring, act: str
) -> None:
    person = make(Role.VOLUNTEER)
    clock.advance(STEP_UP_LIMIT)
    clock.advance(seconds=1)
    path = f"/admin/orang/{person.id}{act}"
    if not act:
        assert desk.get(path).status_code == 200  # looking does not
        return
    sent = desk.post(path, data={"role": "editor", "reason": "x"}, headers={"Referer": f"http://localhost{path}"})
    assert sent.location == f"/masuk/kode?next={path}"
    assert roles(saring, person) == {Role.VOLUNTEER}
    assert kinds(saring, person) == []


def test_a_suspended_person_is_told_why_and_reinstated(
    desk: CheckingClient, make: MakePerson, sign_in: SignIn, saring: Saring
) -> None:
    person = make(Role.VOLUNTEER)
    client = sign_in(person)
    desk.post(f"/admin/orang/{person.id}/tangguhkan", data={"reason": "Menyebarkan data pelapor"})
    assert client.get("/akun").status_code == 303
    assert "Menyebarkan data pelapor" in desk.get(f"/admin/orang/{person.id}").text
    desk.post(f"/admin/orang/{person.id}/pulihkan")
    assert sign_in(person).get("/akun").status_code == 200


def test_a_suspension_needs_a_reason(desk: CheckingClient, make: MakePerson, saring: Saring) -> None:
    person = make(Role.VOLUNTEER)
    answer = desk.post(f"/admin/orang/{person.id}/tangguhkan", data={"reason": " "})
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.text
    assert kinds(saring, person) == []


def test_an_admin_helps_somebody_who_lost_the_phone(
    desk: CheckingClient, make: MakePerson, sign_in: SignIn, saring: Saring
) -> None:
    person = make(Role.EDITOR)
    client = sign_in(person, confirmed=True)
    desk.post(f"/admin/orang/{person.id}/pengaman/hapus")
    assert client.get("/akun").location.startswith("/masuk?")
    assert sign_in(person).get("/meja").location.startswith("/akun/pengaman?")


def test_an_admin_says_where_somebody_works(desk: CheckingClient, make: MakePerson, saring: Saring) -> None:
    person = make(Role.VERIFIER)
    with saring.database.write() as session:
        house = make_organisation(session, name="BNPB")
    desk.post(f"/admin/orang/{person.id}/organisasi", data={"organisation": str(house.id)})
    assert "BNPB" in desk.get(f"/admin/orang/{person.id}").text


def test_an_auditor_reads_and_finds_no_button(sign_in: SignIn, make: MakePerson) -> None:
    person, client = make(Role.VOLUNTEER), sign_in(make(Role.AUDITOR), confirmed=True)
    for path in ("/admin/orang", f"/admin/orang/{person.id}", "/admin/organisasi", "/admin/tugas"):
        page = client.get(path)
        assert page.status_code == 200
        posts = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page.text)
        assert set(posts) <= {"/bahasa"}, path


def test_the_directory_is_searched_and_turned_page_by_page(desk: CheckingClient, saring: Saring) -> None:
    with saring.database.write() as session:
        for number in range(PAGE + 5):
            session.add(
                Person(
                    email=f"orang{number}@example.org",
                    name=f"Orang 100%_{number:02}",
                    alias=f"orang-{number}",
                    password_hash="!",
                    created_at=saring.clock.now(),
                )
            )
    first = desk.get("/admin/orang?q=orang+100%25_")
    older = re.search(r'href="([^"]+before=[^"]+)"', first.text)
    assert older
    second = desk.get(older[1].replace("&amp;", "&"))
    found = [re.findall(r"Orang 100%_(\d\d)", page.text) for page in (first, second)]
    assert [len(set(names)) for names in found] == [PAGE, 5]
    assert not set(found[0]) & set(found[1])
    assert "Orang 100%_" not in desk.get("/admin/orang?q=100_%25").text


@pytest.mark.parametrize("query", ["q=%00", "role=god", "before=forged", "before=", "q=" + "x" * 5_000])
def test_an_odd_question_to_the_directory_is_answered(desk: CheckingClient, query: str) -> None:
    assert desk.get(f"/admin/orang?{query}").status_code == 200


def test_an_organisation_is_founded(desk: CheckingClient, saring: Saring) -> None:
    form = {
        "name": "Badan Meteorologi",
        "slug": "bmkg",
        "kind": "agency",
        "aliases": "BMKG\r\n\r\n  Badan   Cuaca \r\n",
        "time_zone": "Asia/Jakarta",
    }
    assert desk.post("/admin/organisasi/baru", data=form).location == "/admin/organisasi"
    with saring.database.read() as session:
        stored = session.scalars(select(Organisation).where(Organisation.slug == "bmkg")).one()
    assert stored.aliases == ["BMKG", "Badan Cuaca"]
    assert "Badan Cuaca" in desk.get("/admin/organisasi").text
    again = desk.post("/admin/organisasi/baru", data=form)
    assert again.status_code == 422
    assert 'id="slug-error"' in again.text


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("slug", "Dua Kata"), ("kind", "club"), ("time_zone", "Mars/Phobos"), ("aliases", "a\0b")],
)
def test_an_odd_organisation_is_refused(desk: CheckingClient, field: str, value: str) -> None:
    form = {"name": "B", "slug": "bb", "kind": "agency", "aliases": "", "time_zone": "Asia/Jakarta", field: value}
    answer = desk.post("/admin/organisasi/baru", data=form)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_a_dead_job_is_shown_and_revived(desk: CheckingClient, admin: Person, saring: Saring) -> None:
    with saring.database.write() as session:
        job = Job(
            handler="index_fact_check",
            dedupe_key="event:1",
            payload={"subject_type": "case", "subject_id": "77", "secret": "not shown"},
            state="dead",
            attempts=8,
            last_error="<b>Timeout</b>",
            not_before=saring.clock.now(),
            created_at=saring.clock.now(),
            finished_at=saring.clock.now(),
        )
        session.add(job)
    page = desk.get("/admin/tugas").text
    assert "&lt;b&gt;Timeout" in page
    assert "case 77" in page
    assert "not shown" not in page
    desk.post(f"/admin/tugas/{job.id}/hidupkan")
    desk.post(f"/admin/tugas/{job.id}/hidupkan")
    with saring.database.read() as session:
        revived = session.get_one(Job, job.id)
        events = session.scalars(select(AuditEvent).where(AuditEvent.kind == "job_revived")).all()
    assert (revived.state, revived.attempts) == ("ready", 0)
    assert [(event.subject_id, event.actor_id) for event in events] == [(str(job.id), admin.id)]


def test_the_public_record_names_nobody(desk: CheckingClient, make: MakePerson, saring: Saring) -> None:
    person = make(Role.VOLUNTEER)
    secrets = [person.email, person.name, "calon@example.org", "Alasan Pribadi", "Nama Baru"]
    desk.post("/admin/orang/undang", data={"email": "calon@example.org", "role": "editor", "organisation": ""})
    desk.post(f"/admin/orang/{person.id}/tangguhkan", data={"reason": "Alasan Pribadi"})
    desk.post("/akun", data={"name": "Nama Baru", "alias": "nama-baru", "language": "id"})
    desk.post("/masuk", data={"email": person.email, "password": "wrong"})
    with saring.database.read() as session:
        written = [repr(vars(row)) for table in (AuditEvent, OutboxEvent) for row in session.scalars(select(table))]
    assert len(written) > 6
    assert not [text for text in written for secret in secrets if secret in text]
