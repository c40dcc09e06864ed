"""Formats of validation reports, and their table.

- text, for people: `file:line:column: severity: message` on one line, the hint below it
- RDF: the report of the SHACL standard (https://www.w3.org/TR/shacl/#validation-report)
- JSON: for programs that do not read RDF
- SARIF 2.1.0: for code hosts, which show results beside the lines
  (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html)
- workflow commands of GitHub Actions: for pull requests
  (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from gcmgraph import __version__
from gcmgraph.platform.errors import Place
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.media import JSON_LD, TURTLE, RdfSyntax
from gcmgraph.rdf.namespaces import PREFIXES, Addresses
from gcmgraph.rdf.property_paths import Alternative, Modified, Path, Predicate, Sequence, path_text
from gcmgraph.rdf.shapes import sh
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Quad, Term, Triple, typed
from gcmgraph.translations import Message, data_language
from gcmgraph.validation.report import Level, Report, Result, ResultKind

_SEVERITIES = {
    Level.VIOLATION: Message("violation"),
    Level.WARNING: Message("warning"),
    Level.INFO: Message("note"),
}
_COUNTED = {
    Level.VIOLATION: Message("{count} violation", "{count} violations"),
    Level.WARNING: Message("{count} warning", "{count} warnings"),
}
_CONFORMS = Message("Conforms: {counts}.")
_DOES_NOT_CONFORM = Message("Does not conform: {counts}.")
_FIRST_ONLY = Message("Listed are the first {listed} of {total} results. All by kind:")
_HINT = Message("Hint: {hint}")
_DID_YOU_MEAN = Message("Did you mean {value}?")
_PUBLISHED = Message("Published is: {values}.")
#: Characters of a value that a text contains.
_LONGEST_VALUE = 80

_TYPE = IRI(PREFIXES["rdf"] + "type")
_FIRST = IRI(PREFIXES["rdf"] + "first")
_REST = IRI(PREFIXES["rdf"] + "rest")
_NIL = IRI(PREFIXES["rdf"] + "nil")

_SARIF_LEVELS = {Level.VIOLATION: "error", Level.WARNING: "warning", Level.INFO: "note"}
_SARIF_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

_GITHUB_COMMANDS = {Level.VIOLATION: "error", Level.WARNING: "warning", Level.INFO: "notice"}


def report_text(report: Report, addresses: Addresses, language: str = "en") -> str:
    """The report, each result on a line with its hint below, counts of a cut report and a summary at the end.

    A language without texts of reports falls back to English.
    """
    language = data_language(language)
    # one error may violate two constraints of a shape, which have the same message
    problems = dict.fromkeys(_problem(result, addresses, language) for result in report.results)
    counts = ", ".join(
        message.counted(report.count(level), language) for level, message in _COUNTED.items()
    )
    summary = (_CONFORMS if report.conforms else _DOES_NOT_CONFORM).in_language(
        language, counts=counts
    )
    return "\n".join([*problems, *kind_lines(report, addresses, language), summary]) + "\n"


def kind_lines(report: Report, addresses: Addresses, language: str) -> list[str]:
    """Counts of the results by kind, of a report that does not list all; else nothing."""
    if not report.cut:
        return []
    head = _FIRST_ONLY.in_language(
        language, listed=f"{len(report.results):,}", total=f"{report.total:,}"
    )
    lines = []
    for kind in report.kinds:
        message = kind.messages.best(language) or term_text(kind.component, addresses)
        severity = _SEVERITIES[kind.level].in_language(language)
        lines.append(f"    {severity}: {kind.number:,} × {_one_line(message)}")
    return [head, *lines]


def _problem(result: Result, addresses: Addresses, language: str) -> str:
    location = f"{result.place}: " if result.place else ""
    severity = _SEVERITIES[result.level].in_language(language)
    line = f"{location}{severity}: {sentence(result, addresses, language)}"
    hint = advice(result, addresses, language)
    return f"{line}\n    {_HINT.in_language(language, hint=hint)}" if hint else line


def advice(result: Result, addresses: Addresses, language: str) -> str | None:
    """Correction on one line: published values, a suggestion, and the hint of the shape."""
    language = data_language(language)
    sentences = []
    published_values = result.expected.best(language)
    if published_values:
        sentences.append(_PUBLISHED.in_language(language, values=published_values))
    if result.nearest:
        nearest = term_text(result.nearest.term, addresses)
        label = result.nearest.labels.best(language)
        value = f"{label}, {nearest}" if label else nearest
        sentences.append(_DID_YOU_MEAN.in_language(language, value=value))
    hint = result.hints.best(language)
    if hint:
        sentences.append(hint)
    return _one_line(" ".join(sentences)) or None


def sentence(result: Result, addresses: Addresses, language: str) -> str:
    """The problem on one line: `“GLO.ACT” (practice:glo-act), start: message [value]`."""
    label = result.labels.best(language)
    focus = term_text(result.focus, addresses)
    subject = f"“{label}” ({focus})" if label else focus
    name = _property_name(result, addresses, language)
    property_part = f", {name}" if name else ""
    message = (
        result.messages.best(language)
        or addresses.compress(result.component.value)
        or result.component.value
    )
    value_part = ""
    if result.value is not None and result.value != result.focus:
        value_part = f" [{term_text(result.value, addresses)}]"
    return _one_line(f"{subject}{property_part}: {message}{value_part}")


def _property_name(result: Result, addresses: Addresses, language: str) -> str:
    name = result.names.best(language)
    if name or result.path is None:
        return name or ""
    return path_text(result.path, lambda iri: term_text(iri, addresses))


def term_text(term: Term, addresses: Addresses) -> str:
    """A term for people: a CURIE if there is a prefix, long literals shortened."""
    if isinstance(term, IRI):
        return addresses.compress(term.value) or f"<{term.value}>"
    text = str(term)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _one_line(text: str) -> str:
    """Text without line breaks and control characters, with which untrusted text could forge lines of a log."""
    return "".join(char if char.isprintable() else " " for char in text)


def report_rdf(report: Report, addresses: Addresses, syntax: RdfSyntax = TURTLE) -> bytes:
    """The report in an RDF syntax; equal reports have equal bytes."""
    quads = (
        Quad(triple.subject, triple.predicate, triple.object) for triple in report_triples(report)
    )
    return serialize_canonical(quads, syntax, addresses.prefixes)


def report_triples(report: Report) -> Iterator[Triple]:
    """The report as triples.

    Report and results are blank nodes. Comments count results that are not listed.
    """
    report_node = BlankNode("report")
    yield Triple(report_node, _TYPE, sh("ValidationReport"))
    conforms = typed(str(report.shacl_conforms).lower(), "boolean")
    yield Triple(report_node, sh("conforms"), conforms)
    for comment in _counts(report):
        yield Triple(
            report_node, IRI(PREFIXES["rdfs"] + "comment"), Literal(comment, language="en")
        )
    for number, result in enumerate(report.results):
        result_node = BlankNode(f"result{number}")
        yield Triple(report_node, sh("result"), result_node)
        yield from _result_triples(result_node, result)


def _counts(report: Report) -> Iterator[str]:
    if report.cut:
        yield f"The first {len(report.results):,} of {report.total:,} results."
        for kind in report.kinds:
            message = kind.messages.best("en") or kind.component.value
            yield f"{kind.number:,} results of {kind.source_shape}: {message}"


def _result_triples(node: BlankNode, result: Result) -> Iterator[Triple]:
    path_triples: list[Triple] = []
    yield Triple(node, _TYPE, sh("ValidationResult"))
    for name, value in (
        ("focusNode", result.focus),
        ("resultSeverity", result.severity),
        ("sourceConstraintComponent", result.component),
        ("sourceShape", result.source_shape),
        ("value", result.value),
        *(("resultMessage", message) for message in result.messages.literals),
        ("resultPath", _path_node(result.path, node.value, path_triples) if result.path else None),
    ):
        if value is not None:
            yield Triple(node, sh(name), value)
    yield from path_triples


def _path_node(path: Path, name: str, triples: list[Triple]) -> IRI | BlankNode:
    """The node of a path as SHACL describes it; triples about blank nodes, named after a result, are added."""
    match path:
        case Predicate(iri):
            return iri
        case Sequence(steps):
            return _path_list(steps, name, triples)
        case Alternative(choices):
            operator, value = "alternativePath", _path_list(choices, name, triples)
        case Modified(operator, inner):
            value = _path_node(inner, name, triples)
    node = BlankNode(f"{name}p{len(triples)}")
    triples.append(Triple(node, sh(operator), value))
    return node


def _path_list(paths: tuple[Path, ...], name: str, triples: list[Triple]) -> IRI | BlankNode:
    """The node of an RDF list of paths; its triples are added."""
    list_node: IRI | BlankNode = _NIL
    for path in reversed(paths):
        member = _path_node(path, name, triples)
        node = BlankNode(f"{name}p{len(triples)}")
        triples += [Triple(node, _FIRST, member), Triple(node, _REST, list_node)]
        list_node = node
    return list_node


def report_document(report: Report) -> dict[str, Any]:
    """`conforms`, counts of all results, and the listed ones; IRIs in full, texts by language (`""` for none)."""
    return {
        "conforms": report.conforms,
        "violations": report.count(Level.VIOLATION),
        "warnings": report.count(Level.WARNING),
        "total": report.total,
        "kinds": [_kind_json(kind) for kind in report.kinds],
        "results": [_result_json(result) for result in report.results],
    }


def document_json(document: dict[str, Any]) -> str:
    """The JSON of a document of `report_document`."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def report_json(report: Report) -> str:
    """The report as JSON."""
    return document_json(report_document(report))


def _kind_json(kind: ResultKind) -> dict[str, Any]:
    return {
        "level": kind.level.name.lower(),
        "component": kind.component.value,
        "sourceShape": term_json(kind.source_shape),
        "message": dict(kind.messages.pairs),
        "count": kind.number,
    }


def _result_json(result: Result) -> dict[str, Any]:
    place = result.place
    return {
        "level": result.level.name.lower(),
        "severity": result.severity.value,
        "focusNode": term_json(result.focus),
        "path": path_text(result.path) if result.path else None,
        "value": None if result.value is None else term_json(result.value),
        "component": result.component.value,
        "sourceShape": term_json(result.source_shape),
        "message": dict(result.messages.pairs),
        "hint": dict(result.hints.pairs),
        "property": dict(result.names.pairs),
        "label": dict(result.labels.pairs),
        "expected": dict(result.expected.pairs),
        "nearest": None
        if result.nearest is None
        else {"value": result.nearest.term.value, "label": dict(result.nearest.labels.pairs)},
        "page": result.page,
        "place": place and _place_json(place),
    }


def _place_json(place: Place) -> dict[str, Any]:
    location = {"source": place.source, "line": place.line, "column": place.column}
    if place.sheet is not None:
        location["source"] = f"{place.source} sheet {place.sheet}"
        location["cell"] = place.cell
    return location


def term_json(term: Term) -> dict[str, str]:
    """A term as SPARQL results in JSON write it (https://www.w3.org/TR/sparql11-results-json/#select-encode-terms)."""
    if isinstance(term, IRI):
        return {"type": "uri", "value": term.value}
    if not isinstance(term, Literal):
        return {"type": "bnode", "value": term.value}
    if term.language is not None:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def report_sarif(report: Report, addresses: Addresses, language: str = "en") -> str:
    """One run, with a rule for each shape that has results."""
    shapes = sorted({result.source_shape.value for result in report.results})
    by_shape = {result.source_shape.value: result for result in reversed(report.results)}
    driver = {
        "name": "gcmgraph",
        "semanticVersion": __version__,
        "informationUri": addresses.base,
        "rules": [_sarif_rule(by_shape[shape], language) for shape in shapes],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            _sarif_result(result, shapes.index(result.source_shape.value), addresses, language)
            for result in report.results
        ],
    }
    if report.cut:  # a property bag (SARIF 3.8)
        kinds = [
            {
                "ruleId": kind.source_shape.value,
                "level": _SARIF_LEVELS[kind.level],
                "count": kind.number,
            }
            for kind in report.kinds
        ]
        run["properties"] = {"listed": len(report.results), "total": report.total, "kinds": kinds}
    document = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _sarif_rule(result: Result, language: str) -> dict[str, Any]:
    shape = result.source_shape
    rule: dict[str, Any] = {
        "id": shape.value,
        "defaultConfiguration": {"level": _SARIF_LEVELS[result.level]},
    }
    if isinstance(shape, IRI):
        rule["helpUri"] = shape.value
    return (
        rule
        | _sarif_message("shortDescription", result.messages, language)
        | _sarif_message("help", result.hints, language)
    )


def _sarif_message(key: str, texts: Texts, language: str) -> dict[str, Any]:
    text = texts.best(language)
    return {key: {"text": text}} if text else {}


def _sarif_result(result: Result, rule: int, addresses: Addresses, language: str) -> dict[str, Any]:
    sentences = (sentence(result, addresses, language), advice(result, addresses, language))
    document: dict[str, Any] = {
        "ruleId": result.source_shape.value,
        "ruleIndex": rule,
        "level": _SARIF_LEVELS[result.level],
        "message": {"text": "\n".join(filter(None, sentences))},
    }
    if result.place is not None:
        document["locations"] = [_sarif_location(result.place)]
    return document


def _sarif_location(place: Place) -> dict[str, Any]:
    # an artifact's address is a URI reference (SARIF 3.4.3)
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(place.source)}}
    if place.line is not None:
        physical["region"] = {"startLine": place.line}
        if place.column is not None:
            physical["region"]["startColumn"] = place.column
    location: dict[str, Any] = {"physicalLocation": physical}
    if place.cell is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": place.cell}]
    return location


def report_github(report: Report, addresses: Addresses, language: str = "en") -> str:
    """One command a result: `::error file=…,line=…::message`, and one with counts where not all are listed."""
    commands = dict.fromkeys(
        _github_command(result, addresses, language) for result in report.results
    )
    counts = "\n".join(kind_lines(report, addresses, data_language(language)))
    return "".join([*commands, f"::notice::{_escaped(counts)}\n" if counts else ""])


def _github_command(result: Result, addresses: Addresses, language: str) -> str:
    properties: dict[str, object] = {}
    if result.place is not None:
        source = _escaped(result.place.source).replace(":", "%3A").replace(",", "%2C")
        properties = {"file": source, "line": result.place.line, "col": result.place.column}
    pairs = [f"{name}={value}" for name, value in properties.items() if value is not None]
    command = f"{_GITHUB_COMMANDS[result.level]} {','.join(pairs)}".rstrip()
    hint = advice(result, addresses, language)
    message = sentence(result, addresses, language) + (f"\n{hint}" if hint else "")
    return f"::{command}::{_escaped(message)}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


#: Functions from a report, addresses and a language to text, by the name in `gcmgraph validate
#: --format`.
FORMATS: dict[str, Callable[[Report, Addresses, str], str]] = {
    "text": report_text,
    "turtle": lambda report, addresses, _: report_rdf(report, addresses).decode("utf-8"),
    "jsonld": lambda report, addresses, _: report_rdf(report, addresses, JSON_LD).decode("utf-8"),
    "json": lambda report, _addresses, _language: report_json(report),
    "sarif": report_sarif,
    "github": report_github,
}
