"""`gcmgraph fetch`: what it prints, and its exit status."""

from __future__ import annotations

import csv
import shutil
import socket
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from gcmgraph.cli.group import main
from gcmgraph.documents import read_texts, text_path

ROOT = Path(__file__).parents[2]
TEXTS = {"one": b"first text\n", "two": b"second text\n", "three": b"third text\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose register has three files of a server that does not run."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = f"http://127.0.0.1:{server.getsockname()[1]}"
    folder = tmp_path / "repository"
    for name in ("ontology", "shapes", "queries", "data/sources"):
        (folder / name).mkdir(parents=True)
    real = ROOT / "data" / "sources" / "register.csv"
    shutil.copy(f"{real}-metadata.json", folder / "data" / "sources")
    with real.open(encoding="utf-8", newline="") as file:
        row, *_ = csv.DictReader(file)
    with (folder / "data" / "sources" / "register.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        for name, text in TEXTS.items():
            digest = sha256(text).hexdigest()
            about = {"name": name, "file": f"{name}.pdf", "kind": "data-file", "bytes": len(text), "sha256": digest}
            writer.writerow({**row, **about, "address": f"{closed}/{name}"})
    return folder


def fetch(root: Path, *arguments: object) -> tuple[int, str]:
    command = ["fetch", "--root", root, "--sources", root.parent / "sources", *arguments]
    result = CliRunner().invoke(main, [str(argument) for argument in command])
    return result.exit_code, result.output


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A folder that has two of the three files."""
    folder = tmp_path / "given"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.pdf").write_bytes(TEXTS[name])
    return folder


@pytest.fixture
def page(root: Path, given: Path) -> Path:
    """A guidance page, in the register and in the folder; where it is fetched to."""
    content = (ROOT / "data" / "sources" / "objective-09.fr.md").read_bytes()
    (given / "objective-09.fr.md").write_bytes(content)
    register = root / "data" / "sources" / "register.csv"
    with register.open(encoding="utf-8", newline="") as file:
        row, *_ = csv.DictReader(file)
    about = {"name": "objective-09.fr", "file": "objective-09.fr.md", "kind": "guidance-page"}
    about |= {"bytes": str(len(content)), "sha256": sha256(content).hexdigest()}
    with register.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, row).writerow({**row, **about})
    return root.parent / "sources" / "objective-09.fr.md"


def test_text_of_a_fetched_document_is_written_beside_it(root: Path, given: Path, page: Path) -> None:
    assert fetch(root, "objective-09.fr", "--from", given, "--quiet") == (0, "")
    (text,) = read_texts(page)
    assert text.document.text == page.read_text("utf-8")
    text_path(page).unlink()
    assert fetch(root, "objective-09.fr", "--quiet") == (0, "")
    assert read_texts(page) == (text,)


def test_fetch_without_the_reader_names_the_extra(
    root: Path, given: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [name for name in sys.modules if name.split(".")[0] == "gcmreader"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "pdfminer", None)
    code, output = fetch(root, "objective-09.fr", "--from", given, "--quiet")
    assert (code, output.count("\n")) == (0, 1)
    assert output.startswith("note: The texts of 1 documents are not written")
    assert "pip install 'gcmgraph[reader]'" in output
    assert page.is_file()


def test_files_missing_in_a_folder_unless_named(root: Path, given: Path) -> None:
    sources = root.parent / "sources"
    assert fetch(root, "--from", given) == (0, f"{sources}: 2 fetched (23 bytes), 0 already present, 1 missing.\n")
    code, output = fetch(root, "two", "three", "--from", given)
    assert code == 1
    assert output.startswith(f"{given} does not have: three.\n")


def test_states_in_the_list(root: Path, given: Path) -> None:
    assert fetch(root, "one", "two", "--from", given)[0] == 0
    (root.parent / "sources" / "two.pdf").write_bytes(b"edited")
    code, output = fetch(root, "--list")
    assert code == 0
    assert [line.split() for line in output.splitlines()] == [
        ["one", "present", "11"],
        ["two", "unexpected", "12"],
        ["three", "missing", "11"],
    ]


def test_error_of_another_content(root: Path, given: Path) -> None:
    (given / "two.pdf").write_bytes(b"second edition\n")
    code, output = fetch(root, "two", "--from", given, "--quiet")
    assert code == 1
    assert output.startswith(f"two: {given}/two.pdf is not the file of the register")
    assert "entered in data/sources/register.csv" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--quiet",), "Not fetched: one, two, three. Not reachable: 127.0.0.1:"),
        (("--from", "ftp://example.org/"), "--from takes a folder or an http(s) address, not 'ftp://example.org/'."),
        (("--from", "file:///tmp"), "--from takes a folder or an http(s) address, not 'file:///tmp'."),
        (("--from", "https://"), "--from takes a folder or an http(s) address, not 'https://'."),
        (("--from", str(ROOT / "shapes"), "--quiet"), f"{ROOT / 'shapes'} does not have: one, two, three."),
        (("four",), "The register has no source 'four'. 'gcmgraph fetch --list' prints the names."),
    ],
)
def test_error_of_an_origin_a_network_or_a_name(root: Path, arguments: tuple[str, ...], message: str) -> None:
    code, output = fetch(root, *arguments)
    assert (code, output.count("\n"), output[: len(message)]) == (1, 1, message)
