"""The description of the dataset against the tables of DCAT-AP (`dcat_ap.toml`)."""

from __future__ import annotations

import shutil
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from gcmgraph.model.terms import IRI, Literal, Term, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.build import load
from gcmgraph.rdfio.media import N_TRIPLES
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.versions import StoreFolder
from gcmgraph.translations import DATA_LANGUAGES
from serving import Application

#: Tables of the profile, with their sources.
TABLES = tomllib.loads(Path(__file__).with_name("dcat_ap.toml").read_text("utf-8"))

Values = dict[tuple[Term, IRI], set[Term]]


def term(curie: str) -> IRI:
    return IRI(Addresses().expand(curie))


@pytest.fixture(scope="module")
def triples(small_store: Path, tmp_path_factory: pytest.TempPathFactory, application: Application) -> set[Triple]:
    """The description of a store with two versions."""
    folder = tmp_path_factory.mktemp("dcat-ap")
    store = shutil.copytree(small_store, folder / "store", symlinks=True)
    (folder / "more.nq").write_text('<http://x.example/> <http://x.example/p> "x" <http://x.example/g> .\n', "utf-8")
    load(StoreFolder(store), [folder / "more.nq"], None, Addresses())
    app = application(store, contact="data@example.org")
    response = app.test_client().get("/dataset.nt")
    return {quad.triple for quad in parse_quads(response.data, N_TRIPLES, source="/dataset")}


@pytest.fixture(scope="module")
def values(triples: set[Triple]) -> Values:
    found: Values = defaultdict(set)
    for triple in triples:
        found[triple.subject, triple.predicate].add(triple.object)  # type: ignore[index, arg-type]
    return found


def members(values: Values, kind: str) -> list[Term]:
    typed = ((subject, kinds) for (subject, predicate), kinds in values.items() if predicate == term("rdf:type"))
    return [subject for subject, kinds in typed if term(kind) in kinds]


def rows(*tables: dict[str, str]) -> list[tuple[str, str]]:
    return [(kind, name) for table in tables for kind, names in table.items() for name in names.split()]


@pytest.mark.parametrize(("kind", "name"), rows(TABLES["mandatory"], TABLES["recommended"]))
def test_properties_of_each_class(values: Values, kind: str, name: str) -> None:
    found = members(values, kind)
    assert found
    assert [subject for subject in found if not values[subject, term(name)]] == []


@pytest.mark.parametrize(("kind", "name"), rows(TABLES["at_most_one"]))
def test_properties_with_at_most_one_value(values: Values, kind: str, name: str) -> None:
    assert [subject for subject in members(values, kind) if len(values[subject, term(name)]) > 1] == []


@pytest.mark.parametrize(("name", "kind"), TABLES["classes"].items())
def test_classes_of_values(triples: set[Triple], values: Values, name: str, kind: str) -> None:
    objects = {triple.object for triple in triples if triple.predicate == term(name)}
    assert objects
    assert [value for value in objects if term(kind) not in values[value, term("rdf:type")]] == []  # type: ignore[index]


@pytest.mark.parametrize("name", [*TABLES["literals"].split(), *TABLES["no_class"].split(), *TABLES["classes"]])
def test_literals_and_resources_as_values(triples: set[Triple], name: str) -> None:
    objects = {triple.object for triple in triples if triple.predicate == term(name)}
    assert objects
    literals = {value for value in objects if isinstance(value, Literal)}
    assert literals == (objects if name in TABLES["literals"].split() else set())
    if name in TABLES["datatypes"]:
        assert {value.datatype for value in literals} == {term(TABLES["datatypes"][name])}


def test_restricted_properties_and_classes_that_are_not_used(triples: set[Triple]) -> None:
    assert {t.predicate for t in triples} & {term(name) for name in TABLES["not_used"].split()} == set()
    kinds = {t.object for t in triples if t.predicate == term("rdf:type")}
    assert kinds & {term(name) for name in TABLES["classes_not_used"].split()} == set()


def test_versions(values: Values) -> None:
    dataset = IRI(f"{Addresses().base}dataset")
    versions = values[dataset, term("dcat:hasVersion")]
    assert len(versions) == 2
    for version in versions:
        assert isinstance(version, IRI)
        assert values[version, term("dcat:isVersionOf")] == {dataset}
        assert values[version, term("dcat:distribution")]


def test_languages_of_texts(triples: set[Triple]) -> None:
    for name in ("dct:title", "dct:description", "dcat:keyword", "vcard:fn"):
        found = [triple.object for triple in triples if triple.predicate == term(name)]
        assert set(DATA_LANGUAGES) <= {text.language for text in found if isinstance(text, Literal)}


def test_coverage_and_contact(values: Values) -> None:
    dataset = f"{Addresses().base}dataset"
    years = IRI(f"{dataset}#years")
    (start,), (end,) = (values[years, term(f"dcat:{name}")] for name in ("startDate", "endDate"))
    assert isinstance(start, Literal)
    assert isinstance(end, Literal)
    assert 1950 < int(start.value) < int(end.value) < 2100
    assert values[IRI(f"{dataset}#contact"), term("vcard:hasEmail")] == {IRI("mailto:data@example.org")}
