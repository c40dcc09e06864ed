"""Validation of a contribution: its own statements, and what they change in the published graph; files as one.

Files that are large are validated as a dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from gcmgraph.errors import Place, RdfSyntaxError
from gcmgraph.model.terms import IRI, Quad, Term
from gcmgraph.rdfio.parsing import stream_quads
from gcmgraph.shapes import Predicate, Texts
from gcmgraph.store.port import Store
from gcmgraph.store.stores import in_memory
from gcmgraph.validation.checks import CHECKS, CHECKS_OF_CONTRIBUTIONS, published_instead
from gcmgraph.validation.dataset import validate_dataset
from gcmgraph.validation.effect import ContributionEffect
from gcmgraph.validation.graphs import labels
from gcmgraph.validation.locations import LocatedStatements
from gcmgraph.validation.report import Level, Report, Result
from gcmgraph.validation.rules import Basis, Rules, Shapes

#: Limit on the results with a suggestion.
_SUGGESTIONS = 200
#: Checks by the rules of which they are a part.
_CHECKS = {
    Basis.CONTRIBUTION: (*CHECKS, *CHECKS_OF_CONTRIBUTIONS),
    Basis.DATASET: CHECKS,
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
    for check in _CHECKS[basis]:  # a result of a shape is not repeated, unless this one is worse
        found += [
            result
            for result in check(effect)
            if reported.get((result.focus, result.path, result.value), _NONE) > result.level.value
        ]
    if effect.left:
        count = {"left": f"{len(effect.left):,}"}
        found.append(effect.result("not-all-checked", IRI(rules.addresses.base), None, None, words=count))
    report = Report.of(replace(result, place=added.place(result)) for result in found)
    return Report(
        tuple(_explained(result, effect, suggest=i < _SUGGESTIONS) for i, result in enumerate(report.results))
    )


def _explained(result: Result, effect: ContributionEffect, *, suggest: bool) -> Result:
    """A result with labels, names, published values and a suggestion."""
    return replace(
        result,
        labels=labels(effect.after, result.focus),
        names=result.names if result.names.pairs else _property_names(result, effect.rules),
        expected=result.expected if result.expected.pairs else published_instead(result, effect),
        nearest=result.nearest or (effect.valid.near(result) if suggest else None),
    )


def _property_names(result: Result, rules: Rules) -> Texts:
    return rules.terms.get(result.path.iri, Texts()) if isinstance(result.path, Predicate) else Texts()


#: Bytes of files above which they are validated as a dataset.
LARGE = 50 * 1024 * 1024


def validate_files(paths: Iterable[Path], rules: Rules, published: Store | None = None) -> Report:
    """The report on files taken together, each result with its line.

    Files of more than `LARGE` bytes are validated by SHACL alone; results about their subjects are reported, also if
    the published graph has them already. Raises `RdfSyntaxError`; `DataError` for unusable shapes.
    """
    known = in_memory() if published is None else published
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
