"""Practices by country and organisation, and ties: of a small dataset, of the guidance, and of a changed version."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.model.terms import IRI, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists.index import Listings
from gcmgraph.publication.network import FEW, MAX_ORGANISATIONS, Practices, Relations, Tie
from gcmgraph.queries.library import read_queries
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store

A = Addresses()
V = Vocabulary(A)
G = IRI(A.graph("contribution/one"))

#: Statements by practice: p2 is a part of p1; an event of p1 has organisations; p9 has too many organisations.
STATED = {
    "p1": "gcm:country country:NER gcm:leadOrganisation organisation:a gcm:partnerOrganisation organisation:b "
    "dct:hasPart practice:p1#event gcm:objective objective:3",
    "p1#event": "schema:organizer organisation:c schema:contributor organisation:a",
    "p2": "gcm:country country:NER gcm:country country:MLI gcm:involvesOrganisation organisation:a "
    "gcm:partnerOrganisation organisation:b gcm:countedAs practice:p1",
    "p3": "gcm:leadOrganisation organisation:b gcm:partnerOrganisation schema:abroad gcm:supportsAction action:3a",
    "p4": "gcm:country country:MLI gcm:leadOrganisation organisation:d gcm:supportsAction action:3a",
    "p9": " ".join(f"gcm:partnerOrganisation organisation:c{n}" for n in range(MAX_ORGANISATIONS + 1)),
}


def quads() -> list[Quad]:
    found = []
    for name, stated in STATED.items():
        words = f"{'' if '#' in name else 'rdf:type gcm:Practice '}{stated}".split()
        pairs = zip(words[::2], words[1::2], strict=True)
        found += [Quad(V(f"practice:{name}"), V(predicate), V(value), G) for predicate, value in pairs]
    return found


def read(store: Store, folder: Path | None = None) -> Relations:
    return Relations(Listings(store, A, folder))


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
    ("organisation", "count", "countries"), [("a", 1, "NER MLI"), ("c", 1, "NER"), ("b", 2, "NER MLI"), ("x", 0, "")]
)
def test_practices_and_countries_of_an_organisation(
    relations: Relations, organisation: str, count: int, countries: str
) -> None:
    iri = V(f"organisation:{organisation}")
    assert relations.practices_of(iri) == count
    assert relations.countries_of(iri) == {V(f"country:{code}") for code in countries.split()}


@pytest.mark.parametrize(("resource", "countries"), [("objective:3", "NER"), ("action:3a", "MLI"), ("sdg:1", "")])
def test_countries_of_practices_that_name_a_resource(relations: Relations, resource: str, countries: str) -> None:
    assert relations.countries_naming(V(resource)) == {V(f"country:{code}") for code in countries.split()}


def test_ties_of_organisations_and_their_practices(relations: Relations) -> None:
    a, b, c, abroad = V("organisation:a"), V("organisation:b"), V("organisation:c"), V("schema:abroad")
    ties = relations.collaboration.strongest(99, 99).ties
    assert set(ties) == {Tie(a, b, 1), Tie(a, c, 1), Tie(b, c, 1), Tie(*sorted((b, abroad), key=str), 1)}
    assert relations.too_large == 1
    assert relations.collaboration.around(V("organisation:x"), 3, 3) is None
    assert (V("organisation:d"), practices("p4")) in relations.alone()


def test_ties_of_the_guidance_equal_the_named_query(graph: Store, repository: Repository) -> None:
    query = read_queries(repository, A)["who-works-with-whom"]
    rows = graph.select(query.text, substitutions=query.substitutions({}, A)).rows
    queried = {(row["organisation"], row["other"], int(row["practices"].value)) for row in rows}
    ties = read(graph).collaboration.strongest(10_000, 1_000_000).ties
    assert queried == {(*ends, tie.weight) for tie in ties for ends in (tie.ends, tie.ends[::-1])}
