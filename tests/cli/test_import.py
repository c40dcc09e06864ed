"""`gcmgraph import`: files of the UN are kept, read by every build, and refused with one clear error."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gcmgraph.cli.group import main
from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.descriptions import Label, Labels
from gcmgraph.publication.search.file import stored_contents
from gcmgraph.repository.layout import Repository
from gcmgraph.sparql import with_prefixes
from gcmgraph.store.versions import StoreFolder
from gcmgraph.translations import LANGUAGES

ROOT = Path(__file__).parents[2]
UN = next((f for p in Path(__file__).parents if (f := p / "shared" / "un").is_dir()), Path("none"))
needs_collected = pytest.mark.skipif(not UN.is_dir(), reason="needs ../shared/un")
SDG = (
    "@prefix sdg: <http://metadata.un.org/sdg/> . @prefix o: <http://metadata.un.org/sdg/ontology#> . "
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . "
    'sdg:10.7 a o:Target ; skos:notation "10.7"^^o:SDGCodeCompact ; '
    'skos:prefLabel "Facilitate migration"@en , "Faciliter la migration ordonnée"@fr .'
)
TREATY = (
    '<?xml version="1.0" encoding="iso-8859-1"?>\n<Document><Treaty><Header><Chapter><Header>CHAPTER XVIII</Header>'
    "</Chapter><ExternalData><Numsect>12</Numsect><Subnumsect>b</Subnumsect></ExternalData></Header><Participants>"
    "<Table><TGroup><Thead><Row><Entry>Participant</Entry><Entry>Signature</Entry>"
    "<Entry>Ratification, Accession(a)</Entry></Row></Thead>"
    "<Tbody><Rows>\n<Row><Entry>Fiji</Entry><Entry /><Entry>19 Sep 2017 a</Entry></Row>"
    "</Rows></Tbody></TGroup></Table></Participants></Treaty></Document>"
)
PARTIES = """\
PREFIX gcm: <https://w3id.org/gcmgraph/ontology#>
SELECT ?party ?day WHERE {
  ?p gcm:participationIn <https://w3id.org/gcmgraph/id/instrument/smuggling-protocol> ;
    gcm:participant ?party ; gcm:asOf ?day
}"""


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_imported_files_in_two_builds(tmp_path: Path, small_repository: Repository) -> None:
    settings = ("--root", small_repository.root, "--store", tmp_path / "store")
    imports = ("--imports", tmp_path / "imports")
    (tmp_path / "sdg.ttl").write_text(SDG, "utf-8")
    (tmp_path / "treaty.xml").write_text(TREATY, "utf-8")
    for given in (("sdg", tmp_path / "sdg.ttl"), ("treaties", tmp_path / "treaty.xml", "--as-of", "2026-11-01")):
        code, output = run("import", *given, *imports, *settings)
        assert code == 0, output
        assert "run 'gcmgraph build'" in output
        assert run("import", *given, *imports, *settings) == (0, "Nothing changed since the last import.\n")
    for _ in range(2):
        assert run("build", "--quiet", *imports, *settings)[0] == 0
    store = StoreFolder(tmp_path / "store").open_current()

    def rows(query: str) -> list[list[str]]:
        found = store.select(with_prefixes(query, Addresses().prefixes)).rows
        return [[term.value for term in row.values()] for row in found]  # type: ignore[union-attr]

    target = IRI("https://w3id.org/gcmgraph/id/sdg/10.7")
    labels = Labels(store, Addresses())
    with (ROOT / "data" / "reference" / "sdg-labels.csv").open(encoding="utf-8", newline="") as file:
        (row,) = (row for row in csv.DictReader(file) if row["slug"] == "10.7")
    for language in LANGUAGES:
        label = Label(row[f"label_{language}"], language)
        assert labels.of(target, language) == label, "lists and headings use the editors' short label"
    names = stored_contents(store, Addresses())["sdg/10.7"].names
    found = {(name.text, name.language) for name in names}
    assert found == {("10.7", None), *((row[f"label_{language}"], language) for language in LANGUAGES)}
    definitions = rows(f"SELECT ?text {{ {target} skos:definition ?text }} ORDER BY ?text")
    assert definitions == [["Facilitate migration"], ["Faciliter la migration ordonnée"]]
    expected = [["https://w3id.org/gcmgraph/id/country/FJI", "2026-11-01"]]
    assert rows(PARTIES) == expected, "the table of 2014 is not beside it"


def test_comparison_of_a_page_with_imported_texts_of_targets(tmp_path: Path) -> None:
    page = ROOT / "data" / "sources" / "objective-09.fr.md"
    settings = ("--root", ROOT, "--imports", tmp_path / "imports")
    extract = ("extract", page, "--out", tmp_path / "page.trig", *settings)
    assert run(*extract) == (0, ""), "without the United Nations' texts there is nothing to compare with"
    (tmp_path / "sdg.ttl").write_text(SDG, "utf-8")
    assert run("import", "sdg", tmp_path / "sdg.ttl", *settings)[0] == 0
    code, output = run(*extract)
    assert code == 0
    assert "target 10.7 differs from the official text: expected: Faciliter la migration ordonnée" in output


def test_table_with_metadata_is_imported_by_its_path(tmp_path: Path) -> None:
    columns = [{"name": "number", "propertyUrl": "skos:notation", "datatype": "integer"}]
    metadata = {"dc:title": "Kites", "dc:source": "a book", "dc:license": "none"}
    schema = {"aboutUrl": "https://example.org/{number}", "primaryKey": "number", "columns": columns}
    (tmp_path / "kites.csv-metadata.json").write_text(json.dumps({**metadata, "tableSchema": schema}), "utf-8")
    (tmp_path / "kites.csv").write_text("number\n1\n", "utf-8")
    given = ("import", tmp_path / "kites.csv", "--imports", tmp_path / "imports", "--root", ROOT)
    code, output = run(*given)
    assert (code, output.splitlines()[-1]) == (0, "1 statements added, 0 removed; run 'gcmgraph build'.")
    assert run(*given) == (0, "Nothing changed since the last import.\n")
    assert run(*given, "--as-of", "2026-11-01")[0] == 2
    (tmp_path / "kites.csv").write_text("number\none\n", "utf-8")
    message = "In the column 'number', 'one' is not of the form integer."
    assert run(*given) == (1, f"{tmp_path}/kites.csv:2: {message}\n")


SDG_FILES = ("sdg-kos-goals-targets-indicators", "sdg-kos-subject-mappings")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("m49", "none.csv"), 1, "none.csv: The file cannot be read: No such file or directory.\n"),
        (
            ("treaties", "treaty.xml", "--as-of", "2026-11-01"),
            1,
            "treaty.xml:3: No country or organisation here is called 'Atlantis'.",
        ),
        (("sdg", "sdg.ttl", "--as-of", "2026-11-01"), 1, "--as-of and --leave-out are for treaties alone.\n"),
        (("m49", "sdg.ttl", "--as-of", "2026-11-01"), 1, "--as-of and --leave-out are for treaties alone.\n"),
        (
            ("sdg",),
            1,
            f"Not fetched: {', '.join(SDG_FILES)}. Run 'gcmgraph fetch {' '.join(SDG_FILES)}', or give FILES.\n",
        ),
        (("m49",), 2, "Usage: "),  # M49 is not in the register
        (("kites",), 2, "Usage: "),  # neither a kind nor a CSV file
    ],
)
def test_error_of_an_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sdg.ttl").write_text(SDG, "utf-8")
    Path("treaty.xml").write_text(TREATY.replace("Fiji", "Atlantis"), "utf-8")
    result = run("import", *arguments, "--imports", "imports", "--sources", "sources", "--root", ROOT)
    assert (result[0], result[1][: len(message)]) == (code, message)
    assert not Path("imports").exists()


@needs_collected
def test_definitions_from_the_fetched_files_of_the_un(tmp_path: Path) -> None:
    folders = ("--imports", tmp_path / "imports", "--sources", tmp_path / "sources", "--root", ROOT)
    assert run("fetch", "--from", UN, *folders[2:])[0] == 0
    code, output = run("import", "sdg", "--all", *folders)
    assert code == 0, output
    assert (
        '+ <https://w3id.org/gcmgraph/id/sdg/10.7> <http://www.w3.org/2004/02/skos/core#definition> "Facilitar'
        in output
    )
    assert run("import", "sdg", *folders) == (0, "Nothing changed since the last import.\n")
