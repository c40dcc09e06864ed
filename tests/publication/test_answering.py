"""Answers prepared for a version that is served already: in another process, for as long as anyone may ask for them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.answers.cache import LARGE, prepared_answer
from gcmgraph.publication.answers.worker import prepare_answers
from gcmgraph.publication.versions.statistics import STATISTICS
from gcmgraph.queries.library import read_queries
from gcmgraph.repository.layout import Repository
from servers import free_port

ADDRESSES = Addresses()

_PREPARE = """
import sys
from pathlib import Path
from gcmgraph.publication.answers.worker import prepare_answers
prepare_answers(Path(sys.argv[1]), "", sys.argv[2])
"""

_SERVE = """
import sys
from gcmgraph.settings import Settings
from gcmgraph.web import server
server.SETTLED = 0.1
server.serve(Settings(store=sys.argv[1], port=int(sys.argv[2]), workers=2, contributions=sys.argv[3]))
"""


@pytest.fixture
def version(tmp_path: Path, built_store: Path) -> Path:
    """The folder of the current version of a store: the real graph, which is a large one, without its answers."""
    built = (built_store / "current").resolve()
    folder = tmp_path / "store" / "versions" / built.name
    shutil.copytree(built, folder, copy_function=os.link, ignore=shutil.ignore_patterns("answers"))
    (tmp_path / "store" / "current").symlink_to(Path("versions") / built.name)
    return folder


def _say(folder: Path, quads: int) -> None:
    statistics = json.loads((folder / STATISTICS).read_bytes())
    (folder / STATISTICS).unlink()  # a link to that of the built store
    (folder / STATISTICS).write_text(json.dumps({**statistics, "quads": quads}))


def _await(happens: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _running(folder: Path) -> list[int]:
    """The processes that prepare answers in a folder."""
    numbers = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile
            continue
        if b"gcmgraph.publication.answers.worker" in said and str(folder).encode() in said:
            numbers.append(int(process.name))
    return numbers


def test_every_query_of_the_library_that_needs_no_value_has_its_answer(version: Path) -> None:
    prepare_answers(version, "", ADDRESSES.base)
    library = read_queries(Repository.find(), ADDRESSES).values()
    free = [query for query in library if not query.endpoint and not any(p.required for p in query.parameters)]
    assert len(free) > 20
    without = [q.name for q in free if prepared_answer(version, q, q.substitutions({}, ADDRESSES)) is None]
    assert without == []
    assert len((version / "answers" / "done").read_text().splitlines()) == len(free)


def test_a_small_or_outdated_version_gets_none(version: Path) -> None:
    (version.parent.parent / "current").unlink()
    (version.parent.parent / "current").symlink_to(Path("versions") / "another")
    prepare_answers(version, "", ADDRESSES.base)
    assert not (version / "answers").exists()
    (version.parent.parent / "current").unlink()
    (version.parent.parent / "current").symlink_to(Path("versions") / version.name)
    _say(version, LARGE - 1)
    prepare_answers(version, "", ADDRESSES.base)
    assert not (version / "answers").exists()


def test_where_no_repository_is_there_is_no_library_and_no_complaint(
    version: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    prepare_answers(version, str(tmp_path), ADDRESSES.base)
    assert not (version / "answers").exists()
    assert capfd.readouterr() == ("", "")


def test_a_folder_that_cannot_be_written_is_told_in_a_line(version: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (version / "answers").write_text("a file where the folder would be")
    prepare_answers(version, "", ADDRESSES.base)
    assert capfd.readouterr().err == f"No answers are prepared in {version}: File exists.\n"


def test_it_ends_with_the_process_that_waits_for_it(version: Path) -> None:
    waiting = subprocess.Popen([sys.executable, "-c", _PREPARE, str(version), ADDRESSES.base])
    try:
        _await((version / "answers").exists)
        assert _running(version)
    finally:
        waiting.send_signal(signal.SIGKILL)
        waiting.wait()
    _await(lambda: not _running(version), seconds=10)
    assert (version / "answers" / "done").read_text() == ""


def test_a_server_has_them_prepared_once(version: Path, tmp_path: Path) -> None:
    port = free_port()
    store = version.parent.parent
    arguments = [str(store), str(port), str(tmp_path / "contributions")]
    server = subprocess.Popen([sys.executable, "-c", _SERVE, *arguments], stderr=subprocess.DEVNULL)
    try:
        _await(lambda: (version / "answers" / "done").exists() and (version / "answers" / "done").read_text())
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/queries/objectives?format=json") as response:
            assert len(json.load(response)["results"]["bindings"]) == 23
    finally:
        server.terminate()
        server.wait(timeout=20)
    assert _running(version) == []
