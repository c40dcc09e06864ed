"""Versions of the ontology: released files stay as they are, and the list of changes agrees with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.terms import IRI, Literal, Quad
from gcmgraph.repository.layout import Repository
from shared import copy_repository
from tools.ontology_changes import ADDRESSES, current_ontology, list_of_changes, release, version_of

DOCUMENT = IRI(f"{ADDRESSES.base}ontology")
FILE = "ontology/gcmgraph.ttl"


@pytest.fixture
def copy(tmp_path: Path) -> Repository:
    return copy_repository(tmp_path / "copy", small=True)


def replace_text(repository: Repository, old: str, new: str) -> None:
    file = repository.root / FILE
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def stated(ontology: list[Quad], curie: str) -> list[IRI | Literal]:
    predicate = IRI(ADDRESSES.expand(curie))
    return [
        quad.object for quad in ontology if quad.subject == DOCUMENT and quad.predicate == predicate
    ]


def test_list_of_changes_agrees_with_the_files(repository: Repository) -> None:
    listed = repository.ontology_changes.read_text("utf-8")
    assert listed == list_of_changes(repository), "run: python -m tools.ontology_changes"


def test_ontology_with_a_released_version_has_its_text(repository: Repository) -> None:
    released = {file.stem: file for file in repository.ontology_versions}
    ontology = current_ontology(repository)
    version = version_of(ontology)
    file = released.pop(version, None)
    if file:
        current = (repository.root / FILE).read_bytes()
        assert file.read_bytes() == current, "state a new version in ontology/gcmgraph.ttl"
    prior = stated(ontology, "owl:priorVersion")
    assert prior == [IRI(f"{DOCUMENT.value}/{max(released)}")]


def test_changed_terms_are_listed_by_kind_of_change(copy: Repository) -> None:
    replace_text(copy, "0.2.0", "0.3.0")
    replace_text(copy, "gcm:Pledge a owl:Class", "gcm:Promise a owl:Class")
    replace_text(copy, 'rdfs:label "practice"@en', 'rdfs:label "aim"@en')
    rows = [row for row in list_of_changes(copy).splitlines() if row.startswith("0.3.0,")]
    assert rows == [
        "0.3.0,added,Promise,",
        "0.3.0,removed,Pledge,",
        "0.3.0,changed,Practice,rdfs:label",
    ]


def test_release_of_an_existing_version_is_refused(copy: Repository) -> None:
    with pytest.raises(DataError, match=r"0\.2\.0\.ttl exists"):
        release(copy)
    replace_text(copy, "0.2.0", "0.3.0")
    release(copy)
    new = copy.root / "ontology/versions/0.3.0.ttl"
    assert new.read_bytes() == (copy.root / FILE).read_bytes()
