"""Only a file whose content is that of the register counts as present."""

from __future__ import annotations

from pathlib import Path

import pytest
from fetch_site import PAGE, source

from gcmgraph.sources.register import SourceState, present_sources, state_of

PAGE_SOURCE = source("page", PAGE)


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (PAGE, SourceState.PRESENT),
        (PAGE[::-1], SourceState.UNEXPECTED),
        (PAGE[:-1], SourceState.UNEXPECTED),
        (None, SourceState.MISSING),
    ],
    ids=["the same", "as long", "shorter", "none"],
)
def test_state_of_a_source(tmp_path: Path, content: bytes | None, state: SourceState) -> None:
    if content is not None:
        (tmp_path / "page.pdf").write_bytes(content)
    assert state_of(tmp_path, PAGE_SOURCE) is state
    assert bool(present_sources(tmp_path, [PAGE_SOURCE])) is (state is SourceState.PRESENT)


def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert present_sources(tmp_path / "none", [PAGE_SOURCE]) == {}
    assert state_of(tmp_path / "none", PAGE_SOURCE) is SourceState.MISSING


def test_a_beginning_of_a_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / "page.pdf.part").write_bytes(PAGE)
    assert state_of(tmp_path, PAGE_SOURCE) is SourceState.MISSING


def test_a_folder_under_the_name_of_a_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "page.pdf").mkdir()
    assert present_sources(tmp_path, [PAGE_SOURCE]) == {}
