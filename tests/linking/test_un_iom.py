"""Outputs of IOM's results framework, with the objectives that they serve."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gcmgraph.errors import DataError
from gcmgraph.linking.imports.reference import NO_OPTIONS, PublishedFile, ReferenceIndex
from gcmgraph.linking.imports.stored import read_statements
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository

LINKS = {"1a11": ["7", "15"], "1a12": ["7"]}
#: Invented titles in the form of the framework.
FRAMEWORK = [
    {"id": "1", "title": "A", "long_term_outcomes": [
        {"id": "1a", "title": "B", "short_term_outcomes": [
            {"id": "1a1", "title": "C", "outputs": [{"id": "1a11", "title": "Kites fly."}]}]}]}
]  # fmt: skip


@pytest.fixture(scope="module")
def known() -> ReferenceIndex:
    return ReferenceIndex.of(Repository.find(), Addresses())


def read(known: ReferenceIndex, *contents: object) -> tuple[set[str], tuple[str, ...]]:
    files = [PublishedFile(f"{n}.json", f"{n}.json", json.dumps(one).encode()) for n, one in enumerate(contents)]
    statements = read_statements("iom", files, known, NO_OPTIONS)
    return {str(quad.triple) for quad in statements.quads}, statements.notes


def test_objectives_are_linked_with_outputs(known: ReferenceIndex) -> None:
    said, notes = read(known, LINKS, FRAMEWORK)
    output = "<https://w3id.org/gcmgraph/graph/reference/un-iom#output-1a11>"
    skos = "http://www.w3.org/2004/02/skos/core#"
    assert f'{output} <{skos}notation> "1a11"' in said
    assert f'{output} <{skos}prefLabel> "Kites fly."@en' in said
    assert f"<https://w3id.org/gcmgraph/id/objective/15> <{skos}relatedMatch> {output}" in said
    assert (len(said), notes) == (6, ("2 outputs with 3 links to objectives.",))
    assert len(read(known, LINKS)[0]) == 5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"1a11": ["24"]},
            r"^0\.json, output 1a11: In the column 'objective', no row of objectives\.csv has number '24'",
        ),
        ({"a b": ["7"]}, r"^0\.json, output a b: In the column 'code', 'a b' is not of the form"),
        *((content, "^0.json: This is not the results framework of IOM") for content in ({"1a11": 7}, [1], "x")),
        *((content, "^0.json: No output with its objectives") for content in (FRAMEWORK, {})),
    ],
)
def test_invalid_framework_is_refused(known: ReferenceIndex, content: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(known, content)


def test_the_register_names_the_files_of_the_import() -> None:
    register = (Path(__file__).parents[2] / "data" / "sources" / "register.csv").read_text("utf-8")
    for name in ("iom-outputs-to-objectives", "iom-results-framework"):
        assert f"\n{name}," in register
