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
_FAULTY = 200

#: New practices validated by us, after some to warm up; validations of one by pySHACL.
_COUNT, _WARM, _ROUNDS = 50, 10, 3


def measure(material: Material, _: argparse.Namespace) -> Iterator[Figure]:
    """CPU time and peak memory for the whole graph; CPU time for one practice beside the published graph."""
    say("validating in full")
    ours = apart(ours_whole, material.dump, material.practices)
    theirs = apart(pyshacl_whole, material.dump, material.practices)
    fault = "" if ours["results"] == theirs["results"] else "its results are not those of pySHACL"
    for work, name, unit, factor in (
        ("CPU", "cpu_s", "s", 1.0),
        ("peak memory", "peak_bytes", "MB", 1e-6),
    ):
        figures = ours[name] * factor, "pySHACL", theirs[name] * factor
        yield Figure("validation", f"whole graph, {work}", unit, *figures, fault=fault)
    say("validating one practice")
    ours = apart(ours_of_one, material.store, material.practices)
    theirs = apart(pyshacl_of_one, material.dump, material.practices)
    fault = "" if ours["results"] == theirs["results"] else "its results are not those of pySHACL"
    beside = "pySHACL, focus node"
    yield Figure(
        "validation",
        "one practice, CPU",
        "ms",
        ours["cpu_ms"],
        beside,
        theirs["cpu_ms"],
        fault=fault,
    )


def ours_whole(dump: Path, practices: int) -> dict[str, Any]:
    """The whole graph with faults, by `validate_dataset`: CPU seconds, and all results."""
    rules, data = _rules(), _synthetic(practices)
    used = time.process_time()
    report = validate_dataset(chain(stream_quads(dump), _faults(data)), rules.shapes)
    return {"cpu_s": time.process_time() - used, "results": _comparable(report.results)}


def pyshacl_whole(dump: Path, practices: int) -> dict[str, Any]:
    """The same by pySHACL, over its own graph in memory."""
    rules, data = _rules(), _synthetic(practices)
    used = time.process_time()
    results = rules.shapes.results(
        map(fact, chain(stream_quads(dump), _faults(data), rules.shapes.hierarchy))
    )
    return {"cpu_s": time.process_time() - used, "results": _comparable(results)}


def ours_of_one(store: Path, practices: int) -> dict[str, Any]:
    """New practices beside the published graph: milliseconds of CPU; results of the first, right and then faulty."""
    rules, data, published = _rules(), _synthetic(practices), StoreFolder(store).open_current()
    taken = []
    for number in range(_COUNT + _WARM):
        statements = LocatedStatements.of(data.practice(practices + number).quads)
        used = time.process_time()
        validate_contribution(statements, published, rules)
        taken.append((time.process_time() - used) * 1000)
    practice, found = data.practice(practices), []
    for quads in (practice.quads, (*practice.quads, _fault(practice.iri))):
        report = validate_contribution(LocatedStatements.of(quads), published, rules)
        found += sorted([str(result.focus), result.component.value] for result in report.results)
    return {"cpu_ms": median(taken[_WARM:]), "results": found}


def pyshacl_of_one(dump: Path, practices: int) -> dict[str, Any]:
    """The first new practice as focus node, the whole graph loaded before: milliseconds of CPU, and the results."""
    rules, practice, graph = _rules(), _synthetic(practices).practice(practices), Graph()
    for quad in chain(stream_quads(dump), practice.quads, rules.shapes.hierarchy):
        _add(graph, quad)
    taken = []
    for _ in range(_ROUNDS):
        used = time.process_time()
        found = _pyshacl(graph, rules, practice.iri)
        taken.append((time.process_time() - used) * 1000)
    _add(graph, _fault(practice.iri))
    return {"cpu_ms": median(taken), "results": [*found, *_pyshacl(graph, rules, practice.iri)]}


def _rules() -> Rules:
    return load_rules(Repository.find(), Addresses())


def _synthetic(practices: int) -> Synthetic:
    return Synthetic(practices, SEED, Repository.find(), Addresses())


def _faults(data: Synthetic) -> Iterator[Quad]:
    return (_fault(data.practice(number).iri) for number in range(0, data.practices, _FAULTY))


def _fault(practice: IRI) -> Quad:
    """A second start, where a practice may have one."""
    return Quad(practice, IRI("https://schema.org/startDate"), typed("1066", "gYear"))


def _comparable(results: Iterable[Result]) -> list[list[str]]:
    return sorted(
        [str(r.focus), r.source_shape.value, r.component.value, str(r.value)] for r in results
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
