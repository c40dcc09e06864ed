"""Functions that the walkthrough of `docs/architecture.md` names are called, in that order."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import FrameType

from desk_over_http import desk_here
from flask.testing import FlaskClient

from gcmgraph.repository.layout import Repository
from program import run_here

_SOURCE = Path(__file__).parents[2] / "src/gcmgraph"
_PAGE = Path(__file__).parents[2] / "docs/architecture.md"
_PRACTICE = (
    "/doc/practice/"
    "action-mondiale-contre-la-traite-des-personnes-et-le-trafic-illicite-de-migrants-asie-et-moyen-orient"
)
_ROW = re.compile(r"^\| `(?P<file>[\w/.]+)` \| `(?P<function>[^`]+)` \|", re.MULTILINE)


@dataclass
class Trace:
    """Functions of the program, each where it was called first: its file below `src/gcmgraph`, and its name."""

    functions: list[tuple[str, str]] = field(default_factory=list)
    _seen: set[tuple[str, str]] = field(default_factory=set)

    def add(self, frame: FrameType, event: str, _: object) -> None:
        """Take a call down: a function for `sys.setprofile`."""
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(str(_SOURCE)):
            return
        file = code.co_filename.removeprefix(f"{_SOURCE}/")
        function = (file, code.co_qualname)
        if function not in self._seen:
            self._seen.add(function)
            self.functions.append(function)


@contextmanager
def traced() -> Iterator[Trace]:
    """Trace calls in all threads of this process that begin within the block, and in this one."""
    trace = Trace()
    sys.setprofile(trace.add)
    threading.setprofile(trace.add)
    try:
        yield trace
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def rows_of(heading: str) -> list[tuple[str, str]]:
    """File and function of each row below a heading of the page."""
    _, _, section = _PAGE.read_text("utf-8").partition(f"\n### {heading}\n")
    section, _, _ = section.partition("\n### ")
    return [(row["file"], row["function"]) for row in _ROW.finditer(section)]


def assert_called_in_order(trace: Trace, heading: str) -> None:
    """Compare a section of the page with a trace."""
    rows = rows_of(heading)
    assert len(rows) > 10
    missing = [row for row in rows if row not in trace.functions]
    assert not missing, f"never called: {missing}"
    assert sorted(rows, key=trace.functions.index) == rows


def test_walkthrough_of_a_request_names_what_is_called(small_client: FlaskClient) -> None:
    small_client.get("/about")  # what a server does once, with its first request
    with traced() as trace:
        response = small_client.get(_PRACTICE, headers={"Accept": "text/html"})
    assert response.status_code == HTTPStatus.OK
    assert_called_in_order(trace, "One request")


def test_walkthrough_of_a_build_names_what_is_called(
    small_repository: Repository, tmp_path: Path
) -> None:
    folders = [
        part
        for name in ("store", "contributions", "imports", "sources")
        for part in (f"--{name}", tmp_path / name)
    ]
    with traced() as trace:
        built = run_here("build", *folders, GCMGRAPH_ROOT=str(small_repository.root))
    assert built.exit_code == 0, built.output
    assert_called_in_order(trace, "One build")


def test_walkthrough_of_a_contribution_names_what_is_called(
    desk_store: Path, tmp_path: Path
) -> None:
    with desk_here(desk_store, tmp_path) as desk, traced() as trace:
        sent = desk.send("walkthrough")
        assert sent.status == HTTPStatus.CREATED
        decided = desk.decide(sent.json["id"], "accept")
        assert decided.status == HTTPStatus.OK
    assert_called_in_order(trace, "One contribution")
