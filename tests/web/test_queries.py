"""/queries and /queries/{name}: the library as pages, as data, in pages of rows, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from answers import html, linked, problem, quads, rows, table, workbook
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import QueryResultsFormat, parse_query_results

from gcmgraph.queries.headers import GROUPS
from gcmgraph.queries.library import read_queries
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Vocabulary
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.store.results import CSV_RESULTS, JSON_RESULTS, TSV_RESULTS, XML_RESULTS
from gcmgraph.web.named_queries.results import NamedQueryResults, serialize_page
from gcmgraph.web.named_queries.table import HEADINGS, heading

NAMES = "/queries/things-by-name?text=a"
PAGES = ("page", "page_size")
BASE = "https://w3id.org/gcmgraph/"
V = Vocabulary(Addresses())

DESCRIBED = """
SELECT ?query ?select ?template {
  ?query a sh:SPARQLExecutable, sh:SPARQLSelectExecutable ;
    sh:select ?select ; schema:target/schema:urlTemplate ?template ;
    dct:title ?en, ?fr ; dct:description ?descriptionEn, ?descriptionFr .
  FILTER(LANG(?en) = "en" && LANG(?fr) = "fr" && LANG(?descriptionEn) = "en" && LANG(?descriptionFr) = "fr")
}"""


def test_library_as_json(client: FlaskClient) -> None:
    response = client.get("/queries", headers={"Accept": "application/json"})
    assert response.mimetype == "application/json"
    listed = {query["name"]: query for query in json.loads(response.data)}
    country = listed["practices-by-country"]
    assert country["title"]["fr"] == "Pratiques dans un pays"
    assert country["parameters"][0]["default"] == "AFG"
    assert country["urlTemplate"].endswith(
        "practices-by-country{?country,language,page,page_size,format,lang,bom}"
    )
    assert country["columns"][0] == "country"
    assert {query["group"] for query in listed.values()} == set(GROUPS)
    for query in listed.values():
        local = all(parameter["type"] != "endpoint" for parameter in query["parameters"])
        assert client.get(query["path"], headers={"Accept": "text/csv"}).status_code == (
            200 if local else 400
        )
    assert problem(client.get("/queries?format=pdf"))["parameter"] == "format"


def test_linked_pages_of_all_rows(client: FlaskClient) -> None:
    whole = rows(client.get(NAMES))
    assert len(whole) > 5
    found, address, seen = [], f"{NAMES}&page_size=2", 0
    while address:
        response = client.get(address)
        found += rows(response)
        seen += 1
        assert response.headers["X-Total-Count"] == str(len(whole))
        assert ("prev" in linked(response)) is (seen > 1)
        last = linked(response)["last"]
        address = linked(response).get("next", "")
    assert found == whole
    assert rows(client.get(last)) == whole[(seen - 1) * 2 :]
    assert f"Rows 3 to 4 of {len(whole)}" in html(client, f"{NAMES}&page_size=2&page=2&lang=en")


@pytest.mark.parametrize("format_", ["csv", "tsv", "xml"])
def test_equal_pages_in_all_formats(client: FlaskClient, format_: str) -> None:
    second = rows(client.get(f"{NAMES}&page_size=3&page=2"))
    response = client.get(f"{NAMES}&page_size=3&page=2&format={format_}")
    if format_ == "csv":
        found = [row["thing"] for row in table(response.text)]
    else:
        results = parse_query_results(
            response.data, QueryResultsFormat.from_media_type(response.mimetype or "")
        )
        found = [row["thing"].value for row in results]  # type: ignore[union-attr]
    assert found == [row["thing"] for row in second]


def test_guarded_formulas_in_csv_of_named_queries_only(client: FlaskClient) -> None:
    texts = ["=cmd", "x;=cmd", "-5", "a, b"]
    bindings = [{"text": {"type": "literal", "value": text}} for text in texts]
    results = NamedQueryResults(["text"], bindings, cut=False)
    written = serialize_page(results, CSV_RESULTS, page=1, size=10).decode()
    assert [row["text"] for row in table(written)] == ["'=cmd", "x;'=cmd", "-5", "a, b"]
    query = {"query": 'SELECT ("=cmd;=cmd" AS ?text) {}', "format": "csv"}
    assert client.get("/sparql", query_string=query).text == "text\r\n=cmd;=cmd\r\n"
    for syntax in (TSV_RESULTS, JSON_RESULTS, XML_RESULTS):
        exact = serialize_page(results, syntax, page=1, size=10)
        read = parse_query_results(exact, QueryResultsFormat.from_media_type(syntax.media_type))
        assert [row["text"].value for row in read] == texts  # type: ignore[union-attr]


NO_NUMBERS = ("0", "-1", "1.5", "x", "٣", "99999999999999999999", "100001")


@pytest.mark.parametrize(
    ("address", "status", "member", "value"),
    [
        *(
            (f"things-by-name?text=a&{n}={v}", 400, "detail", "whole number")
            for n in PAGES
            for v in NO_NUMBERS
        ),
        *((f"things-by-name?text=a&{n}=x", 400, "parameter", n) for n in PAGES),
        ("things-by-name?text=a&page=1000", 404, "nearest", "1"),
        ("things-by-name?text=a&format=xlsx&page_size=20001", 400, "parameter", "page_size"),
        ("things-by-name?text=%FF", 400, "detail", "The address is not UTF-8, percent-encoded."),
        ("evidence-of-thing?thing=https://example.org/a%20b", 400, "parameter", "thing"),
        (
            f"practices-by-budget?minimum={'9' * 50}",
            400,
            "expected",
            "a whole number of at most 18 digits, such as 12",
        ),
        ("outcomes?format=pdf", 400, "parameter", "format"),
        ("outcomes?format=pdf", 400, "hint", "csv"),
        ("practice-by-country", 404, "hint", "practices-by-country"),
    ],
)
def test_problems(client: FlaskClient, address: str, status: int, member: str, value: str) -> None:
    assert value in str(problem(client.get(f"/queries/{address}"), status)[member])


@pytest.mark.parametrize(
    ("address", "parameter", "nearest"),
    [
        ("practices-by-country?country=Afghanistan", "country", "AFG"),
        ("practices-by-country?country=AFG%3E%20.%20DROP%20ALL", "country", "AFG"),
        (
            "practices-by-country?country=%3Chttps%3A//w3id.org/gcmgraph/id/country/AFG%3E",
            "country",
            None,
        ),
        ("practices-by-country?country=AFG%00", "country", "AFG"),
        ("practices-by-country?country=%22%7D", "country", None),
        ("practices-by-country?contry=AFG", "contry", None),
        ("practices-by-country?country=AFG&country=IRQ", "country", None),
        (
            "practices-by-organisation?organisation=United+Nations+Office+on+Drugs",
            "organisation",
            "unodc",
        ),
        ("practices-by-period?from=2018-05", "from", "2018"),
        ("practices-by-period?from=2022&to=2018", "from", None),
        ("practices-by-budget?minimum=12,000,000", "minimum", "12000000"),
        ("guiding-principles?language=French", "language", "fr"),
        ("things-by-name?text=a%00b", "text", None),
        ("evidence-of-statement?subject=javascript:alert(1)", "subject", None),
        ("evidence-of-statement?subject=https://example.org/%3E%20.%20DROP", "subject", None),
    ],
)
def test_invalid_parameters_with_nearest_values(
    client: FlaskClient, address: str, parameter: str, nearest: str | None
) -> None:
    details = problem(client.get(f"/queries/{address}"))
    assert details["parameter"] == parameter
    assert details.get("nearest") == nearest
    assert details.get("hint") or "may stand once" in str(details["detail"])


@pytest.mark.parametrize(
    "text", ["> . DROP ALL", '"""', "\\", "\\u0022", "x } ; DROP ALL #", "%20"]
)
def test_syntax_in_texts(client: FlaskClient, text: str) -> None:
    assert rows(client.get(f"/queries/things-by-name?text={quote(text)}")) == []
    html(client, f"/queries/things-by-name?text={quote(text)}")
    # an address is decoded once: `%2520` is `%20` in the IRI, and stays so
    assert (
        rows(
            client.get(f"/queries/evidence-of-thing?thing=https://example.org/{quote(quote(text))}")
        )
        == []
    )


def test_workbook_of_results(client: FlaskClient) -> None:
    address = "/queries/practices-by-country?country=AFG&format=xlsx&lang=fr"
    response = client.get(address)
    lines, about = workbook(response)
    assert (lines[0][0], lines[0][-1]) == ("Pratique", "Source")
    found = table(
        client.get("/queries/practices-by-country?country=AFG&format=csv&language=fr").text
    )
    assert len(lines) == len(found) + 1 > 1
    assert {line[-1] for line in lines[1:]} == {"https://w3id.org/gcmgraph/doc/practice/glo-act"}
    assert about["Adresse"] == "https://w3id.org/gcmgraph/queries/practices-by-country"
    assert about["Paramètres"] == "Pays: country:AFG; Langue: fr"
    assert 'filename="practices-by-country.xlsx"' in response.headers["Content-Disposition"]
    assert (
        client.get(address, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    )
    part = client.get("/queries/things-by-name?text=a&format=xlsx&page_size=1&page=2")
    lines, about = workbook(part)
    assert (len(lines), about["Part"]) == (2, f"Page 2 of {part.headers['X-Total-Count']}")
    assert "page=3" in linked(part)["next"]


def test_library_by_group_and_words(client: FlaskClient) -> None:
    page = html(client, "/queries?lang=fr")
    places = [page.index(f'<details class="group" id="{name}"') for name in GROUPS]
    assert places == sorted(places)
    assert (
        '<a href="/queries/practices-by-country?lang=fr"><strong>Pratiques dans un pays</strong></a>'
        in page
    )
    found = html(client, "/queries?q=PARTIES+instrument")
    assert 'href="/queries/parties-to-instrument"' in found
    assert 'href="/queries/objectives"' not in found
    assert "Try fewer words" in html(client, "/queries?q=zzz<b>")


def test_headings_of_all_columns(app: Flask) -> None:
    library = read_queries(Repository.find(), app.extensions["gcmgraph"].addresses)
    unnamed = {name for query in library.values() for name in query.variables} - HEADINGS.keys()
    assert (
        unnamed
        == {parameter.name for query in library.values() for parameter in query.parameters}
        & unnamed
    )
    with app.test_request_context():
        assert heading("leadPartner_2") == "Lead partner 2"


def test_page_with_form_and_linked_table(client: FlaskClient) -> None:
    page = html(client, "/queries/practices-by-country?country=AFG", Accept_Language="fr")
    assert '<option value="AFG" selected lang="fr">Afghanistan</option>' in page
    assert re.findall(r'<option value="([A-Z]{3})"', page) == ["AFG", "IRQ"]
    assert '<option value="fr" selected lang="fr">Français</option>' in page
    assert '<a href="/doc/practice/glo-act">' in page
    assert "format=csv" in page
    assert '<th scope="col" role="columnheader">Pratique</th>' in page
    assert "Titre" not in page, "the practice is linked by its title"


@pytest.mark.parametrize(
    ("address", "status", "texts"),
    [
        (
            "practices-by-period?from=1800&to=1801",
            200,
            ["No rows: none of the documents and lists read here"],
        ),
        ("not-reviewed", 200, ["No rows: for these values nothing is missing."]),
        ("practices-by-period?from=2023", 200, []),
        ("practice-by-country", 404, ["practices-by-country"]),
        (
            "practices-by-country?country=Irak%3Cb%3E",
            400,
            [
                'aria-invalid="true"',
                '<option value="Irak&lt;b&gt;" selected>',
                "Did you mean &#39;IRQ&#39;?",
            ],
        ),
    ],
)
def test_pages_without_rows(
    client: FlaskClient, address: str, status: int, texts: list[str]
) -> None:
    page = html(client, f"/queries/{address}", status)
    assert [text for text in texts if text not in page] == []


def snippet(client: FlaskClient, path: str, language: str) -> str:
    """The code of a page that reads its table, for a file `table.csv` in place of the address."""
    found = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", html(client, path), re.DOTALL)
    code = next(part for part in found if language in part)
    return re.sub(r'"https://w3id\.org/[^"]+format=csv[^"]*"', '"table.csv"', unescape(code))


@pytest.mark.parametrize("path", ["/queries/practices-by-country?country=AFG", "/browse/country"])
def test_codes_as_texts_in_pandas(
    client: FlaskClient, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "table.csv").write_text("code,target,name\n004,17.10,NA\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(snippet(client, path, "pandas"), names)  # noqa: S102 - the code that the page shows
    assert names["table"].to_dict("records") == [{"code": "004", "target": "17.10", "name": "NA"}]


@pytest.mark.skipif(not shutil.which("Rscript"), reason="needs R: apt-get install r-base-core")
def test_codes_as_texts_in_r(client: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("code,target,name\n004,17.10,NA\n", "utf-8")
    code = snippet(client, "/queries/practices-by-country?country=AFG", "read.csv")
    script = f"{code}\ncat(table$code, table$target, table$name)"
    done = subprocess.run(
        ["Rscript", "-e", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "004 17.10 NA"


# as RDF: SHACL executables with entry points that respond


@pytest.fixture(scope="module")
def library(app: Flask) -> Store:
    return Store.in_memory(
        quads(app.test_client().get("/queries", headers={"Accept": "text/turtle"}))
    )


@pytest.mark.parametrize(
    "media_type", ["application/ld+json", "application/rdf+xml", "application/n-triples"]
)
def test_equal_graphs_in_all_syntaxes(client: FlaskClient, library: Store, media_type: str) -> None:
    assert set(quads(client.get("/queries", headers={"Accept": media_type}), media_type)) == set(
        library.quads()
    )


def test_description_of_every_query(client: FlaskClient, library: Store) -> None:
    names = {
        query["name"]
        for query in client.get("/queries", headers={"Accept": "application/json"}).get_json()
    }
    prefixes = "".join(
        f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in Addresses().prefixes.items()
    )
    found = library.select(prefixes + DESCRIBED).rows
    assert {row["query"] for row in found} == {IRI(f"{BASE}queries/{name}") for name in names}
    assert all(isinstance(quad.subject, IRI) for quad in library.quads())  # no blank nodes
    engine = Store.in_memory()
    for row in found:
        assert engine.select(row["select"].value) is not None
        path = re.sub(r"\{\?.*\}$", "", row["template"].value.removeprefix(BASE))
        assert client.get(f"/{path}", headers={"Accept": "text/html"}).status_code == 200


def test_description_of_a_query_and_its_parameters(client: FlaskClient, library: Store) -> None:
    query = IRI(f"{BASE}queries/practices-by-country")
    parameter = IRI(f"{query.value}#parameter-country")
    said = {(quad.predicate, quad.object) for quad in library.quads(parameter)}
    assert said >= {
        (V("sh:path"), IRI(f"{query.value}#country")),
        (V("sh:class"), V("gcm:Country")),
        (V("sh:defaultValue"), IRI(f"{BASE}id/country/AFG")),
        (V("sh:name"), Literal("Pays", language="fr")),
    }
    own = quads(client.get("/queries/practices-by-country", headers={"Accept": "text/turtle"}))
    assert set(own) < set(library.quads())
    assert any(quad.predicate == V("sh:select") for quad in own)


def test_first_column_of_numbers_has_bars(real_client: FlaskClient) -> None:
    page = html(real_client, "/queries/practices-per-country?lang=en")
    widths = [
        float(width) for width in re.findall(r'class="bar"[^>]*><rect width="([\d.]+)"', page)
    ]
    counts = [int(count) for count in re.findall(r"country=[A-Z]{3}[^>]*>(\d+)</a><svg", page)]
    assert len(widths) == len(counts) > 50
    assert widths[0] == 100
    assert widths == [round(100 * count / counts[0], 1) for count in counts]


def test_amounts_in_several_currencies_have_no_bars(real_client: FlaskClient) -> None:
    page = html(real_client, "/queries/practices-by-budget?lang=en")
    assert {"USD", "EUR"} <= set(re.findall(r">([A-Z]{3})<", page))
    assert 'class="bar"' not in page
