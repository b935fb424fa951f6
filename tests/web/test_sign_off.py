"""The sign-off as its people see it: nobody who signs sees where others lean before they have said their own."""

from __future__ import annotations

from accounts.roles import Role
from app.wiring import Saring
from tests.factories.cases import assess, make_open_case, submit_narrative
from tests.web.conftest import MakePerson, SignIn
from verification.rules.scale import Veracity

REASON = "Sumber resmi mengatakan hal yang lain sama sekali."


def test_a_verifier_sees_the_leaning_after_their_own_verdict(saring: Saring, sign_in: SignIn, make: MakePerson) -> None:
    author, verifier = make(Role.EDITOR), make(Role.VERIFIER)
    with saring.database.write() as session:
        case = make_open_case(session, text="Air garam menyembuhkan")
        for _ in range(8):
            assess(session, case=case, verdict=Veracity.TRUE)
        submit_narrative(session, case=case, author=author)
    client = sign_in(verifier, confirmed=True)
    address = f"/meja/kasus/{case.public_id}"
    before = client.get(address).text
    assert "8 penilaian" not in before
    assert "/pendapat" in before
    short = client.post(f"{address}/pendapat", data={"opinion": "false", "opinion_reason": "pendek"})
    assert short.status_code == 422
    saved = client.post(f"{address}/pendapat", data={"opinion": "false", "opinion_reason": REASON})
    assert saved.status_code == 303
    after = client.get(address).text
    assert "8 penilaian" in after
    assert REASON in after
    assert "/pendapat" not in after
    again = client.post(f"{address}/pendapat", data={"opinion": "true", "opinion_reason": REASON})
    assert again.status_code == 409


def test_volunteers_do_not_sign(saring: Saring, sign_in: SignIn, make: MakePerson) -> None:
    volunteer = make(Role.VOLUNTEER)
    with saring.database.write() as session:
        case = make_open_case(session, text="Bukan penanda tangan")
    client = sign_in(volunteer)
    address = f"/meja/kasus/{case.public_id}"
    assert "/pendapat" not in client.get(address).text
    refused = client.post(f"{address}/pendapat", data={"opinion": "false", "opinion_reason": REASON})
    assert refused.status_code == 403
