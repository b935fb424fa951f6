"""What teaching the matcher otherwise would bring: `script/bench teaching [--data FOLDER] [--vectors FILE] [--only …]`.

Everything is learned from the messages answered before a day and measured on those from that day on (CLEF has no dates;
one fold stands for it), as `script/saring search prove` does it.

*negatives*: the adapter held against negatives chosen in other ways. *teacher*: a cross-encoder, begun from weights of
the bundled encoder because no trained one is at hand, reads each message together with the first hits: how much better
it orders them, alone and with the score, and what of that is left when the adapter learns from its opinion.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from script.benches.parts.teacher import Pair, Teacher
from search.adapter import Adapter
from search.adapter.training import MANY, Corpus, Negatives
from search.adapter.training import train as train_adapter
from search.commands import bodies_of
from search.encoder.remembering import remembering
from search.evaluation.metrics import measure
from search.evaluation.run import PATIENT
from search.learning.course import Learned, Rooms, keys_by, learn
from search.learning.school import Lesson, View
from search.learning.splits import cut, is_later
from search.learning.training import read
from search.ranking.ranker import Described

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
COLLECTIONS = ("id_tbh", "en_clef2020")
PARTS = ("negatives", "teacher")
NEGATIVES = {
    "8,000 by lot, as shipped": MANY,
    "all debunks": Negatives(drawn=100_000),
    "1,000 by lot": Negatives(drawn=1_000),
    "those of the batch": Negatives(drawn=0),
    "the batch's and the hardest": Negatives(drawn=0, hardest=1),
    "the batch's and the 8 hardest": Negatives(drawn=0, hardest=8),
    "the batch's and the 32 hardest": Negatives(drawn=0, hardest=32),
    "1,000 by lot and the 8 hardest": Negatives(drawn=1_000, hardest=8),
}
WHOLE = ("8,000 by lot, as shipped", "1,000 by lot and the 8 hardest")
"""Of which adapter and score together are learned and measured too."""
BESIDE = NEGATIVES[WHOLE[1]]
"""What the adapters beside the teacher are held against: alone they are the better ones."""
SEEDS = (1, 2, 3)
SURE = 0.9
"""Share of the teacher's belief from which a hit that nobody marked is an answer to the pupil."""

Scores = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench teaching", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the collections")
    parser.add_argument("--vectors", type=Path, help="file in which vectors are remembered from one run to the next")
    parser.add_argument("--only", choices=PARTS, help="one of the two parts")
    parser.add_argument("--lessons", type=int, default=1_500, help="messages that the teacher is taught with")
    parser.add_argument("--read", type=int, default=20, help="first hits of a message that the teacher reads")
    asked = parser.parse_args()
    bodies = bodies_of(
        [
            (
                asked.data / f"{name}_docs.jsonl.gz",
                asked.data / f"{name}_queries.jsonl.gz",
                asked.data / f"{name}_qrels.jsonl.gz",
            )
            for name in COLLECTIONS
        ]
    )
    with tempfile.TemporaryDirectory(prefix="saring-vectors-") as folder:
        load = remembering(asked.vectors or Path(folder) / "vectors.sqlite3")
        rooms, lessons = read(bodies, load)
        model_id = load(PATIENT).name
    first = cut([lesson.place for lesson in lessons])
    earlier = [lesson for lesson in lessons if not is_later(lesson.place, first)]
    later = [lesson for lesson in lessons if is_later(lesson.place, first)]
    print(f"learned from {len(earlier):,} messages answered before {first}, measured on {len(later):,} from then on")
    if asked.only != "teacher":
        print_negatives(rooms, earlier, later, model_id)
    if asked.only != "negatives":
        print_teacher(rooms, earlier, later, model_id, asked.lessons, asked.read)


def print_negatives(rooms: Rooms, earlier: Sequence[Lesson], later: Sequence[Lesson], model_id: str) -> None:
    """Print the MRR of the adapter alone, the median of some seeds."""
    print("\nMRR of the adapter alone, median of seeds " + ", ".join(map(str, SEEDS)))
    identity = train_adapter(corpora_of(rooms, earlier), model_id=model_id, seed=1, epochs=0)
    print_row("not taught", [mrr_alone(rooms, identity, later)])
    for name, negatives in NEGATIVES.items():
        rows = []
        for seed in SEEDS:
            adapter = train_adapter(corpora_of(rooms, earlier), model_id=model_id, seed=seed, negatives=negatives)
            rows.append(mrr_alone(rooms, adapter, later))
        print_row(name, rows)
    print("\nMRR of the score that is learned with the adapter")
    for name in WHOLE:
        learned = learn(rooms, earlier, model_id=model_id, seed=1, negatives=NEGATIVES[name])
        print_row(name, [mrr_of(later, *served(rooms, learned, later))])


def served(rooms: Rooms, learned: Learned, lessons: Sequence[Lesson]) -> tuple[list[Described], list[Scores]]:
    """Return the short list and the scores of messages that were not learned from, as they would be served."""
    views = {name: View.of(room, learned.adapter) for name, room in rooms.items()}
    found = [views[one.body].describe(one) for one in lessons]
    return found, [learned.trained.forest.score(one.rows) for one in found]


def print_row(name: str, rows: Sequence[dict[str, float]]) -> None:
    """Print a line of the table."""
    middle = {body: float(np.median([row[body] for row in rows])) for body in rows[0]}
    print(f"  {name:<44}" + "".join(f"  {body} {value:.3f}" for body, value in middle.items()), flush=True)


def corpora_of(rooms: Rooms, lessons: Sequence[Lesson], more: dict[str, list[str]] | None = None) -> list[Corpus]:
    """Return what an adapter learns from; `more` names further answers by message."""
    found = []
    for name, room in rooms.items():
        mine = [one for one in lessons if one.body == name and len(one.right)]
        answers = [
            np.unique(
                np.concatenate(
                    [one.right, *(room.rows[room.place_of[key]] for key in (more or {}).get(one.message, []))]
                )
            )
            for one in mine
        ]
        found.append(Corpus(np.stack([one.vectors[0] for one in mine]), room.vectors, answers))
    return found


def mrr_alone(rooms: Rooms, adapter: Adapter, lessons: Sequence[Lesson]) -> dict[str, float]:
    """Return the MRR by body over the first 100 of the adapter alone."""
    found = {}
    for name, room in rooms.items():
        carried = adapter.document(room.vectors)
        mine = [one for one in lessons if one.body == name]
        rankings = [
            [
                room.body.documents[place].key
                for place in room.nearest((carried @ adapter.query(one.vectors).T).max(axis=1), 100)
            ]
            for one in mine
        ]
        found[name] = measure(rankings, [one.answers for one in mine]).mrr.mean
    return found


def print_teacher(
    rooms: Rooms, earlier: Sequence[Lesson], later: Sequence[Lesson], model_id: str, lessons: int, read: int
) -> None:
    """Teach a cross-encoder and print what its opinion is worth."""
    began = time.monotonic()
    learned = learn(rooms, earlier, model_id=model_id, seed=1, negatives=BESIDE)
    print(f"\nscore learned in {time.monotonic() - began:.0f} s", flush=True)
    found, scores = served(rooms, learned, later)

    began = time.monotonic()
    chosen = np.random.default_rng(1).permutation(len(learned.lessons))[:lessons]
    teacher = Teacher()
    teacher.learn(
        [
            pair
            for place in chosen.tolist()
            if (pair := pair_of(learned.lessons[place], learned.described[place], learned.trained.scores[place], read))
        ]
    )
    print(f"teacher taught with {len(chosen):,} messages in {time.monotonic() - began:.0f} s", flush=True)
    began = time.monotonic()
    opinions = [opinion(teacher, *one, read) for one in zip(later, found, scores, strict=True)]
    print(f"{len(later):,} messages with {read} hits each read in {time.monotonic() - began:.0f} s", flush=True)

    print(f"\nMRR, the first {read} hits put in order by")
    print_row("the score", [mrr_of(later, found, scores)])
    print_row("the teacher", [mrr_of(later, found, [below(*two) for two in zip(scores, opinions, strict=True)])])
    for weight in (0.1, 0.2, 0.5, 1.0):
        mixed = [below(one, shares(one, two, weight)) for one, two in zip(scores, opinions, strict=True)]
        print_row(f"the score and {weight} x the teacher", [mrr_of(later, found, mixed)])

    print("\nMRR of the adapter alone")
    more = {}
    for place in chosen.tolist():
        lesson, described = learned.lessons[place], learned.described[place]
        belief = opinion(teacher, lesson, described, learned.trained.scores[place], read)
        more[lesson.message] = [described.candidates[row].document.key for row, share in belief.items() if share > SURE]
    print(f"  {sum(map(len, more.values())):,} hits of {len(more):,} messages are answers to the teacher")
    for name, told in (("taught by people alone", None), ("taught by people and the teacher", more)):
        corpora = corpora_of(rooms, earlier, told)
        pupils = [train_adapter(corpora, model_id=model_id, seed=seed, negatives=BESIDE) for seed in SEEDS]
        rows = [mrr_alone(rooms, pupil, later) for pupil in pupils]
        print_row(name, rows)


def first_rows(scores: Scores, read: int) -> list[int]:
    """Return the rows of the best hits."""
    return np.argsort(-scores, kind="stable")[:read].tolist()


def pair_of(lesson: Lesson, found: Described, scores: Scores, read: int) -> Pair | None:
    """Return a message with an answer and the wrong hits that the score puts highest; None where there is no answer."""
    rows = first_rows(scores, read)
    right = [row for row in rows if found.candidates[row].document.key in lesson.answers]
    wrong = [row for row in rows if found.candidates[row].document.key not in lesson.answers]
    if not right or len(wrong) < Pair.WRONG:
        return None
    document = found.candidates[right[0]].document
    return Pair(lesson.message, document, [found.candidates[row].document for row in wrong[: Pair.WRONG]])


def opinion(teacher: Teacher, lesson: Lesson, found: Described, scores: Scores, read: int) -> dict[int, float]:
    """Return the teacher's belief in each of the first hits, 0 to 1."""
    rows = first_rows(scores, read)
    beliefs = teacher.read(lesson.message, [found.candidates[row].document for row in rows])
    return dict(zip(rows, beliefs.tolist(), strict=True))


def shares(scores: Scores, beliefs: dict[int, float], weight: float) -> dict[int, float]:
    """Return the score's log-odds within the first hits, moved by the teacher's."""
    return {
        row: float(scores[row]) + weight * float(np.log((share + 1e-6) / (1 - share + 1e-6)))
        for row, share in beliefs.items()
    }


def below(scores: Scores, order: dict[int, float]) -> Scores:
    """Put the rows of `order` first, by it; the others keep their places below them."""
    moved = scores - scores.max() - 1e6
    for row, value in order.items():
        moved[row] = value
    return moved


def mrr_of(lessons: Sequence[Lesson], found: Sequence[Described], scores: Sequence[Scores]) -> dict[str, float]:
    """Return the MRR by body."""
    kept: dict[str, list[tuple[list[str], frozenset[str]]]] = {}
    for lesson, described, score in zip(lessons, found, scores, strict=True):
        kept.setdefault(lesson.body, []).append((keys_by(described, score), lesson.answers))
    return {
        name: measure([keys for keys, _ in rows], [known for _, known in rows]).mrr.mean for name, rows in kept.items()
    }


if __name__ == "__main__":
    main()
