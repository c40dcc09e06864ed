"""Reports as JSON, for programs that do not read RDF."""

from __future__ import annotations

import json
from typing import Any

from gcmgraph.errors import Place
from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.shapes.paths import path_text
from gcmgraph.shapes.texts import Texts
from gcmgraph.validation.report import Level, Report, Result, ResultKind


def report_json(report: Report) -> str:
    """`conforms`, counts of all results, and the listed ones; IRIs in full, texts by language (`""` for none)."""
    document = {
        "conforms": report.conforms,
        "violations": report.count(Level.VIOLATION),
        "warnings": report.count(Level.WARNING),
        "total": report.total,
        "kinds": [_kind(kind) for kind in report.kinds],
        "results": [_result(result) for result in report.results],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _kind(kind: ResultKind) -> dict[str, Any]:
    return {
        "level": kind.level.name.lower(),
        "component": kind.component.value,
        "sourceShape": term_json(kind.source_shape),
        "message": _texts(kind.messages),
        "count": kind.number,
    }


def _result(result: Result) -> dict[str, Any]:
    place = result.place
    return {
        "level": result.level.name.lower(),
        "severity": result.severity.value,
        "focusNode": term_json(result.focus),
        "path": path_text(result.path) if result.path else None,
        "value": None if result.value is None else term_json(result.value),
        "component": result.component.value,
        "sourceShape": term_json(result.source_shape),
        "message": _texts(result.messages),
        "hint": _texts(result.hints),
        "property": _texts(result.names),
        "label": _texts(result.labels),
        "expected": _texts(result.expected),
        "nearest": None
        if result.nearest is None
        else {"value": result.nearest.term.value, "label": _texts(result.nearest.labels)},
        "page": result.page,
        "place": place and _place(place),
    }


def _place(place: Place) -> dict[str, Any]:
    if place.sheet is None:
        return {"source": place.source, "line": place.line, "column": place.column}
    source = f"{place.source} sheet {place.sheet}"
    return {"source": source, "line": place.line, "column": place.column, "cell": place.cell}


def term_json(term: Term) -> dict[str, str]:
    """A term as SPARQL results in JSON write it (https://www.w3.org/TR/sparql11-results-json/#select-encode-terms)."""
    if isinstance(term, IRI):
        return {"type": "uri", "value": term.value}
    if not isinstance(term, Literal):
        return {"type": "bnode", "value": term.value}
    if term.language is not None:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def _texts(texts: Texts) -> dict[str, str]:
    return dict(texts.pairs)
