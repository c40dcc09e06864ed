"""Fixtures of all tests, each made when first asked for: what the repository holds, real SPARQL servers.

What is shared is only read: a test that changes a store changes a copy of it.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from databases import Cluster, cluster
from gcmgraph.publication.assembly import Assembly, assemble
from gcmgraph.publication.build import build
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import Store
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.validation.rules import Rules, Shapes, load_rules
from program import run
from servers import oxigraph_server, virtuoso_server
from shared import copy_repository, once

#: Most of what tests make stays; looking for garbage in it as often as Python does takes a tenth of
#: their time.
gc.set_threshold(100_000, 50, 100)

# How long an example takes depends on what else the machine does.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


#: Modules that take longest. They begin first: a module runs in one process, and the last one
#: decides when a run ends.
LONGEST = (
    "test_server test_behind_nginx test_openapi test_accessibility "
    "test_contribute_and_review test_transfer test_contribution_form test_desk test_commands test_pdf_guidance "
    "test_contributions test_editor test_import test_partial test_build test_export test_hostile_requests"
).split()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the longest modules to the front, and mark tests by fixtures: `browser` (Chromium), `exhaustive` (Virtuoso).

    Virtuoso takes seconds to start, and Oxigraph is asked most of it, too.
    """
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONGEST)))
    for item in items:
        if isinstance(item, pytest.Function):
            if "one_chromium" in item.fixturenames:
                item.add_marker(pytest.mark.browser)
            parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
            if "virtuoso_url" in item.fixturenames or "virtuoso" in parameters:
                item.add_marker(pytest.mark.exhaustive)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With NO_SKIPS (`.ci/run`), fail a test that would be skipped, unless it needs a file of `../shared`."""
    report = yield
    if os.environ.get("NO_SKIPS") and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if "needs ../shared" not in reason:
            report.outcome, report.longrepr = "failed", f"{item.nodeid} was not run. {reason}"
    return report


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    with cluster() as made:
        yield made


@pytest.fixture(scope="session")
def repository() -> Repository:
    return Repository(Path(__file__).parents[1])


@pytest.fixture(scope="session")
def rules(repository: Repository) -> Rules:
    return load_rules(repository, Addresses())


@pytest.fixture(scope="session")
def shapes(rules: Rules) -> Shapes:
    return rules.shapes


@pytest.fixture(scope="session")
def assembly(repository: Repository) -> Assembly:
    """The real dataset, not yet validated."""
    return assemble(repository, Addresses())


@pytest.fixture(scope="session")
def built_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store folder as `gcmgraph build` makes it of this repository alone, whatever `var/` holds."""

    def make(folder: Path) -> None:
        nothing = folder.with_name("nothing")
        var = [
            part
            for name in ("contributions", "imports", "sources")
            for part in (f"--{name}", nothing / name)
        ]
        built = run("build", "--store", folder, *var)
        assert built.returncode == 0, built.stderr
        assert "Conforms: 0 violations" in built.stdout
        assert len(built.stdout.splitlines()) <= 10

    return once(tmp_path_factory, "built", make)


@pytest.fixture(scope="session")
def small_repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Two guidance pages with all reference data: see `copy_repository`."""

    def make(folder: Path) -> None:
        copy_repository(folder, small=True)

    return Repository(once(tmp_path_factory, "small-repository", make))


@pytest.fixture(scope="session")
def small_assembly(small_repository: Repository) -> Assembly:
    """The small dataset, not validated."""
    return assemble(small_repository, Addresses())


@pytest.fixture(scope="session")
def small_graph(small_assembly: Assembly) -> Store:
    """All reference data, and a few practices."""
    return Store.in_memory(small_assembly.quads)


@pytest.fixture(scope="session")
def small_store(small_repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store folder, built of the small repository."""

    def make(folder: Path) -> None:
        built = build(small_repository, Addresses(), StoreFolder(folder))
        assert built.summary is not None, built.report
        assert built.held_back == ()

    return once(tmp_path_factory, "small", make)


@pytest.fixture
def without_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the reader of documents requires is not installed."""
    for module in [name for name in sys.modules if name.split(".")[0] == "gcmreader"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pdfminer", None)


@pytest.fixture(scope="session")
def oxigraph_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query URL of a real Oxigraph server."""
    with oxigraph_server(tmp_path_factory.mktemp("oxigraph")) as url:
        yield url


@pytest.fixture(scope="session")
def virtuoso_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query URL of a real Virtuoso server, whose writer is dba with the password dba."""
    with virtuoso_server(tmp_path_factory.mktemp("virtuoso")) as url:
        yield url
