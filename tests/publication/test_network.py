"""Ties between organisations: counted, ranked, bounded, drawn; practices by country and organisation."""

from __future__ import annotations

from itertools import combinations
from math import dist, isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from bench.synthetic import Synthetic
from gcmgraph.publication.collaboration import MAX_ORGANISATIONS, Collaboration, Tie
from gcmgraph.publication.force_directed import positions, spread
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.network import FEW, ORGANISATIONS, TIES, Practices, Relations
from gcmgraph.queries.library import read_queries
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store


def organisation(name: str) -> IRI:
    return IRI(f"https://example.org/{name}")


def collaboration(*practices: str) -> Collaboration:
    """Return the ties of practices, each written as the letters of its organisations."""
    rows_by_organisation = {}
    for letter in sorted(set("".join(practices))):
        rows = BitMap(row for row, letters in enumerate(practices, 1) if letter in letters)
        rows_by_organisation[organisation(letter)] = rows
    return Collaboration(rows_by_organisation, {})


def letters_and_weights(ties: tuple[Tie, ...]) -> list[str]:
    """Return each tie as the letters of its organisations and its weight, such as `ab3`."""
    return [
        f"{start.value[-1]}{end.value[-1]}{tie.weight}" for tie in ties for start, end in [tie.ends]
    ]


def test_strongest_ties_have_the_most_shared_practices() -> None:
    network = collaboration("abc", "ab", "d", "bc", "ab").strongest(organisations=9, ties=9)
    assert letters_and_weights(network.ties) == ["ab3", "bc2", "ac1"]
    network = collaboration("abcdef").strongest(organisations=9, ties=99)
    assert len(network.ties) == len(list(combinations("abcdef", 2)))
    network = collaboration("ab", "ab", "cd").strongest(organisations=3, ties=9)
    assert {iri.value[-1] for iri in network.organisations} == {"a", "b"}


def test_network_around_an_organisation_has_its_partners_and_their_ties() -> None:
    ties = collaboration("ab", "ac", "ac", "bc", "bd", "de")
    network = ties.around(organisation("a"), others=9, ties=9)
    assert [iri.value[-1] for iri in network.organisations] == ["a", "c", "b"]
    assert letters_and_weights(network.ties) == ["ac2", "ab1", "bc1"]


TWO_GROUPS = [(a, b, 1.0) for group in (range(5), range(5, 10)) for a, b in combinations(group, 2)]


def test_tied_nodes_are_nearer_than_others() -> None:
    points = positions(10, TWO_GROUPS)
    tied = [dist(points[a], points[b]) for a, b, _ in TWO_GROUPS]
    others = [dist(points[a], points[b]) for a in range(5) for b in range(5, 10)]
    assert sum(tied) / len(tied) < 0.6 * sum(others) / len(others)


@given(st.integers(0, 12), st.data())
def test_positions_are_finite_and_apart(nodes: int, data: st.DataObject) -> None:
    pairs = list(combinations(range(nodes), 2))
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    points = positions(nodes, [(a, b, 1.0 + a) for a, b in chosen])
    assert len(points) == nodes
    assert all(isfinite(x) and isfinite(y) for x, y in points)
    assert all(dist(points[a], points[b]) > 0.05 for a, b in pairs)


@given(st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), max_size=12))
def test_spread_boxes_do_not_overlap(points: list[tuple[float, float]]) -> None:
    moved = spread(points, 40, 20)
    for (ax, ay), (bx, by) in combinations(moved, 2):
        assert abs(ax - bx) > 39.9 or abs(ay - by) > 19.9


ADDRESSES = Addresses()


@pytest.fixture(scope="module")
def large() -> Store:
    return Store.in_memory(Synthetic(1500, 1, Repository.find(), ADDRESSES).quads())


def read(store: Store) -> Relations:
    return Relations(Listings(store, ADDRESSES))


def test_drawing_of_a_large_network_keeps_its_limits(large: Store) -> None:
    relations = read(large)
    drawing = relations.drawing
    network = drawing.network
    assert 2 <= len(network.organisations) <= ORGANISATIONS < network.organisations_in_all
    everything = relations.collaboration.strongest(10_000, 1_000_000)
    assert len(network.ties) <= TIES < network.ties_in_all == len(everything.ties)
    assert network.organisations_in_all == len(everything.organisations)
    weakest = min(tie.weight for tie in network.ties)
    drawn = set(network.organisations)
    left_out = [
        tie for tie in everything.ties if drawn.issuperset(tie.ends) and tie not in network.ties
    ]
    assert all(tie.weight <= weakest for tie in left_out)
    for (ax, ay), (bx, by) in combinations(drawing.places, 2):
        assert abs(ax - bx) > 130 or abs(ay - by) > 56, "names have room"
    assert read(large).drawing == drawing
    assert read(Store.in_memory()).drawing is None
    [(busiest, _)] = relations.collaboration.partners.most_common(1)
    around = relations.collaboration.around(busiest, 20, 30)
    assert len(around.organisations) == 21 < around.organisations_in_all
    assert len(around.ties) == 30 < around.ties_in_all


V = Vocabulary(ADDRESSES)
G = IRI(ADDRESSES.graph("contribution/one"))

#: Statements by practice: p2 is a part of p1; an event of p1 has organisations; p9 has too many
#: organisations.
STATEMENTS = {
    "p1": "gcm:country country:NER gcm:leadOrganisation organisation:a gcm:partnerOrganisation organisation:b "
    "dct:hasPart practice:p1#event gcm:objective objective:3",
    "p1#event": "schema:organizer organisation:c schema:contributor organisation:a",
    "p2": "gcm:country country:NER gcm:country country:MLI gcm:involvesOrganisation organisation:a "
    "gcm:partnerOrganisation organisation:b gcm:countedAs practice:p1",
    "p3": "gcm:leadOrganisation organisation:b gcm:partnerOrganisation schema:abroad gcm:supportsAction action:3a",
    "p4": "gcm:country country:MLI gcm:leadOrganisation organisation:d gcm:supportsAction action:3a",
    "p9": " ".join(
        f"gcm:partnerOrganisation organisation:c{n}" for n in range(MAX_ORGANISATIONS + 1)
    ),
}


def quads() -> list[Quad]:
    statements = []
    for name, description in STATEMENTS.items():
        words = f"{'' if '#' in name else 'rdf:type gcm:Practice '}{description}".split()
        for predicate, value in zip(words[::2], words[1::2], strict=True):
            statements.append(Quad(V(f"practice:{name}"), V(predicate), V(value), G))
    return statements


def practices(*names: str) -> Practices:
    return Practices(len(names), tuple(V(f"practice:{name}") for name in names[:FEW]))


@pytest.fixture(scope="module")
def relations() -> Relations:
    return read(Store.in_memory(quads()))


def test_practices_by_country_count_a_part_as_its_whole(relations: Relations) -> None:
    niger, mali = V("country:NER"), V("country:MLI")
    assert relations.by_country() == {niger: practices("p1"), mali: practices("p1", "p4")}
    assert relations.counts() == {niger: 1, mali: 2}


@pytest.mark.parametrize(
    ("organisation", "count", "countries"),
    [("a", 1, "NER MLI"), ("c", 1, "NER"), ("b", 2, "NER MLI"), ("x", 0, "")],
)
def test_organisation_has_the_practices_and_countries_of_its_practices(
    relations: Relations, organisation: str, count: int, countries: str
) -> None:
    iri = V(f"organisation:{organisation}")
    assert relations.practices_of(iri) == count
    assert relations.countries_of(iri) == {V(f"country:{code}") for code in countries.split()}


@pytest.mark.parametrize(
    ("resource", "countries"), [("objective:3", "NER"), ("action:3a", "MLI"), ("sdg:1", "")]
)
def test_resource_has_the_countries_of_practices_that_name_it(
    relations: Relations, resource: str, countries: str
) -> None:
    assert relations.countries_naming(V(resource)) == {
        V(f"country:{code}") for code in countries.split()
    }


def test_ties_join_organisations_of_one_practice(relations: Relations) -> None:
    a, b, c, abroad = (
        V("organisation:a"),
        V("organisation:b"),
        V("organisation:c"),
        V("schema:abroad"),
    )
    ties = relations.collaboration.strongest(99, 99).ties
    assert set(ties) == {
        Tie((a, b), 1),
        Tie((a, c), 1),
        Tie((b, c), 1),
        Tie(tuple(sorted((b, abroad), key=str)), 1),
    }
    assert relations.too_large == 1
    assert relations.collaboration.around(V("organisation:x"), 3, 3) is None
    assert (V("organisation:d"), practices("p4")) in relations.alone()


def test_ties_of_the_guidance_equal_the_named_query(graph: Store, repository: Repository) -> None:
    query = read_queries(repository, ADDRESSES)["who-works-with-whom"]
    rows = graph.select(query.text, substitutions=query.substitutions({}, ADDRESSES)).rows
    queried = {(row["organisation"], row["other"], int(row["practices"].value)) for row in rows}
    ties = read(graph).collaboration.strongest(10_000, 1_000_000).ties
    assert queried == {(*ends, tie.weight) for tie in ties for ends in (tie.ends, tie.ends[::-1])}
