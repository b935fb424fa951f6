"""What the rules about words find in real debunks: `script/bench wording [--documents FILE]`.

Prints the percentiles of LIX over Indonesian explanations (the linter's border is the 75th) and how many titles of each
category the harm topics recognise.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from pathlib import Path
from statistics import quantiles

from verification.rules.counter_narrative import lix
from verification.rules.parameters import PARAMETERS
from verification.rules.topics import HarmTopic, find_topics
from verification.rules.words import tokens

DOCUMENTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "id_tbh_docs.jsonl.gz"


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench wording", description=__doc__)
    parser.add_argument("--documents", type=Path, default=DOCUMENTS)
    with gzip.open(parser.parse_args().documents, "rt") as lines:
        documents = [json.loads(line) for line in lines]
    levels = [
        level
        for document in documents
        if len(tokens(document["explanation"])) >= PARAMETERS.writing.lix_words
        and (level := lix(document["explanation"])) is not None
    ]
    cuts = quantiles(levels, n=20)
    print(f"LIX of {len(levels):,} Indonesian explanations: ", end="")
    print(", ".join(f"{share} % below {cuts[share // 5 - 1]:.1f}" for share in (25, 50, 75, 90)))
    total = Counter(document["category"] or "not stated" for document in documents)
    found = Counter(
        (document["category"] or "not stated", hit.topic)
        for document in documents
        for hit in find_topics(document["title"])
    )
    for category, count in total.most_common():
        shares = ", ".join(f"{topic} {found[category, topic] / count:.0%}" for topic in HarmTopic)
        print(f"{category} ({count:,} titles): {shares}")


if __name__ == "__main__":
    main()
