"""What clients are told where the store has failed, and what stands in the log alone."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import pytest

from serving import Application


def test_a_store_that_was_never_built_is_a_503_and_what_to_do_is_told_to_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, application: Application
) -> None:
    response = application(tmp_path).test_client().get("/health")
    assert response.get_json() == {
        "title": "Service Unavailable",
        "status": HTTPStatus.SERVICE_UNAVAILABLE,
        "detail": "There is no graph yet.",
    }
    assert f"There is no graph in {tmp_path} yet. Run 'gcmgraph build' first." in caplog.text


def test_a_folder_of_one_word_takes_no_word_from_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, application: Application
) -> None:
    monkeypatch.chdir(tmp_path)
    response = application("graph").test_client().get("/health")
    assert response.get_json()["detail"] == "There is no graph in graph yet."
