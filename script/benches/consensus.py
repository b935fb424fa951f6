"""How well and how fast the crowd's votes are weighed: `script/bench consensus [--votes DIR] [--quick] [--choices]`.

Prints the table of the shared acceptance tool (accuracy, calibration, attacks on the development votes), then start-up,
one claim, and the replay of 100,000 and 1,000,000 votes with peak memory, each beside its limit. `--choices` prints
instead the variants behind the choices in docs/consensus.md; `--quick` leaves out the tool and the million.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from verification.rules.consensus import Vote
from verification.rules.ledger import Ledger
from verification.rules.parameters import PARAMETERS, Parameters

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
TOOL = SHARED / "tools" / "consensus_check.py"

REPLAY = [sys.executable, "-m", "verification.replay"]

STARTUP_LIMIT, CLAIM_LIMIT = 0.5, 0.005
REPLAY_LIMITS = {100_000: (5.0, None), 1_000_000: (60.0, 1024.0)}
"""Votes: (seconds, MiB). Source of all limits: issue 4 and CONSENSUS section 8."""

VOTES_A_CLAIM, RATERS, RIGHT = 29, 2000, 0.66
"""The synthetic log: as many votes a claim as in the real set polabc, and about as often right."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench consensus", description=__doc__)
    parser.add_argument("--votes", type=Path, default=SHARED / "data" / "votes")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--choices", action="store_true")
    options = parser.parse_args()
    if options.choices:
        return compare_choices(options.votes)
    failed = 0
    if not options.quick:
        if not TOOL.exists():
            sys.exit(f"{TOOL} is not there: --quick measures without it")
        print("Accuracy, calibration and attacks (development votes)", flush=True)
        failed += subprocess.call([sys.executable, str(TOOL), str(options.votes), "dev", *REPLAY], cwd=ROOT)
    print("\nTime and memory")
    failed += report("start-up, median of 5", time_startup(), STARTUP_LIMIT)
    failed += report("one claim of 29 votes, median of 200", time_claim(), CLAIM_LIMIT)
    seconds_a_vote = []
    for votes, (seconds_limit, memory_limit) in REPLAY_LIMITS.items():
        if options.quick and votes > 100_000:
            continue
        seconds, memory = time_replay(votes)
        seconds_a_vote.append(seconds / votes)
        failed += report(f"replay of {votes:,} votes", seconds, seconds_limit)
        if memory_limit is not None:
            failed += report("  peak memory", memory, memory_limit, unit="MiB")
    if len(seconds_a_vote) == 2:
        print(f"a vote costs {seconds_a_vote[1] / seconds_a_vote[0]:.2f} x as much in ten times as long a log")
    return int(failed > 0)


def report(name: str, value: float, limit: float, *, unit: str = "s") -> int:
    """Print one measurement beside its limit and return 1 when it is over."""
    over = value > limit
    print(f"{name}: {value:.4g} {unit} (limit {limit:g}){' OVER' if over else ''}", flush=True)
    return int(over)


def time_startup() -> float:
    config = json.dumps({"op": "config", "verdicts": ["F", "T"]})
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run(REPLAY, input=config, text=True, check=True, cwd=ROOT)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def time_claim() -> float:
    ledger = Ledger(2)
    for event in synthetic_log(100_000):
        if event["op"] == "vote":
            ledger.cast(event["claim"], Vote(event["rater"], int(event["verdict"] == "T"), event["t"]))
        elif event["op"] == "signoff":
            ledger.sign(event["claim"], int(event["verdict"] == "T"))
    times = []
    for claim in list(ledger.votes)[-200:]:
        begin = time.perf_counter()
        ledger.lean(claim)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def time_replay(votes: int) -> tuple[float, float]:
    """Replay a synthetic log from a file in a process of its own; return seconds and peak memory in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.jsonl"
        with log.open("w") as file:
            file.write(json.dumps({"op": "config", "verdicts": ["F", "T"]}) + "\n")
            file.writelines(json.dumps(event) + "\n" for event in synthetic_log(votes))
        begin = time.perf_counter()
        with log.open() as lines:
            process = subprocess.Popen(REPLAY, stdin=lines, stdout=subprocess.DEVNULL, cwd=ROOT)
            # wait4 gives the peak of exactly this child; RUSAGE_CHILDREN would give that of the largest so far.
            _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"the replay ended with {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


def synthetic_log(votes: int) -> Iterator[dict[str, Any]]:
    """Yield votes, a score and a sign-off a claim, the same ones on every run."""
    dice = random.Random(7)
    for claim in range(votes // VOTES_A_CLAIM):
        truth, other = dice.sample(["F", "T"], 2)
        for step, rater in enumerate(dice.sample(range(RATERS), VOTES_A_CLAIM)):
            verdict = truth if dice.random() < RIGHT else other
            at = claim * 86_400 + step * 2_900
            yield {"op": "vote", "claim": f"c{claim}", "rater": f"r{rater}", "verdict": verdict, "t": at}
        yield {"op": "score", "claim": f"c{claim}"}
        yield {"op": "signoff", "claim": f"c{claim}", "verdict": truth}


def vary(**changes: Any) -> Parameters:
    return replace(PARAMETERS, consensus=replace(PARAMETERS.consensus, **changes))


CHOICES = {
    "as chosen": PARAMETERS,
    "contested x 3 (CONSENSUS §5b)": vary(contested_factor=3.0),
    "contested x 12": vary(contested_factor=12.0),
    "rho fixed at .10": vary(rho_choices=(0.10,)),
    "rho .05, shown at .05": vary(rho=0.05, rho_choices=(0.05,)),
    "unproven raters weigh .3": vary(unproven_rater_weight=0.3),
}


def compare_choices(votes: Path) -> int:
    """Print accuracy, calibration and attacks for each variant, in this process for speed."""
    tool = load_tool()
    data = tool.load(str(votes), "dev")
    for name, parameters in CHOICES.items():
        vars(tool)["run"] = lambda _cmd, verdicts, events, parameters=parameters: answer(verdicts, events, parameters)
        print(name)
        for dataset, kind in (("polabc", "bin"), ("polabc", "tri"), ("ecir", "bin"), ("ecir", "tri")):
            print_row(f"{dataset} {kind}", tool.accuracy(None, *tool.task(data, dataset, kind), reps=6))
        for dataset, core, scenes in (
            ("headl", 40, (("share", 0), ("share", 0.3), ("swarm", 0.3), ("share", 0.4))),
            ("ecir", None, (("share", 0.3), ("swarm", 0.3))),
        ):
            task, verdicts = tool.task(data, dataset, "bin")
            for mode, share in scenes:
                found = tool.attack(None, task, verdicts, share, mode, core=core, reps=24 if core else 8)
                print_row(f"{dataset} {mode} {share:.0%}", found)
    return 0


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("consensus_check", TOOL)
    if spec is None or spec.loader is None or not TOOL.exists():
        sys.exit(f"{TOOL} is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(verdicts: list[str], events: list[dict[str, Any]], parameters: Parameters) -> list[dict[str, Any]]:
    level = {verdict: step for step, verdict in enumerate(verdicts)}
    ledger = Ledger(len(verdicts), parameters)
    answers = []
    for event in events:
        if event["op"] == "vote":
            ledger.cast(event["claim"], Vote(event["rater"], level[event["verdict"]], event["t"]))
        elif event["op"] == "signoff":
            ledger.sign(event["claim"], level[event["verdict"]])
        else:
            leaning = ledger.lean(event["claim"])
            shares = dict(zip(verdicts, leaning.probabilities, strict=True))
            answers.append({"claim": event["claim"], "p": shares, "shown": leaning.shown})
    return answers


def print_row(scene: str, found: dict[str, float]) -> None:
    print(f"  {scene:16}" + "  ".join(f"{name} {value:.3f}" for name, value in found.items()), flush=True)


if __name__ == "__main__":
    sys.exit(main())
