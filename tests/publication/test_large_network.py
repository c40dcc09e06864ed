"""What pictures are made of, over a graph that is large: bounded."""

from __future__ import annotations

from itertools import combinations

import pytest

from bench.synthetic import Synthetic
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.network import ORGANISATIONS, TIES, Relations
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store

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
