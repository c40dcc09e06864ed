"""Templates of descriptions in TriG."""

from __future__ import annotations

import pytest

from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import IRI, Literal, Triple, Vocabulary, text

BASE = "https://example.org/data/"
A = Addresses(BASE)
V = Vocabulary(A)
DCAT = "publication/metadata/dcat.trig"


def test_statements_for_each_value_and_part() -> None:
    file, one, other = IRI(f"{BASE}dumps/v1"), text("one", "en"), text("un", "fr")
    found = set(
        Templates("readings/evidence.trig", A).fill("note", document=file, note=[one, other])
    )
    assert found == {Triple(file, V("skos:editorialNote"), value) for value in (one, other)}
    values = {"target": Literal("un.ttl"), "date": None, "sha256": None, "checksum": None}
    found = set(Templates("linking/provenance.trig", A).fill("check", linkset=file, **values))
    check, against = (IRI(f"{file.value}#{part}") for part in ("check", "check-against"))
    assert {triple.object for triple in found if triple.predicate == V("prov:used")} == {
        file,
        against,
    }
    assert Triple(against, V("dct:identifier"), Literal("un.ttl")) in found
    assert {triple.subject for triple in found} == {check, against}
    assert not any(triple.predicate in {V("dct:date"), V("spdx:checksum")} for triple in found)


def test_addresses_relative_to_the_base_and_values_of_every_template() -> None:
    found = list(Templates(DCAT, A, licence=IRI("https://example.org/licence")).fill("classes"))
    assert Triple(V("dct:license"), V("rdfs:range"), V("dct:LicenseDocument")) in found
    graph = Templates("publication/metadata/void.trig", A).fill(
        "service", endpoint=IRI(f"{BASE}sparql"), graphs=()
    )
    assert Triple(IRI(f"{BASE}sparql"), V("sd:defaultDataset"), IRI(f"{BASE}dataset")) in set(graph)


def test_graph_of_statements() -> None:
    values = {"document": IRI(BASE), "note": "sh:Shape"}
    (quad,) = Templates("readings/evidence.trig", A).fill_in("provenance", "note", **values)
    assert (quad.object, quad.graph_name) == (V("sh:Shape"), IRI(A.graph("provenance")))


def test_variable_that_is_not_given() -> None:
    with pytest.raises(KeyError, match="triples"):
        list(Templates(DCAT, A).fill("patch", file=IRI(BASE)))
