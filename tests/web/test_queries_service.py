"""A named query that asks another endpoint: its answer changes without our version, so it is not kept for long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from answers import rows
from flask.testing import FlaskClient

from gcmgraph.web.http import middleware
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


def tell(url: str, label: str) -> None:
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
    tell(other, "before")
    found, headers = labels(client)
    assert found == ["before"]
    assert "Last-Modified" not in headers
    for accept in ("application/json", "text/html", "text/csv"):
        answer = client.get("/queries/labels-elsewhere", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["Cache-Control"], "before" in answer.text) == (
            200,
            "max-age=60",
            True,
        )
    tell(other, "after")
    found, cached = labels(client)
    assert (found, cached["Cache-Status"]) == (["before"], "gcmgraph; hit")
    now[0] += 60
    found, later = labels(client)
    assert found == ["after"]
    assert later["ETag"] != headers["ETag"]
