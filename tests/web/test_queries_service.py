"""Named queries that query another endpoint: the time for which results are stored, the UN's graph, and without it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from answers import HTML, html, problem, rows
from flask.testing import FlaskClient

from gcmgraph.web.http import middleware
from pretended import hangs, listening, says
from servers import load_turtle, oxigraph_server
from serving import Application

ROOT = Path(__file__).parents[2]

QUERY = """\
# title: Labels elsewhere
# title@fr: Libellés ailleurs
# description: The labels of the other endpoint.
# description@fr: Les libellés de l'autre point d'accès.

SELECT DISTINCT ?label
WHERE {{
  SERVICE <{url}> {{ ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }}
}}
ORDER BY ?label
"""


def hold(url: str, label: str) -> None:
    """Let the other endpoint hold one label."""
    load_turtle(url, f'<urn:x:thing> <http://www.w3.org/2004/02/skos/core#prefLabel> "{label}" .'.encode(), "PUT")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph_server(tmp_path_factory.mktemp("other")) as url:
        yield url


@pytest.fixture
def client(other: str, store_folder: Path, tmp_path: Path, application: Application) -> FlaskClient:
    for folder in ("data", "ontology", "shapes"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "labels-elsewhere.rq").write_text(QUERY.format(url=other), "utf-8")
    return application(store_folder, root=str(tmp_path), federation=other, query_timeout=9).test_client()


def labels(client: FlaskClient) -> tuple[list[str], dict[str, str]]:
    answer = client.get("/queries/labels-elsewhere?format=json")
    return [row["label"] for row in rows(answer)], dict(answer.headers)


def test_results_of_other_endpoints_are_cached_for_a_minute(
    client: FlaskClient, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(middleware, "monotonic", lambda: now[0])
    hold(other, "before")
    found, headers = labels(client)
    assert found == ["before"]
    assert "Last-Modified" not in headers
    for accept in ("application/json", "text/html", "text/csv"):
        answer = client.get("/queries/labels-elsewhere", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "max-age=60")
        assert "before" in answer.text
    hold(other, "after")
    found, cached = labels(client)
    assert (found, cached["Cache-Status"]) == (["before"], "gcmgraph; hit")
    now[0] += 60
    found, later = labels(client)
    assert found == ["after"]
    assert later["ETag"] != headers["ETag"]


UN_FILES = Path(__file__).parents[3] / "shared" / "un" / "sdg"
FILES = ("sdg-kos-goals-targets-indicators.ttl", "sdg-kos-subject-mappings.ttl", "sdg-codes.ttl")
NAMES = ("un-areas", "un-indicators", "un-subjects", "un-target-texts")

SUBJECT = "http://metadata.un.org/thesaurus/1005167"

#: A column of each that only the UN can fill.
OTHERS = {"un-areas": "unArea", "un-indicators": "indicator", "un-subjects": "about", "un-target-texts": "unText"}


@pytest.fixture(scope="module")
def un(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query address of a server that holds the UN's SDG files as published."""
    if not UN_FILES.is_dir():
        pytest.skip("needs ../shared/un/sdg")
    with oxigraph_server(tmp_path_factory.mktemp("un")) as url:
        for name in FILES:
            load_turtle(url, (UN_FILES / name).read_bytes())
        yield url


@pytest.fixture(scope="module")
def client_of_un(real_store_folder: Path, un: str, application: Application) -> FlaskClient:
    return application(real_store_folder, federation=un, query_timeout=9).test_client()


@pytest.mark.parametrize("name", NAMES)
def test_values_in_every_column(client_of_un: FlaskClient, name: str, un: str) -> None:
    response = client_of_un.get(f"/queries/{name}?format=json")
    found = rows(response)
    assert "Result-Incomplete" not in response.headers
    assert {row["endpoint"] for row in found} == {un}
    columns = json.loads(response.data)["head"]["vars"]
    assert [column for column in columns if not any(column in row for row in found)] == []
    assert len({tuple(sorted(row.items())) for row in found}) == len(found)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("un-target-texts?language=fr", {"notation": "10.7", "unText": "Faciliter"}),
        ("un-target-texts?language=en", {"notation": "10.7", "unText": "Facilitate orderly, safe"}),
        (f"un-subjects?subject={SUBJECT}&page_size=10000", {"about": "http://metadata.un.org/sdg/17.16"}),
        ("un-areas?country=AFG", {"unArea": "http://metadata.un.org/sdg/codes/geoArea/004", "regionName": "Southern"}),
        ("un-areas?country=AFG", {"wikidata": "http://www.wikidata.org/entity/Q889", "practicesCarriedOut": ""}),
        ("un-indicators?page_size=10000", {"notation": "10.7", "code": "10.7.1", "indicatorText": "Recruitment cost"}),
        ("un-indicators?page_size=10000", {"code": "10.7.1", "tier": "http://metadata.un.org/sdg/ontology#tier_II"}),
    ],
)
def test_values_of_the_un(client_of_un: FlaskClient, query: str, expected: dict[str, str]) -> None:
    """The values, or their beginnings, of one row."""
    found = rows(client_of_un.get(f"/queries/{query}"))
    assert any(all(row.get(name, "?").startswith(value) for name, value in expected.items()) for row in found)


def test_values_that_the_un_lacks_or_lists(client_of_un: FlaskClient) -> None:
    found = rows(client_of_un.get("/queries/un-target-texts?language=ru"))
    assert sorted(row["notation"] for row in found) == ["10.7", "16.1", "16.2", "16.3", "16.4", "17.16", "17.18"]
    assert not any("unText" in row for row in found)
    indicators = rows(client_of_un.get("/queries/un-indicators?page_size=10000"))
    assert all(row["code"].startswith(row["notation"] + ".") for row in indicators)
    custodians = {row["custodians"] for row in indicators if row["code"] == "10.7.1"}
    assert {*map(frozenset, (text.split(" | ") for text in custodians))} == {frozenset({"ILO", "World Bank"})}
    assert rows(client_of_un.get("/queries/un-subjects?subject=http://metadata.un.org/thesaurus/none")) == []


def test_equal_results_in_all_formats(client_of_un: FlaskClient) -> None:
    expected = rows(client_of_un.get("/queries/un-target-texts?page_size=2&page=2"))
    for syntax in ("csv", "tsv", "xml"):
        response = client_of_un.get(f"/queries/un-target-texts?format={syntax}&page_size=2&page=2")
        assert all(row["unIri"] in response.text and row["unText"] in response.text for row in expected)
        assert response.text.count("http://metadata.un.org/sdg/1") == 2


def test_page_with_endpoints_and_both_parts(client_of_un: FlaskClient, un: str) -> None:
    page = html(client_of_un, "/queries/un-target-texts?lang=en")
    assert f'<option value="{un}" selected>' in page
    assert "Facilitate orderly, safe" in page
    assert "incomplete" not in page
    assert f"SERVICE+SILENT+{quote(f'<{un}>', safe='')}" in page  # the query that the editor is opened with
    assert "SERVICE+SILENT" in html(client_of_un, "/sparql")


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9/sparql", "file:///etc/passwd", "x>"])
def test_unlisted_endpoints_are_refused(small_client: FlaskClient, endpoint: str) -> None:
    response = small_client.get(f"/queries/un-target-texts?endpoint={quote(endpoint)}")
    assert problem(response)["parameter"] == "endpoint"


@pytest.mark.parametrize("name", NAMES)
def test_partial_results_without_endpoint_are_marked(small_client: FlaskClient, name: str) -> None:
    response = small_client.get(f"/queries/{name}?format=json")
    found = rows(response)
    assert found
    assert not any(OTHERS[name] in row or "endpoint" in row for row in found)
    assert response.headers["Result-Incomplete"].startswith('"";reason="')
    assert (response.headers["Cache-Control"], response.headers.get("ETag")) == ("max-age=60", None)
    page = html(small_client, f"/queries/{name}?lang=en")
    assert "GCMGRAPH_FEDERATION=" in page
    assert 'name="endpoint"' not in page
    assert "open in the query editor" not in page
    assert "SERVICE+SILENT" not in html(small_client, "/sparql")


BROKEN = says("500 Broken", "out of order")


def test_partial_results_of_a_failed_endpoint(
    small_store: Path, monkeypatch: pytest.MonkeyPatch, application: Application
) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(middleware, "monotonic", lambda: now[0])
    with listening(BROKEN) as (endpoint, seen):
        client = application(small_store, federation=endpoint, query_timeout=9).test_client()
        response = client.get("/queries/un-target-texts?format=json")
        assert len(rows(response)) > 1
        assert response.headers["Result-Incomplete"].startswith(f'"{endpoint}";reason="')
        assert (response.headers["Cache-Control"], response.headers.get("ETag")) == ("max-age=60", None)
        client.get("/queries/un-target-texts?format=json")
        assert len(seen) == 1  # the result is stored for a minute
        now[0] += 60
        client.get("/queries/un-target-texts?format=json")
        assert len(seen) == 2
        assert client.get("/queries/un-target-texts?format=csv").headers["Result-Incomplete"]
        query = f"SELECT * {{ SERVICE SILENT <{endpoint}> {{ ?s ?p ?o }} }}"
        data = client.get("/sparql", query_string={"query": query})
        assert data.headers["Result-Incomplete"].startswith(f'"{endpoint}";reason="answered with status 500')
        for path in ("/queries/un-target-texts?lang=en", f"/sparql?query={quote(query)}&lang=en"):
            page = client.get(path, headers=HTML)
            assert "This answer is incomplete" in page.text
            assert page.headers["Result-Incomplete"]
            assert endpoint in page.text


def test_endpoint_that_hangs(small_store: Path, application: Application) -> None:
    with listening(hangs) as (endpoint, seen):
        client = application(small_store, federation=endpoint, query_timeout=3).test_client()
        started = time.monotonic()
        response = client.get("/queries/un-target-texts?format=json")
        assert time.monotonic() - started < 3 + 7
        assert len(seen) == 1
        assert "took longer than" in response.headers["Result-Incomplete"]
