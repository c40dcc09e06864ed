"""`gcmgraph link`: links for review, their check and description; `reconcile`: names in a table."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from gcmgraph.cli import main
from gcmgraph.linking.link_checks import Figure, read_checks
from gcmgraph.linking.sssom import read_linkset
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.repository.layout import Repository

ROOT = Repository.find().root
PLACES = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix x: <http://x.example/> .
x:1 skos:notation "NER" ; skos:prefLabel "Niger"@en . x:2 skos:prefLabel "Nigeria"@fr .
x:3 skos:prefLabel "Guinée"@fr . x:4 skos:notation "AF" ; skos:prefLabel "Average flow"@en .
"""


@pytest.fixture
def places(tmp_path: Path) -> Path:
    path = tmp_path / "places.ttl"
    path.write_text(PLACES, "utf-8")
    path.with_name("latin.csv").write_bytes("id,name_fr\nx:1,Niger\nx:2,Guinée\n".encode("latin-1"))
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["link", *map(str, arguments)])


def test_files_of_links_to_review_accepted_and_ambiguous(
    small_store: Path, places: Path, tmp_path: Path
) -> None:
    out = tmp_path / "x.sssom.tsv"
    result = run(
        places, "--store", small_store, "--kind", "country", "--out", out, "--accept-above", "0.98"
    )
    assert result.exit_code == 0, result.output

    def ends(name: str) -> set[tuple[str, str]]:
        links = read_linkset(tmp_path / name, Addresses()).links
        return {
            (link.subject.value.rsplit("/")[-1], link.object.value.rsplit("/")[-1])
            for link in links
        }

    assert ends("x.accepted.sssom.tsv") == {("NER", "1")}
    assert ends("x.sssom.tsv") >= {("NGA", "2")}
    assert ("AFG", "4") in ends("x.ambiguous.sssom.tsv")
    assert "void:Linkset" in (tmp_path / "x.void.ttl").read_text("utf-8")
    nobody, other = tmp_path / "nobody.sssom.tsv", tmp_path / "y.sssom.tsv"
    result = run(places, "--store", small_store, "--out", other, "--compare", nobody)
    assert (result.exit_code, result.output) == (
        1,
        f"{nobody}: The file cannot be read: No such file or directory.\n",
    )
    assert not list(tmp_path.glob("y.*"))
    compared = run(
        places, "--store", small_store, "--out", out, "--compare", tmp_path / "x.accepted.sssom.tsv"
    )
    assert (
        "all: 1 of 1 are in x.accepted.sssom.tsv (precision 100.0%, recall 100.0%)"
        in compared.output
    )


def test_error_of_wrong_arguments_and_files(small_store: Path, places: Path) -> None:
    latin = places.with_name("latin.csv")
    for arguments, said in (
        (["nothing.ttl"], "The dataset cannot be read: No such file or directory."),
        ([places, "--kind", "planet"], "There is nothing to link."),
        ([places, "--out", "x.tsv"], "The name of a link set's file ends in .sssom.tsv."),
        (["check", "nobody", "--against", places], "There is no link set 'nobody'."),
        (["check", "ror", "--against", places], "The link set 'ror' has no links to places.ttl."),
        (["check", "--against", places], "No link set has links to places.ttl."),
        (["http://127.0.0.1:1/query"], "The dataset http://127.0.0.1:1/query is no file."),
        (
            [latin, "--id-prefix", "http://x.example/"],
            "latin.csv:3: Byte 0xE9 is not UTF-8. Save the file as UTF-8.",
        ),
    ):
        result = run(*arguments, "--store", small_store)
        assert result.exit_code == 1
        assert said in result.output


def test_stored_check_of_a_link_set(tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    for folder in ("ontology", "shapes", "queries"):
        (root / folder).mkdir(parents=True)
    shutil.copytree(ROOT / "data" / "linksets", root / "data" / "linksets")
    data = tmp_path / "ror.ttl"
    lines = [f'<{link.object.value}> <http://www.w3.org/2000/01/rdf-schema#label> "x" .'
             for link in read_linkset(ROOT / "data" / "linksets" / "ror.sssom.tsv", Addresses()).links]  # fmt: skip
    data.write_text("\n".join(lines[1:]), "utf-8")
    result = run("check", "--against", data, "--root", root)
    assert result.exit_code == 1
    assert "is not in the dataset (vanished)" in result.output
    (record,) = [
        r for r in read_checks(Repository(root).link_checks, Addresses()) if r.linkset == "ror"
    ]
    assert (record.against, record.figures[Figure.LINKS], record.figures[Figure.VANISHED]) == (
        "ror.ttl",
        len(lines),
        1,
    )
    data.write_text("\n".join(lines), "utf-8")
    assert run("check", "ror", "--against", data, "--root", root, "--no-save").exit_code == 0
    assert record in read_checks(Repository(root).link_checks, Addresses())


TABLE = (
    "Code;Country;iso3\r\n004;Afghanistan;x\r\n1;Congo;\r\n2;Kyrgystan\r\n3;\r\n5;Afghanistan;\r\n"
)


def reconciled(store: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["reconcile", "--store", str(store), *map(str, arguments)])


def test_rows_get_identifiers_as_texts(built_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(b"\xef\xbb\xbf" + TABLE.encode())
    result = reconciled(
        built_store, file, "--column", "country", "--type", "country", "--add", "iso3,m49,wikidata"
    )
    assert result.exit_code == 0, result.output
    assert result.stderr == "5 rows: 3 matched, 1 doubtful, 1 none.\n"
    first, congo, typo, empty, again = csv.DictReader(io.StringIO(result.stdout))
    assert first == {
        "Code": "004", "Country": "Afghanistan", "iso3": "x", "match": "matched", "score": "100", "id": "country/AFG",
        "name": "Afghanistan", "candidates": "", "gcm_iso3": "AFG", "m49": "004", "wikidata": "Q889",
    }  # fmt: skip
    assert {**again, "Code": "004", "iso3": "x"} == first
    assert (congo["match"], congo["id"], congo["m49"]) == ("doubtful", "", "")
    assert "country/COD Democratic Republic of the Congo" in congo["candidates"]
    assert (typo["id"], empty["match"]) == ("country/KGZ", "none")


def test_bad_input_is_one_sentence(small_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    missing = reconciled(small_store, file)
    assert (
        missing.exit_code,
        "The file cannot be read: No such file or directory." in missing.stderr,
    ) == (1, True)
    for data, arguments, message in (
        (
            b"a,b\n1,2\n",
            (),
            "The table has 2 columns. Name the one that holds the names: 'a', 'b'.",
        ),
        (b"a,b\n1,2\n", ("--column", "c"), "There is no column 'c'. Columns: 'a', 'b'."),
        (b"a\n\xe9\n", (), ":2:1: Byte 0xE9 is not UTF-8. Save the file as UTF-8."),
        (b"", (), ":1: The table has no headings."),
        (b"a\nb\n", ("--type", "planet"), "The type 'planet' is unknown. Types: objective,"),
        (b"a\nb\n", ("--add", "iso9"), "The property 'iso9' is unknown. Use iri, code, iso2"),
        (
            b"a\nb\n",
            ("--output", "x.ods"),
            "The suffix of 'x.ods' is not that of a table. Use .csv or .xlsx.",
        ),
    ):
        file.write_bytes(data)
        result = reconciled(small_store, file, *arguments)
        assert result.exit_code == 1
        assert message in result.stderr
        assert (result.stderr.count("\n"), result.stdout) == (1, "")


def test_workbooks_are_read_and_written(small_store: Path, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Land"])  # type: ignore[union-attr]
    book.active.append(["Pérou"])  # type: ignore[union-attr]
    book.save(tmp_path / "in.xlsx")
    out = tmp_path / "out.xlsx"
    assert (
        reconciled(
            small_store, tmp_path / "in.xlsx", "--type", "country", "--add", "m49", "--output", out
        ).exit_code
        == 0
    )
    sheet = load_workbook(out).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["Land", "match", "score", "id", "name", "candidates", "m49"],
        ["Pérou", "matched", "100", "country/PER", "Peru", None, "604"],
    ]
