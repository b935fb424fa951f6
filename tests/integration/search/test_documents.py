"""What can be found is written once, changed when it changed, and numbered in the order of commits."""

from __future__ import annotations

import threading

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from kernel.db import Database
from kernel.outbox import AuditEvent
from search import changes, documents
from search.documents import Written
from search.models import SearchCounter, SearchDocument, SearchVector
from tests.factories.search import NOW, debunk, put, put_first, remove


def row_of(database: Database, number: int) -> SearchDocument:
    with database.read() as session:
        return session.scalars(select(SearchDocument).where(SearchDocument.key == f"debunk:{number}")).one()


def events(database: Database) -> list[tuple[str, dict[str, object]]]:
    with database.read() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.at == NOW).order_by(AuditEvent.id))
        return [(row.kind, row.data) for row in rows]


def test_a_debunk_is_kept_with_its_folded_texts(silent_database: Database) -> None:
    put(silent_database, debunk(1, title="V4KSIN  Beracun", explanation="Tidak benar."))
    row = row_of(silent_database, 1)
    assert (row.title, row.folded_title) == ("V4KSIN  Beracun", "vaksin beracun")
    assert row.folding_version == documents.FOLDING_VERSION


def test_what_is_unchanged_keeps_its_change_id_and_says_nothing(database: Database) -> None:
    assert put_first(database, 3) == Written(added=3)
    before = row_of(database, 1).change_id
    assert put_first(database, 3) == Written(unchanged=3)
    assert row_of(database, 1).change_id == before
    assert events(database) == [("documents_indexed", {"count": 3})]


def test_a_changed_debunk_gets_a_later_change_id(database: Database) -> None:
    put_first(database, 3)
    newest = row_of(database, 2).change_id
    assert put(database, debunk(0, verdict="true")) == Written(changed=1)
    assert row_of(database, 0).change_id > newest


def test_of_two_with_one_key_the_last_one_holds(database: Database) -> None:
    assert put(database, debunk(0), debunk(0, title="Yang terakhir")) == Written(added=1)
    assert row_of(database, 0).title == "Yang terakhir"


def test_a_removed_debunk_is_gone_once_and_may_return(database: Database) -> None:
    put_first(database, 2)
    with database.read() as session:
        before = documents.count(session)
    assert remove(database, 0) == Written(removed=1)
    assert remove(database, 0) == Written()
    with database.read() as session:
        assert documents.count(session) == before - 1
        assert documents.read(session, [row_of(database, 0).id]) == {}
    assert put(database, debunk(0)) == Written(changed=1)
    assert not row_of(database, 0).deleted
    assert [kind for kind, _ in events(database)] == ["documents_indexed", "document_unindexed", "documents_indexed"]


def test_a_changed_text_loses_its_vector_and_the_others_keep_theirs(database: Database) -> None:
    from search import embedding
    from tests.fakes.encoder import BagOfWords

    put(database, debunk(0, explanation="Penjelasan panjang"))
    with database.write() as session:
        model = embedding.enrol(session, BagOfWords(), now=NOW)
        texts = embedding.pending(session, model.id, limit=100)
        embedding.store(session, model, texts, BagOfWords().encode_documents([one.text for one in texts]))
    put(database, debunk(0, explanation="Penjelasan lain"))
    with database.read() as session:
        lacking = [(one.field, one.text) for one in embedding.pending(session, model.id, limit=100)]
        kept = session.scalars(
            select(SearchVector.field).where(SearchVector.document_id == row_of(database, 0).id)
        ).all()  # fmt: skip
    assert lacking == [("explanation", "Penjelasan lain")]
    assert kept == ["title"]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(title=st.text(max_size=60), explanation=st.text(max_size=200))
def test_any_text_can_be_kept(database: Database, title: str, explanation: str) -> None:
    put(database, debunk(0, title=title + "\x00\ud800", explanation=explanation))
    assert row_of(database, 0).title == title.replace("\x00", "")


def test_change_ids_rise_in_the_order_of_commits(database: Database) -> None:
    """A writer that drew its id first commits first, so a reader never meets a smaller id later."""
    put_first(database, 1)
    drawn, committed, go = threading.Event(), [], threading.Event()

    def slow() -> None:
        with database.write() as session:
            changes.lock(session)
            changes.draw(session)
            drawn.set()
            assert go.wait(10)
        committed.append("slow")

    def quick() -> None:
        put(database, debunk(1))
        committed.append("quick")

    first, second = threading.Thread(target=slow), threading.Thread(target=quick)
    first.start()
    assert drawn.wait(10)
    second.start()
    second.join(0.3)
    assert committed == []  # it waits for the slow one
    go.set()
    first.join(10)
    second.join(10)
    assert committed == ["slow", "quick"]


def test_many_writers_at_the_first_moment_share_one_counter(silent_database: Database) -> None:
    threads = [threading.Thread(target=put, args=(silent_database, debunk(number))) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    with silent_database.read() as session:
        assert session.scalars(select(func.count(SearchCounter.id))).one() == 1
        ids = session.scalars(select(SearchDocument.change_id)).all()
    assert sorted(ids) == list(range(1, 9))


def test_documents_folded_by_an_older_version_are_folded_again(database: Database) -> None:
    put_first(database, 3)
    with database.write() as session:
        old = {"folding_version": 0, "folded_title": "usang"}
        session.execute(update(SearchDocument).where(SearchDocument.key == "debunk:1").values(old))
    before = row_of(database, 2).change_id
    with database.write() as session:
        assert documents.refold(session, now=NOW) == 1
    with database.write() as session:
        assert documents.refold(session, now=NOW) == 0
    assert row_of(database, 1).folded_title == "air rebusan daun pepaya menyembuhkan demam berdarah"
    assert row_of(database, 1).change_id > before
