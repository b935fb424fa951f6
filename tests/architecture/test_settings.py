"""The README's table is the settings' own."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields

from app.settings import PREFIX, SCRIPT_ONLY, Settings
from tests.architecture.source import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8") if (ROOT / "README.md").exists() else ""


def rows() -> dict[str, tuple[str, str]]:
    """Return name → (default, meaning) of each row `| `SARING_X` | default | meaning |`."""
    found = re.findall(r"^\| `(SARING_\w+)` \| (.*?) \| (.*?) \|$", README, re.MULTILINE)
    return {name: (default, meaning) for name, default, meaning in found}


def test_every_setting_is_in_the_readme() -> None:
    assert set(rows()) - SCRIPT_ONLY == {PREFIX + item.name.upper() for item in fields(Settings)}


def test_what_only_the_scripts_read_is_in_the_readme() -> None:
    assert set(rows()) >= SCRIPT_ONLY


def test_rows_say_what_the_settings_say() -> None:
    for item in fields(Settings):
        default, meaning = rows()[PREFIX + item.name.upper()]
        assert meaning == item.metadata["about"]
        shown = "required" if item.default is MISSING else f"`{item.default}`" if item.default != "" else "empty"
        assert default == shown, item.name
