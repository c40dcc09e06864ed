"""Validation of a dataset and of a contribution.

Of the nodes of a dataset that no shape distinguishes, one is validated. Of a contribution, its own
statements are, and what they change in the published graph; its files count as one. Files that are
large are validated as a dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from gcmgraph.platform.errors import Place, RdfSyntaxError
from gcmgraph.rdf.parsing import stream_quads
from gcmgraph.rdf.shapes import Name, Predicate, Texts, predicates, sh
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term
from gcmgraph.store.port import Store
from gcmgraph.validation.checks import (
    identifiers,
    literals,
    names,
    published,
    resources,
    similar_practices,
    terms,
)
from gcmgraph.validation.effect import ContributionEffect, LocatedStatements
from gcmgraph.validation.graphs import (
    DatasetIndex,
    collection_paused,
    collection_resumed,
    ends,
    labels,
)
from gcmgraph.validation.report import Level, Report, Result
from gcmgraph.validation.rules import CLASSES, Basis, Rules, Shapes, gather

if TYPE_CHECKING:
    from gcmgraph.validation.partitions import NodeSignature, Partitions
    from gcmgraph.validation.pyshacl_validator import ConstraintQuery

#: Pairs of shape and focus node that are validated together. The number limits the memory of
#: pySHACL.
_BATCH = 1000


def validate_dataset(quads: Iterable[Quad], shapes: Shapes) -> Report:
    """The report on the union of all graphs of a dataset.

    Raises `DataError` for unusable shapes.
    """
    # pySHACL behind them takes half a second to load
    from gcmgraph.validation.distinctions import ShapeDistinctions  # noqa: PLC0415
    from gcmgraph.validation.partitions import Partitions  # noqa: PLC0415

    with collection_paused():
        graph = DatasetIndex(chain(quads, shapes.hierarchy))
    try:
        found = partitioned_results(Partitions(graph, ShapeDistinctions(shapes)), shapes)
        return Report.of(replace(result, labels=labels(graph, result.focus)) for result in found)
    finally:
        collection_resumed()


def partitioned_results(partitions: Partitions, shapes: Shapes) -> Iterator[Result]:
    """The results of validating a graph node by node."""
    graph = partitions.graph
    classes = {nodes[0]: ends(graph, CLASSES, {nodes[0]}) for nodes in partitions.all.values()}
    for shape in shapes.dependencies.targeted:
        targets = {
            signature: nodes
            for signature, nodes in partitions.all.items()
            if not shape.targets.classes.isdisjoint(classes[nodes[0]])
        }
        yield from _results_of_shape(shape.name, targets, partitions, shapes)


def _results_of_shape(
    name: Name, targets: Mapping[NodeSignature, list[Term]], partitions: Partitions, shapes: Shapes
) -> Iterator[Result]:
    """Validate one node of those that a part of a shape does not distinguish; then all of them, if it fails.

    `targets` are the partitions that are targets of the shape.
    """
    parts, graph = _parts(name, shapes), partitions.graph
    focus = {node for nodes in targets.values() for node in nodes}
    #: by part, one node for all partitions that it does not distinguish, with their nodes
    representatives: dict[Name, dict[Term, list[list[Term]]]] = {}
    for part in parts:
        properties = shapes.dependencies.properties(part)
        equal: dict[NodeSignature, list[list[Term]]] = {}
        for signature, nodes in targets.items():
            equal.setdefault(partitions.part(signature, properties), []).append(nodes)
        representatives[part] = {groups[0][0]: groups for groups in equal.values()}
    validated = {part: set(found) for part, found in representatives.items()}
    first = _validate(validated, shapes, graph)
    yield from first
    failing: dict[Term, set[Name]] = {}
    for result in first:
        failing.setdefault(result.focus, set()).add(result.source_shape)
    suspects: dict[Name, set[Term]] = {}
    for part, found in representatives.items():
        within = shapes.dependencies.within(part)
        queries = (
            query for inner in within for query in partitions.distinctions.queries.get(inner, ())
        )
        suspects[part] = {node for query in queries for node in _candidates(query, focus, graph)}
        for node, groups in found.items():
            wrong = failing.get(node, set())
            if part in wrong or not wrong.issubset(parts):  # an inner shape may be that of any part
                suspects[part].update(*groups)
    yield from _validate(
        {part: nodes - validated[part] for part, nodes in suspects.items()}, shapes, graph
    )


def _validate(
    focus: Mapping[Name, Iterable[Term]], shapes: Shapes, graph: DatasetIndex
) -> list[Result]:
    """The results of shapes at these nodes, batch by batch."""
    found: list[Result] = []
    waiting = ((part, node) for part, nodes in focus.items() for node in nodes)
    while batch := list(islice(waiting, _BATCH)):
        together: dict[Name, set[Term]] = {}
        for part, node in batch:
            together.setdefault(part, set()).add(node)
        found += shapes.results(gather(together, shapes.dependencies, graph), together)
    return found


def _parts(name: Name, shapes: Shapes) -> list[Name]:
    """The property shapes of a shape without other constraints; otherwise the shape."""
    dependencies = shapes.dependencies.shapes
    if dependencies[name].constraints.stated == {sh("property")}:
        return [inner for inner in dependencies[name].nested if inner in dependencies]
    return [name]


def _candidates(
    query: ConstraintQuery, nodes: Iterable[Term], graph: DatasetIndex
) -> Iterator[Term]:
    """The nodes for which the query has solutions; pySHACL decides about them.

    Nodes with the same values are queried once.
    """
    properties = tuple(dict.fromkeys(iri for path in query.along for iri in predicates(path)))
    equal: dict[tuple[frozenset[Term], ...], list[Term]] = {}
    for node in nodes:
        found = (frozenset(graph.objects(node, predicate)) for predicate in properties)
        values = tuple(takewhile(bool, found))
        if len(values) == len(properties):  # every pattern must match: the query only joins
            equal.setdefault(values, []).append(node)
    store = Store.in_memory(
        Quad(members[0], predicate, value)  # type: ignore[arg-type]
        for values, members in equal.items()
        for predicate, found in zip(properties, values, strict=True)
        for value in found
    )
    solved = {row["this"] for row in store.select(query.text).rows}
    for members in equal.values():
        if members[0] in solved:
            yield from members


#: Components that a second value violates.
_UNIQUE_LANG = sh("UniqueLangConstraintComponent")
_ONE_ONLY = {sh("MaxCountConstraintComponent"), _UNIQUE_LANG}

#: Limit on the results with a suggestion.
_SUGGESTIONS = 200
#: Checks of every dataset, and those of contributions only: an operator may state this of published
#: resources.
_CHECKS_OF_DATASETS = (
    terms.unknown_terms,
    terms.resources_as_terms,
    terms.misspelt_terms,
    terms.misplaced_terms,
    terms.vocabulary_terms,
    literals.language_tags,
    literals.currencies,
    literals.texts_for_addresses,
    names.invisible_characters,
    names.mixed_scripts,
    names.look_alikes,
    names.names_without_letters,
    names.names_of_other_kinds,
    resources.classes_of_kinds,
    resources.still_needed,
    resources.unknown_resources,
    published.circles,
    identifiers.same_identifiers,
    identifiers.codes_of_countries,
    similar_practices.same_titles_and_periods,
)
_CHECKS_OF_CONTRIBUTIONS = (
    literals.other_languages,
    published.changes_of_published,
    resources.actions,
    names.same_names,
    similar_practices.near_duplicates,
)
#: Checks by the rules of which they are a part.
_CHECKS = {
    Basis.CONTRIBUTION: (*_CHECKS_OF_DATASETS, *_CHECKS_OF_CONTRIBUTIONS),
    Basis.DATASET: _CHECKS_OF_DATASETS,
    Basis.SHAPES: (),
}
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

    `basis` names the checks beside SHACL. As a contribution, the check stops after `ENOUGH`
    results, and one result states how many resources were not checked.

    Each result has the place of its statement, if `added` has one. Raises `DataError` for unusable
    shapes.
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
        found.append(
            effect.result("not-all-checked", IRI(rules.addresses.base), None, None, words=count)
        )
    report = Report.of(replace(result, place=added.place(result)) for result in found)
    return Report(
        tuple(
            _explained(result, effect, suggest=i < _SUGGESTIONS)
            for i, result in enumerate(report.results)
        )
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
        expected=result.expected if result.expected.pairs else _published_instead(result, effect),
        nearest=result.nearest or (effect.valid.near(result) if suggest else None),
    )


def _published_instead(result: Result, effect: ContributionEffect) -> Texts:
    """The published values, where a contribution adds another one and only one is allowed."""
    if not isinstance(result.path, Predicate) or result.component not in _ONE_ONLY:
        return Texts()
    published = effect.before.objects(result.focus, result.path.iri)
    added = effect.new_values.get(result.focus, {}).get(result.path.iri, [])
    if not published or not added:
        return Texts()
    if result.component == _UNIQUE_LANG:
        tags = {value.language for value in added if isinstance(value, Literal)}
        published = [
            value for value in published if isinstance(value, Literal) and value.language in tags
        ]
    values = sorted(
        f"“{value.value}”" if isinstance(value, Literal) else str(value) for value in published
    )
    return Texts.of([("", ", ".join(values))])


#: Bytes of files above which they are validated as a dataset.
LARGE = 50 * 1024 * 1024


def validate_files(paths: Iterable[Path], rules: Rules, published: Store | None = None) -> Report:
    """The report on files taken together, each result with its line.

    Files of more than `LARGE` bytes are validated by SHACL alone; results about their subjects are
    reported, also if the published graph has them already. Raises `RdfSyntaxError`; `DataError` for
    unusable shapes.
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

    It takes about 250 bytes of memory a triple, published ones included. The place of a result is a
    file; in N-Triples and N-Quads, a line.
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
