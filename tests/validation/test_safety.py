"""Validation of untrusted data: neither network nor files, and nothing in the data runs."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from gcmgraph.platform.errors import DataError
from gcmgraph.rdf.media import TURTLE
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import Quad
from gcmgraph.repository.layout import Repository
from gcmgraph.validation.rules import Shapes, load_shapes
from gcmgraph.validation.validate import validate_dataset

PREFIXES = """@prefix : <http://127.0.0.1:9/> .
@prefix gcm: <https://w3id.org/gcmgraph/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""

#: Attempts of untrusted clients: shapes, rules, functions, scripts and imports of their own.
HOSTILE = (
    PREFIXES
    + r'''
: a owl:Ontology ; owl:imports <http://127.0.0.1:9/remote> , <file:///etc/passwd> .
:Slow a sh:NodeShape ; sh:targetClass gcm:Organisation ;
    sh:property [ sh:path skos:prefLabel ; sh:pattern "^((a+)+)+$" ] .
gcm:Organisation a rdfs:Class , sh:NodeShape ; sh:property [ sh:path :nothing ; sh:minCount 1 ] ;
    sh:rule [ a sh:SPARQLRule ; sh:construct """CONSTRUCT { ?s ?p ?o }
        WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }""" ] ;
    sh:target [ a sh:SPARQLTarget ; sh:select """SELECT ?this {
        SERVICE <http://127.0.0.1:9/> { ?this ?p ?o } }""" ] ;
    sh:js [ sh:jsLibrary [ sh:jsLibraryURL "http://127.0.0.1:9/x.js" ] ; sh:jsFunctionName "f" ] .
:x a gcm:Organisation ; skos:prefLabel "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"@en .
'''
)

#: Run in a process of its own: an audit hook cannot be taken off again.
GUARDED = """
import sys
from pathlib import Path
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.media import TURTLE
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.validation.validate import validate_dataset
from gcmgraph.validation.rules import load_shapes

def validate(text):
    return validate_dataset(parse_quads(text.encode(), TURTLE, source="hostile"), shapes)

shapes = load_shapes(Repository(Path(sys.argv[1])), Addresses())
text = Path(sys.argv[2]).read_text()
validate("<urn:x> a <https://w3id.org/gcmgraph/ontology#Organisation> .")  # so that everything lazy is loaded
seen = []
watched = ("open", "socket", "urllib", "subprocess", "os")
sys.addaudithook(lambda event, _: seen.append(event) if event.split(".")[0] in watched else None)
report = validate(text)
print(len(report.results), sorted(set(seen)))
"""


def output(program: str, *arguments: object) -> tuple[str, str]:
    """Standard output and error of a program in a process of its own: pytest captures warnings and logs in this one."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout.strip(), done.stderr


def test_validation_opens_neither_network_nor_files(repository: Repository, tmp_path: Path) -> None:
    file = tmp_path / "hostile.ttl"
    file.write_text(HOSTILE)
    assert output(GUARDED, repository.root, file) == ("0 []", "")
    opening = GUARDED.replace(
        "report = validate(text)", "report = validate(text); open('/dev/null').close()"
    )
    assert output(opening, repository.root, "/dev/null")[0] == "0 ['open']", (
        "the guard reports files"
    )


#: Statements of untrusted data about shapes and classes, and the components of the results.
IGNORED = {
    "shapes, rules and targets": (HOSTILE, []),
    "deactivation": (
        PREFIXES
        + """<https://w3id.org/gcmgraph/shapes#Organisation> sh:deactivated true .
        <https://w3id.org/gcmgraph/shapes#Organisation-name-present> sh:deactivated true . :x a gcm:Organisation .""",
        ["MinCountConstraintComponent"],
    ),
    "cycle of classes": (
        PREFIXES
        + """:A rdfs:subClassOf :B . :B rdfs:subClassOf :A , gcm:Organisation . gcm:Organisation rdfs:subClassOf :A .
        :x a :A .""",
        ["MinCountConstraintComponent"],
    ),
}


@pytest.mark.parametrize("case", IGNORED.values(), ids=IGNORED)
def test_statements_about_shapes_are_ignored(shapes: Shapes, case: tuple[str, list[str]]) -> None:
    begin = time.monotonic()
    report = validate_dataset(parse_quads(case[0].encode(), TURTLE, source="hostile"), shapes)
    assert [result.component.value.rpartition("#")[2] for result in report.results] == case[1]
    assert time.monotonic() - begin < 10, "a pattern of the data was run"


def test_results_have_values_in_their_lexical_forms(shapes: Shapes) -> None:
    values = '"012"^^xsd:integer', '"1e0"^^xsd:integer', '"x"^^xsd:date', '"٣"^^xsd:integer'
    amounts = "".join(
        f"<http://e/{number}> a <https://schema.org/MonetaryAmount> ; <https://schema.org/currency> {value} ;"
        "<https://schema.org/value> 1 ."
        for number, value in enumerate(values)
    )
    text = f"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n{amounts}"
    quads = list(parse_quads(text.encode(), TURTLE, source="literals"))
    report = validate_dataset(quads, shapes)
    assert {result.value for result in report.results} == {
        q.object for q in quads if "currency" in q.predicate.value
    }


def test_ill_typed_literals_without_output_on_stderr(
    repository: Repository, tmp_path: Path
) -> None:
    file = tmp_path / "ill-typed.ttl"
    file.write_text(
        """@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<http://e/x> a <https://w3id.org/gcmgraph/ontology#Practice> ;
    <https://schema.org/startDate> "2018-02-30"^^xsd:date ;
    <https://w3id.org/gcmgraph/ontology#binding> "perhaps"^^xsd:boolean .
"""
    )
    run = (
        "import sys; from pathlib import Path; from gcmgraph.rdf.namespaces import Addresses\n"
        "from gcmgraph.repository.layout import Repository\n"
        "from gcmgraph.validation.validate import validate_files\n"
        "from gcmgraph.validation.rules import load_rules\n"
        "rules = load_rules(Repository(Path(sys.argv[1])), Addresses())\n"
        "report = validate_files([Path(sys.argv[2])], rules)\n"
        "print([r.place.line for r in report.results if r.value is not None])"
    )
    assert output(run, repository.root, file) == ("[3, 4]", "")


def test_results_have_one_order_whatever_that_of_the_data(shapes: Shapes) -> None:
    folder = Path(__file__).parents[1] / "shapes" / "country"
    quads: list[Quad] = list(
        parse_quads((folder / "invalid-countries.ttl").read_bytes(), TURTLE, source="x")
    )
    assert validate_dataset(quads, shapes) == validate_dataset(reversed(quads), shapes)
    assert len(validate_dataset(quads, shapes).results) > 10


def test_unusable_shapes_are_refused(tmp_path: Path) -> None:
    text = PREFIXES + ':S a sh:NodeShape ; sh:targetClass :x ; sh:minLength "long" .'
    broken = Shapes(tuple(parse_quads(text.encode(), TURTLE, source="shapes")))
    with pytest.raises(DataError, match="shapes cannot be used"):
        validate_dataset([], broken)
    with pytest.raises(DataError, match="no shapes"):
        load_shapes(Repository(tmp_path), Addresses())
