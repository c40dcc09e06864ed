"""/dataset as a catalogue: figures, votes, evaluations, treaties and readings as datasets of their own."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from answers import quads
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from collected import ROOT, read_rows
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI

ADDRESSES = Addresses()

#: Statements of the catalogue by subject and property.
Values = dict[tuple[str, str], set[str]]


def term(curie: str) -> str:
    return ADDRESSES.expand(curie)


@pytest.fixture(scope="module")
def catalogue(real_client: FlaskClient) -> Values:
    values: Values = {}
    for quad in quads(real_client.get("/dataset.nt")):
        key = (quad.subject.value, quad.predicate.value)
        values.setdefault(key, set()).add(quad.object.value)
    return values


@pytest.fixture(scope="module")
def parts(catalogue: Values) -> set[str]:
    """The datasets of the catalogue other than the whole."""
    catalogue_iri = f"{ADDRESSES.base}dataset#catalogue"
    return catalogue[catalogue_iri, term("dcat:dataset")] - {f"{ADDRESSES.base}dataset"}


def figures() -> list[str]:
    tables = ("statistics.csv", "rates.csv")
    return [
        row["slug"] for table in tables for row in read_rows(ROOT / "data" / "reference" / table)
    ]


def test_each_dataset_of_figures_is_in_the_catalogue(parts: set[str]) -> None:
    assert {ADDRESSES.resource("statistics", name) for name in figures()} <= parts


def test_votes_evaluations_treaties_and_readings_are_in_the_catalogue(parts: set[str]) -> None:
    graphs = ("votes", "evaluations", "participation-untoc", "participation-icrmw")
    assert {ADDRESSES.graph(f"reference/{name}") for name in graphs} <= parts
    assert f"{ADDRESSES.base}dataset#readings" in parts


def test_figures_keep_the_licence_of_their_producer(catalogue: Values) -> None:
    corridors = ADDRESSES.resource("statistics", "migrant-corridors")
    licence = {"https://creativecommons.org/licenses/by/3.0/igo/"}
    assert catalogue[corridors, term("dct:license")] == licence
    for file in catalogue[corridors, term("dcat:distribution")]:
        assert catalogue[file, term("dct:license")] == licence


def test_each_part_has_publisher_terms_period_and_files(catalogue: Values, parts: set[str]) -> None:
    without_period = {ADDRESSES.graph("topics")}
    for part in parts:
        required = ["dct:title", "dct:description", "dct:publisher", "dcat:distribution"]
        required += [] if part in without_period else ["dct:temporal"]
        missing = [curie for curie in required if (part, term(curie)) not in catalogue]
        assert missing == [], part
        has_terms = {term("dct:license"), term("dct:rights")} & {
            predicate for subject, predicate in catalogue if subject == part
        }
        assert has_terms, part
        for period in catalogue.get((part, term("dct:temporal")), ()):
            [first] = catalogue[period, term("dcat:startDate")]
            [last] = catalogue[period, term("dcat:endDate")]
            assert first <= last


def test_measured_precision_and_recall_of_topics_are_in_the_catalogue(catalogue: Values) -> None:
    topics = ADDRESSES.graph("topics")
    measurements = catalogue[topics, term("dqv:hasQualityMeasurement")]
    values = {
        metric.rpartition("/")[2]: catalogue[measurement, term("dqv:value")]
        for measurement in measurements
        for metric in catalogue[measurement, term("dqv:isMeasurementOf")]
    }
    table = read_rows(ROOT / "data" / "reference" / "quality-measurements.csv")
    assert values == {row["metric"]: {row["value"]} for row in table}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_files_have_the_media_type_size_and_checksum_of_the_catalogue(
    real_client: FlaskClient, catalogue: Values, parts: set[str], language: str
) -> None:
    files = {file for part in parts for file in catalogue[part, term("dcat:distribution")]}
    tables = f"{ADDRESSES.base}tables/"
    dataset = f"{ADDRESSES.base}dataset"
    files |= {
        file for file in catalogue[dataset, term("dcat:distribution")] if file.startswith(tables)
    }
    for file in files:
        address = urlsplit(file.removeprefix(ADDRESSES.base))
        headers = {"Accept-Language": language}
        response = real_client.get(f"/{address.path}?{address.query}", headers=headers)
        assert response.status_code == 200, file
        media_types = catalogue[file, term("dcat:mediaType")]
        assert {iri.partition("media-types/")[2] for iri in media_types} == {response.mimetype}
        assert catalogue[file, term("dcat:byteSize")] == {str(len(response.data))}, file
        [checksum] = catalogue[file, term("spdx:checksum")]
        values = catalogue[checksum, term("spdx:checksumValue")]
        assert values == {hashlib.sha256(response.data).hexdigest()}, file


def test_each_part_has_statements_and_figures_a_table(catalogue: Values, parts: set[str]) -> None:
    figure_sets = {ADDRESSES.resource("statistics", name) for name in figures()}
    for part in parts:
        media_types = {
            media_type.partition("media-types/")[2]
            for file in catalogue[part, term("dcat:distribution")]
            for media_type in catalogue[file, term("dcat:mediaType")]
        }
        assert "text/turtle" in media_types, part
        if part in figure_sets:
            assert "text/csv" in media_types, part


@dataclass(frozen=True)
class Description:
    """Facts about the dataset, as one of its descriptions states them."""

    title: str
    description: str
    licence: str
    publisher: str
    version: str
    date: str
    dumps: frozenset[str]


@pytest.fixture(scope="module")
def structured(real_client: FlaskClient) -> dict[str, Any]:
    page = real_client.get("/dataset?lang=en", headers={"Accept": "text/html"}).text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    data: dict[str, Any] = json.loads(block[1])
    return data


@pytest.fixture(scope="module")
def croissant(real_client: FlaskClient) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(real_client.get("/tables/croissant.json").data)
    return data


class Statements:
    """The statements of a description in RDF."""

    def __init__(self, response: TestResponse) -> None:
        self._quads = quads(response)

    def value(self, subject: str, curie: str) -> str:
        """The only value of a property; of texts, the English one."""
        values = [
            quad.object
            for quad in self._quads
            if quad.subject.value == subject and quad.predicate.value == term(curie)
        ]
        [value] = [value for value in values if getattr(value, "language", None) in (None, "en")]
        return str(value.value)

    def values(self, subject: str, curie: str) -> set[str]:
        """The values of a property."""
        return {
            quad.object.value
            for quad in self._quads
            if quad.subject.value == subject and quad.predicate.value == term(curie)
        }


def described(statements: Statements, version: str, dumps: str) -> Description:
    dataset = f"{ADDRESSES.base}dataset"
    files = statements.values(dataset, dumps)
    return Description(
        title=statements.value(dataset, "dct:title"),
        description=statements.value(dataset, "dct:description"),
        licence=statements.value(dataset, "dct:license"),
        publisher=statements.value(statements.value(dataset, "dct:publisher"), "foaf:name"),
        version=statements.value(dataset, version),
        date=statements.value(dataset, "dct:modified")[:10],
        dumps=frozenset(file for file in files if "/dumps/" in file),
    )


def test_dcat_void_schema_org_and_croissant_agree(
    real_client: FlaskClient, structured: dict[str, Any], croissant: dict[str, Any]
) -> None:
    in_dcat = Statements(real_client.get("/dataset.nt"))
    in_void = Statements(real_client.get("/.well-known/void"))
    dcat = described(in_dcat, "dcat:version", "dcat:distribution")
    assert described(in_void, "owl:versionInfo", "void:dataDump") == dcat
    dataset = f"{ADDRESSES.base}dataset"
    assert in_void.value(dataset, "void:triples") == in_dcat.value(dataset, "void:triples")
    addresses = {file["contentUrl"] for file in structured["distribution"]}
    assert dcat == Description(
        title=structured["name"],
        description=structured["description"],
        licence=structured["license"],
        publisher=structured["publisher"]["name"],
        version=structured["version"],
        date=structured["dateModified"],
        dumps=frozenset(address for address in addresses if "/dumps/" in address),
    )
    assert dcat == Description(
        title=croissant["name"]["en"].replace("_", " "),  # a name without spaces
        description=croissant["description"]["en"],
        licence=croissant["license"],
        publisher=croissant["creator"][0]["name"]["en"],
        version=croissant["version"].partition("+")[2],
        date=croissant["datePublished"],
        dumps=dcat.dumps,  # Croissant describes tables
    )


def test_dcat_schema_org_and_croissant_agree_on_figures(
    real_client: FlaskClient, structured: dict[str, Any], croissant: dict[str, Any]
) -> None:
    in_dcat = Statements(real_client.get("/dataset.nt"))
    in_void = Statements(real_client.get("/.well-known/void"))
    parts = {part["@id"]: part for part in structured["hasPart"]}
    files = {file["@id"]: file for file in croissant["distribution"]}
    records = {record["@id"]: record for record in croissant["recordSet"]}
    for name in figures():
        iri = ADDRESSES.resource("statistics", name)
        part, file, record = parts[iri], files[f"{name}.csv"], records[name]
        title = in_dcat.value(iri, "dct:title")
        assert (part["name"], record["name"]["en"]) == (title, title)
        licence = in_dcat.value(iri, "dct:license")
        assert (part["license"], file["license"]) == (licence, licence)
        publisher = in_dcat.value(in_dcat.value(iri, "dct:publisher"), "foaf:name")
        own = in_dcat.value(f"{ADDRESSES.base}dataset#publisher", "foaf:name")
        assert part.get("publisher", {"name": own})["name"] == publisher
        assert {part.get("dateModified")} == (in_dcat.values(iri, "dct:issued") or {None})
        address = part["distribution"]["contentUrl"]
        assert file["contentUrl"] == address
        assert address in in_dcat.values(iri, "dcat:distribution")
        [checksum] = in_dcat.values(address, "spdx:checksum")
        assert file["sha256"] == in_dcat.value(checksum, "spdx:checksumValue")
        graph = ADDRESSES.graph(f"reference/{name}")
        if graph in in_void.values(f"{ADDRESSES.base}dataset", "void:subset"):
            assert in_void.value(graph, "dct:license") == licence


def test_edition_of_the_year_is_a_version_that_leads_to_the_newest(
    real_client: FlaskClient, catalogue: Values
) -> None:
    dataset = f"{ADDRESSES.base}dataset"
    [published] = catalogue[dataset, term("dct:modified")]
    edition = f"{dataset}/{published[:4]}"
    assert edition in catalogue[dataset, term("dcat:hasVersion")]
    assert catalogue[edition, term("dcat:version")] == {published[:4]}
    [newest] = catalogue[edition, term("dcat:hasCurrentVersion")]
    response = real_client.get(f"/dataset/{published[:4]}")
    assert response.location.endswith(newest.removeprefix(ADDRESSES.base))
    assert (
        catalogue[edition, term("dcat:distribution")]
        == catalogue[newest, term("dcat:distribution")]
    )


def test_search_engines_find_the_parts_on_the_page(
    real_client: FlaskClient, parts: set[str]
) -> None:
    page = real_client.get("/dataset", headers={"Accept": "text/html"}).text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    data = json.loads(block[1])
    assert {part["@id"] for part in data["hasPart"]} == parts
    assert all(part.get("license") or part.get("usageInfo") for part in data["hasPart"])


def test_each_graph_has_terms_of_use_in_the_dump_in_void_and_on_the_page(
    real_client: FlaskClient, real_app: Flask
) -> None:
    snapshot = real_app.extensions["gcmgraph"].dataset.snapshot()
    predicates = {term("dct:license"), term("dct:rights")}
    in_dump = {
        quad.subject.value
        for predicate in predicates
        for quad in snapshot.store.quads(predicate=IRI(predicate))
    }
    void = quads(real_client.get("/.well-known/void"))
    in_void = {quad.subject.value for quad in void if quad.predicate.value in predicates}
    graphs = set(snapshot.figures.graphs)
    assert len(graphs) > 100
    assert graphs - in_dump == set()
    assert graphs - in_void == set()
    page = real_client.get("/dataset", headers={"Accept": "text/html"}).text
    assert "No terms are stated." not in page
    terms = page.partition('id="terms"')[2].partition("</details>")[0]
    assert "CC BY 3.0 IGO" in terms
    assert "The text is the United Nations’" in terms


def test_graph_of_a_document_has_the_terms_of_the_document(real_app: Flask) -> None:
    store = real_app.extensions["gcmgraph"].dataset.snapshot().store
    name = "source/objective-01.en"
    graph = IRI(ADDRESSES.graph(name))
    document = IRI(f"{ADDRESSES.base}id/{name}")
    rights = {triple.object for triple in store.triples(document, IRI(term("dct:rights")))}
    assert {triple.object for triple in store.triples(graph, IRI(term("dct:rights")))} == rights
    assert len(rights) == 1
