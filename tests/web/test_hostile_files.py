"""Files of strangers at every route with a body: they are read in a process of its own, which ends at its limits."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_over_http import headers_of
from flask import Flask
from openpyxl import Workbook
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from gcmgraph.contributions.check_process import CheckWorker
from serving import Application

#: Limits on what a file takes of the process of the server, in seconds of processor time and
#: megabytes; on its answer.
SECONDS, MEGABYTES, CHECK_SECONDS = 3, 150, 5

_XMLNS = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _sheet(row: bytes) -> bytes:
    """A sheet of 20,000 rows, in which `%` is the number of the row."""
    rows = b"".join(row.replace(b"%", b"%d" % number) for number in range(1, 20_001))
    return b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (_XMLNS, rows)


def _zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.ttl", data)
    return packed.getvalue()


def _workbook(**parts: bytes) -> bytes:
    """A workbook with a column, and parts whose names end as given replaced."""
    book, made, changed = Workbook(), io.BytesIO(), io.BytesIO()
    book.worksheets[0].append(["Land"])
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(Path(name).stem, old.read(name)))
    return changed.getvalue()


_CELLS = b"".join(b'<c r="%c%%"><v>1</v></c>' % letter for letter in b"ABCDEFGHIJ")
_XF = b"<xf/>" * 1_400_000
_RDF = b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:a='http://example.org/'>"

#: Hostile files by name, each below 4 MB, which every route takes.
FILES = {
    "far.xlsx": lambda: _workbook(sheet1=_sheet(b'<row r="%"><c r="XFD%"><v>1</v></c></row>')),
    "styles.xlsx": lambda: _workbook(
        styles=b"<styleSheet %s><cellXfs>%s</cellXfs></styleSheet>" % (_XMLNS, _XF)
    ),
    "cells.xlsx": lambda: _workbook(sheet1=_sheet(b'<row r="%">' + _CELLS + b"</row>")),
    "bomb.xlsx": lambda: _workbook(sheet1=bytes(300_000_000)),
    "bomb.zip": lambda: _zipped(b" " * 300_000_000),
    "deep.rdf": lambda: _RDF + b"<a:A><a:b>" * 150_000,
    "deep.ttl": lambda: b"<http://a> <http://b> " + b"[ <http://b> " * 250_000,
    "deep.jsonld": lambda: b'{"@id":' * 500_000,
    "one-line.csv": lambda: b"a," * 1_900_000,
    "one-cell.csv": lambda: b"a" * 3_900_000,
}


@pytest.fixture(scope="module")
def app(
    small_store: Path, tmp_path_factory: pytest.TempPathFactory, application: Application
) -> Flask:
    folder = str(tmp_path_factory.mktemp("uploads"))
    app = application(small_store, contributions=folder, check_timeout=CHECK_SECONDS)
    app.config["HEADERS"] = {**headers_of(folder), "Accept": "application/json"}
    return app


def _routes(app: Flask) -> Iterator[str]:
    """The path of every route that takes a body."""
    addresses = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not {"token", "code"} & rule.arguments:
            yield addresses.build(rule.endpoint, dict.fromkeys(rule.arguments, "x"), "POST")


def _send(app: Flask, path: str, name: str, data: bytes) -> int:
    file = FileStorage(io.BytesIO(data), name)
    boundary, body = encode_multipart({"file": file, "type": "country", "title": "x", "text": ""})
    headers = {**app.config["HEADERS"], "Content-Type": f"multipart/form-data; boundary={boundary}"}
    return app.test_client().post(path, data=body, headers=headers).status_code


def _peak_megabytes() -> int:
    """The highest resident memory of this process, which has the server, since the last reset (proc_pid_status(5))."""
    peak = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(peak[1]) // 1024


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.exhaustive] if name != "far.xlsx" else [])
        for name in FILES
    ],
)
def test_hostile_files_take_nothing_of_the_server(
    app: Flask, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, calls, checked = FILES[name](), list[str](), set()
    monkeypatch.setattr(CheckWorker, "_call", lambda *given, _do=CheckWorker._call, **more: (
        calls.append("checked"), _do(*given, **more))[1])  # fmt: skip
    assert len(data) < 4_000_000
    assert _send(app, "/reconcile/table", "small.csv", b"Land\nNiger\n") == 200  # starts a process
    for path in _routes(app):
        calls.clear()
        Path("/proc/self/clear_refs").write_text("5")
        before, used, began = _peak_megabytes(), time.process_time(), time.monotonic()
        assert _send(app, path, name, data) < 500, path
        assert time.process_time() - used < SECONDS, path
        assert time.monotonic() - began < CHECK_SECONDS + 15, path  # it may start a process
        assert _peak_megabytes() - before < MEGABYTES, path
        checked.update([path] * len(calls))
    assert checked == {"/validate", "/contributions", "/suggest", "/reconcile/table"}
