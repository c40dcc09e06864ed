"""The ontology is OWL 2 DL, as far as its triples show; and the check finds what it should."""

from __future__ import annotations

import pytest
from owl_profile import OWL, problems

from gcmgraph.model.terms import Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads


def test_profile_of_the_ontology(ontology: list[Quad]) -> None:
    assert problems(ontology) == []


def test_ontology_without_imports(ontology: list[Quad]) -> None:
    assert not [quad for quad in ontology if quad.predicate.value == OWL + "imports"]


@pytest.mark.parametrize(
    ("turtle", "found"),
    [
        ("gcm:x a owl:ObjectProperty, owl:DatatypeProperty .", "property of several kinds"),
        ("gcm:X a owl:Class, rdfs:Datatype .", "class and a datatype"),
        ("gcm:Evidence rdfs:subClassOf rdf:Statement .", "cannot stand between"),
        ("gcm:Evidence rdfs:subClassOf gcm:Undeclared .", "cannot stand between"),
        ("gcm:asOf rdfs:range xsd:date .", "cannot stand between"),
        ("gcm:asOf rdfs:range gcm:Country .", "does not fit its kind"),
        ("gcm:country rdfs:range xsd:string .", "does not fit its kind"),
        ("gcm:acronym rdfs:domain gcm:Organisation .", "cannot stand between"),
        ("gcm:country rdfs:subPropertyOf gcm:asOf .", "another kind"),
        ("gcm:Evidence gcm:undeclared 'x' .", "not a declared annotation property"),
        ("gcm:x a rdf:Property .", "declares nothing"),
        ("gcm:x a owl:FunctionalProperty .", "no declared property"),
        ("gcm:country a owl:TransitiveProperty .", "declares nothing"),
        ("rdf:Statement a owl:Class .", "reserved term"),
        ("gcm:Evidence rdfs:subClassOf [ a owl:Restriction ] .", "blank node"),
    ],
)
def test_forbidden_in_owl_2_dl(ontology: list[Quad], turtle: str, found: str) -> None:
    prefixes = "".join(f"@prefix {prefix}: <{ns}> .\n" for prefix, ns in Addresses().prefixes.items())
    extra = list(parse_quads((prefixes + turtle).encode(), TURTLE, source="test"))
    assert any(found in problem for problem in problems([*ontology, *extra]))
