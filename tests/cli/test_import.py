"""`gcmgraph fetch` and `import`: sources of the data, and tables."""

from __future__ import annotations

import csv
import json
import shutil
import socket
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from collected import ROOT, read_rows
from gcmgraph.cli.group import main
from gcmgraph.publication.assembly import assemble
from gcmgraph.publication.build import Build
from gcmgraph.publication.descriptions import Label, Labels
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import Quad, Vocabulary, text
from gcmgraph.repository.layout import Repository
from gcmgraph.sources.text_files import read_texts, text_path
from gcmgraph.store.port import Store
from gcmgraph.translations import LANGUAGES
from gcmgraph.validation.rules import Shapes
from gcmgraph.validation.validate import validate_dataset

V = Vocabulary(Addresses())

SDG = "code,text_en,text_fr\n10.7,Facilitate migration,Faciliter la migration ordonnée\n"
SDG_METADATA = {
    "dc:title": "Texts of targets",
    "dc:source": "invented",
    "dc:license": "none",
    "tableSchema": {
        "aboutUrl": "sdg:{code}",
        "columns": [
            {"name": "code", "suppressOutput": True},
            {"name": "text_en", "propertyUrl": "skos:definition", "lang": "en"},
            {"name": "text_fr", "propertyUrl": "skos:definition", "lang": "fr"},
        ],
    },
}


def texts_of_targets(folder: Path) -> Path:
    (folder / "un-sdg.csv-metadata.json").write_text(json.dumps(SDG_METADATA), "utf-8")
    (folder / "un-sdg.csv").write_text(SDG, "utf-8")
    return folder / "un-sdg.csv"


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_imported_table_in_a_build(
    tmp_path: Path, small_repository: Repository, shapes: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[Sequence[Quad]] = []

    def assembled(*arguments: Any, **_: object) -> Build:
        repository, addresses, _, _, contributed, imported, *_ = arguments
        built.append(assemble(repository, addresses, contributed, imported).quads)
        return Build(validate_dataset(built[0], shapes), (), (), "Dataset")

    monkeypatch.setattr("gcmgraph.cli.build.build", assembled)
    settings = ("--root", small_repository.root, "--store", tmp_path / "store")
    imports = ("--imports", tmp_path / "imports")
    table = texts_of_targets(tmp_path)
    code, output = run("import", table, *imports, *settings)
    assert code == 0, output
    assert "run 'gcmgraph build'" in output
    assert run("import", table, *imports, *settings) == (
        0,
        "Nothing changed since the last import.\n",
    )
    contributions = ("--contributions", tmp_path / "contributions")
    assert run("build", "--quiet", *imports, *settings, *contributions) == (0, "")
    (quads,) = built
    store, target = Store.in_memory(quads), V("sdg:10.7")
    labels = Labels(store, Addresses())
    (row,) = (
        row
        for row in read_rows(small_repository.reference / "sdg-labels.csv")
        if row["slug"] == "10.7"
    )
    for language in LANGUAGES:
        label = Label(row[f"label_{language}"], language)
        assert labels.of(target, language) == label, (
            "lists and headings use the editors' short label"
        )
    names = SearchIndex(store, Addresses()).names
    found = {(name.text, name.language) for name in names if name.resource == "sdg/10.7"}
    assert found == {
        ("10.7", None),
        *((row[f"label_{language}"], language) for language in LANGUAGES),
    }
    definitions = {quad.object for quad in store.quads(target, V("skos:definition"))}
    assert definitions == {
        text("Facilitate migration", "en"),
        text("Faciliter la migration ordonnée", "fr"),
    }


def test_comparison_of_a_page_with_imported_texts_of_targets(
    tmp_path: Path, small_repository: Repository
) -> None:
    page = ROOT / "data" / "sources" / "objective-09.fr.md"
    settings = ("--root", small_repository.root, "--imports", tmp_path / "imports")
    extract = ("extract", page, "--out", tmp_path / "page.trig", *settings)
    assert run(*extract) == (0, ""), (
        "without the United Nations' texts there is nothing to compare with"
    )
    assert run("import", texts_of_targets(tmp_path), *settings)[0] == 0
    code, output = run(*extract)
    assert code == 0
    assert (
        "target 10.7 differs from the official text: expected: Faciliter la migration ordonnée"
        in output
    )


def test_table_with_metadata_is_imported_by_its_path(
    tmp_path: Path, small_repository: Repository
) -> None:
    columns = [{"name": "number", "propertyUrl": "skos:notation", "datatype": "integer"}]
    metadata = {"dc:title": "Kites", "dc:source": "a book", "dc:license": "none"}
    schema = {
        "aboutUrl": "https://example.org/{number}",
        "primaryKey": "number",
        "columns": columns,
    }
    (tmp_path / "kites.csv-metadata.json").write_text(
        json.dumps({**metadata, "tableSchema": schema}), "utf-8"
    )
    (tmp_path / "kites.csv").write_text("number\n1\n", "utf-8")
    given = (
        "import",
        tmp_path / "kites.csv",
        "--imports",
        tmp_path / "imports",
        "--root",
        small_repository.root,
    )
    code, output = run(*given)
    assert (code, output.splitlines()[-1]) == (
        0,
        "1 statements added, 0 removed; run 'gcmgraph build'.",
    )
    assert run(*given) == (0, "Nothing changed since the last import.\n")
    (tmp_path / "kites.csv").write_text("number\none\n", "utf-8")
    message = "In the column 'number', 'one' is not of the form integer."
    assert run(*given) == (1, f"{tmp_path}/kites.csv:2: {message}\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("none.csv",), 1, "none.csv: The file cannot be read: No such file or directory.\n"),
        (
            ("sdg",),
            1,
            "sdg: Only a CSV file can be imported. For a file of the United Nations, 'python -m tools.",
        ),
        (("sdg", "sdg.ttl"), 2, "Usage: "),
        ((), 2, "Usage: "),
    ],
)
def test_error_of_an_import(
    tmp_path: Path,
    small_repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("import", *arguments, "--imports", "imports", "--root", small_repository.root)
    assert (result[0], result[1][: len(message)]) == (code, message)
    assert not Path("imports").exists()


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
    row, *_ = read_rows(real)
    with (folder / "data" / "sources" / "register.csv").open(
        "w", encoding="utf-8", newline=""
    ) as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        for name, text in TEXTS.items():
            digest = sha256(text).hexdigest()
            about = {
                "name": name,
                "file": f"{name}.pdf",
                "kind": "data-file",
                "bytes": len(text),
                "sha256": digest,
            }
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
    row, *_ = read_rows(register)
    about = {"name": "objective-09.fr", "file": "objective-09.fr.md", "kind": "guidance-page"}
    about |= {"bytes": str(len(content)), "sha256": sha256(content).hexdigest()}
    with register.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, row).writerow({**row, **about})
    return root.parent / "sources" / "objective-09.fr.md"


def test_text_of_a_fetched_document_is_written_beside_it(
    root: Path, given: Path, page: Path
) -> None:
    assert fetch(root, "objective-09.fr", "--from", given, "--quiet") == (0, "")
    (text,) = read_texts(page)
    assert text.document.text == page.read_text("utf-8")
    text_path(page).unlink()
    assert fetch(root, "objective-09.fr", "--quiet") == (0, "")
    assert read_texts(page) == (text,)


@pytest.mark.usefixtures("without_reader")
def test_fetch_without_the_reader_names_the_extra(root: Path, given: Path, page: Path) -> None:
    code, output = fetch(root, "objective-09.fr", "--from", given, "--quiet")
    assert (code, output.count("\n")) == (0, 1)
    assert output.startswith("note: The texts of 1 documents are not written")
    assert "pip install 'gcmgraph[reader]'" in output
    assert page.is_file()


def test_files_missing_in_a_folder_unless_named(root: Path, given: Path) -> None:
    sources = root.parent / "sources"
    assert fetch(root, "--from", given) == (
        0,
        f"{sources}: 2 fetched (23 bytes), 0 already present, 1 missing.\n",
    )
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
        (
            ("--from", "ftp://example.org/"),
            "--from takes a folder or an http(s) address, not 'ftp://example.org/'.",
        ),
        (
            ("--from", "file:///tmp"),
            "--from takes a folder or an http(s) address, not 'file:///tmp'.",
        ),
        (("--from", "https://"), "--from takes a folder or an http(s) address, not 'https://'."),
        (
            ("--from", str(ROOT / "shapes"), "--quiet"),
            f"{ROOT / 'shapes'} does not have: one, two, three.",
        ),
        (("four",), "The register has no source 'four'. 'gcmgraph fetch --list' prints the names."),
    ],
)
def test_error_of_an_origin_a_network_or_a_name(
    root: Path, arguments: tuple[str, ...], message: str
) -> None:
    code, output = fetch(root, *arguments)
    assert (code, output.count("\n"), output[: len(message)]) == (1, 1, message)
