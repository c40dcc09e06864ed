"""Related resources, with the shared values."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.model.terms import IRI, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.lists import index as module
from gcmgraph.publication.lists.index import Listings, alike, related
from gcmgraph.rdfio.parsing import read_quads
from gcmgraph.store.port import Store

A = Addresses()
V = Vocabulary(A)


def listings_of(store: Store) -> Listings:
    return Listings(store, A)


@pytest.fixture(scope="module")
def listings() -> Listings:
    return listings_of(Store.in_memory(read_quads(Path(__file__).parent / "practices.trig")))


def test_shared_values_of_similar_practices(listings: Listings) -> None:
    found = related(listings, "practice", V("practice:one")).alike
    assert [item.iri for item in found] == [V("practice:two"), V("practice:three"), V("practice:four")]
    assert dict(found[0].shared) == {
        "organisation": ("unodc",), "country": ("AFG",), "objective": ("9",)
    }  # fmt: skip
    assert found[0].shared[0][0] == "organisation"  # tells most
    assert found[2].shared == (("country", ("IRQ",)),)


def test_own_practice_and_common_values_are_left_out() -> None:
    quads = []
    for number in range(4):
        iri = V(f"practice:p{number}")
        quads += [Quad(iri, V("rdf:type"), V("gcm:Practice")), Quad(iri, V("gcm:country"), V("country:AFG"))]
    index = listings_of(Store.in_memory(quads)).of("practice")
    assert alike(index, V("practice:p0")) == ()


def test_limit_on_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    quads = []
    for number in range(10):
        iri = V(f"practice:p{number}")
        quads.append(Quad(iri, V("rdf:type"), V("gcm:Practice")))
        if number < 8:
            quads.append(Quad(iri, V("gcm:country"), V("country:AFG")))
        if number in {0, 5}:
            quads.append(Quad(iri, V("gcm:leadOrganisation"), V("organisation:iom")))
    index = listings_of(Store.in_memory(quads)).of("practice")
    assert [item.iri for item in alike(index, V("practice:p0"), most=2)] == [V("practice:p5"), V("practice:p1")]
    monkeypatch.setattr(module, "MAX_CANDIDATES", 4)
    (only,) = alike(index, V("practice:p0"), most=2)
    assert only.iri == V("practice:p5")
    assert dict(only.shared) == {"organisation": ("iom",), "country": ("AFG",)}


def test_values_along_a_country(listings: Listings) -> None:
    found = related(listings, "country", V("country:AFG"))
    assert found.facet == ("country", "AFG")
    assert len(found.practices) == 2
    along = [(item.facet, item.key, item.practices) for item in found.along]
    assert along == [
        ("country", "IRQ", 1), ("organisation", "unodc", 2), ("organisation", "eu", 1), ("organisation", "iom", 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "curie", "facet", "practices"),
    [
        ("organisation", "organisation:iom", ("organisation", "iom"), 2),
        ("objective", "objective:9", ("objective", "9"), 2),
        ("action", "action:9a", ("action", "9a"), 1),
        ("sdg", "sdg:10", ("goal", "10"), 2),
        ("sdg", "sdg:16.2", ("target", "16.2"), 1),
        ("concept", "concept:practice-type/plan", ("type", "plan"), 2),
    ],
)
def test_practices_of_other_kinds(
    listings: Listings, kind: str, curie: str, facet: tuple[str, str], practices: int
) -> None:
    found = related(listings, kind, V(curie))
    assert found.facet == facet
    assert len(found.practices) == practices


@pytest.mark.parametrize("kind", ["country", "instrument", "practice", "nothing"])
def test_resource_without_practices(listings: Listings, kind: str) -> None:
    assert related(listings, kind, IRI(f"{A.base}id/{kind}/none")) == module.Related()
