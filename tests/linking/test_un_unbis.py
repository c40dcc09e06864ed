"""The UNBIS Thesaurus, as Turtle of the UN Library's form and as JSON; link sets against all its concepts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gcmgraph.errors import DataError
from gcmgraph.linking.imports import import_files, imported_quads, read_statements
from gcmgraph.linking.targets import read_target
from gcmgraph.linking.un_files import NO_OPTIONS, PublishedFile, ReferenceIndex
from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.repository.layout import Repository

#: Invented concepts in the form that the UN Library describes.
TURTLE = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix eu: <http://eurovoc.europa.eu/schema#> .
@prefix : <http://metadata.un.org/thesaurus/> . @prefix other: <http://example.org/> .
:14 a skos:ConceptScheme, eu:Domain ; skos:prefLabel "Social questions"@en .
:1405 a eu:MicroThesaurus ; skos:inScheme :14 .
:140599 a skos:Concept ; skos:prefLabel "Questions of kites"@en, "Questions de cerfs-volants"@fr .
:1999999 a skos:Concept ; skos:inScheme :1405 ; skos:broader :140599 ; skos:related :1999998 ;
  skos:prefLabel "KITES"@en, "طائرات ورقية"@ar ; skos:altLabel "Paper kites"@en .
other:x skos:prefLabel "Something else"@en ; skos:broader [] .
"""
TOPIC = {
    "url": "http://metadata.un.org/thesaurus/1999999",
    "labels": {"en": "KITES", "ar": "طائرات ورقية", "xx": "?"},
    "related": ["1999998", "140599"],
}


@pytest.fixture(scope="module")
def known() -> ReferenceIndex:
    return ReferenceIndex.of(Repository.find(), Addresses())


def shown(name: str, data: str, known: ReferenceIndex) -> set[str]:
    quads = read_statements("unbis", [PublishedFile(name, name, data.encode())], known, NO_OPTIONS).quads
    assert {quad.graph_name for quad in quads} == {IRI("https://w3id.org/gcmgraph/graph/reference/un-unbis")}
    return {str(quad.triple).replace("http://www.w3.org/2004/02/skos/core#", "skos:") for quad in quads}


def test_names_and_relations_in_turtle_and_json(known: ReferenceIndex) -> None:
    concept = "<http://metadata.un.org/thesaurus/1999999>"
    both = {
        f'{concept} <skos:prefLabel> "KITES"@en',
        f'{concept} <skos:prefLabel> "طائرات ورقية"@ar',
        f"{concept} <skos:broader> <http://metadata.un.org/thesaurus/140599>",
        f"{concept} <skos:related> <http://metadata.un.org/thesaurus/1999998>",
    }
    assert shown("topics.json", json.dumps({"topics": [TOPIC]}), known) == both
    turtle = shown("unbist.ttl", TURTLE, known)
    assert both < turtle
    assert f'{concept} <skos:altLabel> "Paper kites"@en' in turtle
    assert not any("example.org" in one or "rdf-syntax" in one for one in turtle)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.ttl", "<http://example.org/> <http://example.org/> 1 .", "No concept of the UNBIS Thesaurus"),
        ("x.json", "[", "This is not the JSON of the thesaurus."),
        ("x.json", '{"topics": [{"url": "http://metadata.un.org/thesaurus/1"}]}', "This is not the JSON"),
        ("x.json", '{"topics": [{"url": "not an address", "labels": {}, "related": []}]}', "This is not the JSON"),
        ("x.json", '{"topics": []}', "No concept of the UNBIS Thesaurus"),
    ],
)
def test_other_files_are_refused(known: ReferenceIndex, name: str, data: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_statements("unbis", [PublishedFile(name, name, data.encode())], known, NO_OPTIONS)


def test_import_in_the_next_build(tmp_path: Path, known: ReferenceIndex) -> None:
    file = tmp_path / "topics.json"
    file.write_text(json.dumps({"topics": [TOPIC]}), "utf-8")
    change = import_files(tmp_path / "imports", "unbis", [file], "2026-11-27", known)
    assert len(change.added) == 4
    again = {quad for quad in imported_quads(tmp_path / "imports", lambda: known) if quad in set(change.added)}
    assert again == set(change.added)


def test_json_is_a_target_of_checks(tmp_path: Path) -> None:
    file = tmp_path / "topics.json"
    file.write_text(json.dumps({"topics": [TOPIC]}), "utf-8")
    entity = read_target(str(file)).entities["http://metadata.un.org/thesaurus/1999999"]
    assert entity.label == "KITES"
