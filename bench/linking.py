"""Time and memory of proposing links by names: SIZE of ours with SIZE of theirs, made up, one letter changed in half.

Run: `.venv/bin/python bench/linking.py [SIZE]`; the figures are in docs/performance.md.
"""

from __future__ import annotations

import random
import resource
import sys
import time

import tqdm

from gcmgraph.linking.propose import How, propose
from gcmgraph.linking.targets.entities import Entity


def main(size: int) -> None:
    """Print what it took, and how many pairs were found again."""
    chance = random.Random(7)
    syllables = [c + v for c in "bcdfghjklmnprstvz" for v in ("a", "e", "i", "o", "u", "an", "or")]
    words = ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(20_000)]
    names = list({" ".join(chance.choices(words, k=chance.randint(2, 5))) for _ in range(size)})
    ours = [("thing", Entity(f"http://ours.example/{i}", names={(name, "en", True)})) for i, name in enumerate(names)]
    theirs = {}
    for i, name in enumerate(names):
        if i % 2:
            at = chance.randrange(1, len(name))
            name = name[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + name[at + 1 :]
        theirs[f"http://theirs.example/{i}"] = Entity(f"http://theirs.example/{i}", names={(name, "en", True)})
    start = time.perf_counter()
    found = propose(ours, theirs, watch=lambda entities: tqdm.tqdm(entities, disable=None))
    seconds = time.perf_counter() - start
    right = sum(p.ours.rsplit("/")[-1] == p.theirs.rsplit("/")[-1] for p in found.links)
    same = sum(p.how is How.NAME for p in found.links)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(names):,} x {len(theirs):,} names: {seconds:.0f} s, {memory:,.0f} MB at most")
    print(
        f"{len(found.links):,} links ({same:,} by the same name), {right:,} right; {len(found.ambiguous):,} ambiguous"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
