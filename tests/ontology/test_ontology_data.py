"""The reference data of this repository use the ontology as it declares its terms."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from owl_profile import DATATYPE_MAP, OWL, PROPERTY_KINDS, TYPE, kinds_of
from reasoner import unsatisfiable_classes

from gcmgraph.linking.sssom import read_checks, read_linkset
from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_tables

ADDRESSES = Addresses()


@pytest.fixture(scope="module")
def data(checkout: Repository) -> list[Quad]:
    tables = [
        table for table in read_tables(checkout.reference, ADDRESSES) if table.name not in {"terms", "figure-terms"}
    ]
    linksets = [read_linkset(path, ADDRESSES) for path in checkout.linksets]
    return [quad for part in (*tables, *linksets) for quad in part.quads]


@pytest.fixture(scope="module")
def accounts(checkout: Repository) -> list[Quad]:
    """What is said of link sets and of their checks, mostly in terms that our ontology has no need to declare."""
    linksets = [read_linkset(path, ADDRESSES).provenance(ADDRESSES) for path in checkout.linksets]
    checks = [check.quads(ADDRESSES) for check in read_checks(checkout.link_checks, ADDRESSES)]
    return [quad for part in (*linksets, *checks) for quad in part]


def test_classes_and_properties_in_use_are_declared(ontology: list[Quad], data: list[Quad]) -> None:
    kinds = kinds_of(ontology)
    properties = {quad.predicate.value for quad in data} - {TYPE}
    classes = {quad.object.value for quad in data if quad.predicate.value == TYPE}
    assert sorted(p for p in properties if not kinds.get(p, set()) & PROPERTY_KINDS) == []
    assert sorted(c for c in classes if OWL + "Class" not in kinds.get(c, set())) == []


def test_kinds_of_values_by_property(ontology: list[Quad], data: list[Quad], accounts: list[Quad]) -> None:
    kinds = kinds_of(ontology)
    wanted = {OWL + "ObjectProperty": IRI, OWL + "DatatypeProperty": Literal}
    wrong = [
        str(quad)
        for quad in (*data, *accounts)
        for kind in kinds.get(quad.predicate.value, ())
        if kind in wanted and not isinstance(quad.object, wanted[kind])
    ]
    assert wrong == []


@pytest.mark.exhaustive
@pytest.mark.skipif(
    shutil.which("java") is None,
    reason="needs Java: apt-get install default-jre-headless (no reasoner checked the data)",
)
def test_consistency_of_data_and_ontology(
    ontology: list[Quad], data: list[Quad], accounts: list[Quad], tmp_path: Path
) -> None:
    stated = [*data, *accounts]
    readable = [quad for quad in stated if not outside_the_datatype_map(quad)]
    assert len(readable) > len(stated) / 2
    assert unsatisfiable_classes([*ontology, *readable], tmp_path) == []


def outside_the_datatype_map(quad: Quad) -> bool:
    """Say whether HermiT would refuse a literal, such as an xsd:date, for its datatype."""
    value = quad.object
    return isinstance(value, Literal) and value.language is None and value.datatype.value not in DATATYPE_MAP
