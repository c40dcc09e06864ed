"""ZIP files and several files as one contribution."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from desk import Desk

from gcmgraph.contributions.checking import Request
from gcmgraph.contributions.content import MAX_BYTES, MEMBERS, Content, media_type, packed, unpacked
from gcmgraph.contributions.contribution import ContributionError, State
from gcmgraph.contributions.service import Envelope
from program import run

PRACTICES = (
    "title [en],title [fr],description [en],objective,country,partner organisation,source\n"
    "Mobile desk,Guichet mobile,A desk on wheels that visits villages.,9,France,Office of Desks,https://example.org/r\n"
)
ORGANISATIONS = "name [en],name [fr],acronym [en]\nOffice of Desks,Office des guichets,OFD\n"


def zipped(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def read(data: bytes) -> list[Content]:
    return list(unpacked([Content(data, "all.zip")]))


def test_order_of_files_without_those_of_systems() -> None:
    files = {"a/": "", "a/p.csv": "1", "__MACOSX/a/._p.csv": "x", "a/.DS_Store": "x", "Thumbs.db": "x", "q.ttl": "2"}
    assert [(one.name, one.data) for one in read(zipped(files))] == [("a/p.csv", b"1"), ("q.ttl", b"2")]


def test_packed_files() -> None:
    files = [Content(b"1", "a/p.csv"), Content(b"2", "b\\p.csv"), Content(b"3", "c.ttl", "text/turtle")]
    one = packed(files)
    assert packed(files) == one
    assert media_type(one) == "application/zip"
    assert [(each.name, each.data) for each in read(one.data)] == [("p.csv", b"1"), ("p-2.csv", b"2"), ("c.ttl", b"3")]
    assert packed(files[:1]) is files[0]


def _secret(data: bytes) -> bytes:
    """A ZIP file with the flag of a password in both of its records."""
    changed = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[changed.index(mark) + at] |= 1
    return bytes(changed)


def _stated_smaller(data: bytes) -> bytes:
    """A ZIP file whose member states 1 byte and has more."""
    changed = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = changed.index(mark) + at
        changed[start : start + 4] = (1).to_bytes(4, "little")
    return bytes(changed)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: b"PK\x03\x04 nothing", "The ZIP file cannot be read: BadZipFile."), (lambda: b"", "cannot be read"),
        (lambda: zipped({"p.csv": "x" * 99})[:60], "cannot be read"), (lambda: zipped({}), "has no files in it"),
        (lambda: zipped({"a/inner.ZIP": zipped({"p.csv": "1"})}), "another ZIP file in it: 'a/inner.ZIP'"),
        (lambda: zipped({f"{n}.csv": "1" for n in range(MEMBERS + 1)}), "has 101 files; the limit is 100"),
        (lambda: zipped({"zeros.csv": bytes(MAX_BYTES + 1)}), "more than 10,485,760 bytes when they are unpacked"),
        (lambda: zipped({f"{n}.csv": bytes(MAX_BYTES // 4) for n in range(5)}), "when they are unpacked"),
        (lambda: _secret(zipped({"p.csv": "1"})), "'p.csv' in the ZIP file is protected by a password"),
        (lambda: _stated_smaller(zipped({"p.csv": "x" * 99})), "cannot be read"),
    ],
)  # fmt: skip
def test_refused_archives(made: Callable[[], bytes], said: str) -> None:
    with pytest.raises(ContributionError, match=said.replace("(", r"\(")) as raised:
        read(made())
    assert raised.value.place is not None
    assert str(raised.value.place) == "all.zip"


def test_paths_in_archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [one.name for one in read(zipped({"../../p.csv": "1", "/etc/q.csv": "2", "a\x01b.csv": "3"}))] == [
        "../../p.csv", "/etc/q.csv", "a?b.csv"
    ]  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_references_between_files(desk: Desk) -> None:
    content = Content(zipped({"practice.csv": PRACTICES, "organisation.csv": ORGANISATIONS}), "all.zip")
    sent = desk.service.submit(content, Envelope("Desks"), desk.sender)
    assert sent.contribution is not None, sent.verdict
    assert sent.contribution.submission.media_type == "application/zip"
    assert desk.service.accept(sent.contribution.id, desk.curator, "Right.").state is State.ACCEPTED
    wrong = PRACTICES.replace("France", "Frrance").replace("Mobile desk", "Desk").replace("Guichet mobile", "Guichet")
    verdict = desk.service.visitors.check(Request(Content(zipped({"a/practice.csv": wrong}), "all.zip")))
    assert not verdict.conforms
    assert {result["place"]["source"] for result in verdict.results if result["level"] == "violation"} == {
        "a/practice.csv"
    }


def test_archives_on_the_command_line(built_store: Path, tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(zipped({"practice.csv": PRACTICES, "organisation.csv": ORGANISATIONS}))
    (tmp_path / "nested.zip").write_bytes(zipped({"all.zip": (tmp_path / "all.zip").read_bytes()}))
    right = run("validate", tmp_path / "all.zip", "--store", built_store)
    assert right.returncode == 0, right.stdout + right.stderr
    nested = run("validate", tmp_path / "nested.zip", "--store", built_store)
    assert nested.returncode == 2
    assert "The ZIP file has another ZIP file in it" in nested.stderr
    other = run("validate", tmp_path / "all.zip", "--as", "shapes", "--store", built_store)
    assert other.returncode == 2
    assert "The suffix '.zip'" in other.stderr
