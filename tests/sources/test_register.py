"""The register names what can be fetched, with hash and rights; the collected files are those that it describes."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from fetch_site import PAGE, source

from gcmgraph.errors import DataError, SourceError
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.sources.origins import Folder, fetch
from gcmgraph.sources.register import Package, Source, SourceState, present_sources, read_register, select, state_of

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" if (ROOT.parent / "shared").is_dir() else ROOT.parents[1] / "shared"
needs_collected = pytest.mark.skipif(not (SHARED / "guidance").is_dir(), reason="needs ../shared/guidance")


@pytest.fixture(scope="module")
def register() -> tuple[Source, ...]:
    return read_register(Repository(ROOT), Addresses())


def test_rights_and_addresses_of_sources(register: tuple[Source, ...]) -> None:
    for entry in register:
        assert entry.rights
        assert entry.landing_page
        if isinstance(entry.published, Package):
            assert "==" in entry.published.requirement
        else:
            parts = urlsplit(entry.published)
            assert parts.scheme == "https"
            assert any(len(part) == 40 for part in parts.path.split("/")), "an address of one commit"


def test_selection_by_name_and_pattern(register: tuple[Source, ...]) -> None:
    assert select(register, ()) == register
    assert [source.name for source in select(register, ("compact", "objective-09.*"))] == [
        *("objective-09.en", "objective-09.es", "objective-09.fr"),
        "compact",
    ]
    with pytest.raises(SourceError, match="no source 'objective-9'"):
        select(register, ("compact", "objective-9"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("compact,compact.md", "compact,text.md", "must be called as its source"),
        (",iomeval==0.4.1,109043", ",iomeval==0.4.1,", "must have a version, a size"),
        (",http,https://raw", ",ftp,https://raw", "'ftp' is not of the form"),
    ],
)
def test_invalid_row_is_refused_with_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    shutil.copytree(ROOT / "data" / "sources", tmp_path / "data" / "sources")
    repository = Repository(tmp_path)
    text = repository.register.read_text("utf-8")
    repository.register.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DataError, match=message) as caught:
        read_register(repository, Addresses())
    assert caught.value.place is not None
    assert caught.value.place.line is not None


@needs_collected
def test_pages_equal_the_collected_ones(register: tuple[Source, ...]) -> None:
    with (SHARED / "guidance" / "files.csv").open(encoding="utf-8", newline="") as file:
        collected = {row["file"]: row for row in csv.DictReader(file)}
    pages = {page.file: page for page in register if page.kind == "guidance-page"}
    assert set(pages) == set(collected)
    for name, page in pages.items():
        row = collected[name]
        assert (str(page.size), page.sha256, page.languages) == (row["bytes"], row["sha256"], (row["language"],))
        assert isinstance(page.published, str)
        assert unquote(page.published).endswith(f"/{row['original_name']}")


@needs_collected
@pytest.mark.parametrize(("folder", "count"), [("guidance", 69), ("un", 10)])
def test_collected_files_in_their_folder(tmp_path: Path, register: tuple[Source, ...], folder: str, count: int) -> None:
    result = fetch(register, tmp_path, Folder(SHARED / folder))
    assert len(result.fetched) == count


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
