"""The rules on real crowds: the acceptance tool replays the development votes, and every one of its bars must hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared"

pytestmark = pytest.mark.consensus


def test_every_bar_holds_on_the_development_votes() -> None:
    tool, votes = SHARED / "tools" / "consensus_check.py", SHARED / "data" / "votes"
    assert tool.exists(), f"{tool} is not there: this lane needs the shared folder beside the checkout"
    replay = [sys.executable, "-m", "verification.replay"]
    command = [sys.executable, str(tool), str(votes), "dev", *replay]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "15 passed, 0 failed" in done.stdout
