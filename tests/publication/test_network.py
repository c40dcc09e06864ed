"""Ties between organisations, and positions of their pictures: counted, ranked, bounded, deterministic."""

from __future__ import annotations

from itertools import combinations
from math import dist, isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from bench.synthetic import Synthetic
from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.network import ORGANISATIONS, TIES, Collaboration, Relations, Tie, positions, spread
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store


def organisation(name: str) -> IRI:
    return IRI(f"https://example.org/{name}")


def taking_part(*practices: str) -> dict[IRI, BitMap]:
    """Return who takes part in practices, each written as the letters of its organisations."""
    letters = sorted(set("".join(practices)))
    return {organisation(x): BitMap(n for n, written in enumerate(practices, 1) if x in written) for x in letters}


def made(*practices: str, whole_of: dict[int, int] | None = None) -> Collaboration:
    """Return the ties of practices; `whole_of`: numbers of wholes by those of parts."""
    wholes = {part: BitMap([whole]) for part, whole in (whole_of or {}).items()}
    return Collaboration(taking_part(*practices), wholes)


def written(ties: tuple[Tie, ...]) -> list[str]:
    return [f"{tie.one.value[-1]}{tie.other.value[-1]}{tie.weight}" for tie in ties]


def test_strongest_ties_by_shared_practices() -> None:
    assert written(made("abc", "ab", "d", "bc", "ab").strongest(9, 9).ties) == ["ab3", "bc2", "ac1"]
    assert len(made("abcdef").strongest(9, 99).ties) == len(list(combinations("abcdef", 2)))


def test_organisations_without_ties_are_left_out() -> None:
    network = made("ab", "ab", "cd").strongest(organisations=3, ties=9)
    assert {iri.value[-1] for iri in network.organisations} == {"a", "b"}


def test_partners_of_an_organisation_and_ties_among_them() -> None:
    network = made("ab", "ac", "ac", "bc", "bd", "de").around(organisation("a"), others=9, ties=9)
    assert network is not None
    assert [iri.value[-1] for iri in network.organisations] == ["a", "c", "b"]
    assert written(network.ties) == ["ac2", "ab1", "bc1"]


TWO_GROUPS = [(a, b, 1.0) for group in (range(5), range(5, 10)) for a, b in combinations(group, 2)]


def test_tied_nodes_are_nearer() -> None:
    found = positions(10, TWO_GROUPS)
    tied = [dist(found[a], found[b]) for a, b, _ in TWO_GROUPS]
    others = [dist(found[a], found[b]) for a in range(5) for b in range(5, 10)]
    assert sum(tied) / len(tied) < 0.6 * sum(others) / len(others)


@given(st.integers(0, 12), st.data())
def test_finite_positions_apart(nodes: int, data: st.DataObject) -> None:
    pairs = list(combinations(range(nodes), 2))
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    found = positions(nodes, [(a, b, 1.0 + a) for a, b in chosen])
    assert len(found) == nodes
    assert all(isfinite(x) and isfinite(y) for x, y in found)
    assert all(dist(found[a], found[b]) > 0.05 for a, b in pairs)


@given(st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), max_size=12))
def test_boxes_do_not_overlap(points: list[tuple[float, float]]) -> None:
    moved = spread(points, 40, 20)
    for (ax, ay), (bx, by) in combinations(moved, 2):
        assert abs(ax - bx) > 39.9 or abs(ay - by) > 19.9


ADDRESSES = Addresses()


@pytest.fixture(scope="module")
def large() -> Store:
    return Store.in_memory(Synthetic(1500, 1, Repository.find(), ADDRESSES).quads())


def read(store: Store) -> Relations:
    return Relations(Listings(store, ADDRESSES))


def test_limits_of_a_large_network(large: Store) -> None:
    relations = read(large)
    drawing = relations.drawing
    assert drawing is not None
    network = drawing.network
    assert 2 <= len(network.organisations) <= ORGANISATIONS < network.organisations_in_all
    everything = relations.collaboration.strongest(10_000, 1_000_000)
    assert len(network.ties) <= TIES < network.ties_in_all == len(everything.ties)
    assert network.organisations_in_all == len(everything.organisations)
    weakest = min(tie.weight for tie in network.ties)
    drawn = set(network.organisations)
    left_out = [tie for tie in everything.ties if drawn.issuperset(tie.ends) and tie not in network.ties]
    assert all(tie.weight <= weakest for tie in left_out)
    for (ax, ay), (bx, by) in combinations(drawing.places, 2):
        assert abs(ax - bx) > 130 or abs(ay - by) > 56, "names have room"
    assert read(large).drawing == drawing


def test_limits_around_an_organisation(large: Store) -> None:
    collaboration = read(large).collaboration
    [(busiest, _)] = collaboration.partners.most_common(1)
    network = collaboration.around(busiest, 20, 30)
    assert network is not None
    assert len(network.organisations) == 21 < network.organisations_in_all
    assert len(network.ties) == 30 < network.ties_in_all


def test_dataset_without_practices_has_no_drawing() -> None:
    assert read(Store.in_memory()).drawing is None
