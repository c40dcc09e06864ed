"""A small graph in a store folder, and the application over it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest
from desk_over_http import applications_here, desk, desk_store
from flask import Flask
from flask.testing import FlaskClient
from selenium.webdriver import Chrome

from browsing import chromium, complaints
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.parsing import read_quads
from gcmgraph.rdf.terms import Quad
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.store.version_files import DUMP
from serving import Application, applications, served_here
from shared import copy_store, once

#: Fixtures.
__all__ = ["desk", "desk_store"]

GRAPH = Path(__file__).parent / "graph.trig"


#: Makes a version of a store folder from a file.
Build = Callable[[Path, str, Path], None]


def _build(folder: Path, version: str, graph: Path = GRAPH) -> None:
    _publish(StoreFolder(folder), version, list(read_quads(graph)))


def _publish(folder: StoreFolder, version: str, quads: Collection[Quad]) -> None:
    folder.publish(version, quads, {DUMP: serialize_canonical(quads)})


@pytest.fixture(scope="session")
def build() -> Build:
    return _build


#: Makes a store folder, with one version, of a file, of a text in TriG, or of quads.
StoreOf = Callable[[Path | str | Collection[Quad]], Path]

#: Makes a client of an application over such a store, with settings by name.
ClientOver = Callable[..., FlaskClient]


@pytest.fixture(scope="session")
def store_of(tmp_path_factory: pytest.TempPathFactory) -> StoreOf:
    def make(graph: Path | str | Collection[Quad]) -> Path:
        folder = tmp_path_factory.mktemp("web")
        if isinstance(graph, str):
            (folder / "graph.trig").write_text(graph, "utf-8")
            graph = folder / "graph.trig"
        _publish(
            StoreFolder(folder / "store"),
            "v1",
            list(read_quads(graph)) if isinstance(graph, Path) else graph,
        )
        return folder / "store"

    return make


@pytest.fixture(scope="module")
def client_over(store_of: StoreOf, application: Application) -> ClientOver:
    def make(graph: Path | str | Collection[Quad], **settings: object) -> FlaskClient:
        return application(store_of(graph), **settings).test_client(use_cookies=False)

    return make


@pytest.fixture(scope="session")
def store_folder(store_of: StoreOf) -> Path:
    return store_of(GRAPH)


#: Letters of a text that no buffer of a connection takes.
LONG = 5_500_000


@pytest.fixture(scope="session")
def large_store(store_of: StoreOf) -> Path:
    """The small graph, and a statement with a text of `LONG` letters."""
    long = f"<http://example.org/long> <http://example.org/text> '{'x' * LONG}' ."
    return store_of(GRAPH.read_text("utf-8") + long)


@pytest.fixture(scope="module")
def application() -> Iterator[Application]:
    with applications() as make:
        yield make


@pytest.fixture(scope="session")
def real_app(real_store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over everything that this repository publishes."""
    with applications_here() as make:
        yield make(
            real_store_folder, contributions=str(tmp_path_factory.mktemp("real-contributions"))
        )


@pytest.fixture(scope="session")
def real_client(real_app: Flask) -> FlaskClient:
    return real_app.test_client(use_cookies=False)


@pytest.fixture(scope="session")
def small_client(small_store: Path) -> Iterator[FlaskClient]:
    """Of an application over the small dataset, which queries no other endpoint."""
    with applications() as make:
        yield make(small_store, query_timeout=9).test_client(use_cookies=False)


@pytest.fixture(scope="session")
def app(store_folder: Path) -> Iterator[Flask]:
    contributions = str(store_folder.parent / "contributions")
    with applications_here() as make:
        app = make(store_folder, query_timeout=3, contributions=contributions)
        app.config["CONTRIBUTIONS"] = contributions  # where tests make tokens
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client(
        use_cookies=False
    )  # we set none, and looking for them costs each request a tenth


@pytest.fixture(scope="session")
def real_store_folder(built_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store folder with everything that this repository publishes, as a build makes it, and as version v1."""

    def make(folder: Path) -> None:
        copy_store((built_store / "current").resolve(), folder / "versions" / "v1")
        (folder / "current").symlink_to("versions/v1")

    return once(tmp_path_factory, "real", make)


@pytest.fixture(scope="session")
def site(real_app: Flask) -> Iterator[str]:
    """The address of a server over everything that this repository publishes."""
    with served_here(real_app) as address:
        yield address


@pytest.fixture(scope="session")
def server(app: Flask) -> Iterator[str]:
    """The address of a server over the small graph."""
    with served_here(app) as address:
        yield address


@pytest.fixture(scope="session")
def one_chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with chromium(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(one_chromium: Chrome) -> Chrome:
    """The browser of all modules, with pages as wide as its window again, and without cookies."""
    one_chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})
    one_chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    return one_chromium


@pytest.fixture(autouse=True)
def _silent_console(request: pytest.FixtureRequest) -> Iterator[None]:
    """The console is silent after each test with the browser, but for what the test itself has read of it.

    The browser names the status of every page and answer from 400 on; those of static files are
    errors.
    """
    opened = (
        request.getfixturevalue("one_chromium") if "one_chromium" in request.fixturenames else None
    )
    if opened:
        complaints(opened)  # forget what others left
    yield
    if opened:
        opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        assert [
            one for one in complaints(opened) if "status of 40" not in one or "/static/" in one
        ] == []
