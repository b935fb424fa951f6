"""How well counter-narratives are ranked: `script/bench bridging [--votes DIR]`.

On real Birdwatch ratings (development half) prints the AUC for "the note agrees with the expert" of the plain mean, of
the smoothed share that serves below the floor, and of the bridging score; then the time of a nightly fit.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import random
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from verification.rules.bridging import Badge, Help, HelpRating, rank

VOTES = Path(__file__).resolve().parents[3] / "shared" / "data" / "votes"

MIN_RATINGS = 5
"""Ratings from which a note is judged here (CONSENSUS §3.5)."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench bridging", description=__doc__)
    parser.add_argument("--votes", type=Path, default=VOTES)
    ratings, agrees = load(parser.parse_args().votes / "note_ratings_dev.csv.gz")
    count = Counter(rating.narrative for rating in ratings)
    judged = {note: right for note, right in agrees.items() if count[note] >= MIN_RATINGS}
    answers: defaultdict[int, list[float]] = defaultdict(list)
    for rating in ratings:
        answers[rating.narrative].append(rating.help.number)
    print(f"{len(ratings):,} ratings of {len(count):,} notes; {len(judged)} have {MIN_RATINGS} and an expert's word")
    print(f"mean            AUC {auc({note: sum(given) / len(given) for note, given in answers.items()}, judged):.3f}")
    smoothed = {note: (sum(given) + 2) / (len(given) + 4) for note, given in answers.items()}
    print(f"smoothed share  AUC {auc(smoothed, judged):.3f}")
    ranking = rank(ratings)
    print(f"{ranking.method:15} AUC {auc({one.narrative: one.score for one in ranking.narratives}, judged):.3f}")
    for badge in Badge:
        given = [judged[one.narrative] for one in ranking.narratives if one.badge is badge and one.narrative in judged]
        print(f"  badge {badge}: {sum(one.badge is badge for one in ranking.narratives)} notes, ", end="")
        print(f"{sum(given)} of {len(given)} judged ones agree with the expert")
    many = synthetic(100_000)
    begin = time.perf_counter()
    rank(many)
    print(f"a night's fit of {len(many):,} ratings: {time.perf_counter() - begin:.1f} s")


def load(path: Path) -> tuple[list[HelpRating], dict[int, bool]]:
    """Return the ratings, and for each note with an expert's word whether the note agrees with it."""
    raters: dict[str, int] = {}
    notes: dict[str, int] = {}
    ratings, agrees = [], {}
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            note = notes.setdefault(row["note"], len(notes))
            helped = Help.YES if float(row["helpful"]) else Help.NO
            ratings.append(HelpRating(raters.setdefault(row["rater"], len(raters)), note, helped))
            if row["expert_ord"]:
                agrees[note] = (float(row["expert_ord"]) < 0.5) == (row["note_class"] == "MIS")
    return ratings, agrees


def auc(score: Mapping[int, float], right: Mapping[int, bool]) -> float:
    """Return how often a note that agrees is ranked before one that does not; a tie counts half."""
    good = [score[note] for note, agrees in right.items() if agrees]
    bad = [score[note] for note, agrees in right.items() if not agrees]
    return sum((a > b) + (a == b) / 2 for a in good for b in bad) / (len(good) * len(bad))


def synthetic(count: int) -> Sequence[HelpRating]:
    dice = random.Random(7)
    answers = list(Help)
    pairs = {(dice.randrange(count // 40), dice.randrange(count // 20)) for _ in range(count)}
    return [HelpRating(rater, note, dice.choice(answers)) for rater, note in sorted(pairs)]


if __name__ == "__main__":
    main()
