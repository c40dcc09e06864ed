"""The version that is served, and what is done whenever another one is opened."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from gcmgraph.errors import StoreError
from gcmgraph.namespaces import Addresses
from gcmgraph.store.versions import StoreFolder
from gcmgraph.web.services import ServedDataset, Snapshot
from serving import Application

GRAPH, OTHER = Path(__file__).parent / "graph.trig", Path(__file__).parents[1] / "publication" / "practices.trig"

#: Pages that keep something of each version.
PAGES = (
    "/",
    "/browse/practice?q=a&format=json",
    "/search?q=a",
    "/resolve?uri=https://w3id.org/gcmgraph/id/objective/9",
    "/reconcile",
    "/changes",
    "/sitemap.xml",
    "/linksets",
)


@pytest.mark.exhaustive
def test_release_of_older_versions(
    tmp_path: Path, build: Callable[[Path, str, Path], None], application: Application
) -> None:
    build(tmp_path / "store", "v0", GRAPH)
    app = application(tmp_path / "store", contributions=str(tmp_path / "contributions"))
    client, site = app.test_client(), app.extensions["gcmgraph"]
    snapshots: list[weakref.ref[Snapshot]] = []
    files: list[int] = []
    for number in range(1, len(PAGES) + 1):
        for page in PAGES[number - 1 :]:  # each is asked for last at another version
            assert client.get(page).status_code in {200, 303}, page
        snapshots.append(weakref.ref(site.dataset.snapshot()))
        build(tmp_path / "store", f"v{number}", OTHER if number % 2 else GRAPH)
        site.dataset.snapshot()
        gc.collect()
        assert [old() for old in snapshots] == [None] * number
        files.append(_files_below(tmp_path / "store"))
    site.workers.close()
    assert max(files[2:]) <= files[1]  # the graphs take turns, so every second version is alike
    assert _files_below(tmp_path / "store" / "versions" / "v1") == 0


def test_no_open_files_after_the_check(tmp_path: Path, build: Callable[[Path, str, Path], None]) -> None:
    served = ServedDataset(StoreFolder(tmp_path / "store"), Addresses())
    with pytest.raises(StoreError, match="no graph"):
        served.stated_endpoint()
    build(tmp_path / "store", "v1", GRAPH)
    served.stated_endpoint()
    assert _files_below(tmp_path / "store") == 0


def _files_below(folder: Path) -> int:
    """How many open files of this process lie below a folder, deleted ones included."""
    found = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the one that lists the others is closed by now
            found += str(descriptor.readlink()).startswith(f"{folder}/")
    return found
