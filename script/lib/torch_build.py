"""Look at which torch pip would install, before it does: on Linux the registry's own build brings gigabytes of CUDA.

Exit code 1, with a sentence that says what to do, where that is so and SARING_ALLOW_CUDA_TORCH is not 1.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pip._vendor.packaging.requirements import Requirement  # at this moment pip is the only package that is there

ACCELERATOR = re.compile(r"(nvidia|cuda|triton)\b", re.IGNORECASE)
"""How the requirements begin that only the CUDA build has."""

REFUSAL = """\
script/setup: pip would take the CUDA build of torch {version} here: several GB that Saring does not use.
Only models other than the bundled one need torch, and the tests. Offer pip the CPU build instead: put the file
torch-{version}+cpu-… for this Python and machine into a folder, and run the same command again with
    PIP_FIND_LINKS=/that/folder
or take the CUDA build all the same, with
    SARING_ALLOW_CUDA_TORCH=1"""


def main(requirements: Path) -> int:
    pinned = re.search(r"^torch==(\S+)", requirements.read_text(), re.MULTILINE)
    if pinned is None:
        raise SystemExit(f"{requirements} pins no torch")
    wanted = pinned[1]
    if installed() == wanted or os.environ.get("SARING_ALLOW_CUDA_TORCH") == "1":
        return 0
    if any(ACCELERATOR.match(need) for need in needs_of(f"torch=={wanted}")):
        print(REFUSAL.format(version=wanted), file=sys.stderr)
        return 1
    return 0


def installed() -> str | None:
    """Return the version that is there, without the name of its build (2.13.0 for 2.13.0+cpu)."""
    try:
        return version("torch").partition("+")[0]
    except PackageNotFoundError:
        return None


def needs_of(requirement: str) -> list[str]:
    """Return what the file that pip chooses for one requirement needs in its turn; only metadata is downloaded."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps", "--ignore-installed"]
    done = subprocess.run([*command, "--report", "-", requirement], check=True, stdout=subprocess.PIPE)
    report = json.loads(done.stdout)
    needs = [Requirement(line) for item in report["install"] for line in item["metadata"].get("requires_dist", [])]
    return [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
