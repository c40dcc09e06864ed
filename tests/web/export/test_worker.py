"""Statements that a process of an export remembers; the progress and the result of the command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from gcmgraph.cli import main
from gcmgraph.rdf.terms import IRI, Quad
from gcmgraph.store.port import Store
from gcmgraph.web.export import worker
from gcmgraph.web.export.worker import RememberingStore

A, B, P = (IRI(f"http://example.org/{name}") for name in "abp")


@pytest.mark.parametrize("most", [0, 1, 2_000])
def test_remembered_statements_are_those_of_the_store(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(worker, "_REMEMBERED_STATEMENTS", most)
    store = Store.in_memory([Quad(A, P, A, B), Quad(A, P, B, B), Quad(B, P, A, A)])
    remembering = RememberingStore(store)
    for _ in range(2):
        for subject in (None, A, B):
            assert set(remembering.triples(subject)) == set(store.triples(subject))
            assert set(remembering.quads(subject, graph=B)) == set(store.quads(subject, graph=B))


def test_command_states_progress_and_size(store_folder: Path, tmp_path: Path) -> None:
    command = ["export", str(tmp_path / "site"), "--store", str(store_folder)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert re.search(r"^0 of \d+ addresses, 0 files, \d+ s$", result.output, re.MULTILINE)
    assert re.search(r"^\d+ files, [\d.]+ MB; dataset v1\.$", result.output, re.MULTILINE)
