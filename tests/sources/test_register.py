"""The register names what can be fetched, with hash and rights; the collected files are those that it describes."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from gcmgraph.errors import DataError, SourceError
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.sources.fetch import fetch
from gcmgraph.sources.origins import Folder
from gcmgraph.sources.register import Package, Source, read_register, select

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" if (ROOT.parent / "shared").is_dir() else ROOT.parents[1] / "shared"
needs_collected = pytest.mark.skipif(not (SHARED / "guidance").is_dir(), reason="needs ../shared/guidance")


@pytest.fixture(scope="module")
def register() -> tuple[Source, ...]:
    return read_register(Repository(ROOT), Addresses())


def test_every_source_has_its_rights_a_landing_page_and_a_pinned_address(register: tuple[Source, ...]) -> None:
    for source in register:
        assert source.rights
        assert source.landing_page
        if isinstance(source.published, Package):
            assert "==" in source.published.requirement
        else:
            parts = urlsplit(source.published)
            assert parts.scheme == "https"
            assert any(len(part) == 40 for part in parts.path.split("/")), "an address of one commit"


def test_kinds_of_sources(register: tuple[Source, ...]) -> None:
    kinds = [source.kind for source in register]
    assert {kind: kinds.count(kind) for kind in kinds} == {"guidance-page": 69, "compact-text": 2, "data-file": 7}


def test_sources_are_selected_by_name_and_pattern(register: tuple[Source, ...]) -> None:
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
def test_a_row_that_is_not_in_order_is_reported_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    shutil.copytree(ROOT / "data" / "sources", tmp_path / "data" / "sources")
    repository = Repository(tmp_path)
    text = repository.register.read_text("utf-8")
    repository.register.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DataError, match=message) as caught:
        read_register(repository, Addresses())
    assert caught.value.place is not None
    assert caught.value.place.line is not None


@needs_collected
def test_the_guidance_pages_are_those_that_were_collected(register: tuple[Source, ...]) -> None:
    with (SHARED / "guidance" / "files.csv").open(encoding="utf-8", newline="") as file:
        collected = {row["file"]: row for row in csv.DictReader(file)}
    pages = {source.file: source for source in register if source.kind == "guidance-page"}
    assert set(pages) == set(collected)
    for name, source in pages.items():
        row = collected[name]
        assert (str(source.size), source.sha256, source.languages) == (row["bytes"], row["sha256"], (row["language"],))
        assert isinstance(source.published, str)
        assert unquote(source.published).endswith(f"/{row['original_name']}")


@needs_collected
@pytest.mark.parametrize(("folder", "count"), [("guidance", 69), ("un", 6)])
def test_the_collected_files_are_found_in_their_folder(
    tmp_path: Path, register: tuple[Source, ...], folder: str, count: int
) -> None:
    result = fetch(register, tmp_path, Folder(SHARED / folder))
    assert len(result.fetched) == count
