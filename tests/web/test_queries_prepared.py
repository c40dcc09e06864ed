"""Named queries whose answers a build prepared: served without asking the engine, and only where that is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.answers.cache import write_answers
from gcmgraph.queries.library import read_queries
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.store.requests import QueryOverLimitError
from gcmgraph.web.app import create_app
from gcmgraph.web.services import Site

ASKED = "/queries/practices-by-country"


def never(*_: object) -> None:
    raise QueryOverLimitError("The engine was asked.")


@pytest.fixture
def folder(tmp_path: Path, build: Callable[[Path, str], None]) -> Path:
    """A store folder whose version has the answer to one query."""
    build(tmp_path / "store", "v1")
    library = read_queries(Repository.find(), Addresses())
    write_answers((tmp_path / "store" / "current").resolve(), [library["practices-by-country"]], Addresses())
    return tmp_path


def over(folder: Path, **settings: int) -> Iterator[Flask]:
    app = create_app(
        Settings(store=str(folder / "store"), contributions=str(folder / "contributions"), query_timeout=3, **settings)
    )
    yield app
    app.extensions["gcmgraph"].workers.close()


def test_a_prepared_answer_is_given_in_all_forms_and_its_pages(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for app in over(folder):
        client, site = app.test_client(), app.extensions["gcmgraph"]
        forms = ("json", "csv", "tsv", "xml")
        asked = [client.get(f"{ASKED}?format={form}&language=fr").data.replace(b"fr", b"") for form in forms]
        assert isinstance(site, Site)
        monkeypatch.setattr(site.workers, "run", never)
        assert client.get(f"{ASKED}?format=json&language=es").status_code == 503
        for form, answered in zip(forms, asked, strict=True):
            response = client.get(f"{ASKED}?format={form}")
            assert response.status_code == 200
            assert response.headers["X-Total-Count"] != "0"
            assert len(response.data.splitlines()) == len(answered.splitlines())
        page = client.get(f"{ASKED}?page_size=1", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert "The engine was asked." not in page.text


def test_an_operator_who_allows_fewer_rows_gets_no_prepared_answer(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for app in over(folder, query_rows=5):
        monkeypatch.setattr(app.extensions["gcmgraph"].workers, "run", never)
        assert app.test_client().get(f"{ASKED}?format=json").status_code == 503
