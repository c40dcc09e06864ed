"""Every term is explained, used as declared, within OWL 2 DL and free of contradictions (HermiT, in owlready2)."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import owlready2
import pytest
from owl_profile import DATATYPE_MAP, ENTITY_KINDS, OWL, PROPERTY_KINDS, TYPE, kinds_of, problems
from reasoner import unsatisfiable_classes

from gcmgraph.linking.link_checks import read_checks
from gcmgraph.linking.sssom import read_linkset
from gcmgraph.rdf.media import TURTLE
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads, read_quads
from gcmgraph.rdf.terms import IRI, Literal, Quad
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_tables


@pytest.fixture(scope="module")
def ontology(repository: Repository) -> list[Quad]:
    return [quad for path in repository.ontology for quad in read_quads(path)]


ADDRESSES = Addresses()
DOCUMENT = f"{ADDRESSES.base}ontology"
UN_LANGUAGES = ["ar", "en", "es", "fr", "ru", "zh"]


#: Files that use our terms.
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


def languages(texts: list[IRI | Literal]) -> list[str | None]:
    return sorted(text.language or "" for text in texts if isinstance(text, Literal))


def test_texts_of_each_term(ontology: list[Quad]) -> None:
    """Programs that query without a language get the English name."""
    for term in terms(ontology):
        names = values(ontology, term, "skos:prefLabel")
        assert (
            languages(names) == languages(values(ontology, term, "skos:definition")) == UN_LANGUAGES
        ), term
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
    (created,), (modified,) = (
        values(ontology, DOCUMENT, f"dct:{name}") for name in ("created", "modified")
    )
    assert created.value <= modified.value
    (version,) = values(ontology, DOCUMENT, "owl:versionInfo")
    assert values(ontology, DOCUMENT, "owl:versionIRI") == [IRI(f"{DOCUMENT}/{version.value}")]
    assert values(ontology, DOCUMENT, "dct:license") == [
        IRI("https://creativecommons.org/licenses/by/4.0/")
    ]
    licences = (Repository.find().root / "LICENSES" / "README.md").read_text("utf-8").splitlines()
    assert all(
        "CC BY 4.0" in line for line in licences if "`ontology/`" in line or "`shapes/`" in line
    )
    assert [v.value for v in values(ontology, DOCUMENT, "vann:preferredNamespacePrefix")] == ["gcm"]
    assert [v.value for v in values(ontology, DOCUMENT, "vann:preferredNamespaceUri")] == [
        ADDRESSES.ontology
    ]


@pytest.mark.parametrize("folder", USES)
def test_terms_in_use_are_defined(
    ontology: list[Quad], repository: Repository, folder: str
) -> None:
    known = {term.removeprefix(ADDRESSES.ontology) for term in terms(ontology)}
    written = (
        rf"(?:\bgcm:|{re.escape(ADDRESSES.ontology)})([A-Za-z]\w*)"  # with the prefix or in full
    )
    undefined = [
        f"{path.relative_to(repository.root)}: gcm:{name} (define it in ontology/gcmgraph.ttl)"
        for path in sorted((repository.root / folder).glob(USES[folder]))
        for name in sorted({*re.findall(written, path.read_text("utf-8"))} - known)
    ]
    assert undefined == []


def test_profile_of_the_ontology(ontology: list[Quad]) -> None:
    assert problems(ontology) == []
    assert not [quad for quad in ontology if quad.predicate.value == OWL + "imports"]


def test_forbidden_in_owl_2_dl(ontology: list[Quad]) -> None:
    prefixes = "".join(
        f"@prefix {prefix}: <{ns}> .\n" for prefix, ns in Addresses().prefixes.items()
    )
    for turtle, found in (
        ("gcm:x a owl:ObjectProperty, owl:DatatypeProperty .", "property of several kinds"),
        ("gcm:X a owl:Class, rdfs:Datatype .", "class and a datatype"),
        ("gcm:Evidence rdfs:subClassOf gcm:Undeclared .", "cannot stand between"),
        ("gcm:asOf rdfs:range xsd:date .", "cannot stand between"),
        ("gcm:asOf rdfs:range gcm:Country .", "does not fit its kind"),
        ("gcm:country rdfs:subPropertyOf gcm:asOf .", "another kind"),
        ("gcm:Evidence gcm:undeclared 'x' .", "not a declared annotation property"),
        ("gcm:x a rdf:Property .", "declares nothing"),
        ("gcm:x a owl:FunctionalProperty .", "no declared property"),
        ("rdf:Statement a owl:Class .", "reserved term"),
        ("gcm:Evidence rdfs:subClassOf [ a owl:Restriction ] .", "blank node"),
    ):
        extra = list(parse_quads((prefixes + turtle).encode(), TURTLE, source="test"))
        assert any(found in problem for problem in problems([*ontology, *extra]))


@pytest.fixture(scope="module")
def data(repository: Repository) -> list[Quad]:
    tables = [
        table
        for table in read_tables(repository.reference, ADDRESSES)
        if table.name not in {"terms", "figure-terms"}
    ]
    linksets = [read_linkset(path, ADDRESSES) for path in repository.linksets]
    return [quad for part in (*tables, *linksets) for quad in part.quads]


@pytest.fixture(scope="module")
def accounts(repository: Repository) -> list[Quad]:
    """What is said of link sets and of their checks, mostly in terms that our ontology has no need to declare."""
    linksets = [read_linkset(path, ADDRESSES).provenance(ADDRESSES) for path in repository.linksets]
    checks = [check.quads(ADDRESSES) for check in read_checks(repository.link_checks, ADDRESSES)]
    return [quad for part in (*linksets, *checks) for quad in part]


def test_classes_and_properties_in_use_are_declared(ontology: list[Quad], data: list[Quad]) -> None:
    kinds = kinds_of(ontology)
    properties = {quad.predicate.value for quad in data} - {TYPE}
    classes = {quad.object.value for quad in data if quad.predicate.value == TYPE}
    assert sorted(p for p in properties if not kinds.get(p, set()) & PROPERTY_KINDS) == []
    assert sorted(c for c in classes if OWL + "Class" not in kinds.get(c, set())) == []


def test_kinds_of_values_by_property(
    ontology: list[Quad], data: list[Quad], accounts: list[Quad]
) -> None:
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
def test_consistency_of_data_and_ontology(
    ontology: list[Quad], data: list[Quad], accounts: list[Quad], tmp_path: Path
) -> None:
    stated = [*data, *accounts]
    # HermiT refuses literals of other datatypes, such as xsd:date
    readable = [
        quad
        for quad in stated
        if not isinstance(quad.object, Literal)
        or quad.object.language
        or quad.object.datatype.value in DATATYPE_MAP
    ]
    assert len(readable) > len(stated) / 2
    assert unsatisfiable_classes([*ontology, *readable], tmp_path) == []


pytestmark = pytest.mark.skipif(
    shutil.which("java") is None,
    reason="needs Java: apt-get install default-jre-headless (no reasoner checked the ontology)",
)

#: Resources of every class as docs/model.md describes them.
MODEL = """
objective:9 a gcm:Objective ; gcm:relevantGoal sdg:10 ; gcm:relevantTarget sdg:10.7 ;
    gcm:hasAction action:9a .
action:9a a gcm:Action ; gcm:objective objective:9 ; gcm:instrument instrument:smuggling-protocol .
practice:x a gcm:Practice ; gcm:objective objective:9 ; gcm:leadOrganisation organisation:rcm ;
    gcm:country country:CAN ; gcm:supportsAction action:9a ; gcm:binding false .
organisation:rcm a gcm:Organisation ; org:hasMember country:CAN .
country:CAN a gcm:Country ; gcm:iso3 "CAN" .
sdg:10 a gcm:SdgGoal . sdg:10.7 a gcm:SdgTarget ; sdgo:isTargetOf sdg:10 .
instrument:smuggling-protocol a gcm:LegalInstrument ; gcm:supplements instrument:untoc .
<#participation> a gcm:TreatyParticipation ; gcm:participationIn instrument:smuggling-protocol ;
    gcm:participant country:CAN .
source:d a gcm:SourceDocument . <#passage> a gcm:Passage ; oa:hasSource source:d .
<#evidence> a gcm:Evidence ; oa:hasTarget <#passage> .
<#contribution> a gcm:Contribution .
"""


def reason(ontology: list[Quad], turtle: str, folder: Path) -> list[str]:
    """Return the unsatisfiable classes of the ontology with some triples added."""
    prefixes = "".join(f"@prefix {prefix}: <{ns}> .\n" for prefix, ns in ADDRESSES.prefixes.items())
    added = parse_quads(
        (prefixes + turtle).encode(), TURTLE, source="test", base_iri=ADDRESSES.base
    )
    return unsatisfiable_classes([*ontology, *added], folder)


def test_classes_without_members(ontology: list[Quad], tmp_path: Path) -> None:
    """The classes of the model have members, and one that is added can have none."""
    assert reason(ontology, MODEL, tmp_path) == []
    impossible = "gcm:Impossible a owl:Class ; rdfs:subClassOf gcm:Practice, gcm:Organisation ."
    assert reason(ontology, impossible, tmp_path) == [ADDRESSES.term("Impossible")]


#: Statements that contradict the ontology.
CONTRADICTIONS = {
    "two kinds at once": "practice:x a gcm:Practice, gcm:Organisation .",
    "an activity is no entity (PROV-O)": "practice:x a gcm:Practice, prov:Entity .",
    "range": "practice:x a gcm:Practice . objective:9 gcm:hasAction practice:x .",
    "domain": "action:9a a gcm:Action ; gcm:country country:AFG .",
    "a country is no organisation": "practice:x gcm:leadOrganisation country:AFG . country:AFG a gcm:Country .",
    "one code each": 'country:AFG gcm:iso3 "AFG", "AFQ" .',
    "a boolean": 'practice:x gcm:binding "no" .',
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("turtle", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradiction_in_the_data(ontology: list[Quad], tmp_path: Path, turtle: str) -> None:
    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        reason(ontology, turtle, tmp_path)
