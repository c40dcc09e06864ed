"""Methods and paths that Flask would take for others, by the bytes of the request."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("path", ["//doc/country/AFG", "//", "///static/style.css", "//example.org/sparql?query=ASK{}"])
def test_two_slashes_are_a_404(client: FlaskClient, path: str) -> None:
    environ = {"PATH_INFO": path.partition("?")[0], "QUERY_STRING": path.partition("?")[2]}
    answer = client.get("/", environ_overrides=environ)
    assert answer.status_code == 404
    assert "two slashes" in answer.get_json()["detail"]


@pytest.mark.parametrize("method", ["get", "Get", "pOST", "head", "gét", "1"])
def test_methods_are_case_sensitive(client: FlaskClient, method: str) -> None:
    answer = client.get("/sparql?query=ASK{}", environ_overrides={"REQUEST_METHOD": method})
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert "is none of GET, HEAD, POST and OPTIONS." in answer.get_json()["detail"]


@pytest.mark.parametrize("path", ["/", "/doc/country/AFG", "/sparql", "/static/style.css", "/health", "/validate"])
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "NONE"])
def test_other_methods_are_refused(client: FlaskClient, path: str, method: str) -> None:
    assert client.open(path, method=method).status_code == 405
