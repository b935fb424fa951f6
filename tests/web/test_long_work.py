"""Long work shows how far it has come."""

from __future__ import annotations

import re

from accounts.roles import Role
from tests.fakes.searcher import FakeSearcher
from tests.web.conftest import MakePerson, SignIn


def test_learning_new_texts_shows_how_far_it_is(searcher: FakeSearcher, make: MakePerson, sign_in: SignIn) -> None:
    admin = sign_in(make(Role.ADMIN), confirmed=True)
    assert "<progress" not in admin.get("/admin/tugas").text
    searcher.filled, searcher.pending = 900, 300
    page = admin.get("/admin/tugas").text
    assert "900 dari 1200" in page
    (bar,) = re.findall(r"<progress[^>]*>", page)
    assert 'value="900"' in bar
    assert 'max="1200"' in bar
    searcher.encode_pending()
    assert "<progress" not in admin.get("/admin/tugas").text
