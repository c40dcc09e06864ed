"""`gcmreader text`, and the texts that the repository has of its own document."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from gcmgraph.cli import main as gcmgraph
from gcmgraph.publication.assembly import own_documents
from gcmgraph.repository.layout import Repository
from gcmgraph.sources.text_files import read_texts, text_path
from gcmreader.cli import main
from gcmreader.documents.reading import texts_of
from program import run_here as run


def test_committed_texts_are_those_of_the_reader(repository: Repository) -> None:
    for path in own_documents(repository).values():
        assert read_texts(path) == texts_of(path), "run: gcmreader text"


def test_texts_of_present_documents_are_written(repository: Repository, tmp_path: Path) -> None:
    for folder in ("ontology", "shapes", "queries", "data/reference", "data/sources"):
        shutil.copytree(repository.root / folder, tmp_path / folder)
    (path,) = own_documents(Repository(tmp_path)).values()
    text_path(path).unlink()
    result = CliRunner().invoke(
        main, ["text", "--root", str(tmp_path), "--sources", str(tmp_path / "none")]
    )
    assert (result.exit_code, result.output) == (0, "1 texts written.\n")
    assert len(read_texts(path)) == 1


def test_document_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "objective-05.en.md"
    path.write_text("\x00", "utf-8")
    result = CliRunner().invoke(main, ["text", str(path)])
    assert result.exit_code == 1
    assert f"{path}:1: This is not a text" in result.output
    assert not text_path(path).exists()


def test_both_programs_have_the_same_commands() -> None:
    for command in ("extract", "read"):
        ours, theirs = (
            CliRunner().invoke(program, [command, "--help"]) for program in (gcmgraph, main)
        )
        assert ours.exit_code == theirs.exit_code == 0
        assert ours.output.partition("\n")[2] == theirs.output.partition("\n")[2]


@pytest.mark.usefixtures("without_reader")
def test_without_the_extra_one_sentence_names_it() -> None:
    for command in ("extract", "read"):
        done = run(command, "x")
        assert (done.exit_code, done.stderr) == (
            1, "The reader of documents is not installed. Install its extra: pip install 'gcmgraph[reader]'.\n"
        )  # fmt: skip
