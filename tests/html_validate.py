"""html-validate, the judge of HTML that the npm registry has, over pages that a test has kept."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

HARNESS = Path(__file__).parent / "html"
PROGRAM = HARNESS / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"


def faults_in(folder: Path) -> list[str]:
    """Return what is wrong with the HTML files of `folder`, each fault with its page, rule and place."""
    assert PROGRAM.exists(), "script/test installs html-validate"
    assert any(folder.glob("*.html")), "no page was kept"
    report = folder / "faults.json"
    # To a file: the program ends before a pipe has taken all that it says.
    options = ["--config", str(HARNESS / "rules.mjs"), "--formatter", f"json={report}"]
    said = subprocess.run(["node", str(PROGRAM), *options, str(folder)], capture_output=True, text=True, check=False)
    assert said.returncode in (0, 1), said.stderr
    return [
        f"{Path(page['filePath']).stem}: {fault['ruleId']}: {fault['message']} ({fault['selector'] or fault['line']})"
        for page in json.loads(report.read_text(encoding="utf-8"))
        for fault in page["messages"]
    ]
