"""Templates of descriptions in TriG."""

from __future__ import annotations

import pytest

from gcmgraph.model.terms import IRI, Literal, Triple, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.templates import Templates

BASE = "https://example.org/data/"
A = Addresses(BASE)
V = Vocabulary(A)
DCAT = "publication/metadata/dcat.trig"


def test_statements_for_each_value_and_part() -> None:
    file, one, other = IRI(f"{BASE}dumps/v1"), text("one", "en"), text("un", "fr")
    found = set(Templates("readings/evidence.trig", A).fill("note", document=file, note=[one, other]))
    assert found == {Triple(file, V("skos:editorialNote"), value) for value in (one, other)}
    values = {"title": {"en": "T"}, "sender": IRI(f"{BASE}agent"), "name": Literal("f.ttl"), "reviewers": None}
    empty = dict.fromkeys(("graph", "graphTitle", "sent", "accepted", "status", "mediaType", "sha256"))
    found = set(
        Templates("contributions/provenance.trig", A).fill("contribution", contribution=file, **values, **empty)
    )
    assert Triple(file, V("prov:used"), IRI(f"{file.value}#file")) in found
    assert Triple(IRI(f"{file.value}#file"), V("dct:identifier"), Literal("f.ttl")) in found
    assert not any(triple.predicate in {V("prov:wasAttributedTo"), V("dct:format")} for triple in found)


def test_addresses_relative_to_the_base_and_values_of_every_template() -> None:
    found = list(Templates(DCAT, A, licence=IRI("https://example.org/licence")).fill("classes"))
    assert Triple(V("dct:license"), V("rdfs:range"), V("dct:LicenseDocument")) in found
    graph = Templates("publication/metadata/void.trig", A).fill("service", endpoint=IRI(f"{BASE}sparql"), graphs=())
    assert Triple(IRI(f"{BASE}sparql"), V("sd:defaultDataset"), IRI(f"{BASE}dataset")) in set(graph)


def test_graph_of_statements() -> None:
    values = {"document": IRI(BASE), "note": "sh:Shape"}
    (quad,) = Templates("readings/evidence.trig", A).fill_in("provenance", "note", **values)
    assert (quad.object, quad.graph_name) == (V("sh:Shape"), IRI(A.graph("provenance")))


def test_variable_that_is_not_given() -> None:
    with pytest.raises(KeyError, match="triples"):
        list(Templates(DCAT, A).fill("patch", file=IRI(BASE)))
