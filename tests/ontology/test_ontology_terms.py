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

#: The class table of the design: what each class specialises.
ALIGNMENTS = [
    ("gcm:Objective", "skos:Concept"),
    ("gcm:Action", "skos:Concept"),
    ("gcm:Practice", "prov:Activity"),
    ("gcm:Practice", "schema:Action"),
    ("gcm:Organisation", "org:Organization"),
    ("gcm:Organisation", "schema:Organization"),
    ("gcm:Organisation", "prov:Agent"),
    ("gcm:Country", "schema:Country"),
    ("gcm:Country", "skos:Concept"),
    ("gcm:SdgGoal", "sdgo:Goal"),
    ("gcm:SdgTarget", "sdgo:Target"),
    ("gcm:LegalInstrument", "eli:LegalResource"),
    ("gcm:SourceDocument", "prov:Entity"),
    ("gcm:Passage", "prov:Entity"),
    ("gcm:Contribution", "prov:Activity"),
]

#: Where our terms are used; each may still be empty in a young checkout, docs/model.md may not.
USES = {
    "docs": "**/*.md",
    "data": "**/*.ttl",
    "shapes": "**/*.ttl",
    "queries": "**/*.rq",
    "src": "**/*.py",
}


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


@pytest.mark.parametrize("predicate", ["skos:prefLabel", "skos:definition"])
def test_every_term_has_one_name_and_one_definition_in_each_un_language(ontology: list[Quad], predicate: str) -> None:
    for term in terms(ontology):
        languages = sorted(text.language for text in values(ontology, term, predicate))
        assert languages == UN_LANGUAGES, f"{predicate} of <{term}>"


def test_programs_that_query_without_a_language_get_the_english_name(ontology: list[Quad]) -> None:
    for term in terms(ontology):
        names = [name for name in values(ontology, term, "skos:prefLabel") if name.language == "en"]  # type: ignore[union-attr]
        assert values(ontology, term, "rdfs:label") == names, f"<{term}>"


def test_a_comment_is_there_in_each_un_language_or_not_at_all(ontology: list[Quad]) -> None:
    for term in terms(ontology):
        languages = sorted(text.language for text in values(ontology, term, "rdfs:comment"))
        assert languages in ([], UN_LANGUAGES), f"<{term}>"


def test_every_term_says_where_it_is_defined(ontology: list[Quad]) -> None:
    for term in terms(ontology):
        assert values(ontology, term, "rdfs:isDefinedBy") == [IRI(DOCUMENT)], f"<{term}>"


def test_every_example_is_turtle_that_uses_its_term(ontology: list[Quad]) -> None:
    prefixes = "".join(f"@prefix {prefix}: <{ns}> .\n" for prefix, ns in ADDRESSES.prefixes.items())
    for term in terms(ontology):
        examples = values(ontology, term, "skos:example")
        assert examples, f"<{term}>"
        for example in examples:
            turtle = (prefixes + example.value).encode()
            used = parse_quads(turtle, TURTLE, source=term, base_iri=ADDRESSES.base)
            assert any(IRI(term) in (quad.predicate, quad.object) for quad in used), f"<{term}>"


def test_the_header_names_version_licence_title_and_prefix(ontology: list[Quad]) -> None:
    for predicate in ("dct:title", "dct:description", "dct:creator"):
        assert sorted(text.language for text in values(ontology, DOCUMENT, predicate)) == UN_LANGUAGES
    (version,) = values(ontology, DOCUMENT, "owl:versionInfo")
    assert values(ontology, DOCUMENT, "owl:versionIRI") == [IRI(f"{DOCUMENT}/{version.value}")]
    assert values(ontology, DOCUMENT, "dct:license") == [IRI("https://creativecommons.org/licenses/by/4.0/")]
    licences = (Repository.find().root / "LICENSES" / "README.md").read_text("utf-8").splitlines()
    assert all("CC BY 4.0" in line for line in licences if "`ontology/`" in line or "`shapes/`" in line)
    assert [v.value for v in values(ontology, DOCUMENT, "vann:preferredNamespacePrefix")] == ["gcm"]
    assert [v.value for v in values(ontology, DOCUMENT, "vann:preferredNamespaceUri")] == [ADDRESSES.ontology]


@pytest.mark.parametrize(("ours", "theirs"), ALIGNMENTS)
def test_the_classes_are_aligned_as_designed(ontology: list[Quad], ours: str, theirs: str) -> None:
    assert IRI(ADDRESSES.expand(theirs)) in values(ontology, ADDRESSES.expand(ours), "rdfs:subClassOf")


def test_roles_of_organisations_are_below_involves_organisation(ontology: list[Quad]) -> None:
    for role in ("gcm:leadOrganisation", "gcm:partnerOrganisation"):
        assert values(ontology, ADDRESSES.expand(role), "rdfs:subPropertyOf") == [
            IRI(ADDRESSES.term("involvesOrganisation"))
        ]


@pytest.mark.parametrize("folder", USES)
def test_every_term_in_use_is_defined(ontology: list[Quad], checkout: Repository, folder: str) -> None:
    known = {term.removeprefix(ADDRESSES.ontology) for term in terms(ontology)}
    undefined = [
        f"{path.relative_to(checkout.root)}: gcm:{name} (define it in ontology/gcmgraph.ttl)"
        for path in sorted((checkout.root / folder).glob(USES[folder]))
        for name in sorted(used_terms(path) - known)
    ]
    assert undefined == []


def test_the_model_page_uses_terms(checkout: Repository) -> None:
    assert {"Practice", "leadOrganisation", "asOf"} <= used_terms(checkout.root / "docs" / "model.md")


def used_terms(path: Path) -> set[str]:
    """Collect the local names of our terms in a file, written with the prefix or in full."""
    text = path.read_text("utf-8")
    return set(re.findall(rf"(?:\bgcm:|{re.escape(ADDRESSES.ontology)})([A-Za-z]\w*)", text))
