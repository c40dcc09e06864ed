"""Write a synthetic graph as N-Quads: `python -m bench.generate --practices 10000 --out FILE.nq`.

The same seed and the same reference tables give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from bench.synthetic import Synthetic
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.assembly import read_known
from gcmgraph.repository.documents import read_graph
from gcmgraph.repository.layout import Repository

#: The seed of the figures in `docs/performance.md`.
SEED = 20181219


def beside(repository: Repository, addresses: Addresses) -> Iterator[Quad]:
    """Ontology and reference data, to which synthetic practices refer; each triple in one graph only."""
    seen = set()
    ontology = read_graph(repository.ontology, IRI(addresses.graph("ontology")), addresses)
    for quad in chain(ontology, read_known(repository, addresses)):
        if quad.triple not in seen:
            seen.add(quad.triple)
            yield quad


def write_quads(quads: Iterable[Quad], out: BinaryIO) -> int:
    """Write N-Quads, one line a quad, in the given order. Returns their number."""
    count = 0
    for count, quad in enumerate(quads, start=1):  # noqa: B007 - the last number is the count
        out.write(f"{quad} .\n".encode())
    return count


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practices", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--with-reference", action="store_true", help="add the ontology and the reference data")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    repository, addresses = Repository.find(), Addresses()
    quads = Synthetic(options.practices, options.seed, repository, addresses).quads()
    if options.with_reference:
        quads = chain(beside(repository, addresses), quads)
    with options.out.open("wb") as out:
        count = write_quads(quads, out)
    print(f"{count:,} quads in {options.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
