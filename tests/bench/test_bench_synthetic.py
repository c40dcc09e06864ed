"""Synthetic practices: the same for a seed, in our model, as large as promised."""

from __future__ import annotations

import io
from collections import Counter
from itertools import chain

from bench.synthetic import Synthetic, beside, write_quads
from gcmgraph.model.terms import Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import read_known
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.shapes import Predicate
from gcmgraph.validation.report import Level
from gcmgraph.validation.rules import load_shapes
from gcmgraph.validation.validate import validate_dataset

V = Vocabulary(Addresses())


def written(data: Synthetic) -> bytes:
    out = io.BytesIO()
    write_quads(data.quads(), out)
    return out.getvalue()


def test_bytes_by_seed_and_size(fifty: Synthetic, repository: Repository) -> None:
    first = written(fifty)
    assert written(Synthetic(50, 1, repository, Addresses())) == first
    assert written(Synthetic(50, 2, repository, Addresses())) != first
    assert written(Synthetic(80, 1, repository, Addresses())).startswith(first)


def test_round_trip_of_quads(fifty: Synthetic) -> None:
    out = io.BytesIO()
    count = write_quads(fifty.quads(), out)
    assert list(parse_quads(out.getvalue(), N_QUADS, source="test")) == list(fifty.quads())
    assert count == len(list(fifty.quads()))


def test_number_of_triples_of_a_practice(repository: Repository) -> None:
    data = Synthetic(1_000, 1, repository, Addresses())
    count = sum(len(data.practice(number).quads) for number in range(1_000))
    assert 19_000 < count < 22_000


def test_one_graph_for_each_triple(fifty: Synthetic, repository: Repository) -> None:
    times = Counter(quad.triple for quad in chain(beside(repository, Addresses()), fifty.quads()))
    assert [triple for triple, count in times.items() if count > 1] == []


def test_conformance_to_the_shapes(fifty: Synthetic, repository: Repository) -> None:
    shapes = load_shapes(repository, Addresses())
    dataset = [*read_known(repository, Addresses()), *fifty.quads()]
    report = validate_dataset(dataset, shapes)
    assert [result for result in report.results if result.level is Level.VIOLATION] == []


def test_shapes_report_what_a_practice_lacks(fifty: Synthetic, repository: Repository) -> None:
    """Without what a practice must have it is reported: so the test above could fail."""
    needed = {V(curie) for curie in ("dct:title", "gcm:objective", "dct:source")}
    lacking = [quad for quad in fifty.practice(0).quads if quad.predicate not in needed]
    report = validate_dataset(lacking, load_shapes(repository, Addresses()))
    missing = {
        result.path.iri
        for result in report.results
        if result.focus == fifty.practice(0).iri
        and result.value is None
        and isinstance(result.path, Predicate)
        and result.level is Level.VIOLATION
    }
    assert missing == needed
