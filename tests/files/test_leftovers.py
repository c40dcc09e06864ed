"""Drafts of ended processes are removed, those of others are not; only the owner reads private files."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

from gcmgraph.files import make_folder, remove_drafts, tighten, write_file, writing

#: Writes a file, and waits in the middle of it.
_WRITER = """
import sys
from pathlib import Path
from gcmgraph import files as atomic
with atomic.writing(Path(sys.argv[1])) as file:
    print("in the middle", flush=True)
    sys.stdin.read()
"""


def test_drafts_of_a_killed_process_are_removed(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    command = [sys.executable, "-c", _WRITER, str(tmp_path / "below" / "a")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "in the middle\n"
        assert remove_drafts(tmp_path) == 0  # it may still end
        writer.send_signal(signal.SIGKILL)
    assert len(list((tmp_path / "below").iterdir())) == 1
    assert remove_drafts(tmp_path) == 1
    assert list((tmp_path / "below").iterdir()) == []


def test_other_files_stay(tmp_path: Path) -> None:
    for name in ("a", ".hidden", ".a.12-0123abc", "b.12-0123abcd"):
        write_file(tmp_path / name, b"")
    (tmp_path / ".current.12-0123abcd").symlink_to("nowhere")
    with writing(tmp_path / "c"):
        assert remove_drafts(tmp_path) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.12-0123abc", ".hidden", "a", "b.12-0123abcd", "c"]


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
    assert tighten(tmp_path / "ledger") == 3
    assert tighten(tmp_path / "ledger") == 0
    assert stat.filemode((tmp_path / "ledger" / "box" / "a").stat().st_mode) == "-rw-------"
    assert stat.filemode((tmp_path / "outside").stat().st_mode) == "-rw-r--r--"
