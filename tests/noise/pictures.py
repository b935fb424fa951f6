"""A picture that somebody else sent, two cases that were joined, and an alert that was dealt with."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from accounts.models import Person
from search import changes
from search.models import SearchPicture
from tests.noise import LONG_AGO, noise
from verification.models import Attachment, Case, ClusterChange, FactCheck, Item, Report, ResurfacingAlert, Upload


@noise
def a_picture_of_others(session: Session) -> None:
    cases = [
        Case(public_id=f"noise{name}", state="declined", language="xx", opened_at=LONG_AGO, state_changed_at=LONG_AGO)
        for name in ("pic1", "pic2")
    ]
    person = Person(
        email="derau-gambar@example.test", name="Derau", alias="derau-gambar", password_hash="-", created_at=LONG_AGO
    )
    session.add_all([*cases, person])
    session.flush()
    fingerprint = hashlib.sha256(b"noise picture").hexdigest()
    item = Item(
        case_id=cases[0].id, fingerprint=fingerprint, text="derau bergambar", language="xx", created_at=LONG_AGO
    )
    fact_check = FactCheck(
        public_id="noisepic",
        slug="derau",
        origin="imported",
        source_key="noise:picture",
        state="retracted",
        title="Derau",
        claim="Derau",
        summary="Derau",
        body={},
        language="xx",
        published_at=LONG_AGO,
        modified_at=LONG_AGO,
    )
    session.add_all([item, fact_check])
    session.flush()
    report = Report(item_id=item.id, idempotency_key="noise-picture", tracking_hash=fingerprint, received_at=LONG_AGO)
    session.add(report)
    session.flush()
    upload = Upload(token_hash=fingerprint, report_id=report.id, received_at=LONG_AGO, expires_at=LONG_AGO)
    session.add(upload)
    session.flush()
    session.add_all(
        [
            Attachment(upload_id=upload.id, position=0, state="deleted", reading="read", pdq=bytes(32), pdq_quality=0),
            ClusterChange(
                kind="merge",
                from_case_id=cases[0].id,
                to_case_id=cases[1].id,
                item_ids=[item.id],
                reason="derau",
                made_by=person.id,
                made_at=LONG_AGO,
                undone_by=person.id,
                undone_at=LONG_AGO,
            ),
            ResurfacingAlert(
                fact_check_id=fact_check.id,
                recent=900_001,
                usual=0.0,
                parameters="0",
                raised_at=LONG_AGO,
                outcome="set_aside",
                closed_by=person.id,
                closed_at=LONG_AGO,
            ),
        ]
    )
    changes.lock(session)
    session.add(SearchPicture(key="noise:1", pdq=bytes(32), deleted=True, change_id=changes.draw(session)))
