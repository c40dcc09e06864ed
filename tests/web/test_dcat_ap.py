"""The description of the dataset against the tables of DCAT-AP.

The tables have each constraint of SEMIC's files on the classes that the description uses, read as a whole: mandatory
properties, properties with at most one value, literals, datatypes and classes of values of
`releases/3.0.1/shacl/dcat-ap-SHACL.ttl` (commit 07617929 of https://github.com/SEMICeu/DCAT-AP), and of
`releases/3.0.0/html/shacl/shapes_recommended.ttl` and `range.ttl` (commit 60aff841). `NOT_USED` names the properties
that they restrict and that the description does not have.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from gcmgraph.model.terms import IRI, Literal, Term, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build.pipeline import load
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.versions import StoreFolder
from gcmgraph.translations import DATA_LANGUAGES
from serving import Application

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
    "dct:Location": "dcat:bbox dcat:centroid",
    "dct:PeriodOfTime": "dcat:endDate dcat:startDate",
    "foaf:Agent": "dct:type",
    "spdx:Checksum": "spdx:algorithm spdx:checksumValue",
}

#: Properties whose values are literals; those of all others in the files are IRIs or blank nodes.
LITERALS = (
    "adms:versionNotes dcat:bbox dcat:byteSize dcat:centroid dcat:endDate dcat:keyword dcat:startDate dcat:version "
    "dct:description dct:issued dct:modified dct:title foaf:name skos:prefLabel spdx:checksumValue"
)
NO_CLASS = "dcat:accessURL dcat:downloadURL dcat:endpointDescription dcat:endpointURL"
DATATYPES = {"dcat:byteSize": "xsd:nonNegativeInteger", "spdx:checksumValue": "xsd:hexBinary"}

CLASSES = {
    "dcat:accessService": "dcat:DataService",
    "dcat:compressFormat": "dct:MediaType",
    "dcat:contactPoint": "vcard:Kind",
    "dcat:dataset": "dcat:Dataset",
    "dcat:distribution": "dcat:Distribution",
    "dcat:hasVersion": "dcat:Dataset",
    "dcat:landingPage": "foaf:Document",
    "dcat:mediaType": "dct:MediaType",
    "dcat:servesDataset": "dcat:Dataset",
    "dcat:service": "dcat:DataService",
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
    "spdx:algorithm": "spdx:ChecksumAlgorithm",
    "spdx:checksum": "spdx:Checksum",
}

NOT_USED = (
    "adms:identifier adms:sample adms:status dcat:catalog dcat:hadRole dcat:inSeries dcat:packageFormat "
    "dcat:qualifiedRelation dcat:record dcat:spatialResolutionInMeters dcat:temporalResolution "
    "dcatap:applicableLegislation dct:accessRights dct:accrualPeriodicity dct:creator dct:hasPart dct:hasVersion "
    "dct:identifier dct:isPartOf dct:isReferencedBy dct:isVersionOf dct:provenance dct:relation dct:rights dct:source "
    "foaf:page foaf:primaryTopic prov:qualifiedAttribution"
)
CLASSES_NOT_USED = "adms:Identifier dcat:CatalogRecord dcat:DatasetSeries dcat:Relationship"

Values = dict[tuple[Term, IRI], set[Term]]


def term(curie: str) -> IRI:
    return IRI(Addresses().expand(curie))


@pytest.fixture(scope="module")
def triples(small_store: Path, tmp_path_factory: pytest.TempPathFactory, application: Application) -> set[Triple]:
    """The description of a store with two versions."""
    folder = tmp_path_factory.mktemp("dcat-ap")
    store = shutil.copytree(small_store, folder / "store", symlinks=True)
    (folder / "more.nq").write_text('<http://x.example/> <http://x.example/p> "x" <http://x.example/g> .\n', "utf-8")
    load(StoreFolder(store), [folder / "more.nq"], None, Addresses())
    app = application(store, contact="data@example.org")
    response = app.test_client().get("/dataset.nt")
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
    assert objects
    assert [value for value in objects if term(kind) not in values[value, term("rdf:type")]] == []  # type: ignore[index]


@pytest.mark.parametrize("name", [*LITERALS.split(), *NO_CLASS.split(), *CLASSES])
def test_the_values_are_literals_or_resources(triples: set[Triple], name: str) -> None:
    objects = {triple.object for triple in triples if triple.predicate == term(name)}
    assert objects
    literals = {value for value in objects if isinstance(value, Literal)}
    assert literals == (objects if name in LITERALS.split() else set())
    if name in DATATYPES:
        assert {value.datatype for value in literals} == {term(DATATYPES[name])}


def test_properties_and_classes_without_a_row_are_not_used(triples: set[Triple]) -> None:
    assert {t.predicate for t in triples} & {term(name) for name in NOT_USED.split()} == set()
    kinds = {t.object for t in triples if t.predicate == term("rdf:type")}
    assert kinds & {term(name) for name in CLASSES_NOT_USED.split()} == set()


def test_each_version_is_described(values: Values) -> None:
    dataset = IRI(f"{Addresses().base}dataset")
    versions = values[dataset, term("dcat:hasVersion")]
    assert len(versions) == 2
    for version in versions:
        assert isinstance(version, IRI)
        assert values[version, term("dcat:isVersionOf")] == {dataset}
        assert values[version, term("dcat:distribution")]


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
