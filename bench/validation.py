"""Validation by us and by pySHACL, from the same dump: a whole graph with faults, and one new practice.

Each step runs in a process of its own. CPU seconds are those from the first line read to the last
result; shapes are read before.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any

import pyshacl
from rdflib import SH, Graph, URIRef
from rdflib.term import Node

from bench.material import Material, apart, say
from bench.report import Figure
from bench.synthetic import SEED, Synthetic
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import stream_quads
from gcmgraph.rdf.terms import IRI, Quad, typed
from gcmgraph.repository.layout import Repository
from gcmgraph.store.store_folder import StoreFolder
from gcmgraph.validation.graphs import fact
from gcmgraph.validation.located_statements import LocatedStatements
from gcmgraph.validation.pyshacl_validator import constraint_graph
from gcmgraph.validation.rdflib_terms import to_rdflib
from gcmgraph.validation.report import Result
from gcmgraph.validation.rules import Rules, load_rules
from gcmgraph.validation.validate import validate_contribution, validate_dataset

#: One practice in this number has a fault, in a whole graph.
FAULT_INTERVAL = 200
#: New practices validated by us, after some to warm up.
MEASURED_PRACTICES = 50
WARM_UP_PRACTICES = 10
#: Validations of one practice by pySHACL.
PYSHACL_ROUNDS = 3


def measure(material: Material, _: argparse.Namespace) -> Iterator[Figure]:
    """CPU time and peak memory for the whole graph; CPU time for one practice beside the graph."""
    say("validating in full")
    gcmgraph = apart(validate_graph, material.dump, material.practices)
    pyshacl_run = apart(pyshacl_of_graph, material.dump, material.practices)
    fault = _fault_of_results(gcmgraph, pyshacl_run)
    yield Figure(
        "validation",
        "whole graph, CPU",
        "s",
        gcmgraph["cpu_s"],
        "pySHACL",
        pyshacl_run["cpu_s"],
        fault=fault,
    )
    yield Figure(
        "validation",
        "whole graph, peak memory",
        "MB",
        gcmgraph["peak_bytes"] / 1e6,
        "pySHACL",
        pyshacl_run["peak_bytes"] / 1e6,
        fault=fault,
    )
    say("validating one practice")
    gcmgraph = apart(validate_practices, material.store, material.practices)
    pyshacl_run = apart(pyshacl_of_practice, material.dump, material.practices)
    yield Figure(
        "validation",
        "one practice, CPU",
        "ms",
        gcmgraph["cpu_ms"],
        "pySHACL, focus node",
        pyshacl_run["cpu_ms"],
        fault=_fault_of_results(gcmgraph, pyshacl_run),
    )


def _fault_of_results(gcmgraph: dict[str, Any], pyshacl_run: dict[str, Any]) -> str:
    if gcmgraph["results"] == pyshacl_run["results"]:
        return ""
    return "its results are not those of pySHACL"


def validate_graph(dump: Path, practices: int) -> dict[str, Any]:
    """The whole graph with faults, by `validate_dataset`: CPU seconds, and all results."""
    rules = _rules()
    data = _synthetic(practices)
    start = time.process_time()
    report = validate_dataset(chain(stream_quads(dump), _faults(data)), rules.shapes)
    return {"cpu_s": time.process_time() - start, "results": _comparable(report.results)}


def pyshacl_of_graph(dump: Path, practices: int) -> dict[str, Any]:
    """The same by pySHACL, over its own graph in memory."""
    rules = _rules()
    data = _synthetic(practices)
    start = time.process_time()
    quads = chain(stream_quads(dump), _faults(data), rules.shapes.hierarchy)
    results = rules.shapes.results(map(fact, quads))
    return {"cpu_s": time.process_time() - start, "results": _comparable(results)}


def validate_practices(store: Path, practices: int) -> dict[str, Any]:
    """New practices beside the published graph, by `validate_contribution`.

    Returns milliseconds of CPU; results of the first practice, right and then faulty.
    """
    rules = _rules()
    data = _synthetic(practices)
    published = StoreFolder(store).open_current()
    durations = []
    for number in range(MEASURED_PRACTICES + WARM_UP_PRACTICES):
        statements = LocatedStatements.of(data.practice(practices + number).quads)
        start = time.process_time()
        validate_contribution(statements, published, rules)
        durations.append((time.process_time() - start) * 1000)
    practice = data.practice(practices)
    results: list[list[str]] = []
    for quads in (practice.quads, (*practice.quads, _fault(practice.iri))):
        report = validate_contribution(LocatedStatements.of(quads), published, rules)
        results += sorted([str(result.focus), result.component.value] for result in report.results)
    return {"cpu_ms": median(durations[WARM_UP_PRACTICES:]), "results": results}


def pyshacl_of_practice(dump: Path, practices: int) -> dict[str, Any]:
    """The first new practice as focus node, the whole graph loaded before, by pySHACL.

    Returns milliseconds of CPU; results of the practice, right and then faulty.
    """
    rules = _rules()
    practice = _synthetic(practices).practice(practices)
    graph = Graph()
    for quad in chain(stream_quads(dump), practice.quads, rules.shapes.hierarchy):
        _add(graph, quad)
    durations = []
    for _ in range(PYSHACL_ROUNDS):
        start = time.process_time()
        results = _pyshacl(graph, rules, practice.iri)
        durations.append((time.process_time() - start) * 1000)
    _add(graph, _fault(practice.iri))
    results += _pyshacl(graph, rules, practice.iri)
    return {"cpu_ms": median(durations), "results": results}


def _rules() -> Rules:
    return load_rules(Repository.find(), Addresses())


def _synthetic(practices: int) -> Synthetic:
    return Synthetic(practices, SEED, Repository.find(), Addresses())


def _faults(data: Synthetic) -> Iterator[Quad]:
    for number in range(0, data.practices, FAULT_INTERVAL):
        yield _fault(data.practice(number).iri)


def _fault(practice: IRI) -> Quad:
    """A second start, where a practice may have one."""
    return Quad(practice, IRI("https://schema.org/startDate"), typed("1066", "gYear"))


def _comparable(results: Iterable[Result]) -> list[list[str]]:
    return sorted(
        [
            str(result.focus),
            result.source_shape.value,
            result.component.value,
            str(result.value),
        ]
        for result in results
    )


def _add(graph: Graph, quad: Quad) -> None:
    graph.add(tuple(map(to_rdflib, fact(quad))))  # type: ignore[arg-type]


def _pyshacl(graph: Graph, rules: Rules, practice: IRI) -> list[list[str]]:
    """Focus node and component of each result."""
    shapes = constraint_graph(rules.shapes.quads)
    focus: list[str | URIRef] = [URIRef(practice.value)]
    _, report, _ = pyshacl.validate(
        graph, shacl_graph=shapes, focus_nodes=focus, inplace=True, inference="none"
    )
    assert isinstance(report, Graph)

    def value(result: Node, name: URIRef) -> str:
        return str(report.value(result, name))

    return sorted(
        [f"<{value(result, SH.focusNode)}>", value(result, SH.sourceConstraintComponent)]
        for result in report.objects(None, SH.result)
    )
