"""Imported files of the UN and the reference tables never contradict each other: what a file says, it says alone."""

from __future__ import annotations

import pytest

from gcmgraph.model.terms import Quad, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import read_reference
from gcmgraph.repository.layout import Repository

A = Addresses()
V = Vocabulary(A)
TREATIES, M49 = V("graph:reference/un-treaties"), V("graph:reference/un-m49")
PROVENANCE = V("graph:provenance")
KENYA, SOUTHERN_ASIA = V("country:KEN"), V("concept:m49/034")
SMUGGLING = V("graph:reference/participation-smuggling-protocol")
TRAFFICKING = V("graph:reference/participation-trafficking-protocol")
PARTY = V("instrument:smuggling-protocol#participation-ALB")
IMPORTED = (
    Quad(PARTY, V("gcm:participationIn"), V("instrument:smuggling-protocol"), TREATIES),
    Quad(PARTY, V("gcm:asOf"), typed("2026-11-01", "date"), TREATIES),
    Quad(KENYA, V("gcm:region"), V("concept:m49/017"), M49),
    Quad(SOUTHERN_ASIA, V("skos:prefLabel"), text("South Asia", "en"), M49),
)


@pytest.fixture(scope="module")
def tables() -> set[Quad]:
    return set(read_reference(Repository.find(), A))


@pytest.fixture(scope="module")
def beside() -> set[Quad]:
    return set(read_reference(Repository.find(), A, IMPORTED))


def test_table_of_an_imported_treaty(tables: set[Quad], beside: set[Quad]) -> None:
    for quads, there in ((tables, True), (beside, False)):
        assert any(q.graph_name == SMUGGLING for q in quads) is there
        assert any(q.subject == SMUGGLING for q in quads if q.graph_name == PROVENANCE) is there
        assert any(q.graph_name == TRAFFICKING for q in quads), "of another treaty nothing was imported"


def test_replaced_regions_and_names(tables: set[Quad], beside: set[Quad]) -> None:
    gone = {(q.subject, q.predicate) for q in tables - beside if q.graph_name not in (SMUGGLING, PROVENANCE)}
    assert gone == {(KENYA, V("gcm:region")), (SOUTHERN_ASIA, V("skos:prefLabel")), (SOUTHERN_ASIA, V("skos:broader"))}


def test_names_in_languages_without_an_import(tables: set[Quad], beside: set[Quad]) -> None:
    gone = {q.object for q in tables - beside if q.subject == SOUTHERN_ASIA and q.predicate == V("skos:prefLabel")}
    assert gone == {text("Southern Asia", "en")}
    names = {q.object for q in beside if q.subject == SOUTHERN_ASIA and q.predicate == V("skos:prefLabel")}
    assert {getattr(name, "language", None) for name in names} == {"fr", "es", "ar", "zh", "ru"}


def test_replaced_groups_of_a_country(tables: set[Quad]) -> None:
    nepal = V("country:NPL")
    groups = {q for q in tables if q.subject == nepal and q.predicate == V("gcm:countryGroup")}
    assert len(groups) == 2
    imported = [Quad(nepal, V("gcm:region"), SOUTHERN_ASIA, M49)]
    assert groups.isdisjoint(read_reference(Repository.find(), A, imported))


def test_statements_of_other_graphs_replace_none(tables: set[Quad]) -> None:
    moved = [Quad(q.subject, q.predicate, q.object, V("graph:contribution/c1")) for q in IMPORTED]
    assert set(read_reference(Repository.find(), A, moved)) == tables
