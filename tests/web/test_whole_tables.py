"""/tables: whole tables as CSV, their metadata by CSV on the Web, and the description by Croissant."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pyarrow.parquet
import pytest
from flask.testing import FlaskClient

from gcmgraph.publication.tables import TABLES
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.rdfio.parsing import parse_quads
from serving import Application

HERE = "https://data.example.org/"


@pytest.fixture(scope="module")
def tables(small_store: Path, application: Application) -> FlaskClient:
    return application(small_store, public_url=HERE).test_client()


def rows(client: FlaskClient, kind: str) -> list[dict[str, str]]:
    response = client.get(f"/tables/{kind}.csv")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))


@pytest.mark.parametrize("kind", TABLES)
def test_rows_and_columns_of_a_table(tables: FlaskClient, kind: str) -> None:
    found = rows(tables, kind)
    total = json.loads(tables.get(f"/browse/{kind}?format=json").data)["total"]
    assert len(found) == len({row["address"] for row in found}) == total
    assert bool(total) is (kind != "pledge")  # nobody contributed one yet
    metadata = json.loads(tables.get(f"/tables/{kind}.csv-metadata.json").data)
    columns = metadata["tableSchema"]["columns"]
    titles = [column["titles"] for column in columns]
    assert not found or list(found[0]) == titles
    assert len(set(titles)) == len(titles)
    assert len({column["name"] for column in columns}) == len(columns)
    assert all(column["dc:description"] for column in columns)
    assert metadata["url"] == f"{kind}.csv"


def test_lists_in_cells_are_resources(tables: FlaskClient) -> None:
    metadata = json.loads(tables.get("/tables/practice.csv-metadata.json").data)
    (country,) = (each for each in metadata["tableSchema"]["columns"] if each["name"] == "country")
    cell = next(row["country"] for row in rows(tables, "practice") if row["country"])
    for local in cell.split(country["separator"]):
        iri = country["valueUrl"].replace("{+country}", local)
        assert tables.get(iri.replace("https://w3id.org/gcmgraph", "")).status_code == 303


def test_codes_are_texts(tables: FlaskClient) -> None:
    targets = {row["code"] for row in rows(tables, "sdg")}
    assert {"10.7", "17.10"} <= targets
    assert any(region.startswith("0") for row in rows(tables, "country") for region in row["region"].split())


def test_link_to_the_metadata_of_a_table(tables: FlaskClient) -> None:
    response = tables.get("/tables/country.csv")
    assert response.content_type == "text/csv; charset=utf-8; header=present"
    assert response.headers["Link"] == (
        '</tables/country.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    )
    assert tables.get("/tables/country.csv-metadata.json").content_type == "application/csvm+json"


def test_croissant_has_the_checksums_and_columns_of_the_tables(tables: FlaskClient) -> None:
    description = json.loads(tables.get("/tables/croissant.json").data)
    assert description["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    files = {file["@id"]: file for file in description["distribution"]}
    assert files.keys() == {f"{kind}.csv" for kind in TABLES}
    for name, file in files.items():
        assert file["contentUrl"] == f"{HERE}tables/{name}"
        content = tables.get(f"/tables/{name}").data
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        (records,) = (each for each in description["recordSet"] if f"{each['@id']}.csv" == name)
        named = [field["source"]["extract"]["column"] for field in records["field"]]
        assert named == content.decode().splitlines()[0].split(",")


def test_the_dataset_has_the_tables_as_distributions(tables: FlaskClient) -> None:
    quads = list(parse_quads(tables.get("/dataset.nt").data, N_TRIPLES, source="/dataset"))
    found = {q.object.value for q in quads if q.predicate.value == "http://www.w3.org/ns/dcat#downloadURL"}
    assert {f"https://w3id.org/gcmgraph/tables/{kind}.csv" for kind in TABLES} <= found


@pytest.mark.parametrize("name", ["concept.csv", "planet.csv", "planet.csv-metadata.json", "country.xlsx"])
def test_unknown_tables_return_404(tables: FlaskClient, name: str) -> None:
    assert tables.get(f"/tables/{name}").status_code == 404


@pytest.mark.parametrize("kind", TABLES)
def test_equal_rows_in_parquet(tables: FlaskClient, kind: str) -> None:
    response = tables.get(f"/tables/{kind}.parquet")
    assert (response.status_code, response.mimetype) == (200, "application/vnd.apache.parquet")
    found = pyarrow.parquet.read_table(io.BytesIO(response.data)).to_pylist()
    expected = rows(tables, kind)
    assert len(found) == len(expected)
    for one, row in zip(found, expected, strict=True):
        assert {name: " ".join(value) if isinstance(value, list) else value or "" for name, value in one.items()} == row
