"""What clients are told where the store has failed, and what stands in the log alone."""

from __future__ import annotations

import socket
import threading
from http import HTTPStatus
from pathlib import Path

import pytest

from gcmgraph.settings import Settings
from gcmgraph.web.app import create_app
from pretended import hangs, listening, says


def test_a_store_that_was_never_built_is_a_503_and_what_to_do_is_told_to_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    response = create_app(Settings(store=str(tmp_path))).test_client().get("/health")
    assert response.get_json() == {
        "title": "Service Unavailable",
        "status": HTTPStatus.SERVICE_UNAVAILABLE,
        "detail": "There is no graph yet.",
    }
    assert f"There is no graph in {tmp_path} yet. Run 'gcmgraph build' first." in caplog.text


def test_the_address_of_a_server_in_its_own_words_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    told = "Error: <{0}>: No permission, ask {0} or http://example.org/sparql"

    def refuse(connection: socket.socket, over: threading.Event) -> None:
        url = f"http://127.0.0.1:{connection.getsockname()[1]}/sparql"
        says("500 Internal Server Error", told.format(url))(connection, over)

    with listening(refuse) as (url, _):
        app = create_app(Settings(store=url))
        response = app.test_client().get("/doc/objective/9.ttl")
        app.extensions["gcmgraph"].workers.close()
    assert response.get_json() == {
        "title": "Service Unavailable",
        "status": HTTPStatus.SERVICE_UNAVAILABLE,
        "detail": f"The SPARQL server answered with status 500: {told.format('…')}.",
    }
    assert f"The SPARQL server at {url} answered with status 500: {told.format(url)}. Set GCMGRAPH_" in caplog.text


def test_where_a_server_takes_too_long_its_address_stands_in_the_log_and_what_helps_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with listening(hangs) as (url, _):
        app = create_app(Settings(store=url, store_timeout=1))
        response = app.test_client().get("/doc/objective/9.ttl")
        app.extensions["gcmgraph"].workers.close()
    problem = response.get_json()
    assert problem["detail"] == "The SPARQL server took longer than 1 s."
    assert problem["hint"].startswith("Ask for less")
    assert f"The SPARQL server at {url} took longer than 1 s." in caplog.text


def test_a_folder_of_one_word_takes_no_word_from_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    response = create_app(Settings(store="graph")).test_client().get("/health")
    assert response.get_json()["detail"] == "There is no graph in graph yet."
