"""Named queries that join this graph with the UN's: over the UN's files in a second real server, and without it."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gcmgraph.settings import Settings
from gcmgraph.web.app import create_app
from gcmgraph.web.http import middleware
from pretended import hangs, listening, says
from servers import free_port, oxigraph_server

UN_FILES = Path(__file__).parents[3] / "shared" / "un" / "sdg"
FILES = ("sdg-kos-goals-targets-indicators.ttl", "sdg-kos-subject-mappings.ttl", "sdg-codes.ttl")
NAMES = ("un-areas", "un-indicators", "un-subjects", "un-target-texts")

#: A column of each that only the UN can fill.
OTHERS = {"un-areas": "unArea", "un-indicators": "indicator", "un-subjects": "about", "un-target-texts": "unText"}


@pytest.fixture(scope="module")
def un(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query address of a server that holds the UN's SDG files as published."""
    if not UN_FILES.is_dir():
        pytest.skip("needs ../shared/un/sdg")
    with oxigraph_server(tmp_path_factory.mktemp("un")) as url:
        for name in FILES:
            store = url.removesuffix("/query") + "/store?default"
            body = (UN_FILES / name).read_bytes()
            request = urllib.request.Request(store, body, {"Content-Type": "text/turtle"})  # noqa: S310
            with urllib.request.urlopen(request) as answer:  # noqa: S310
                assert answer.status in {200, 201, 204}
        yield url


@contextmanager
def serving(folder: Path, *endpoints: str, seconds: int = 9) -> Iterator[FlaskClient]:
    app = create_app(Settings(store=str(folder), federation=" ".join(endpoints), query_timeout=seconds))
    try:
        yield app.test_client()
    finally:
        app.extensions["gcmgraph"].workers.close()


@pytest.fixture(scope="module")
def client(real_store_folder: Path, un: str) -> Iterator[FlaskClient]:
    with serving(real_store_folder, un) as client:
        yield client


@pytest.fixture(scope="module")
def unset(real_store_folder: Path) -> Iterator[FlaskClient]:
    """A server whose operator has named no endpoint."""
    with serving(real_store_folder) as client:
        yield client


def rows(response: TestResponse) -> list[dict[str, str]]:
    assert response.status_code == 200, response.text
    bindings = json.loads(response.data)["results"]["bindings"]
    return [{name: value["value"] for name, value in row.items()} for row in bindings]


@pytest.mark.parametrize("name", NAMES)
def test_values_in_every_column(client: FlaskClient, name: str, un: str) -> None:
    response = client.get(f"/queries/{name}?format=json")
    found = rows(response)
    assert "Result-Incomplete" not in response.headers
    assert {row["endpoint"] for row in found} == {un}
    columns = json.loads(response.data)["head"]["vars"]
    assert [column for column in columns if not any(column in row for row in found)] == []
    assert len({tuple(sorted(row.items())) for row in found}) == len(found)


def test_target_texts_of_the_un_by_language(client: FlaskClient) -> None:
    for language, words in (("en", "Facilitate orderly, safe"), ("es", "Facilitar la migración"), ("fr", "Faciliter")):
        found = {row["notation"]: row for row in rows(client.get(f"/queries/un-target-texts?language={language}"))}
        assert sorted(found) == ["10.7", "16.1", "16.2", "16.3", "16.4", "17.16", "17.18"]
        assert found["10.7"]["unText"].startswith(words)
    assert all("unText" not in row for row in rows(client.get("/queries/un-target-texts?language=ru")))


def test_codes_of_indicators(client: FlaskClient) -> None:
    found = rows(client.get("/queries/un-indicators?format=json&page_size=10000"))
    first = [row for row in found if row["practice"] == found[0]["practice"]]
    codes = [row["code"] for row in first if row["notation"] == "10.7"]
    assert codes == ["10.7.1", "10.7.2"]
    (cost,) = (row for row in first if row["code"] == "10.7.1")
    assert cost["indicatorText"].startswith("Recruitment cost borne by employee")
    assert sorted(cost["custodians"].split(" | ")) == ["ILO", "World Bank"]
    assert cost["tier"] == "http://metadata.un.org/sdg/ontology#tier_II"
    assert all(row["code"].startswith(row["notation"] + ".") for row in found)


def test_practices_by_a_subject(client: FlaskClient) -> None:
    subject = "http://metadata.un.org/thesaurus/1005167"
    found = rows(client.get(f"/queries/un-subjects?subject={subject}&page_size=10000"))
    assert "http://metadata.un.org/sdg/17.16" in {row["about"] for row in found}
    assert {row["subject"] for row in found} == {subject}
    assert rows(client.get("/queries/un-subjects?subject=http://metadata.un.org/thesaurus/none")) == []


def test_areas_of_countries(client: FlaskClient) -> None:
    (row,) = rows(client.get("/queries/un-areas?country=AFG"))
    assert row["unArea"] == "http://metadata.un.org/sdg/codes/geoArea/004"
    assert (row["regionName"], row["wikidata"]) == ("Southern Asia", "http://www.wikidata.org/entity/Q889")
    assert int(row["practices"]) >= 1


@pytest.mark.parametrize("syntax", ["csv", "tsv", "xml"])
def test_equal_results_in_all_formats(client: FlaskClient, syntax: str) -> None:
    response = client.get(f"/queries/un-target-texts?format={syntax}&page_size=2&page=2")
    expected = rows(client.get("/queries/un-target-texts?page_size=2&page=2"))
    assert response.status_code == 200
    assert all(row["unIri"] in response.text and row["unText"] in response.text for row in expected)
    assert response.text.count("http://metadata.un.org/sdg/1") == 2


def test_page_with_endpoints_and_both_parts(client: FlaskClient, un: str) -> None:
    page = client.get("/queries/un-target-texts?lang=en", headers={"Accept": "text/html"}).text
    assert f'<option value="{un}" selected>' in page
    assert "Facilitate orderly, safe" in page
    assert "incomplete" not in page
    assert f"SERVICE+SILENT+{quote(f'<{un}>', safe='')}" in page  # the query that the editor is opened with
    assert "/queries/un-target-texts" in client.get("/queries?format=json").text


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:9/sparql", "http://169.254.169.254/", "file:///etc/passwd", "x>"]
)
@pytest.mark.parametrize("server", ["client", "unset"])
def test_unlisted_endpoints_are_refused(request: pytest.FixtureRequest, server: str, endpoint: str) -> None:
    client: FlaskClient = request.getfixturevalue(server)
    response = client.get(f"/queries/un-target-texts?endpoint={quote(endpoint)}")
    assert response.status_code == 400
    assert response.get_json(force=True)["parameter"] == "endpoint"


@pytest.mark.parametrize("name", NAMES)
def test_partial_results_without_endpoint_are_marked(unset: FlaskClient, name: str) -> None:
    response = unset.get(f"/queries/{name}?format=json")
    found = rows(response)
    assert found
    assert not any(OTHERS[name] in row or "endpoint" in row for row in found)
    assert response.headers["Result-Incomplete"].startswith('"";reason="')
    assert response.headers["Cache-Control"] == "max-age=60"
    assert "ETag" not in response.headers
    page = unset.get(f"/queries/{name}?lang=en", headers={"Accept": "text/html"}).text
    assert "GCMGRAPH_FEDERATION=" in page
    assert 'name="endpoint"' not in page
    assert "open in the query editor" not in page


def test_editor_examples_with_and_without_endpoint(unset: FlaskClient, client: FlaskClient) -> None:
    address = "/sparql"
    assert "SERVICE+SILENT" not in unset.get(address, headers={"Accept": "text/html"}).text
    assert "SERVICE+SILENT" in client.get(address, headers={"Accept": "text/html"}).text


def test_no_subjects_without_endpoint(unset: FlaskClient) -> None:
    assert rows(unset.get("/queries/un-subjects?subject=http://metadata.un.org/thesaurus/1005167")) == []


BROKEN = says("500 Broken", "out of order")

FAILURES = {"down": None, "an error": BROKEN}


@pytest.mark.parametrize("failure", FAILURES)
def test_partial_results_of_a_failed_endpoint(real_store_folder: Path, failure: str) -> None:
    if (serve := FAILURES[failure]) is None:
        endpoint = f"http://127.0.0.1:{free_port()}/sparql"
        with serving(real_store_folder, endpoint) as client:
            check_partial_results(client, endpoint)
        return
    with listening(serve) as (endpoint, _), serving(real_store_folder, endpoint) as client:
        check_partial_results(client, endpoint)


def check_partial_results(client: FlaskClient, endpoint: str) -> None:
    """See that our part of an answer comes, with a word about what is missing, in every form."""
    response = client.get("/queries/un-target-texts?format=json")
    assert len(rows(response)) == 7
    assert response.headers["Result-Incomplete"].startswith(f'"{endpoint}";reason="')
    assert (response.headers["Cache-Control"], response.headers.get("ETag")) == ("max-age=60", None)
    assert client.get("/queries/un-target-texts?format=csv").headers["Result-Incomplete"]
    page = client.get("/queries/un-target-texts?lang=en", headers={"Accept": "text/html"})
    assert "This answer is incomplete" in page.text
    assert endpoint in page.text
    assert page.headers["Result-Incomplete"]


def test_endpoint_that_hangs(real_store_folder: Path) -> None:
    with listening(hangs) as (endpoint, seen), serving(real_store_folder, endpoint, seconds=6) as client:
        started = time.monotonic()
        response = client.get("/queries/un-target-texts?format=json")
        assert time.monotonic() - started < 6
        assert len(seen) == 1
        assert "took longer than" in response.headers["Result-Incomplete"]


def test_endpoint_after_its_failure(real_store_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(middleware, "monotonic", lambda: now[0])
    with listening(BROKEN) as (endpoint, seen), serving(real_store_folder, endpoint) as client:
        for _ in range(2):
            client.get("/queries/un-target-texts")
        assert len(seen) == 1
        now[0] += 60
        client.get("/queries/un-target-texts")
        assert len(seen) == 2


def test_failed_silent_block_is_reported(real_store_folder: Path) -> None:
    with listening(BROKEN) as (endpoint, _), serving(real_store_folder, endpoint) as client:
        query = "SELECT ?s { ?s a <urn:x> } LIMIT 1"
        assert "Result-Incomplete" not in client.get("/sparql", query_string={"query": query}).headers
        query = f"SELECT * {{ SERVICE SILENT <{endpoint}> {{ ?s ?p ?o }} }}"
        data = client.get("/sparql", query_string={"query": query})
        assert data.headers["Result-Incomplete"].startswith(f'"{endpoint}";reason="answered with status 500')
        page = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"})
        assert "This answer is incomplete" in page.text
