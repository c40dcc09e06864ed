"""`gcmgraph validate` and the template in a fresh clone, where nothing was built yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from gcmgraph.cli.group import main
from gcmgraph.publication.build.assembly import Assembly
from shared import copy_repository

PRACTICE = """
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://w3id.org/gcmgraph/id/practice/x> a gcm:Practice ; dct:title "X"@en ; dct:description "X"@en ;
gcm:objective <https://w3id.org/gcmgraph/id/objective/9> ; dct:source "X, 2018" ;
gcm:country <https://w3id.org/gcmgraph/id/country/AFG> ;
gcm:supportsAction <https://w3id.org/gcmgraph/id/action/9a> .
"""
SHEET = """\
dct:title@en,dct:description@en,gcm:objective,dct:source,gcm:country,gcm:supportsAction
X,X,9,"X, 2018",AFG,9a
"""


@pytest.fixture
def gathered(assembly: Assembly, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the repository says was gathered before."""
    monkeypatch.setattr("gcmgraph.publication.build.assembly.assemble", lambda *_: assembly)


def run(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--store", str(folder / "none")])


@pytest.mark.usefixtures("gathered")
@pytest.mark.parametrize(("name", "content"), [("x.ttl", PRACTICE), ("practice.csv", SHEET)])
@pytest.mark.parametrize(("action", "status"), [("9a", 0), ("9z", 1)])
def test_it_knows_what_the_documents_say(tmp_path: Path, name: str, content: str, action: str, status: int) -> None:
    file = tmp_path / name
    file.write_text(content.replace("9a", action), "utf-8")
    told = run(tmp_path, "validate", file)
    assert told.exit_code == status, told.output
    assert told.output.count("There is no such action") == status


#: An editor's judgement, as a file of data/curated.
JUDGEMENT = """\
@prefix action: <https://w3id.org/gcmgraph/id/action/> .
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
@prefix practice: <https://w3id.org/gcmgraph/id/practice/> .

practice:colombia-s-special-stay-permit gcm:supportsAction action:9c .
"""


def test_a_file_of_the_repository_is_checked_as_what_is_new(tmp_path: Path) -> None:
    copy_repository(tmp_path, small=True)
    file = tmp_path / "data" / "curated" / "supports-action.ttl"
    file.write_text(JUDGEMENT, "utf-8")
    assert run(tmp_path, "validate", file, "--as", "dataset", "--root", tmp_path).exit_code == 0
    file.write_text(file.read_text("utf-8").replace("action:9c", "action:9z"), "utf-8")
    told = run(tmp_path, "validate", file, "--as", "dataset", "--root", tmp_path)
    assert told.exit_code == 1, told.output
    assert "action:9z" in told.output


@pytest.mark.usefixtures("gathered")
def test_a_template_lists_the_actions(tmp_path: Path) -> None:
    file = tmp_path / "mine.xlsx"
    assert run(tmp_path, "contribution", "template", "--out", file).exit_code == 0
    cells = (cell for sheet in load_workbook(file) for row in sheet.values for cell in row)
    assert any(str(cell).startswith("9a") for cell in cells)


@pytest.mark.usefixtures("gathered")
def test_a_file_that_cannot_be_read_is_told_as_ever(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    file.write_bytes(b'<a:b> <a:c> "caf\xe9" .\n')
    told = run(tmp_path, "validate", file)
    assert (told.exit_code, told.stderr) == (2, f"{file}:1:17: Byte 0xE9 is not UTF-8. Save the file as UTF-8.\n")
