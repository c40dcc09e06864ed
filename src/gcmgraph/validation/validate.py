"""Validation of a dataset and of a contribution.

Of the nodes of a dataset that a shape does not distinguish, one is validated. Of a contribution, its own statements
are, and what they change in the published graph; its files count as one. Large files are validated as a dataset.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import IRI, BlankNode, Literal, Quad, Term
from gcmgraph.rdfio.parsing import stream_quads
from gcmgraph.shapes import Constraints, Name, Predicate, ShapeDefinition, sh
from gcmgraph.store.port import Store
from gcmgraph.validation.checks import CHECKS, CHECKS_OF_CONTRIBUTIONS, published_instead
from gcmgraph.validation.effect import ContributionEffect, LocatedStatements
from gcmgraph.validation.graphs import DatasetIndex, ends, labels
from gcmgraph.validation.report import Level, Report, Result
from gcmgraph.validation.rules import SUPERCLASSES, TYPE, Basis, Rules, Shapes, gather

_LOG = logging.getLogger(__name__)

#: Pairs of shape and focus node that are validated together. The number limits the memory of pySHACL.
_BATCH = 1000


def validate_dataset(quads: Iterable[Quad], shapes: Shapes) -> Report:
    """The report on the union of all graphs of a dataset. Raises `DataError` for unusable shapes."""
    graph = DatasetIndex(chain(quads, shapes.hierarchy))
    if shapes.not_covered:
        _LOG.warning("Datasets are validated node by node: %s.", "; ".join(shapes.not_covered))
        found: Iterable[Result] = shapes.results(graph.facts())
    else:
        found = grouped_results(graph, shapes)
    return Report.of(replace(result, labels=labels(graph, result.focus)) for result in found)


def grouped_results(graph: DatasetIndex, shapes: Shapes) -> Iterator[Result]:
    """The results of validating a graph, at one node of those with equal signatures; at all of them, if it fails."""
    types: dict[frozenset[Term], list[Term]] = {}
    for node in graph:
        types.setdefault(frozenset(graph.objects(node, TYPE)), []).append(node)
    classes = [(ends(graph, SUPERCLASSES, own), nodes) for own, nodes in types.items()]
    signatures = Signatures(shapes, graph)
    for shape in shapes.targeted:
        groups = {
            part.name: signatures.groups(part, targets)
            for targets in [_targets(shape, graph, classes)]
            for part in _parts(shape, shapes)
        }
        first = {part: [nodes[0] for nodes in found] for part, found in groups.items()}
        results = list(_validated(first, graph, shapes))
        yield from results
        failing = {result.focus for result in results}
        inner = not failing.issubset(node for nodes in first.values() for node in nodes)  # of which node is unknown
        rest = {
            part: [node for nodes in found if inner or nodes[0] in failing for node in nodes[1:]]
            for part, found in groups.items()
        }
        yield from _validated(rest, graph, shapes)


def _targets(shape: ShapeDefinition, graph: DatasetIndex, classes: Iterable[tuple[set[Term], list[Term]]]) -> set[Term]:
    """The targets of a shape; `classes` has the nodes by their classes, superclasses included."""
    targets = shape.targets
    found = set(targets.nodes).union(*(nodes for own, nodes in classes if not targets.classes.isdisjoint(own)))
    if targets.subjects_of or targets.objects_of:
        for subject, predicate, value in graph.facts():
            found |= {subject} if predicate in targets.subjects_of else set()
            found |= {value} if predicate in targets.objects_of else set()
    return found


def _parts(shape: ShapeDefinition, shapes: Shapes) -> Iterable[ShapeDefinition]:
    """The property shapes of a shape without other constraints, which distinguish fewer nodes; otherwise the shape."""
    return shapes.nested[shape.name] if shape.constraints.stated == {sh("property")} else (shape,)


def _validated(focus: Mapping[Name, Iterable[Term]], graph: DatasetIndex, shapes: Shapes) -> Iterator[Result]:
    """The results of shapes at some nodes, batch by batch."""
    waiting = ((part, node) for part, nodes in focus.items() for node in nodes)
    while batch := list(islice(waiting, _BATCH)):
        together: dict[Name, set[Term]] = {}
        for part, node in batch:
            together.setdefault(part, set()).add(node)
        yield from shapes.results(gather(together, shapes, graph), together)


#: Datatypes of texts.
_TEXTS = {Literal("").datatype, Literal("", language="en").datatype}


@dataclass(frozen=True)
class Signatures:
    """Signatures of nodes: two nodes for which they are equal get the same verdict.

    A shape distinguishes value nodes by kind, datatype and language, patterns and lengths, classes, and membership in
    its lists. Of numbers and dates, of values that are compared, and of what a SPARQL constraint reads, the signature
    has the terms: fewer nodes are equal then, none wrongly so.
    """

    shapes: Shapes
    graph: DatasetIndex

    def groups(self, shape: ShapeDefinition, nodes: Iterable[Term]) -> Collection[list[Term]]:
        """Nodes by their signatures for a shape."""
        found: dict[Hashable, list[Term]] = {}
        for node in nodes:
            found.setdefault(self.of(shape, node), []).append(node)
        return found.values()

    def of(self, shape: ShapeDefinition, node: Term) -> Hashable:
        """The signature of a node for a shape."""
        constraints, along = shape.constraints, self.shapes.along[shape.name]
        nested = self.shapes.nested[shape.name]
        values = Counter(
            (
                value if along else self._appearance(value, constraints),
                *(self.of(inner, value) for inner in nested),
                frozenset(self.graph.properties(value)) if constraints.closed else None,
            )
            for value in ends(self.graph, shape.path, {node})
        )
        read = [frozenset(ends(self.graph, path, {node})) for path in along]
        return node if constraints.sparql else None, frozenset(values.items()), *read

    def _appearance(self, term: Term, constraints: Constraints) -> Hashable:
        """The part of a value that the constraints distinguish."""
        if constraints.flags or (isinstance(term, Literal) and term.datatype not in _TEXTS):
            return term
        member = term if term in constraints.has_values or term in constraints.listed else None
        types = frozenset(self.graph.objects(term, TYPE)) if constraints.classes else None
        kind = (term.datatype, (term.language or "").lower()) if isinstance(term, Literal) else type(term)
        if isinstance(term, BlankNode):
            return kind, member, types
        matches = tuple(_matches(pattern, term.value) for pattern in constraints.patterns)
        return kind, member, types, matches, min(len(term.value), 1 + max(constraints.lengths, default=-1))


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:  # of which pySHACL reports an error in any case
        return False


#: Limit on the results with a suggestion.
_SUGGESTIONS = 200
#: Checks by the rules of which they are a part.
_CHECKS = {Basis.CONTRIBUTION: (*CHECKS, *CHECKS_OF_CONTRIBUTIONS), Basis.DATASET: CHECKS, Basis.SHAPES: ()}
#: Results after which no more nodes are checked.
ENOUGH = 1_000
#: Above all levels.
_NONE = len(Level)


def validate_contribution(
    added: LocatedStatements,
    published: Store,
    rules: Rules,
    *,
    removed: Iterable[Quad] = (),
    basis: Basis = Basis.DATASET,
) -> Report:
    """The report on what is new when `added` joins the published graph and `removed` leaves it.

    `basis` names the checks beside SHACL. As a contribution, the check stops after `ENOUGH` results, and one result
    states how many resources were not checked.

    Each result has the place of its statement, if `added` has one. Raises `DataError` for unusable shapes.
    """
    effect = ContributionEffect(added, frozenset(removed), published, rules)
    found = list(effect.results(ENOUGH if basis is Basis.CONTRIBUTION else None))
    reported: dict[tuple[object, ...], int] = {}
    for result in found:
        about = (result.focus, result.path, result.value)
        reported[about] = min(result.level.value, reported.get(about, result.level.value))
    for result in (result for check in _CHECKS[basis] for result in check(effect)):
        # a result of a shape is not repeated, unless this one is worse
        if reported.get((result.focus, result.path, result.value), _NONE) > result.level.value:
            found.append(result)
    if effect.left:
        count = {"left": f"{len(effect.left):,}"}
        found.append(effect.result("not-all-checked", IRI(rules.addresses.base), None, None, words=count))
    report = Report.of(replace(result, place=added.place(result)) for result in found)
    return Report(
        tuple(_explained(result, effect, suggest=i < _SUGGESTIONS) for i, result in enumerate(report.results))
    )


def _explained(result: Result, effect: ContributionEffect, *, suggest: bool) -> Result:
    """A result with labels, names, published values and a suggestion."""
    names = result.names
    if not names.pairs and isinstance(result.path, Predicate):
        names = effect.rules.terms.get(result.path.iri, names)
    return replace(
        result,
        labels=labels(effect.after, result.focus),
        names=names,
        expected=result.expected if result.expected.pairs else published_instead(result, effect),
        nearest=result.nearest or (effect.valid.near(result) if suggest else None),
    )


#: Bytes of files above which they are validated as a dataset.
LARGE = 50 * 1024 * 1024


def validate_files(paths: Iterable[Path], rules: Rules, published: Store | None = None) -> Report:
    """The report on files taken together, each result with its line.

    Files of more than `LARGE` bytes are validated by SHACL alone; results about their subjects are reported, also if
    the published graph has them already. Raises `RdfSyntaxError`; `DataError` for unusable shapes.
    """
    known = Store.in_memory() if published is None else published
    paths = list(paths)
    if is_large(paths):
        return _validate_large(paths, rules.shapes, known)
    return validate_contribution(LocatedStatements.read(paths), known, rules)


def is_large(paths: Iterable[Path]) -> bool:
    """Whether files have more than `LARGE` bytes in all."""
    return sum(path.stat().st_size for path in paths if path.is_file()) > LARGE


def _validate_large(paths: list[Path], shapes: Shapes, published: Store) -> Report:
    """The results about the subjects of the files, in the union of the files and the published graph.

    It takes about 250 bytes of memory a triple, published ones included. The place of a result is a file; in N-Triples
    and N-Quads, a line.
    """
    described: dict[Term, str] = {}

    def stated() -> Iterator[Quad]:
        for path in paths:
            empty = True
            for quad in stream_quads(path):
                empty = False
                described.setdefault(quad.subject, str(path))  # type: ignore[arg-type]
                yield quad
            if empty:
                raise RdfSyntaxError("There is no statement in it.", place=Place(str(path)))

    report = validate_dataset(chain(stated(), published.quads()), shapes)
    results = [result for result in report.results if result.focus in described]
    lines = _lines({result.focus for result in results}, paths)

    def place(result: Result) -> Place:
        return lines.get(str(result.focus)) or Place(described[result.focus])

    return Report.of(replace(result, place=place(result)) for result in results)


def _lines(nodes: set[Term], paths: list[Path]) -> dict[str, Place]:
    """The first line about each node in files of one statement a line."""
    subjects = {str(node) for node in nodes}
    found: dict[str, Place] = {}
    for path in paths if subjects else ():
        if path.suffix in {".nt", ".nq"}:
            with path.open(encoding="utf-8-sig") as file:
                for number, line in enumerate(file, start=1):
                    subject = line.partition(" ")[0]
                    if subject in subjects:
                        found.setdefault(subject, Place(str(path), number, 1))
    return found
