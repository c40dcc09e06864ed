"""An export that is interrupted, and goes on: by a kill, Ctrl-C, a full disk; folders of others are left alone."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from disks import disk
from gcmgraph.platform.errors import StoreError
from gcmgraph.platform.file_states import Recorded
from gcmgraph.settings import Settings
from gcmgraph.web.export.addresses import SiteAddress
from gcmgraph.web.export.crawl import Counts
from gcmgraph.web.export.export import ExportResult, export_site
from gcmgraph.web.export.folder import MARKER, ExportFolder
from gcmgraph.web.export.journal import JOURNAL, WrittenAddress

Export = tuple[Path, ExportResult]

#: Lines about the progress at each step.
EXPORT = """
import sys
from contextlib import closing
from pathlib import Path
from gcmgraph.settings import Settings
from gcmgraph.web.export.export import export_site
export_site(Settings(store=sys.argv[1]), Path(sys.argv[2]), lambda counts: print(counts.written, flush=True))
"""


#: Replaces an export, each time in another process, which is killed at its N-th change of a file; N grows until one
#: lives to its end. Lines with the exit status and the files of the export after each.
REPLACEMENTS = """
import os, signal, sys
from pathlib import Path
from gcmgraph.web.export.folder import replacing
site = Path(sys.argv[1])
def replace(number, last):
    left = last
    def count(event, arguments):
        nonlocal left
        opens = event == "open" and arguments[1] == "wb"
        if opens or event in {"os.remove", "os.rename", "os.rmdir", "os.mkdir"}:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)
    with replacing(site, {"version": "one"}, str(number)) as folder:
        for name in ("a/page", "b/page", "c"):
            folder.write(name, [b"words"])
status = number = 0
while number < 2 or status == -signal.SIGKILL:
    process = os.fork()
    if process == 0:
        replace(number, number or 1000)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    print(status, *sorted(str(file.relative_to(site)) for file in site.rglob("*") if file.is_file()), flush=True)
    number += 1
"""


def files_of(folder: Path) -> dict[str, bytes]:
    """Contents by name, without what names the folder."""
    names = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    return {name: (folder / name).read_bytes() for name in names - {"MANIFEST", "nginx.conf"}}


@pytest.mark.parametrize(
    "interruption",
    [signal.SIGKILL, signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.exhaustive)],
)
def test_interrupted_export_goes_on(
    exported: Export, store_folder: Path, tmp_path: Path, interruption: signal.Signals
) -> None:
    site = tmp_path / "site"
    command = [sys.executable, "-c", EXPORT, str(store_folder), str(site)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) >= 40:
                process.send_signal(interruption)
                break
    assert not site.exists()
    with (tmp_path / ".site.draft" / JOURNAL).open("ab") as journal:
        journal.write(b'{"address": {"path": "/cut')
    counts: list[Counts] = []
    result = export_site(Settings(store=str(store_folder)), site, counts.append, processes=1)
    assert counts[0].written >= 40
    assert (result.files, result.dead) == (exported[1].files, exported[1].dead)
    assert files_of(site) == files_of(exported[0])
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_replacement_that_was_killed_anywhere_leaves_a_whole_export_and_is_done_again(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", REPLACEMENTS, str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    first, *killed, last = done.stdout.splitlines()
    assert first == last == f"0 MANIFEST a/page b/page c {MARKER}", done.stderr
    assert len(killed) > 20
    assert set(killed) == {f"-9 MANIFEST a/page b/page c {MARKER}"}, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_full_disk_is_reported_and_the_export_goes_on(store_folder: Path, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "3m") as small:
        with pytest.raises(StoreError, match=r"No space left on device.*goes on where it stopped"):
            export_site(Settings(store=str(store_folder)), small / "site")
        assert not (small / "site").exists()
        subprocess.run(["mount", "-o", "remount,size=40m", str(small)], check=True)
        counts: list[Counts] = []
        export_site(Settings(store=str(store_folder)), small / "site", counts.append, processes=1)
        assert counts[0].written > 5
        assert (small / "site" / MARKER).is_file()


def test_folder_in_place_of_the_draft_is_left_alone(store_folder: Path, tmp_path: Path) -> None:
    notes = tmp_path / ".site.draft" / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("mine")
    with pytest.raises(StoreError, match=r"is none\. Move it away"):
        export_site(Settings(store=str(store_folder)), tmp_path / "site")
    assert notes.read_text() == "mine"
    assert not (tmp_path / "site").exists()


def test_only_whole_files_of_the_same_export_are_taken_over(tmp_path: Path) -> None:
    marker = {"software": "gcmgraph 1", "version": "one"}
    draft = tmp_path / ".site.draft"
    with closing(ExportFolder(draft, {**marker, "settings": "settings"})) as folder:
        for name, size in (("whole", 5), ("cut", 9)):
            (draft / name).write_bytes(b"words")
            files = {name: Recorded(size, "")}
            folder.add(WrittenAddress(SiteAddress(f"/{name}"), files, frozenset(), frozenset()))
    for version, settings, paths in (
        ("one", "settings", ["/whole"]),
        ("one", "other settings", []),
        ("two", "other settings", []),
    ):
        subject = {**marker, "version": version, "settings": settings}
        with closing(ExportFolder(draft, subject)) as folder:
            assert [written.address.path for written in folder.written] == paths
