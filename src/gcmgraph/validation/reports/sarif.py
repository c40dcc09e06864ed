"""Reports as SARIF 2.1.0, which code hosts show beside the lines.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from gcmgraph import __version__
from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.shapes.texts import Texts
from gcmgraph.validation.report import Level, Report, Result
from gcmgraph.validation.reports.text import advice, sentence

_LEVELS = {Level.VIOLATION: "error", Level.WARNING: "warning", Level.INFO: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def report_sarif(report: Report, addresses: Addresses, language: str = "en") -> str:
    """One run, with a rule for each shape that has results."""
    shapes = sorted({result.source_shape.value for result in report.results})
    by_shape = {result.source_shape.value: result for result in reversed(report.results)}
    driver = {
        "name": "gcmgraph",
        "semanticVersion": __version__,
        "informationUri": addresses.base,
        "rules": [_rule(by_shape[shape], language) for shape in shapes],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(result, shapes.index(result.source_shape.value), addresses, language) for result in report.results
        ],
    }
    if report.cut:  # a property bag (SARIF 3.8)
        run["properties"] = {"listed": len(report.results), "total": report.total, "kinds": _kinds(report)}
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _kinds(report: Report) -> list[dict[str, Any]]:
    return [
        {"ruleId": kind.source_shape.value, "level": _LEVELS[kind.level], "count": kind.number} for kind in report.kinds
    ]


def _rule(result: Result, language: str) -> dict[str, Any]:
    shape = result.source_shape
    rule: dict[str, Any] = {"id": shape.value, "defaultConfiguration": {"level": _LEVELS[result.level]}}
    if isinstance(shape, IRI):
        rule["helpUri"] = shape.value
    return rule | _message("shortDescription", result.messages, language) | _message("help", result.hints, language)


def _message(key: str, texts: Texts, language: str) -> dict[str, Any]:
    text = texts.best(language)
    return {key: {"text": text}} if text else {}


def _result(result: Result, rule: int, addresses: Addresses, language: str) -> dict[str, Any]:
    texts = (sentence(result, addresses, language), advice(result, addresses, language))
    found: dict[str, Any] = {
        "ruleId": result.source_shape.value,
        "ruleIndex": rule,
        "level": _LEVELS[result.level],
        "message": {"text": "\n".join(filter(None, texts))},
    }
    if result.place is not None:
        # an artifact's address is a URI reference (SARIF 3.4.3)
        physical: dict[str, Any] = {"artifactLocation": {"uri": quote(result.place.source)}}
        if result.place.line is not None:
            physical["region"] = {"startLine": result.place.line}
            if result.place.column is not None:
                physical["region"]["startColumn"] = result.place.column
        location: dict[str, Any] = {"physicalLocation": physical}
        if result.place.cell is not None:
            location["logicalLocations"] = [{"fullyQualifiedName": result.place.cell}]
        found["locations"] = [location]
    return found
