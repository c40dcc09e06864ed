"""Lists as workbooks, CSV for spreadsheets, and filters by state and budget."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from answers import html, problem
from flask.testing import FlaskClient
from openpyxl import load_workbook

from gcmgraph.kinds import KINDS

MARK = "\ufeff"

#: Kinds with and without codes and an empty list; the others are tested before a release.
USUAL = ("practice", "country", "pledge")


def sheets(client: FlaskClient, address: str) -> tuple[list[tuple[object, ...]], dict[object, object]]:
    response = client.get(address)
    assert response.status_code == 200, response.text
    table, about = load_workbook(io.BytesIO(response.data)).worksheets
    return list(table.iter_rows(values_only=True)), dict(about.iter_rows(values_only=True))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind in USUAL else pytest.mark.exhaustive) for kind in KINDS]
)
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


def test_language_filters_and_parts_of_a_workbook(client: FlaskClient) -> None:
    rows, about = sheets(client, "/browse/practice?format=xlsx&lang=fr&country=AFG&q=glo")
    column = dict(zip(map(str, rows[0]), rows[1], strict=True))
    assert (column["Pays"], column["Pays (code)"]) == ("Afghanistan; Iraq", "AFG; IRQ")
    assert about["Filtres"] == "Pays: Afghanistan; Mots\u00a0: glo"
    assert str(about["Adresse"]).endswith("/browse/practice?country=AFG&q=glo&lang=fr&format=xlsx")
    address = "/browse/country?format=xlsx&lang=en&limit=1"
    rows, about = sheets(client, address)
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
    assert "without the filter Running or ended" in html(client, "/browse/practice?state=planned&country=AFG&lang=en")


@pytest.mark.parametrize("path", ["/browse/practice", "/matrix", "/browse/action"])
def test_unknown_objective_returns_400(client: FlaskClient, path: str) -> None:
    page = html(client, f"{path}?objective=24&lang=en", 400)
    assert page.count("24") - page.count("objective=24") == 1
    assert "Its values are" in page or "No resource of this list" in page
