"""Formats of reports, also of those with more results than they list."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF, SH
from rdflib.term import Literal, URIRef

from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.media import JSON_LD, N_TRIPLES, TURTLE
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads, read_quads
from gcmgraph.rdf.shapes import VIOLATION, WARNING
from gcmgraph.rdf.terms import IRI
from gcmgraph.validation.rdflib_terms import rdflib_graph
from gcmgraph.validation.report import LISTED, Report, Result
from gcmgraph.validation.report_formats import (
    FORMATS,
    report_github,
    report_json,
    report_rdf,
    report_sarif,
    report_text,
)
from gcmgraph.validation.rules import Rules, Shapes
from gcmgraph.validation.validate import validate_dataset, validate_files

ADDRESSES = Addresses()
EMPTY = Report.of([])
INVALID = sorted((Path(__file__).parents[1] / "shapes").glob("*/invalid-*.ttl"))


def invalid(name: str) -> Path:
    return next(path for path in INVALID if f"{path.parent.name}/{path.stem}".endswith(name))


def test_text_report_has_place_message_and_hint(report: Report, faulty: Path) -> None:
    lines = report_text(report, ADDRESSES, "en").splitlines()
    assert lines[0] == (
        f"{faulty}:7:14: violation: <https://example.org/funding#reference>, date: "
        'The date is not a year, a year and month, or a day. ["s.d."]'
    )
    assert lines[1].startswith('    Hint: Write "2018"^^xsd:gYear')
    # the two constraints that one value breaks say the same, once
    assert [line.split(": violation")[0] for line in lines if not line.startswith(" ")][:3] == [
        f"{faulty}:7:14", f"{faulty}:9:12", f"{faulty}:10:18",
    ]  # fmt: skip


def test_summary_is_in_the_language_of_the_reader(report: Report) -> None:
    for language, last in (
        ("ar", "غير مطابق: 4 مخالفات, 0 تحذير."),
        ("eo", "Does not conform: 4 violations, 0 warnings."),
        ("fr_CH.UTF-8", "Non conforme: 4 erreurs, 0 avertissement."),
        ("ru", "Не соответствует: 4 нарушения, 0 предупреждений."),
    ):
        lines = report_text(report, ADDRESSES, language).splitlines()
        assert lines[-1] == last
        assert not [line for line in lines if line.startswith("::error")], (
            "untrusted text is on one line"
        )


def test_report_with_warnings_only_conforms(rules: Rules) -> None:
    report = validate_files([invalid("invalid-no-checksum")], rules)
    assert report.conforms
    assert not report.shacl_conforms
    assert report_text(report, ADDRESSES).endswith("Conforms: 0 violations, 1 warning.\n")
    assert report_github(report, ADDRESSES).startswith("::warning file=")


def test_json_report_has_places_messages_and_hints_in_six_languages(
    report: Report, faulty: Path
) -> None:
    document = json.loads(report_json(report))
    assert (document["conforms"], document["violations"], document["warnings"]) == (False, 4, 0)
    first = document["results"][0]
    assert first["place"] == {"source": str(faulty), "line": 7, "column": 14}
    assert first["focusNode"] == {"type": "uri", "value": "https://example.org/funding#reference"}
    assert first["value"]["value"] == "s.d."
    assert first["path"] == "<http://purl.org/dc/terms/date>"
    assert first["message"].keys() == first["hint"].keys() == {"ar", "en", "es", "fr", "ru", "zh"}


def test_sarif_report_has_a_rule_for_each_result(report: Report, faulty: Path) -> None:
    document = json.loads(report_sarif(report, ADDRESSES))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(rules) == len({rule["id"] for rule in rules}) == 3
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == "error"
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[\w/.%~-]+", uri), "an artifact's address is a URI reference"
        assert "a%20file" in uri
    starts = [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in run["results"]]
    assert starts == [7, 9, 10, 10]


def test_github_command_has_the_place_and_escapes_the_message(report: Report) -> None:
    commands = report_github(report, ADDRESSES, "fr").splitlines()
    assert len(commands) == 3
    for command in commands:
        head, _, message = command.removeprefix("::").partition("::")
        assert re.fullmatch(r"error file=\S[^:,]*%2C[^:,]*%3A[^:,]*\.ttl,line=\d+,col=\d+", head)
        assert re.search(r"%(?!25|0A|0D)", message) is None
    assert "12 %25" in commands[2]


def test_empty_report_conforms_in_every_format() -> None:
    assert EMPTY.conforms
    assert EMPTY.shacl_conforms
    written = {name: write(EMPTY, ADDRESSES, "en") for name, write in FORMATS.items()}
    assert written["text"] == "Conforms: 0 violations, 0 warnings.\n"
    assert json.loads(written["json"])["results"] == []
    assert json.loads(written["sarif"])["runs"][0]["results"] == []
    assert written["github"] == ""
    graph = Graph().parse(data=written["turtle"], format="turtle")
    assert list(graph.objects(None, SH.conforms)) == [Literal(True)]


def test_rdf_report_has_the_properties_of_the_standard(shapes: Shapes) -> None:
    for path in INVALID:
        report = validate_dataset(read_quads(path), shapes)
        graph = rdflib_graph(parse_quads(report_rdf(report, ADDRESSES), TURTLE, source="report"))
        results = set(graph.subjects(RDF.type, SH.ValidationResult))
        assert len(results) == len(report.results)
        (node,) = graph.subjects(RDF.type, SH.ValidationReport)
        assert set(graph.objects(node, SH.result)) == results
        assert (node, SH.conforms, Literal(False)) in graph
        for result in results:
            for predicate in (
                SH.focusNode,
                SH.resultSeverity,
                SH.sourceConstraintComponent,
                SH.sourceShape,
            ):
                assert isinstance(graph.value(result, predicate), URIRef)


def test_rdf_report_lists_an_alternative_path_in_order(shapes: Shapes) -> None:
    report = validate_dataset(read_quads(invalid("practice/invalid-incomplete")), shapes)
    graph = rdflib_graph(parse_quads(report_rdf(report, ADDRESSES), TURTLE, source="report"))
    (head,) = {
        path
        for result in graph.objects(None, SH.resultPath)
        for path in graph.objects(result, SH.alternativePath)
    }
    first, *_, last = graph.items(head)
    assert (first, last) == (URIRef(ADDRESSES.ontology + "leadOrganisation"), DCTERMS.hasPart)


def test_rdf_report_is_the_same_graph_in_each_syntax_and_order(report: Report) -> None:
    turtle, triples, linked = (
        rdflib_graph(parse_quads(report_rdf(report, ADDRESSES, syntax), syntax, source=syntax.name))
        for syntax in (TURTLE, N_TRIPLES, JSON_LD)
    )
    assert isomorphic(turtle, triples)
    assert isomorphic(linked, triples)
    assert report_rdf(report, ADDRESSES) == report_rdf(
        Report.of(reversed(report.results)), ADDRESSES
    )


ADDRESSES = Addresses()
FEW, MANY = 3, LISTED + 500


def result(number: int, severity: IRI, kind: str) -> Result:
    shape = IRI(f"https://example.org/shapes#{kind}")
    messages = Texts((("en", f"Not {kind}."), ("fr", f"Pas {kind}.")))
    return Result(
        IRI(f"https://example.org/{number:06}"), None, None, shape, severity, shape, messages
    )


@pytest.fixture(scope="module")
def many() -> Report:
    late = [result(number, VIOLATION, "rare") for number in range(FEW)]
    return Report.of([*(result(number, WARNING, "frequent") for number in range(MANY)), *late])


def test_cut_json_report_counts_all_results_by_kind(many: Report) -> None:
    document = json.loads(report_json(many.cut_to(LISTED)))
    assert (document["total"], document["warnings"], len(document["results"])) == (
        MANY + FEW,
        MANY,
        LISTED,
    )
    counts = [(kind["count"], kind["message"]["fr"]) for kind in document["kinds"]]
    assert counts == [(FEW, "Pas rare."), (MANY, "Pas frequent.")]


def test_cut_report_counts_all_results_in_each_format(many: Report) -> None:
    for name, counts in (
        ("text", "Sont listés les 1,000 premiers des 1,503 résultats."),
        ("text", "    avertissement: 1,500 × Pas frequent.\n"),
        ("github", "::notice::Sont listés les 1,000 premiers des 1,503 résultats."),
        ("sarif", '"total": 1503'),
        ("jsonld", "The first 1,000 of 1,503 results."),
        ("turtle", "1,500 results of <https://example.org/shapes#frequent>: Not frequent."),
    ):
        written = FORMATS[name](many.cut_to(LISTED), ADDRESSES, "fr")
        assert counts in written
        assert written.count("https://example.org/00") <= 2 * LISTED
        assert counts not in FORMATS[name](many, ADDRESSES, "fr")
