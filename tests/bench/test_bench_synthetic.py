"""Synthetic practices: the same for a seed, in our model, as large as promised."""

from __future__ import annotations

import io
from collections import Counter
from itertools import chain

from bench.synthetic import Synthetic, beside, write_quads
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import read_known
from gcmgraph.repository.layout import Repository
from gcmgraph.validation.report import Level
from gcmgraph.validation.rules import load_shapes
from gcmgraph.validation.validate import validate_dataset


def written(data: Synthetic) -> bytes:
    out = io.BytesIO()
    write_quads(data.quads(), out)
    return out.getvalue()


def test_bytes_by_seed_and_size(fifty: Synthetic, repository: Repository) -> None:
    first = written(fifty)
    assert written(Synthetic(50, 1, repository, Addresses())) == first
    assert written(Synthetic(50, 2, repository, Addresses())) != first
    assert written(Synthetic(80, 1, repository, Addresses())).startswith(first)


def test_one_graph_for_each_triple(fifty: Synthetic, repository: Repository) -> None:
    times = Counter(quad.triple for quad in chain(beside(repository, Addresses()), fifty.quads()))
    assert [triple for triple, count in times.items() if count > 1] == []


def test_conformance_to_the_shapes(fifty: Synthetic, repository: Repository) -> None:
    shapes = load_shapes(repository, Addresses())
    dataset = [*read_known(repository, Addresses()), *fifty.quads()]
    report = validate_dataset(dataset, shapes)
    assert [result for result in report.results if result.level is Level.VIOLATION] == []
