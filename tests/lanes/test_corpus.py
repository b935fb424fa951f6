"""The real corpus: every debunk of the shared file is imported, encoded and found, and importing again adds nothing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select

from app.commands.data import upgrade
from app.importing import ImportReport, import_debunks
from app.settings import Settings
from app.wiring import build
from verification.models import FactCheck

DEBUNKS = Path(__file__).parents[3] / "shared" / "data" / "id_tbh_docs.jsonl.gz"

SAMPLE = 40
"""Titles that are asked for again after the import, spread over the whole file."""

pytestmark = pytest.mark.corpus


def test_the_real_debunks_are_imported_and_found(tmp_path: Path) -> None:
    assert DEBUNKS.exists(), f"{DEBUNKS} is not there: this lane needs the shared folder beside the checkout"
    settings = Settings.from_env(
        {
            "SARING_SECRET_KEY": "a lane's key of more than thirty-two characters",
            "SARING_VAULT_KEYS": Fernet.generate_key().decode(),
            "SARING_DATA": str(tmp_path),
        }
    )
    upgrade(settings.database)
    saring = build(settings)

    def silent(_report: ImportReport) -> None:
        """Say nothing between the batches."""

    report = import_debunks(saring, DEBUNKS, rejects=tmp_path / "rejects.jsonl", progress=silent)
    assert (report.created, report.changed, report.unchanged, report.bad) == (9076, 0, 0, 0)
    again = import_debunks(saring, DEBUNKS, rejects=tmp_path / "rejects.jsonl", progress=silent)
    assert (again.created, again.changed, again.unchanged, again.bad) == (0, 0, 9076, 0)
    with saring.database.read() as session:
        assert session.scalar(select(func.count(FactCheck.id))) == 9076

    saring.search.start(wait_seconds=60)
    with gzip.open(DEBUNKS, "rt", encoding="utf-8") as lines:
        titles = [json.loads(line)["title"] for line in lines]
    asked = titles[:: len(titles) // SAMPLE]
    found = [any(title == hit.document.title for hit in saring.search.search(title).hits) for title in asked]
    saring.search.close()
    # A few titles of the file are one word that several debunks share.
    assert sum(found) >= 0.9 * len(asked)
