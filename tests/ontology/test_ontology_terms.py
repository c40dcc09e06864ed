"""Every term is explained in the official languages of the UN, and every term in use is defined."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from owl_profile import ENTITY_KINDS, TYPE

from gcmgraph.model.terms import IRI, Literal, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import TURTLE
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.repository.layout import Repository

ADDRESSES = Addresses()
DOCUMENT = f"{ADDRESSES.base}ontology"
UN_LANGUAGES = ["ar", "en", "es", "fr", "ru", "zh"]

#: Classes that each class specialises.
ALIGNMENTS = {
    "Objective": ["skos:Concept"],
    "Action": ["skos:Concept"],
    "Practice": ["prov:Activity", "schema:Action"],
    "Organisation": ["org:Organization", "schema:Organization", "prov:Agent"],
    "Country": ["schema:Country", "skos:Concept"],
    "SdgGoal": ["sdgo:Goal"],
    "SdgTarget": ["sdgo:Target"],
    "LegalInstrument": ["eli:LegalResource"],
    "SourceDocument": ["prov:Entity"],
    "Passage": ["prov:Entity"],
    "Contribution": ["prov:Activity"],
}

#: Files that use our terms.
USES = {"docs": "**/*.md", "data": "**/*.ttl", "shapes": "**/*.ttl", "queries": "**/*.rq", "src": "**/*.py"}


def terms(ontology: list[Quad]) -> set[str]:
    return {
        quad.subject.value
        for quad in ontology
        if quad.predicate.value == TYPE
        and quad.object.value in ENTITY_KINDS
        and quad.subject.value.startswith(ADDRESSES.ontology)
    }


def values(ontology: list[Quad], subject: str, predicate: str) -> list[IRI | Literal]:
    return [
        quad.object
        for quad in ontology
        if quad.subject.value == subject and quad.predicate.value == ADDRESSES.expand(predicate)
    ]


def languages(texts: list[IRI | Literal]) -> list[str | None]:
    return sorted(text.language or "" for text in texts if isinstance(text, Literal))


def test_texts_of_each_term(ontology: list[Quad]) -> None:
    """Programs that query without a language get the English name."""
    for term in terms(ontology):
        names = values(ontology, term, "skos:prefLabel")
        assert languages(names) == languages(values(ontology, term, "skos:definition")) == UN_LANGUAGES, term
        assert languages(values(ontology, term, "rdfs:comment")) in ([], UN_LANGUAGES), term
        english = [name for name in names if isinstance(name, Literal) and name.language == "en"]
        assert values(ontology, term, "rdfs:label") == english, term
        assert values(ontology, term, "rdfs:isDefinedBy") == [IRI(DOCUMENT)], term


def test_example_of_each_term(ontology: list[Quad]) -> None:
    prefixes = "".join(f"@prefix {prefix}: <{ns}> .\n" for prefix, ns in ADDRESSES.prefixes.items())
    for term in terms(ontology):
        examples = values(ontology, term, "skos:example")
        assert examples, f"<{term}>"
        for example in examples:
            turtle = (prefixes + example.value).encode()
            used = parse_quads(turtle, TURTLE, source=term, base_iri=ADDRESSES.base)
            assert any(IRI(term) in (quad.predicate, quad.object) for quad in used), f"<{term}>"


def test_header_of_the_ontology(ontology: list[Quad]) -> None:
    for predicate in ("dct:title", "dct:description", "dct:creator"):
        assert languages(values(ontology, DOCUMENT, predicate)) == UN_LANGUAGES
    (created,), (modified,) = (values(ontology, DOCUMENT, f"dct:{name}") for name in ("created", "modified"))
    assert created.value <= modified.value
    (version,) = values(ontology, DOCUMENT, "owl:versionInfo")
    assert values(ontology, DOCUMENT, "owl:versionIRI") == [IRI(f"{DOCUMENT}/{version.value}")]
    assert values(ontology, DOCUMENT, "dct:license") == [IRI("https://creativecommons.org/licenses/by/4.0/")]
    licences = (Repository.find().root / "LICENSES" / "README.md").read_text("utf-8").splitlines()
    assert all("CC BY 4.0" in line for line in licences if "`ontology/`" in line or "`shapes/`" in line)
    assert [v.value for v in values(ontology, DOCUMENT, "vann:preferredNamespacePrefix")] == ["gcm"]
    assert [v.value for v in values(ontology, DOCUMENT, "vann:preferredNamespaceUri")] == [ADDRESSES.ontology]


@pytest.mark.parametrize("name", ALIGNMENTS)
def test_alignment_of_classes(ontology: list[Quad], name: str) -> None:
    above = values(ontology, ADDRESSES.term(name), "rdfs:subClassOf")
    assert {IRI(ADDRESSES.expand(curie)) for curie in ALIGNMENTS[name]} <= set(above)


@pytest.mark.parametrize("folder", USES)
def test_terms_in_use_are_defined(ontology: list[Quad], checkout: Repository, folder: str) -> None:
    known = {term.removeprefix(ADDRESSES.ontology) for term in terms(ontology)}
    undefined = [
        f"{path.relative_to(checkout.root)}: gcm:{name} (define it in ontology/gcmgraph.ttl)"
        for path in sorted((checkout.root / folder).glob(USES[folder]))
        for name in sorted(used_terms(path) - known)
    ]
    assert undefined == []


def used_terms(path: Path) -> set[str]:
    """Collect the local names of our terms in a file, written with the prefix or in full."""
    text = path.read_text("utf-8")
    return set(re.findall(rf"(?:\bgcm:|{re.escape(ADDRESSES.ontology)})([A-Za-z]\w*)", text))
