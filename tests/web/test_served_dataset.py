"""The version that is served, and what is done whenever another one is opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gcmgraph.namespaces import Addresses
from gcmgraph.store.versions import StoreFolder
from gcmgraph.web.site import ServedDataset, Snapshot


def test_something_is_done_once_with_every_version_that_is_opened(
    tmp_path: Path, build: Callable[[Path, str, Path], None]
) -> None:
    graphs = Path(__file__).parent / "graph.trig", Path(__file__).parents[1] / "publication" / "practices.trig"
    build(tmp_path / "store", "v1", graphs[0])
    served = ServedDataset(StoreFolder(tmp_path / "store"), Addresses())
    seen: list[Snapshot] = []
    served.when_opened(seen.append)
    assert seen == []
    first = served.snapshot()
    assert served.snapshot() is first
    assert seen == [first]
    assert len(first.listings.of("practice")) == 1
    build(tmp_path / "store", "v2", graphs[1])
    second = served.snapshot()
    assert seen == [first, second]
    assert len(second.listings.of("practice")) == 5
    assert len(first.listings.of("practice")) == 1  # requests that hold it still read it
