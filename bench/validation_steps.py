"""Validation by us and by pyshacl from the same dump; each step is to run in a process of its own (`apart`).

CPU seconds are those from the first line read to the last result; shapes are read before.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any

import pyshacl
from rdflib import SH, Graph, URIRef
from rdflib.term import Node

from bench.generate import SEED
from bench.synthetic import Synthetic
from gcmgraph.model.terms import IRI, Quad, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.parsing import stream_quads
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions.folder import StoreFolder
from gcmgraph.validation.checks.rules import Rules, load_rules
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.dataset import validate_dataset
from gcmgraph.validation.locations.statements import LocatedStatements
from gcmgraph.validation.report import Result
from gcmgraph.validation.shacl.pyshacl_validator import constraint_graph
from gcmgraph.validation.shacl.rdflib_bridge import to_rdflib
from gcmgraph.validation.triples import fact

#: One practice in this number has a fault, in a whole graph.
_FAULTY = 200

#: Number of validations of one practice by pyshacl; the median counts.
_ROUNDS = 3


def ours_whole(dump: Path, practices: int) -> dict[str, Any]:
    """The whole graph with faults, by `validate_dataset`: seconds, and all results."""
    rules, data = _rules(), _synthetic(practices)
    begin, used = time.perf_counter(), time.process_time()
    report = validate_dataset(chain(stream_quads(dump), _faults(data)), rules.engine)
    return {**_took(begin, used), "results": _told(report.results)}


def pyshacl_whole(dump: Path, practices: int) -> dict[str, Any]:
    """The same by pyshacl, over its own graph in memory."""
    rules, data = _rules(), _synthetic(practices)
    begin, used = time.perf_counter(), time.process_time()
    quads = chain(stream_quads(dump), _faults(data), rules.shapes.hierarchy)
    results = rules.engine.results(map(fact, quads))
    return {**_took(begin, used), "results": _told(results)}


def pyshacl_focus_node(dump: Path, practices: int) -> dict[str, Any]:
    """One new practice as focus node, the whole graph loaded before: milliseconds, and its results."""
    rules, data = _rules(), _synthetic(practices)
    practice = data.practice(practices)
    graph = Graph()
    for quad in chain(stream_quads(dump), practice.quads, rules.shapes.hierarchy):
        _add(graph, quad)
    wall, cpu = [], []
    for _ in range(_ROUNDS):
        begin, used = time.perf_counter(), time.process_time()
        found = _pyshacl(graph, rules, practice.iri)
        wall.append((time.perf_counter() - begin) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    _add(graph, _fault(practice.iri))
    faulty = _pyshacl(graph, rules, practice.iri)
    return {"wall_ms": median(wall), "cpu_ms": median(cpu), "results": [*found, *faulty]}


def ours_of_one(store: Path, practices: int) -> dict[str, Any]:
    """Our results for the same practice, right and then faulty, beside the published graph."""
    rules, published = _rules(), StoreFolder(store).open_current()
    practice = _synthetic(practices).practice(practices)
    found: list[list[str]] = []
    for quads in (practice.quads, (*practice.quads, _fault(practice.iri))):
        report = validate_contribution(LocatedStatements.of(quads), published, rules)
        found += sorted([str(result.focus), result.component.value] for result in report.results)
    return {"results": found}


def _rules() -> Rules:
    return load_rules(Repository.find(), Addresses())


def _synthetic(practices: int) -> Synthetic:
    return Synthetic(practices, SEED, Repository.find(), Addresses())


def _faults(data: Synthetic) -> Iterator[Quad]:
    return (_fault(data.practice(number).iri) for number in range(0, data.practices, _FAULTY))


def _fault(practice: IRI) -> Quad:
    """A second start, where a practice may have one."""
    return Quad(practice, IRI("https://schema.org/startDate"), typed("1066", "gYear"))


def _took(begin: float, used: float) -> dict[str, float]:
    return {"wall_s": time.perf_counter() - begin, "cpu_s": time.process_time() - used}


def _told(results: Iterable[Result]) -> list[list[str]]:
    return sorted([str(r.focus), r.source_shape.value, r.component.value, str(r.value)] for r in results)


def _add(graph: Graph, quad: Quad) -> None:
    graph.add(tuple(map(to_rdflib, fact(quad))))  # type: ignore[arg-type]


def _pyshacl(graph: Graph, rules: Rules, practice: IRI) -> list[list[str]]:
    """Focus node and component of each result."""
    _, report, _ = pyshacl.validate(
        graph,
        shacl_graph=constraint_graph(rules.shapes),
        focus_nodes=[URIRef(practice.value)],
        inplace=True,
        inference="none",
    )
    assert isinstance(report, Graph)

    def value(result: Node, name: URIRef) -> str:
        return str(report.value(result, name))

    return sorted(
        [f"<{value(result, SH.focusNode)}>", value(result, SH.sourceConstraintComponent)]
        for result in report.objects(None, SH.result)
    )
