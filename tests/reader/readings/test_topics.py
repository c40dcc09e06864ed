"""`gcmreader topics`: topics in passages by their names, as a table of places."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collected import read_rows
from gcmgraph.documents import read_texts
from gcmgraph.model.terms import IRI, Quad, Vocabulary, text
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import document_files
from gcmgraph.readings.forms import digest
from gcmgraph.repository.layout import Repository
from gcmgraph.repository.tables import read_table
from gcmreader.cli import main
from gcmreader.readings.topics import TopicNames, wordings

#: Least precision by part of the annotated passages, and least recall: the target, and what the last part reached.
PRECISION = {"tuned": 0.95, "apart": 0.95, "later": 0.93}
RECALL = 0.85

NAMES = {
    "detention": {"en": "immigration detention"},
    "child-detention": {"en": "detention of children", "es": "detención de niños"},
    "visas": {"en": "visas", "fr": "visas", "es": "visados"},
    "disability": {"en": "persons with disabilities"},
    "process": {"en": "due process"},
    "cooperation": {"en": "international cooperation", "fr": "coopération internationale"},
    "regional": {"en": "regional cooperation", "fr": "coopération régionale"},
    "child-rights": {"fr": "droits de l’enfant"},
    "skills": {"en": "skills"},
}

#: Language, words and topic, as the lexicon has them.
WORDINGS = [("en", "visa waiver", "travel"), ("en", "all skills levels", "")]


@pytest.fixture(scope="module")
def names() -> TopicNames:
    addresses = Addresses()
    label, graph = Vocabulary(addresses)("skos:altLabel"), IRI(addresses.graph("reference/topics"))
    start = addresses.thing("concept", "topic/")
    labels = [
        Quad(IRI(start + slug), label, text(name, language), graph)
        for slug, names in NAMES.items()
        for language, name in names.items()
    ]
    return TopicNames(labels, addresses, WORDINGS)


def test_topics_of_a_text(names: TopicNames) -> None:
    for words, language, topics in (
        ("The Immigration  detention of a child", "en", "detention"), ("due processes", "en", ""), ("", "en", ""),
        ("Detention of the child, and of children", "en", "child-detention"), ("A visa; two VISAS", "en", "visas"),
        ("Ending the immigration detention of children", "en", "detention child-detention"), ("visas", "ru", ""),
        ("a visa waiver", "en", "travel"), ("les droits des enfants", "fr", "child-rights"),
        ("un visado y dos visados, la Detención de Niños", "es", "visas child-detention"),
        ("person with disability", "en", "disability"), ("international law. Cooperation", "en", ""),
        ("bilateral, regional and international cooperation", "en", "regional cooperation"),
        ("la coopération internationale et régionale", "fr", "regional cooperation"),
        ("international and other very wide cooperation", "en", ""), ("workers at all skills levels", "en", ""),
        ("workers with skills, at all skills levels", "en", "skills"),
    ):  # fmt: skip
        assert names.find(words, language) == set(topics.split()), words


def test_lexicon_wordings_name_known_topics(repository: Repository) -> None:
    slugs = {row["slug"] for row in read_rows(repository.reference / "topics.csv")}
    assert {topic for _, _, topic in wordings()} - {""} <= slugs


@pytest.fixture(scope="module")
def found(repository: Repository) -> Callable[[str, int, int], tuple[str, set[str]] | None]:
    """The words of a passage and the topics found in it, by document and place; None without the document."""
    addresses = Addresses()
    names = TopicNames(read_table(repository.reference / "topics.csv", addresses).quads, addresses, wordings())
    files = document_files(repository, addresses, repository.root / "var" / "sources")

    @cache
    def text_of(slug: str) -> str | None:
        texts = read_texts(files[slug]) if slug in files else ()
        return next((one.document.text for one in texts if one.document.slug == slug), None)

    def passage(slug: str, start: int, end: int) -> tuple[str, set[str]] | None:
        if (words := text_of(slug)) is None:
            return None
        return words[start:end], names.find(words[start:end], slug[-2:])

    return passage


@pytest.mark.parametrize("part", ["tuned", "apart", "later"])
def test_precision_and_recall_of_topics(
    found: Callable[[str, int, int], tuple[str, set[str]] | None], part: str
) -> None:
    """Against the topics that an editor wrote down without the program (README beside this file)."""
    counts = Counter[str]()
    for row in (row for row in read_rows(Path(__file__).with_name("annotated_topics.csv")) if row["part"] == part):
        if (passage := found(row["document"], int(row["start"]), int(row["end"]))) is None:
            pytest.skip("needs ../shared/guidance: gcmgraph fetch --from ../shared/guidance")
        words, program = passage
        assert digest(words) == row["digest"]
        editor = set(row["topics"].split())
        counts.update(both=len(editor & program), editor=len(editor), program=len(program))
    precision, recall = counts["both"] / counts["program"], counts["both"] / counts["editor"]
    assert precision >= PRECISION[part], precision
    assert recall >= RECALL, recall


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
    places = read_rows(repository.topics)
    assert {row["about"].partition("/")[0] for row in places} == {"action", "objective", "practice"}
    assert all(int(row["start"]) < int(row["end"]) for row in places)
    assert " " not in "".join(value for row in places for value in row.values())
