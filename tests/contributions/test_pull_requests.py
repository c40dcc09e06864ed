"""Contributions as files of the repository, published with who sent and who reviewed them."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import ADDRESSES, practice

from gcmgraph.contributions.transfer import COLUMNS, pull_request_quads
from gcmgraph.errors import DataError
from gcmgraph.model.terms import IRI, Literal, Vocabulary
from gcmgraph.publication.build import build
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions import StoreFolder
from shared import copy_repository

V = Vocabulary(ADDRESSES)
ROW = (
    "shops.ttl,One-stop shops,en,A Ministry,https://example.org/ministry,2026-11-01,R,https://example.org/r,2026-11-20"
)


@pytest.fixture
def copy(tmp_path: Path) -> Repository:
    return copy_repository(tmp_path / "repository", small=True)


def contributed(repository: Repository, row: str, data: bytes) -> None:
    folder = repository.root / "data" / "contributions"
    (folder / "contributions.csv").write_text(f"{','.join(COLUMNS)}\n{row}\n", "utf-8")
    (folder / "shops.ttl").write_bytes(data)


def test_publication_with_provenance(copy: Repository, tmp_path: Path) -> None:
    contributed(copy, ROW, practice().data)
    store = StoreFolder(tmp_path / "store")
    result = build(copy, ADDRESSES, store, contributed=pull_request_quads(copy, ADDRESSES))
    assert result.summary is not None, result.report
    now = store.open_current()
    graph = IRI(ADDRESSES.graph("contribution/shops"))
    assert next(now.quads(V("practice:one-stop-shop"), V("dct:title"), graph=graph), None) is not None
    (sender,) = now.quads(V("contribution:shops"), V("prov:wasAssociatedWith"))
    assert sender.object == IRI("https://example.org/ministry")


def test_times_with_an_offset(copy: Repository) -> None:
    contributed(copy, ROW.replace("2026-11-01", "2026-11-01T10:00:00+02:00"), practice().data)
    quads = pull_request_quads(copy, ADDRESSES)
    moments = {quad.predicate: quad.object.value for quad in quads if isinstance(quad.object, Literal)}
    assert moments[V("prov:startedAtTime")] == "2026-11-01T08:00:00Z"
    assert moments[V("prov:generatedAtTime")] == "2026-11-20T00:00:00Z"


@pytest.mark.parametrize(
    ("row", "data", "said"),
    [
        (ROW.replace("shops.ttl", "none.ttl"), b"", "is no file in"),
        (ROW.replace("2026-11-01", "November"), practice().data, "not in order"),
        (ROW.replace("https://example.org/r,", "a b,"), practice().data, "not in order"),
        (ROW.replace("A Ministry", "A\x01Ministry"), practice().data, "'sender' holds a control character"),
        (ROW + ",more", practice().data, "10 cells instead of 9"),
        (ROW, practice().data + b"<https://w3id.org/gcmgraph/id/country/AFG> a gcm:Practice .", "may not describe"),
    ],
)
def test_errors_with_file_and_line(copy: Repository, row: str, data: bytes, said: str) -> None:
    contributed(copy, row, data)
    with pytest.raises(DataError, match=said) as caught:
        pull_request_quads(copy, ADDRESSES)
    assert caught.value.place is not None
    assert caught.value.place.line


def test_contributions_of_this_repository() -> None:
    assert isinstance(pull_request_quads(Repository.find(), ADDRESSES), list)
