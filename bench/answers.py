"""Comparison of answers between systems: the same rows, each as often, or the same triples.

Blank nodes do not occur in our graphs, so equal graphs are equal sets of triples.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bench.queries import BenchQuery, without_limit
from bench.systems.process import System
from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import XSD
from gcmgraph.rdfio.parsing import parse_quads

RESULTS = "application/sparql-results+json"

#: A row: its variables with their terms, in an order of their own.
Row = tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class Answer:
    """A system's answer to one query, in comparable form; `fault` where there is none."""

    value: object = None
    fault: str = ""


def accept(system: System, query: BenchQuery) -> str:
    """Media type of the request to a system."""
    return system.graph_syntax.media_type if query.graph else RESULTS


def ask(system: System, query: BenchQuery) -> tuple[Answer, ...]:
    """Request the answers of a system to the samples of a query."""
    return tuple(_ask(system, query, text) for text in query.samples)


def agreeing(answers: Mapping[str, tuple[Answer, ...]]) -> dict[str, str]:
    """Faults in the answers by system, empty where they agree with most systems.

    Where no answer has more than half of the systems behind it, no system counts as right.
    """
    verdicts = {}
    for system, own in answers.items():
        fault = next((answer.fault for answer in own if answer.fault), "")
        same = sum(own == others for others in answers.values())
        verdicts[system] = fault or ("" if same * 2 > len(answers) else "differs from most systems")
    return verdicts


def _ask(system: System, query: BenchQuery, text: str) -> Answer:
    try:
        value = _value(system, query, text)
        if query.ordered or (parts := without_limit(text)) is None:
            return Answer(value)
        everything = _value(system, query, parts[0])
    except (OSError, ValueError, KeyError, GcmGraphError) as error:  # KeyError: JSON outside the standard
        return Answer(fault=f"no answer: {error}")
    if not isinstance(value, Counter) or not isinstance(everything, Counter):
        raise TypeError("only rows have a limit")
    if value.total() != min(parts[1], everything.total()) or not value <= everything:
        return Answer(fault="LIMIT gives other rows than there are")
    return Answer(everything)


def _value(system: System, query: BenchQuery, text: str) -> object:
    status, body = system.server.get(system.target(text), accept(system, query))
    if status != 200:
        raise ValueError(f"status {status}")
    if query.graph:
        quads = parse_quads(body, system.graph_syntax, source=system.name)
        return frozenset(quad.triple for quad in quads)
    rows = [_row(binding) for binding in json.loads(body)["results"]["bindings"]]
    return rows if query.ordered else Counter(rows)


def _row(binding: Mapping[str, Mapping[str, str]]) -> Row:
    """A solution of https://www.w3.org/TR/sparql11-results-json/; older servers write `typed-literal`.

    A plain literal is an `xsd:string` (https://www.w3.org/TR/rdf11-concepts/#section-Graph-Literal).
    """
    terms = []
    for variable, term in sorted(binding.items()):
        kind = "literal" if term["type"] == "typed-literal" else term["type"]
        suffix = term.get("xml:lang", term.get("datatype", ""))
        terms.append((variable, kind, term["value"], "" if suffix == f"{XSD}string" else suffix))
    return tuple(terms)
