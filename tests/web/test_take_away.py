"""Lists as workbooks, CSV for spreadsheets, and filters by state and budget."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from gcmgraph.kinds import KINDS

HTML = {"Accept": "text/html"}
MARK = "\ufeff"


def sheets(client: FlaskClient, address: str) -> tuple[list[tuple[object, ...]], dict[object, object]]:
    response = client.get(address)
    assert response.status_code == 200, response.text
    table, about = load_workbook(io.BytesIO(response.data)).worksheets
    return list(table.iter_rows(values_only=True)), dict(about.iter_rows(values_only=True))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_workbook_of_every_list(client: FlaskClient, kind: str) -> None:
    rows, about = sheets(client, f"/browse/{kind}?format=xlsx&lang=en")
    listed = list(csv.DictReader(io.StringIO(client.get(f"/browse/{kind}?format=csv&limit=1000").text)))
    assert [row[0] for row in rows[1:]] == [row["address"] for row in listed]
    assert [row[1] or "" for row in rows[1:]] == [row["code"] for row in listed]
    assert rows[0][:3] == ("Address", "Code", "Name")
    assert rows[0][-1] == "Source"
    assert all(str(row[-1]).startswith("https://w3id.org/gcmgraph/doc/") for row in rows[1:])
    assert about["Rows"] == str(len(listed))
    assert str(about["Citation"]).endswith("https://w3id.org/gcmgraph/dataset")
    assert about["Licence"] == "https://creativecommons.org/licenses/by/4.0/"


def test_language_and_filters_of_a_workbook(client: FlaskClient) -> None:
    rows, about = sheets(client, "/browse/practice?format=xlsx&lang=fr&country=AFG&q=glo")
    column = dict(zip(map(str, rows[0]), rows[1], strict=True))
    assert (column["Pays"], column["Pays (code)"]) == ("Afghanistan; Iraq", "AFG; IRQ")
    assert about["Filtres"] == "Pays: Afghanistan; Mots\u00a0: glo"
    assert str(about["Adresse"]).endswith("/browse/practice?country=AFG&q=glo&lang=fr&format=xlsx")


def test_parts_of_a_long_list(client: FlaskClient) -> None:
    response = client.get("/browse/country?format=xlsx&lang=en&limit=1")
    rows, about = sheets(client, "/browse/country?format=xlsx&lang=en&limit=1")
    assert len(rows) == 2
    assert str(about["Part"]).startswith("Page 1 of ")
    assert "page=2" in str(about["Other parts"])
    assert any("page=2" in link for link in response.headers.getlist("Link"))


@pytest.mark.parametrize(
    "address", ["/browse/country?format=csv", "/matrix/country?format=csv", "/queries/country-names?format=csv"]
)
def test_byte_order_mark_of_csv(client: FlaskClient, address: str) -> None:
    plain, marked = client.get(address).text, client.get(f"{address}&bom=true").text
    assert not plain.startswith(MARK)
    assert marked == MARK + plain
    refused = client.get(f"{address}&bom=yes")
    assert (refused.status_code, "true, false" in refused.text) == (400, True)


def test_filters_by_state_and_budget(client: FlaskClient) -> None:
    def counts(more: str) -> dict[str, int]:
        found = client.get(f"/browse/practice?format=json{more}").json
        assert found is not None
        return {**found["counts"]["state"], **found["counts"]["budget"], "on": found["filters"]["on"]}

    before, after = counts("&on=2019-06-01"), counts("&on=2030-01-01")
    assert (before["on"], after["on"]) == ("2019-06-01", "2030-01-01")
    assert after["ended"] > before.get("ended", 0)
    for key in ("ended", "running"):
        listed = client.get(f"/browse/practice?format=json&on=2030-01-01&state={key}").json
        assert listed is not None
        assert listed["total"] == after.get(key, 0)
    bands = [key for key in after if key.startswith("EUR-")]
    assert bands
    page = client.get(f"/browse/practice?budget={bands[0]}&lang=en", headers=HTML).text
    assert "to under EUR" in page


@pytest.mark.parametrize("query", ["state=finished", "budget=EUR", "on=2019", "on=2019-02-30", "on=tomorrow"])
def test_invalid_filter_returns_400(client: FlaskClient, query: str) -> None:
    refused = client.get(f"/browse/practice?format=json&{query}")
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    assert refused.json is not None
    assert refused.json["parameter"] == query.partition("=")[0]


def test_unknown_objective_returns_400(client: FlaskClient) -> None:
    for address in ("/browse/practice?objective=24", "/matrix?objective=24", "/browse/action?objective=24"):
        page = client.get(f"{address}&lang=en", headers=HTML)
        assert page.status_code == 400
        assert page.text.count("24") - page.text.count("objective=24") == 1
        assert "Its values are" in page.text or "No resource of this list" in page.text


def test_empty_list_with_its_filters(client: FlaskClient) -> None:
    page = client.get("/browse/practice?state=planned&country=AFG&lang=en", headers=HTML)
    assert page.status_code == 200
    assert "without the filter Running or ended" in page.text
