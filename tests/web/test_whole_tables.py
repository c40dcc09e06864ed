"""/tables: whole tables as CSV, their metadata by CSV on the Web, and the description by Croissant."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

import pyarrow.parquet
import pytest
from answers import quads
from flask.testing import FlaskClient

from gcmgraph.publication.tables import TABLES
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
    response = tables.get(f"/tables/{kind}.parquet")
    assert (response.status_code, response.mimetype) == (200, "application/vnd.apache.parquet")
    for one, row in zip(pyarrow.parquet.read_table(io.BytesIO(response.data)).to_pylist(), found, strict=True):
        assert {name: " ".join(value) if isinstance(value, list) else value or "" for name, value in one.items()} == row


def test_lists_in_cells_are_resources_and_codes_are_texts(tables: FlaskClient) -> None:
    metadata = tables.get("/tables/practice.csv-metadata.json").get_json(force=True)
    (country,) = (each for each in metadata["tableSchema"]["columns"] if each["name"] == "country")
    cell = next(row["country"] for row in rows(tables, "practice") if row["country"])
    for local in cell.split(country["separator"]):
        iri = country["valueUrl"].replace("{+country}", local)
        assert tables.get(iri.replace("https://w3id.org/gcmgraph", "")).status_code == 303
    assert {"10.7", "17.10"} <= {row["code"] for row in rows(tables, "sdg")}
    assert any(region.startswith("0") for row in rows(tables, "country") for region in row["region"].split())


def test_addresses_of_tables(tables: FlaskClient) -> None:
    response = tables.get("/tables/country.csv")
    assert response.content_type == "text/csv; charset=utf-8; header=present"
    metadata = '</tables/country.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    assert response.headers["Link"] == metadata
    assert tables.get("/tables/country.csv-metadata.json").content_type == "application/csvm+json"
    stated = {q.object.value for q in quads(tables.get("/dataset.nt")) if q.predicate.value.endswith("#downloadURL")}
    assert {f"https://w3id.org/gcmgraph/tables/{kind}.csv" for kind in TABLES} <= stated
    for name in ("concept.csv", "planet.csv", "planet.csv-metadata.json", "country.xlsx"):
        assert tables.get(f"/tables/{name}").status_code == 404


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
