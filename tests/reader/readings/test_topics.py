"""`gcmreader topics`: topics in passages by their names, as a table of places."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gcmgraph.model.terms import IRI, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository
from gcmreader.cli import main
from gcmreader.readings.topics import TopicNames

NAMES = {
    "detention": {"en": "immigration detention"},
    "child-detention": {"en": "detention of children", "es": "detención de niños"},
    "visas": {"en": "visas", "fr": "visas", "es": "visados"},
    "disability": {"en": "persons with disabilities"},
    "process": {"en": "due process"},
}


@pytest.fixture(scope="module")
def names() -> TopicNames:
    addresses = Addresses()
    label, graph = Vocabulary(addresses)("skos:altLabel"), IRI(addresses.graph("reference/topics"))
    start = addresses.thing("concept", "topic/")
    return TopicNames(
        [
            Quad(IRI(start + slug), label, text(name, language), graph)
            for slug, names in NAMES.items()
            for language, name in names.items()
        ],
        addresses,
    )


@pytest.mark.parametrize(
    ("words", "language", "topics"),
    [
        ("The Immigration  detention of a child", "en", ["detention"]),
        ("Ending the immigration detention of children", "en", ["detention"]),
        ("Detention of children, and of a child", "en", ["child-detention"]),
        ("A visa; two VISAS", "en", ["visas", "visas"]),
        ("un visado y dos visados, la Detención de Niños", "es", ["visas", "visas", "child-detention"]),
        ("person with disability", "en", ["disability"]),
        ("due processes", "en", []),
        ("visas", "ru", []),
        ("", "en", []),
    ],
)
def test_topics_of_a_text(names: TopicNames, words: str, language: str, topics: list[str]) -> None:
    assert list(names.find(words, language)) == topics


@pytest.fixture
def copy(repository: Repository, tmp_path: Path) -> Path:
    for folder in ("ontology", "shapes", "queries", "data/reference", "data/sources", "data/readings"):
        shutil.copytree(repository.root / folder, tmp_path / folder)
    return tmp_path


def run(root: Path, *arguments: str) -> Result:
    """The result of the command on a repository without fetched documents."""
    settings = ("--root", str(root), "--sources", str(root / "none"))
    return CliRunner().invoke(main, ["topics", *arguments, *settings])


def test_published_table_equals_the_documents(repository: Repository) -> None:
    result = run(repository.root, "--check")
    assert result.exit_code == 0, result.output


def test_changed_row_is_found_and_corrected(copy: Path) -> None:
    table = copy / "data" / "readings" / "topics.csv"
    published = table.read_text("utf-8")
    line = next(line for line in published.splitlines() if line.startswith("objective-09.fr,"))
    table.write_text(published.replace(f"{line}\n", ""), "utf-8")
    refused = run(copy, "--check")
    assert refused.exit_code == 1
    assert "rows of objective-09.fr differ" in refused.output
    assert run(copy).exit_code == 0
    assert table.read_text("utf-8") == published


def test_rows_have_places_and_no_words(repository: Repository) -> None:
    with repository.topics.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["about"].partition("/")[0] for row in rows} == {"action", "objective", "practice"}
    assert all(int(row["start"]) < int(row["end"]) for row in rows)
    assert " " not in "".join(value for row in rows for value in row.values())
