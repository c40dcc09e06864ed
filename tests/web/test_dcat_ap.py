"""The description of the dataset against the tables of DCAT-AP, and against SEMIC's shapes where they are present.

The tables are those of https://semiceu.github.io/DCAT-AP/releases/3.0.1/ (mandatory properties, at most one value, the
classes of values) and of SEMIC's file of recommendations, `releases/3.0.0/html/shacl/shapes_recommended.ttl`.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pyshacl
import pytest
from rdflib import Graph

from gcmgraph.model.terms import IRI, Literal, Term, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.settings import Settings
from gcmgraph.translations.languages import DATA_LANGUAGES
from gcmgraph.web.app import create_app

#: SEMIC's shapes, `releases/3.0.1/shacl/dcat-ap-SHACL.ttl` of https://github.com/SEMICeu/DCAT-AP.
SHAPES = Path(__file__).parents[2] / "var" / "sources" / "dcat-ap-SHACL.ttl"

MANDATORY = {
    "dcat:Catalog": "dct:description dct:publisher dct:title",
    "dcat:Dataset": "dct:description dct:title",
    "dcat:DataService": "dcat:endpointURL dct:title",
    "dcat:Distribution": "dcat:accessURL",
    "foaf:Agent": "foaf:name",
    "skos:Concept": "skos:prefLabel",
    "skos:ConceptScheme": "dct:title",
    "spdx:Checksum": "spdx:algorithm spdx:checksumValue",
}

RECOMMENDED = {
    "dcat:Catalog": "dct:issued dct:language dct:license dct:modified dct:spatial dcat:themeTaxonomy foaf:homepage",
    "dcat:Dataset": "dcat:contactPoint dcat:distribution dcat:keyword dcat:theme dct:publisher dct:spatial "
    "dct:temporal",
    "dcat:DataService": "dcat:endpointDescription dcat:servesDataset",
    "dcat:Distribution": "dct:description dcatap:availability dct:format dct:license",
    "dct:LicenseDocument": "dct:type",
    "dct:Location": "dcat:bbox dcat:centroid",
    "dct:PeriodOfTime": "dcat:endDate dcat:startDate",
    "foaf:Agent": "dct:type",
}

AT_MOST_ONE = {
    "dcat:Catalog": "dct:issued dct:license dct:modified dct:publisher foaf:homepage",
    "dcat:Dataset": "dct:issued dct:modified dct:publisher dcat:version",
    "dcat:DataService": "dct:license dct:publisher",
    "dcat:Distribution": "dcat:byteSize dcat:compressFormat dcat:mediaType dcatap:availability dct:format dct:issued "
    "dct:license spdx:checksum",
    "foaf:Agent": "dct:type",
}

CLASSES = {
    "dcat:accessService": "dcat:DataService",
    "dcat:compressFormat": "dct:MediaType",
    "dcat:contactPoint": "vcard:Kind",
    "dcat:dataset": "dcat:Dataset",
    "dcat:distribution": "dcat:Distribution",
    "dcat:landingPage": "foaf:Document",
    "dcat:mediaType": "dct:MediaType",
    "dcat:servesDataset": "dcat:Dataset",
    "dcat:theme": "skos:Concept",
    "dcat:themeTaxonomy": "skos:ConceptScheme",
    "dcatap:availability": "skos:Concept",
    "dct:conformsTo": "dct:Standard",
    "dct:format": "dct:MediaTypeOrExtent",
    "dct:language": "dct:LinguisticSystem",
    "dct:license": "dct:LicenseDocument",
    "dct:publisher": "foaf:Agent",
    "dct:spatial": "dct:Location",
    "dct:temporal": "dct:PeriodOfTime",
    "dct:type": "skos:Concept",
    "foaf:homepage": "foaf:Document",
    "prov:wasGeneratedBy": "prov:Activity",
    "spdx:checksum": "spdx:Checksum",
}

Values = dict[tuple[Term, IRI], set[Term]]


def term(curie: str) -> IRI:
    return IRI(Addresses().expand(curie))


@pytest.fixture(scope="module")
def triples(small_store: Path) -> set[Triple]:
    app = create_app(Settings(store=str(small_store), contact="data@example.org"))
    response = app.test_client().get("/dataset.nt")
    app.extensions["gcmgraph"].workers.close()
    return {quad.triple for quad in parse_quads(response.data, N_TRIPLES, source="/dataset")}


@pytest.fixture(scope="module")
def values(triples: set[Triple]) -> Values:
    found: Values = defaultdict(set)
    for triple in triples:
        found[triple.subject, triple.predicate].add(triple.object)  # type: ignore[index, arg-type]
    return found


def members(values: Values, kind: str) -> list[Term]:
    typed = ((subject, kinds) for (subject, predicate), kinds in values.items() if predicate == term("rdf:type"))
    return [subject for subject, kinds in typed if term(kind) in kinds]


def rows(*tables: dict[str, str]) -> list[tuple[str, str]]:
    return [(kind, name) for table in tables for kind, names in table.items() for name in names.split()]


@pytest.mark.parametrize(("kind", "name"), rows(MANDATORY, RECOMMENDED))
def test_every_member_of_a_class_has_the_property(values: Values, kind: str, name: str) -> None:
    found = members(values, kind)
    assert found
    assert [subject for subject in found if not values[subject, term(name)]] == []


@pytest.mark.parametrize(("kind", "name"), rows(AT_MOST_ONE))
def test_the_property_has_at_most_one_value(values: Values, kind: str, name: str) -> None:
    assert [subject for subject in members(values, kind) if len(values[subject, term(name)]) > 1] == []


@pytest.mark.parametrize(("name", "kind"), CLASSES.items())
def test_the_values_are_of_a_class(triples: set[Triple], values: Values, name: str, kind: str) -> None:
    objects = {triple.object for triple in triples if triple.predicate == term(name)}
    assert objects or name == "prov:wasGeneratedBy"  # of a version with one before it
    assert [value for value in objects if term(kind) not in values[value, term("rdf:type")]] == []  # type: ignore[index]


def test_texts_for_people_have_a_language(triples: set[Triple]) -> None:
    for name in ("dct:title", "dct:description", "dcat:keyword", "vcard:fn"):
        found = [triple.object for triple in triples if triple.predicate == term(name)]
        assert set(DATA_LANGUAGES) <= {text.language for text in found if isinstance(text, Literal)}


def test_coverage_and_contact_are_those_of_the_dataset(values: Values) -> None:
    dataset = f"{Addresses().base}dataset"
    years = IRI(f"{dataset}#years")
    (start,), (end,) = (values[years, term(f"dcat:{name}")] for name in ("startDate", "endDate"))
    assert isinstance(start, Literal)
    assert isinstance(end, Literal)
    assert 1950 < int(start.value) < int(end.value) < 2100
    assert values[IRI(f"{dataset}#contact"), term("vcard:hasEmail")] == {IRI("mailto:data@example.org")}


def test_the_description_conforms_to_the_shapes_of_semic(triples: set[Triple]) -> None:
    if not SHAPES.exists():
        pytest.skip(f"{SHAPES} is not there (docs/publishing.md)")
    data = Graph().parse(data="\n".join(f"{triple} ." for triple in triples), format="nt")
    conforms, _, report = pyshacl.validate(data, shacl_graph=Graph().parse(SHAPES))
    assert conforms, report
