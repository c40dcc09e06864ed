"""The mix: eight queries, every text of its own, each with an answer."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from bench.queries import REPEATED, TITLES, query_mix
from bench.synthetic import Synthetic, beside
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Solutions, Store

FOLDER = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="module")
def thousand(repository: Repository) -> Synthetic:
    return Synthetic(1_000, 1, repository, Addresses())


@pytest.fixture(scope="module")
def store(thousand: Synthetic, repository: Repository) -> Store:
    return Store.in_memory(chain(beside(repository, Addresses()), thousand.quads()))


def test_documented_queries() -> None:
    assert len(TITLES) == 8
    assert {path.stem for path in (FOLDER / "queries").glob("*.rq")} == set(TITLES)
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert [name for name in TITLES if f"`{name}`" not in readme] == []


def test_distinct_texts_of_queries(fifty: Synthetic) -> None:
    for query in query_mix(fifty):
        assert len(set(query.texts)) == len(query.texts), query.name
        assert "$" not in "".join(query.texts)
        assert len(query.samples) == min(REPEATED, len(query.texts))


@pytest.mark.parametrize("name", TITLES)
def test_every_sample_has_an_answer(thousand: Synthetic, store: Store, name: str) -> None:
    query = next(query for query in query_mix(thousand) if query.name == name)
    for text in query.samples:
        found = store.query(text)
        assert found.rows if isinstance(found, Solutions) else found, text
