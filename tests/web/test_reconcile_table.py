"""/reconcile/table: names in a box or a file, as page, CSV and workbook."""

from __future__ import annotations

import csv
import io
from html import unescape
from pathlib import Path

import pytest
from answers import HTML, problem
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from serving import Application

NAMES = "Afghanistan\r\n  Congo \r\nZubrowka\r\nAfghanistan\r\n\r\n=1+1"


@pytest.fixture(scope="module")
def client(real_app: Flask) -> FlaskClient:
    return real_app.test_client()


def rows(client: FlaskClient, **fields: object) -> dict[str, dict[str, str]]:
    response = client.post("/reconcile/table", data={"type": "country", "format": "csv", **fields})
    assert (response.status_code, response.mimetype) == (200, "text/csv"), response.text
    assert response.headers["Content-Disposition"] == "attachment; filename=names.csv"
    return {row["query"]: row for row in csv.DictReader(io.StringIO(response.text))}


def test_identifiers_for_a_list_of_names(client: FlaskClient) -> None:
    found = rows(client, names=NAMES)
    assert list(found) == ["Afghanistan", "Congo", "Zubrowka", "'=1+1"]
    assert found["Afghanistan"] == {
        "query": "Afghanistan", "match": "matched", "score": "100", "id": "country/AFG", "name": "Afghanistan",
        "iri": "https://w3id.org/gcmgraph/id/country/AFG", "m49": "004", "iso3": "AFG",
        "un": "http://metadata.un.org/sdg/codes/geoArea/004", "wikidata": "Q889",
    }  # fmt: skip
    assert [found[name]["match"] for name in ("Congo", "Zubrowka")] == ["doubtful", "none"]
    response = client.post("/reconcile/table", data={"names": NAMES, "type": "country", "format": "xlsx"})
    sheet = load_workbook(io.BytesIO(response.data)).worksheets[0]
    code = sheet[2][[cell.value for cell in sheet[1]].index("m49")]
    assert (code.value, code.data_type) == ("004", "s")
    others = rows(client, names="SDG 10.7\nUNODC, Vienna", type="")
    assert [row["id"] for row in others.values()] == ["sdg/10.7", "organisation/unodc"]
    assert rows(client, names="Target 10.7", type="sdg")["Target 10.7"]["code"] == "10.7"


def test_choices_for_doubtful_names(client: FlaskClient) -> None:
    for field, choice, name, column, value in (
        ("choice-1", "country/COD", "Congo", "m49", "180"),
        ("choice-1", "", "Congo", "match", "none"),
        ("choice-1", "country/FRA", "Congo", "match", "none"),  # not an option
        ("choice-0", "country/COD", "Afghanistan", "m49", "004"),  # not doubtful
    ):
        assert rows(client, names=NAMES, **{field: choice})[name][column] == value
    fields = {"names": NAMES, "type": "country", "choice-1": "country/COD"}
    page = client.post("/reconcile/table", data=fields, headers=HTML)
    assert '<input type="radio" name="choice-1" value="country/COD" checked>' in page.text
    assert '<input type="radio" name="choice-1" value="country/COG">' in page.text
    assert "2 names have one meaning." in page.text
    assert "<td>180</td><td>COD</td>" in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("data", "column"), [(b"Land\nNiger\n", ""), (b"Code;Land\n1;Niger\n2\n", "land")])
def test_column_of_a_file(client: FlaskClient, data: bytes, column: str) -> None:
    assert rows(client, file=(io.BytesIO(data), "x.csv"), column=column)["Niger"]["iso3"] == "NER"


#: Fields of a form, the status, and parts of what the page and the problem state.
WRONG = [
    ({"names": " \n"}, 400, "There are no names.", "one a line"),
    ({"names": "x", "type": "planet"}, 400, 'the unknown type "planet"', "country"),
    ({"names": "\n".join(map(str, range(1001)))}, 413, "1,001 different names; the limit is 1,000.", "gcm"),
    ({"file": b"a,b\n1,2\n"}, 400, "The table has 2 columns.", "'a', 'b'"),
    ({"file": b"a,b\n1,2\n", "column": "c"}, 400, "There is no column 'c'.", "'a', 'b'"),
    ({"file": b"a\n\xe9\n"}, 400, "Byte 0xE9 is not UTF-8.", "Save the file as UTF-8."),
    ({"file": b'a\n"b'}, 400, "This is not valid CSV", "quotation mark"),
    ({"file": b"\n"}, 400, "The table has no headings.", "first row"),
    ({"file": b"PK\x03\x04"}, 400, "This is no XLSX file", "Save it as"),
]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize(("fields", "status", "detail", "hint"), WRONG)
def test_invalid_input_returns_one_sentence(
    client: FlaskClient, fields: dict[str, str | bytes], status: int, detail: str, hint: str, accept: str
) -> None:
    given = {name: (io.BytesIO(v), "x.csv") if isinstance(v, bytes) else v for name, v in fields.items()}
    response = client.post("/reconcile/table", data=given, headers={"Accept": accept})
    assert response.status_code == status, response.text
    text = unescape(response.text) if accept == "text/html" else "{detail} {hint}".format(**response.get_json())
    assert detail in text
    assert hint in text
    assert 'id="names-file"' in text or accept != "text/html"


def test_server_that_reads_no_files(small_store: Path, tmp_path: Path, application: Application) -> None:
    client = application(small_store, root=str(tmp_path)).test_client()
    given = {"file": (io.BytesIO(b"Land\nNiger\n"), "x.csv"), "type": "country"}
    assert problem(client.post("/reconcile/table", data=given), 501)["detail"] == "This server reads no files."
    assert rows(client, names="Niger")["Niger"]["iso3"] == "NER"
