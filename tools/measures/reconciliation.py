"""Measure reconciliation: share of names that are matched, share that are matched rightly, time of 1,000 names.

    python -m tools.measures.reconciliation [--out FILE.json]

Builds the graph of this repository's files in a folder for temporary files. About a minute.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gcmgraph.linking.matching import MatchIndex, Name
from gcmgraph.publication.assembly import assemble
from gcmgraph.publication.descriptions import Labels
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.reconciliation.entities import Entities, Properties
from gcmgraph.publication.reconciliation.reconciler import CandidateQuery, Reconciler
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.store.stores import write_index
from tools.measures.reconciliation_names import LANGUAGES, SEED, Case, Countries

#: Number of queries that are timed together.
BATCH = 1_000


@dataclass(frozen=True)
class Score:
    """Shares of a set of names, from 0 to 1; None without matches."""

    names: int
    #: right matches of all matches
    match_precision: float | None
    #: of all names, matched rightly
    match_recall: float
    #: of all names, the right country is the first candidate
    first_recall: float
    #: of all names that have a candidate, the right country is the first
    first_precision: float


def reconciler_of(folder: Path, repository: Repository) -> Reconciler:
    """Reconciliation service over the graph of a repository, with its files in a folder."""
    addresses = Addresses()
    write_index(folder, assemble(repository, addresses).quads)
    store = Store.open(folder)
    entities = Entities(store, addresses, Listings(store, addresses), Labels(store, addresses))
    return Reconciler(
        entities, Properties(store, addresses, entities), SearchIndex(store, addresses)
    )


@dataclass(frozen=True)
class Outcome:
    """Answer to a name of a country."""

    case: Case
    #: identifier of the first candidate; None where there is none
    first: str | None
    #: identifiers of those that are matched
    matches: tuple[str, ...]


def outcomes(reconciler: Reconciler, cases: Iterable[Case]) -> list[Outcome]:
    """Ask for each name as the name of a country."""
    found = [
        (case, reconciler.candidates(CandidateQuery(case.name, ("country",)))) for case in cases
    ]
    return [
        Outcome(
            case,
            some[0].entity.id if some else None,
            tuple(one.entity.id for one in some if one.match),
        )
        for case, some in found
    ]


def scored(told: Sequence[Outcome], language: str | None = None) -> Score:
    """Results for names, all or those of a language."""
    told = [one for one in told if language in {None, one.case.language}]
    meant = [f"country/{one.case.iso3}" for one in told]
    matched = sum(bool(one.matches) for one in told)
    right = sum(one.matches == (country,) for one, country in zip(told, meant, strict=True))
    first = sum(one.first == country for one, country in zip(told, meant, strict=True))
    proposed = sum(one.first is not None for one in told)
    names = len(told)
    return Score(
        names,
        right / matched if matched else None,
        right / names,
        first / names,
        first / max(1, proposed),
    )


def wrongly_matched(told: Iterable[Outcome]) -> list[str]:
    """Matches of names of no country."""
    return [f"{one.case.name} → {match}" for one in told for match in one.matches]


def seconds_of_a_batch(
    reconciler: Reconciler, cases: list[Case], runs: int = 5
) -> dict[str, float]:
    """Seconds for `BATCH` queries of all sets of names, mixed."""
    queries = [
        CandidateQuery(case.name, ("country",)) for case in random.Random(SEED).sample(cases, BATCH)
    ]
    wall, cpu = [], []
    for _ in range(runs):
        begin, used = time.perf_counter(), time.process_time()
        for query in queries:
            reconciler.candidates(query)
        wall.append(time.perf_counter() - begin)
        cpu.append(time.process_time() - used)
    return {"wall_s": statistics.median(wall), "cpu_s": statistics.median(cpu)}


def with_many_names(count: int, words: list[str]) -> dict[str, float]:
    """Seconds to index names of two to four words, and for `BATCH` of them with one letter left out."""
    chance = random.Random(SEED)
    texts = [" ".join(chance.sample(words, chance.randint(2, 4))) for _ in range(count)]
    begin = time.perf_counter()
    index = MatchIndex(
        Name(f"practice/{at}", "practice", text, "en", main=True) for at, text in enumerate(texts)
    )
    made = time.perf_counter() - begin
    right, begin, used = 0, time.perf_counter(), time.process_time()
    for at in chance.sample(range(count), BATCH):
        cut = chance.randrange(len(texts[at]))
        found = index.candidates(texts[at][:cut] + texts[at][cut + 1 :])
        right += bool(found) and found[0].name.text == texts[at]
    wall, cpu = time.perf_counter() - begin, time.process_time() - used
    return {
        "names": count,
        "made_s": made,
        "wall_s": wall,
        "cpu_s": cpu,
        "first_recall": right / BATCH,
    }


def run(repository: Repository, many: int) -> dict[str, Any]:
    """All figures."""
    countries = Countries.read(repository.root / "data" / "reference")
    with tempfile.TemporaryDirectory() as folder:
        reconciler = reconciler_of(Path(folder) / "store", repository)
        sets = dict(countries.sets())
        told = {name: outcomes(reconciler, cases) for name, cases in sets.items()}
        figures = {name: asdict(scored(those)) for name, those in told.items()}
        by_language = {
            name: {
                tag: asdict(scored(those, tag))
                for tag in LANGUAGES
                if any(o.case.language == tag for o in those)
            }
            for name, those in told.items()
        }
        negatives = countries.of_no_country()
        words = sorted(
            {
                word
                for name in reconciler.labels.names
                for word in name.text.split()
                if word.isalpha()
            }
        )
        return {
            "machine": {
                "cpus": os.cpu_count(),
                "load": os.getloadavg(),
                "python": platform.python_version(),
            },
            "versions": {name: version(name) for name in ("babel", "rapidfuzz")},
            "seed": SEED,
            "sets": figures,
            "by_language": by_language,
            "of_no_country": {
                "names": len(negatives),
                "matched": wrongly_matched(outcomes(reconciler, negatives)),
            },
            "batch": seconds_of_a_batch(
                reconciler, [case for cases in sets.values() for case in cases]
            ),
            "many": with_many_names(many, words),
        }


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--many", type=int, default=100_000, help="names in the large index")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    text = json.dumps(run(Repository.find(), options.many), indent=1, ensure_ascii=False)
    if options.out:
        options.out.write_text(text + "\n", "utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
