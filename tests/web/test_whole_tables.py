"""/tables by CSV on the Web, Parquet and Croissant; lists as workbooks and as CSV for spreadsheets."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pyarrow.parquet
import pytest
from answers import html, problem, quads, table, workbook
from flask.testing import FlaskClient

from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.tables import TABLES

BASE = "https://w3id.org/gcmgraph/"


def rows(client: FlaskClient, kind: str) -> list[dict[str, str]]:
    return table(client.get(f"/tables/{kind}.csv").text)


@pytest.mark.parametrize("kind", TABLES)
def test_rows_and_columns_of_a_table(small_client: FlaskClient, kind: str) -> None:
    found = rows(small_client, kind)
    listed = json.loads(small_client.get(f"/browse/{kind}?format=json").data)
    total = listed["total"] + listed["parts"]
    assert len(found) == len({row["address"] for row in found}) == total
    assert bool(total) is (kind != "pledge")  # nobody contributed one yet
    metadata = json.loads(small_client.get(f"/tables/{kind}.csv-metadata.json").data)
    columns = metadata["tableSchema"]["columns"]
    titles = [column["titles"] for column in columns]
    assert not found or list(found[0]) == titles
    assert len(set(titles)) == len(titles)
    assert len({column["name"] for column in columns}) == len(columns)
    assert all(column["dc:description"] for column in columns)
    assert metadata["url"] == f"{kind}.csv"
    response = small_client.get(f"/tables/{kind}.parquet")
    assert (response.status_code, response.mimetype) == (200, "application/vnd.apache.parquet")
    for one, row in zip(
        pyarrow.parquet.read_table(io.BytesIO(response.data)).to_pylist(), found, strict=True
    ):
        assert {
            name: " ".join(value) if isinstance(value, list) else value or ""
            for name, value in one.items()
        } == row


def test_lists_in_cells_are_resources_and_codes_are_texts(small_client: FlaskClient) -> None:
    metadata = small_client.get("/tables/practice.csv-metadata.json").get_json(force=True)
    (country,) = (each for each in metadata["tableSchema"]["columns"] if each["name"] == "country")
    cell = next(row["country"] for row in rows(small_client, "practice") if row["country"])
    for local in cell.split(country["separator"]):
        iri = country["valueUrl"].replace("{+country}", local)
        assert small_client.get(iri.replace("https://w3id.org/gcmgraph", "")).status_code == 303
    assert {"10.7", "17.10"} <= {row["code"] for row in rows(small_client, "sdg")}
    assert any(
        region.startswith("0")
        for row in rows(small_client, "country")
        for region in row["region"].split()
    )


def test_addresses_of_tables(small_client: FlaskClient) -> None:
    response = small_client.get("/tables/country.csv")
    assert response.content_type == "text/csv; charset=utf-8; header=present"
    metadata = (
        '</tables/country.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    )
    assert response.headers["Link"] == metadata
    assert (
        small_client.get("/tables/country.csv-metadata.json").content_type
        == "application/csvm+json"
    )
    stated = {
        q.object.value
        for q in quads(small_client.get("/dataset.nt"))
        if q.predicate.value.endswith("#downloadURL")
    }
    assert {f"https://w3id.org/gcmgraph/tables/{kind}.csv" for kind in TABLES} <= stated
    for name in ("concept.csv", "planet.csv", "planet.csv-metadata.json", "country.xlsx"):
        assert small_client.get(f"/tables/{name}").status_code == 404


def test_croissant_has_the_checksums_and_columns_of_the_tables(small_client: FlaskClient) -> None:
    description = json.loads(small_client.get("/tables/croissant.json").data)
    assert description["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    files = {file["@id"]: file for file in description["distribution"]}
    assert files.keys() >= {*(f"{kind}.csv" for kind in TABLES), "refugees-by-origin.csv"}
    for name, file in files.items():
        content = small_client.get(f"/{file['contentUrl'].removeprefix(BASE)}").data
        assert file["contentSize"] == f"{len(content)} B"
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
        (records,) = (each for each in description["recordSet"] if f"{each['@id']}.csv" == name)
        named = [field["source"]["extract"]["column"] for field in records["field"]]
        assert named == content.decode().splitlines()[0].split(",")


MARK = "\ufeff"

#: Kinds with and without codes and an empty list; the others are tested before a release.
USUAL = ("practice", "country", "pledge")


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=[] if kind in USUAL else pytest.mark.exhaustive) for kind in KINDS],
)
def test_workbook_of_every_list(client: FlaskClient, kind: str) -> None:
    rows, about = workbook(client.get(f"/browse/{kind}?format=xlsx&lang=en"))
    listed = table(client.get(f"/browse/{kind}?format=csv&limit=1000").text)
    assert [row[0] for row in rows[1:]] == [row["address"] for row in listed]
    assert [row[1] or "" for row in rows[1:]] == [row["code"] for row in listed]
    assert rows[0][:3] == ("Address", "Code", "Name")
    assert rows[0][-1] == "Source"
    assert all(str(row[-1]).startswith("https://w3id.org/gcmgraph/doc/") for row in rows[1:])
    assert about["Rows"] == str(len(listed))
    assert str(about["Citation"]).endswith("https://w3id.org/gcmgraph/dataset")
    assert about["Licence"] == "https://creativecommons.org/licenses/by/4.0/"


def test_language_filters_and_parts_of_a_workbook(client: FlaskClient) -> None:
    rows, about = workbook(client.get("/browse/practice?format=xlsx&lang=fr&country=AFG&q=glo"))
    column = dict(zip(map(str, rows[0]), rows[1], strict=True))
    assert (column["Pays"], column["Pays (code)"]) == ("Afghanistan; Iraq", "AFG; IRQ")
    assert about["Filtres"] == "Pays: Afghanistan; Mots\u00a0: glo"
    assert str(about["Adresse"]).endswith("/browse/practice?country=AFG&q=glo&lang=fr&format=xlsx")
    address = "/browse/country?format=xlsx&lang=en&limit=1"
    rows, about = workbook(client.get(address))
    assert len(rows) == 2
    assert str(about["Part"]).startswith("Page 1 of ")
    assert "page=2" in str(about["Other parts"])
    assert any("page=2" in link for link in client.get(address).headers.getlist("Link"))


def test_byte_order_mark_of_csv(client: FlaskClient) -> None:
    for path in ("/browse/country", "/matrix/country", "/queries/country-names"):
        plain, marked = (client.get(f"{path}?format=csv{more}").text for more in ("", "&bom=true"))
        assert not plain.startswith(MARK)
        assert marked == MARK + plain
        assert "true, false" in str(problem(client.get(f"{path}?format=csv&bom=yes")))


def test_filters_by_state_and_budget(client: FlaskClient) -> None:
    def listed(more: str) -> dict[str, Any]:
        found: dict[str, Any] = client.get(f"/browse/practice?format=json{more}").get_json()
        return found

    before, after = listed("&on=2019-06-01"), listed("&on=2030-01-01")
    assert (before["filters"]["on"], after["filters"]["on"]) == ("2019-06-01", "2030-01-01")
    states = after["counts"]["state"]
    assert states["ended"] > before["counts"]["state"].get("ended", 0)
    for key in ("ended", "running"):
        assert listed(f"&on=2030-01-01&state={key}")["total"] == states.get(key, 0)
    band = next(key for key in after["counts"]["budget"] if key.startswith("EUR-"))
    assert "to under EUR" in html(client, f"/browse/practice?budget={band}&lang=en")
    for wrong in ("state=finished", "budget=EUR", "on=2019", "on=2019-02-30", "on=tomorrow"):
        refused = problem(client.get(f"/browse/practice?format=json&{wrong}"))
        assert refused["parameter"] == wrong.partition("=")[0]
    assert "without the filter Running or ended" in html(
        client, "/browse/practice?state=planned&country=AFG&lang=en"
    )


@pytest.mark.parametrize("path", ["/browse/practice", "/matrix", "/browse/action"])
def test_unknown_objective_returns_400(client: FlaskClient, path: str) -> None:
    page = html(client, f"{path}?objective=24&lang=en", 400)
    assert page.count("24") - page.count("objective=24") == 1
    assert "Its values are" in page or "No resource of this list" in page
