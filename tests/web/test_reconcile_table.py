"""Input of /reconcile: tables of names as page, CSV and workbook; sentences about faulty and hostile requests."""

from __future__ import annotations

import io
import json
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import reconciliation_schemas as schemas
from answers import HTML, problem, table
from flask.testing import FlaskClient
from openpyxl import load_workbook

from serving import Application

NAMES = "Afghanistan\r\n  Congo \r\nZubrowka\r\nAfghanistan\r\n\r\n=1+1"


@pytest.fixture(scope="module")
def client(real_client: FlaskClient) -> FlaskClient:
    return real_client


def rows(client: FlaskClient, **fields: object) -> dict[str, dict[str, str]]:
    response = client.post("/reconcile/table", data={"type": "country", "format": "csv", **fields})
    assert (response.status_code, response.mimetype) == (200, "text/csv"), response.text
    assert response.headers["Content-Disposition"] == "attachment; filename=names.csv"
    return {row["query"]: row for row in table(response.text)}


def test_identifiers_for_a_list_of_names(client: FlaskClient) -> None:
    found = rows(client, names=NAMES)
    assert list(found) == ["Afghanistan", "Congo", "Zubrowka", "'=1+1"]
    assert found["Afghanistan"] == {
        "query": "Afghanistan", "match": "matched", "score": "100", "id": "country/AFG", "name": "Afghanistan",
        "iri": "https://w3id.org/gcmgraph/id/country/AFG", "m49": "004", "iso3": "AFG",
        "un": "http://metadata.un.org/sdg/codes/geoArea/004", "wikidata": "Q889",
    }  # fmt: skip
    assert [found[name]["match"] for name in ("Congo", "Zubrowka")] == ["doubtful", "none"]
    response = client.post(
        "/reconcile/table", data={"names": NAMES, "type": "country", "format": "xlsx"}
    )
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


@pytest.mark.parametrize(
    ("data", "column"), [(b"Land\nNiger\n", ""), (b"Code;Land\n1;Niger\n2\n", "land")]
)
def test_column_of_a_file(client: FlaskClient, data: bytes, column: str) -> None:
    assert rows(client, file=(io.BytesIO(data), "x.csv"), column=column)["Niger"]["iso3"] == "NER"


#: Fields of a form, the status, and parts of what the page and the problem state.
WRONG = [
    ({"names": " \n"}, 400, "There are no names.", "one a line"),
    ({"names": "x", "type": "planet"}, 400, 'the unknown type "planet"', "Country"),
    (
        {"names": "\n".join(map(str, range(1001)))},
        413,
        "1,001 different names; the limit is 1,000.",
        "gcm",
    ),
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
    client: FlaskClient,
    fields: dict[str, str | bytes],
    status: int,
    detail: str,
    hint: str,
    accept: str,
) -> None:
    given = {
        name: (io.BytesIO(v), "x.csv") if isinstance(v, bytes) else v for name, v in fields.items()
    }
    response = client.post("/reconcile/table", data=given, headers={"Accept": accept})
    assert response.status_code == status, response.text
    text = (
        unescape(response.text)
        if accept == "text/html"
        else "{detail} {hint}".format(**response.get_json())
    )
    assert detail in text
    assert hint in text
    assert 'id="names-file"' in text or accept != "text/html"


def test_server_that_reads_no_files(
    small_store: Path, tmp_path: Path, application: Application
) -> None:
    client = application(small_store, root=str(tmp_path)).test_client()
    given = {"file": (io.BytesIO(b"Land\nNiger\n"), "x.csv"), "type": "country"}
    assert (
        problem(client.post("/reconcile/table", data=given), 501)["detail"]
        == "This server reads no files."
    )
    assert rows(client, names="Niger")["Niger"]["iso3"] == "NER"


def refused(client: FlaskClient, status: int = 400, **form: str) -> str:
    """The detail of a refusal."""
    return str(problem(client.post("/reconcile", data=form), status)["detail"])


def batch(**query: Any) -> str:
    return json.dumps({"q0": query})


@pytest.mark.parametrize(
    ("queries", "says"),
    [
        ("", "not JSON"),
        ('{"q0": {"query": "Niger"}', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"q0": {"query": "Niger", "limit": NaN}}', "not JSON"),
        ('{"q0": {"query": "Niger", "limit": ' + "9" * 5000 + "}}", "too large"),
        ('{"q0": {"query": "Niger", "limit": 1e999}}', "The number 1e999 is too large."),
        (
            '{"q0": {"query": "", "properties": [{"pid": "gcm:m49", "v": ' + "9" * 400 + "}]}}",
            "too large",
        ),
        ("[]", "JSON object"),
        ('{"q0": "Niger"}', 'The query "q0" is not a JSON object'),
        ('{"q0": {"properties": []}}', "neither"),
        (batch(query=1), "must be a text"),
        (batch(query="Niger", type=[1]), "a list of texts"),
        (batch(query="Niger", type={"id": "country"}), "a list of texts"),
        (batch(query="Niger", type_strict="yes"), "type_strict"),
        *((batch(query="Niger", limit=limit), "from 1") for limit in (0, 1.5, "5", True)),
        (batch(query="Niger", properties={}), "must be a list"),
        (batch(query="Niger", properties=["gcm:iso3"]), "'pid' and 'v'"),
        (batch(query="Niger", properties=[{"pid": "gcm:iso3"}]), "'pid' and 'v'"),
        (batch(query="Niger", properties=[{"pid": 1, "v": 1}]), "must be a text"),
        *(
            (
                batch(query="Niger", properties=[{"pid": "gcm:iso3", "v": value}]),
                "value of a property",
            )
            for value in (None, {"name": "x"}, [["NER"]])
        ),
        (batch(query="Niger", properties=[{"pid": "gcm:iso3", "v": ["NER"] * 21}]), "20 values"),
        (batch(query="Niger", properties=[{"pid": "gcm:iso3", "v": "NER"}] * 51), "at most 50"),
    ],
)
def test_malformed_queries(client: FlaskClient, queries: str, says: str) -> None:
    assert says in refused(client, queries=queries)


@pytest.mark.parametrize(
    ("extension", "says"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object with the lists"),
        ('{"ids": ["country/AFG"]}', "JSON object with the lists"),
        ('{"ids": [], "properties": ["gcm:iso3"]}', "object with 'id'"),
        ('{"ids": [], "properties": [{"id": "gcm:iso3", "settings": [1]}]}', "settings"),
        ('{"ids": [], "properties": [{"id": "gcm:iso3", "settings": {"limit": "many"}}]}', "limit"),
        ('{"ids": [], "properties": [{"id": "gcm:iso3", "settings": {"limit": -1}}]}', "limit"),
        (
            '{"ids": [], "properties": [{"id": "gcm:iso3", "settings": {"limit": 1e999}}]}',
            "too large",
        ),
        (
            '{"ids": [], "properties": [{"id": "gcm:iso3", "settings": {"language": 7}}]}',
            "language",
        ),
    ],
)
def test_malformed_extensions(client: FlaskClient, extension: str, says: str) -> None:
    assert says in refused(client, extend=extension)


def test_too_much_at_once(client: FlaskClient) -> None:
    many = json.dumps({f"q{n}": {"query": "Niger"} for n in range(10_000)})
    assert "10,000 queries; it may have 1,000" in refused(client, 413, queries=many)
    ids = json.dumps({"ids": ["country/AFG"] * 1_001, "properties": []})
    values = [{"pid": "gcm:country", "v": ["x"] * 20}] * 50
    batch = json.dumps({f"q{number}": {"query": "x", "properties": values} for number in range(11)})
    assert "11,000 values of properties; a batch may have 10,000" in refused(
        client, 413, queries=batch
    )
    assert "1,001 ids" in refused(client, 413, extend=ids)
    assert "51 properties" in refused(
        client, extend=json.dumps({"ids": [], "properties": [{"id": "iri"}] * 51})
    )
    assert "longer than 4 MB" in refused(client, 413, queries="x" * 5_000_000)


def test_largest_batch(client: FlaskClient) -> None:
    size = client.get("/reconcile").json["batchSize"]
    queries = {f"q{n}": {"query": f"{n}", "type": "country"} for n in range(size)}
    response = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert len(response.json) == size == 1_000


def test_texts_without_names_have_no_match(client: FlaskClient) -> None:
    empty = [
        "",
        " ",
        "!!!",
        "()",
        "…—–",
        "،؛",
        "。、",
        "\u200f\u200e",
        "\x00",
        "_",
        "x" * 1_000_000,
        "a " * 2_000,
    ]
    others = ["𓀀", "\ud800"]
    queries = json.dumps(
        {str(number): {"query": name} for number, name in enumerate([*empty, *others])}
    )
    response = client.post("/reconcile", data={"queries": queries})
    assert response.status_code == 200
    schemas.check(response.json, schemas.RESULT_BATCH)
    found = [result["result"] for result in response.json.values()]
    assert found[: len(empty)] == [[]] * len(empty)
    assert not any(candidate["match"] for candidates in found for candidate in candidates)
    # some clients send a list for no settings
    extension = '{"ids": [], "properties": [{"id": "gcm:iso3", "settings": []}]}'
    assert client.post("/reconcile", data={"extend": extension}).status_code == 200


def test_arabic_with_marks_of_direction(client: FlaskClient) -> None:
    names = ("\u202bأفغانستان\u202c", "\u200fأفغانستان", "أفْغانِستان", "افغانستان", "أفغـــانستان")
    queries = json.dumps({name: {"query": name, "type": "country"} for name in names})
    for name, found in client.post("/reconcile", data={"queries": queries}).json.items():
        first, *_ = found["result"]
        assert (first["id"], first["match"]) == ("country/AFG", True), name


@pytest.mark.parametrize(
    "callback",
    ["", "alert(1)", "<script>alert(1)</script>", "a;b", "a b", "a[0]", "a..b", "1a", "a\n", "é", "x" * 300,
     "a.b.c.d.e.f.g", "a.b[0]"],
)  # fmt: skip
def test_invalid_callback_returns_400(client: FlaskClient, callback: str) -> None:
    for path in ("/reconcile", "/reconcile/suggest/type", "/reconcile/properties"):
        problem(client.get(path, query_string={"callback": callback, "prefix": "a"}))


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/reconcile/suggest/entity?type=city&prefix=a", 400),
        ("/reconcile/suggest/entity?prefix=a&cursor=-1", 400),
        ("/reconcile/suggest/entity?prefix=a&cursor=" + "9" * 400, 400),
        ("/reconcile/suggest/entity?prefix=" + "a" * 2_000, 400),
        ("/reconcile/suggest/entity", 200),
        ("/reconcile/suggest/entity?prefix=%00%ff!", 200),
        ("/reconcile/properties?limit=0", 400),
        ("/reconcile/flyout/entity?id=country/XXX", 404),
        ("/reconcile/flyout/property?id=gcm:nothing", 400),
        ("/reconcile/flyout/planet?id=x", 404),
        ("/reconcile/preview?id=" + "x" * 3_000, 404),
        ("/reconcile/preview?id=../../etc/passwd", 404),
        ("/reconcile?query={", 400),
        ("/reconcile?query=Niger&limit=x", 400),
        ("/reconcile?query=Niger&queries={}", 400),
        ("/reconcile?queries={}", 200),
    ],
)
def test_other_addresses(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_posts_other_than_forms(client: FlaskClient) -> None:
    assert (
        "must be a form"
        in client.post("/reconcile", data=b"{}", content_type="application/json").json["detail"]
    )
    assert client.post("/reconcile", data=b"\xff\xfe", content_type="text/plain").status_code == 400
    assert client.post("/reconcile").status_code == 400
    assert client.put("/reconcile").status_code == 405


def test_escaped_names(client: FlaskClient) -> None:
    queries = json.dumps({"</script>\u2028": {"query": "Niger"}})
    response = client.get("/reconcile", query_string={"callback": "f", "queries": queries})
    assert "\u2028" not in response.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    flyout = client.get("/reconcile/flyout/property", query_string={"id": 'gcm:iso3@<b>"'}).json
    assert "<b>" not in flyout["html"]
    assert "&lt;b&gt;" in flyout["html"]
