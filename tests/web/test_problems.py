"""What clients are told where the store has failed, and what stands in the log alone."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import pytest

from serving import Application


def test_missing_store_returns_503(tmp_path: Path, caplog: pytest.LogCaptureFixture, application: Application) -> None:
    response = application(tmp_path).test_client().get("/health")
    assert response.get_json() == {
        "title": "Service Unavailable",
        "status": HTTPStatus.SERVICE_UNAVAILABLE,
        "detail": "There is no graph yet.",
    }
    assert f"There is no graph in {tmp_path} yet. Run 'gcmgraph build' first." in caplog.text


def test_folder_of_one_word_in_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, application: Application
) -> None:
    monkeypatch.chdir(tmp_path)
    response = application("graph").test_client().get("/health")
    assert response.get_json()["detail"] == "There is no graph in graph yet."
