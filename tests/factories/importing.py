"""A worker that does what is in line, without a model, until nothing is left or it is killed.

python -m tests.factories.importing DATABASE_URL FOLDER
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from cryptography.fernet import Fernet

from app.settings import Settings
from app.wiring import build
from app.worker import Worker
from tests.fakes.searcher import FakeSearcher


def main(database_url: str, folder: Path) -> None:
    """Work until nothing is left to do."""
    settings = Settings(
        secret_key="k" * 40,
        vault_keys=(Fernet.generate_key().decode(),),
        data=folder,
        database_url=database_url,
        base_url="http://localhost",
    )
    worker = Worker(replace(build(settings), search=FakeSearcher()), publish=lambda: False)
    while worker.run_one():
        pass


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
