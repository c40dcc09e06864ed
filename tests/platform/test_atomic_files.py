"""Files are written whole or not at all; drafts of killed processes; permissions."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gcmgraph.platform.files import (
    force_tree,
    make_folder,
    remove_drafts,
    tighten,
    write_file,
    write_link,
    writing,
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_error_while_writing_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"one")

    def fail() -> None:
        with writing(tmp_path / "a") as file:
            file.write(b"tw")
            assert (tmp_path / "a").read_bytes() == b"one"
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fail()
    assert (tmp_path / "a").read_bytes() == b"one"
    assert names(tmp_path) == ["a"]


def test_a_folder_is_not_made_below_a_file(tmp_path: Path) -> None:
    make_folder(tmp_path / "a/b")
    make_folder(tmp_path / "a/b")
    write_file(tmp_path / "a/b/c", b"")
    for below in ("a/b/c", "a/b/c/d"):
        with pytest.raises(NotADirectoryError):
            make_folder(tmp_path / below)


def test_a_link_replaces_an_earlier_one(tmp_path: Path) -> None:
    for target in ("one", "two"):
        write_link(tmp_path / "a", Path(target))
        assert (tmp_path / "a").readlink() == Path(target)
    write_file(tmp_path / "b", b"")
    (tmp_path / "c").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_link(tmp_path / "c", Path("one"))
    assert names(tmp_path) == ["a", "b", "c"]


# ----------------------------------------------------------------------------------------- forced to the disk


@pytest.fixture
def forced(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """The files and folders that fsync was called for."""
    paths: set[Path] = set()
    monkeypatch.setattr(
        os, "fsync", lambda opened: paths.add(Path(f"/proc/self/fd/{opened}").readlink())
    )
    return paths


def test_names_of_new_folders_are_forced(tmp_path: Path, forced: set[Path]) -> None:
    make_folder(tmp_path / "a" / "b")
    assert forced == {tmp_path, tmp_path / "a"}


def test_files_and_folders_of_a_tree_are_forced(tmp_path: Path, forced: set[Path]) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for name in ("a/c", "a/b/d", "outside"):
        write_file(tmp_path / name, b"1")
    write_link(tmp_path / "a" / "link", Path("nowhere"))
    force_tree(tmp_path / "a")
    assert forced == {tmp_path / name for name in ("a", "a/b", "a/c", "a/b/d")}


# ----------------------------------------------------------------------------------------------- leftovers

#: Writes a file, and waits in the middle of it.
_WRITER = """
import sys
from pathlib import Path
from gcmgraph.platform.files import writing
with writing(Path(sys.argv[1])) as file:
    print("in the middle", flush=True)
    sys.stdin.read()
"""


def test_drafts_of_a_killed_process_are_removed(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    command = [sys.executable, "-c", _WRITER, str(tmp_path / "below" / "a")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout.readline() == "in the middle\n"
        remove_drafts(tmp_path)
        assert len(list((tmp_path / "below").iterdir())) == 1  # it may still end
        writer.send_signal(signal.SIGKILL)
    assert len(list((tmp_path / "below").iterdir())) == 1
    remove_drafts(tmp_path)
    assert list((tmp_path / "below").iterdir()) == []


def test_other_files_and_drafts_in_use_stay(tmp_path: Path) -> None:
    for name in ("a", ".hidden", ".a.12-0123abc", "b.12-0123abcd"):
        write_file(tmp_path / name, b"")
    (tmp_path / ".current.12-0123abcd").symlink_to("nowhere")
    with writing(tmp_path / "c"):
        remove_drafts(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".a.12-0123abc",
        ".hidden",
        "a",
        "b.12-0123abcd",
        "c",
    ]


def modes(folder: Path) -> set[str]:
    return {stat.filemode(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}


def test_private_files_are_read_by_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        make_folder(tmp_path / "a" / "ledger", private=True)
        write_file(tmp_path / "a" / "ledger" / "b", b"", private=True)
        write_file(tmp_path / "a" / "f", b"")
    finally:
        os.umask(before)
    assert modes(tmp_path / "a" / "ledger") == {"drwx------", "-rw-------"}
    assert stat.filemode((tmp_path / "a" / "f").stat().st_mode) == "-rw-r--r--"
    assert stat.filemode((tmp_path / "a").stat().st_mode) == "drwxr-xr-x"


def test_files_of_an_older_release_are_tightened(tmp_path: Path) -> None:
    (tmp_path / "ledger" / "box").mkdir(parents=True)
    (tmp_path / "ledger" / "box" / "a").touch(0o644)
    (tmp_path / "outside").touch(0o644)
    (tmp_path / "ledger" / "link").symlink_to(tmp_path / "outside")
    tighten(tmp_path / "ledger")
    assert stat.filemode((tmp_path / "ledger" / "box" / "a").stat().st_mode) == "-rw-------"
    assert stat.filemode((tmp_path / "outside").stat().st_mode) == "-rw-r--r--"
