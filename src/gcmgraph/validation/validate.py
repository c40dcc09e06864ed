"""Validation of a contribution, of files and of a dataset.

Of a contribution, its own statements are validated, and what they change in the published graph;
its files count as one. Files that are large are validated as a dataset (`dataset`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from gcmgraph.platform.errors import Place, RdfSyntaxError
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.parsing import stream_quads
from gcmgraph.rdf.property_paths import Predicate
from gcmgraph.rdf.shapes import sh
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term
from gcmgraph.store.port import Store
from gcmgraph.validation.checks.check_lists import CHECKS
from gcmgraph.validation.contribution_effect import ContributionEffect
from gcmgraph.validation.graphs import labels
from gcmgraph.validation.located_statements import LocatedStatements
from gcmgraph.validation.report import Level, Report, Result
from gcmgraph.validation.rules import Rules, RuleSet, Shapes

#: Results after which no more nodes are checked.
ENOUGH_RESULTS = 1_000
#: Limit on the results with a suggestion.
_MAX_SUGGESTIONS = 200
#: Bytes of files above which they are validated as a dataset.
LARGE = 50 * 1024 * 1024

_UNIQUE_LANG = sh("UniqueLangConstraintComponent")
#: Components that a second value violates.
_SINGLE_VALUE = {sh("MaxCountConstraintComponent"), _UNIQUE_LANG}


def validate_dataset(quads: Iterable[Quad], shapes: Shapes) -> Report:
    """The report on the union of all graphs of a dataset.

    Raises `DataError` for unusable shapes.
    """
    # pySHACL behind it takes half a second to load
    from gcmgraph.validation.dataset import dataset_report  # noqa: PLC0415

    return dataset_report(quads, shapes)


def validate_contribution(
    added: LocatedStatements,
    published: Store,
    rules: Rules,
    *,
    removed: Iterable[Quad] = (),
    rule_set: RuleSet = RuleSet.DATASET,
) -> Report:
    """The report on what is new when `added` joins the published graph and `removed` leaves it.

    `rule_set` selects the checks beside SHACL. As a contribution, the check stops after `ENOUGH_RESULTS`
    results, and one result states how many resources were not checked.

    Each result has the location of its statement, if `added` has one. Raises `DataError` for
    unusable shapes.
    """
    effect = ContributionEffect(added, frozenset(removed), published, rules)
    stop_after = ENOUGH_RESULTS if rule_set is RuleSet.CONTRIBUTION else None
    results = list(effect.new_results(stop_after))
    results += _results_beside_shapes(effect, rule_set, results)
    if effect.unchecked:
        results.append(_not_all_checked(effect))
    report = Report.of(replace(result, place=added.place(result)) for result in results)
    explained_results = []
    for index, result in enumerate(report.results):
        has_suggestion = index < _MAX_SUGGESTIONS
        explained_results.append(_explained(result, effect, suggest=has_suggestion))
    return Report(tuple(explained_results))


def _results_beside_shapes(
    effect: ContributionEffect, rule_set: RuleSet, results: Iterable[Result]
) -> list[Result]:
    """The results of the checks beside SHACL, without those that are no worse than a result of a shape."""
    levels: dict[tuple[object, ...], int] = {}
    for result in results:
        statement = (result.focus, result.path, result.value)
        level = result.level.value
        levels[statement] = min(level, levels.get(statement, level))
    no_level = len(Level)
    results_of_checks = []
    for check in CHECKS[rule_set]:
        for result in check(effect):
            level_of_shapes = levels.get((result.focus, result.path, result.value), no_level)
            if result.level.value < level_of_shapes:
                results_of_checks.append(result)
    return results_of_checks


def _not_all_checked(effect: ContributionEffect) -> Result:
    words = {"left": f"{len(effect.unchecked):,}"}
    dataset = IRI(effect.addresses.base)
    return effect.result("not-all-checked", dataset, None, None, words=words)


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
        nearest=result.nearest or (effect.valid_values.nearest_to(result) if suggest else None),
    )


def _published_instead(result: Result, effect: ContributionEffect) -> Texts:
    """The published values, where a contribution adds another one and only one is allowed."""
    if not isinstance(result.path, Predicate) or result.component not in _SINGLE_VALUE:
        return Texts()
    published_values = effect.before.objects(result.focus, result.path.iri)
    new_values = effect.new_values.get(result.focus, {}).get(result.path.iri, [])
    if not published_values or not new_values:
        return Texts()
    if result.component == _UNIQUE_LANG:
        languages = {value.language for value in new_values if isinstance(value, Literal)}
        published_values = [
            value
            for value in published_values
            if isinstance(value, Literal) and value.language in languages
        ]
    quoted_values = sorted(map(_quoted, published_values))
    return Texts.of([("", ", ".join(quoted_values))])


def _quoted(value: Term) -> str:
    return f"“{value.value}”" if isinstance(value, Literal) else str(value)


def validate_files(paths: Iterable[Path], rules: Rules, published: Store | None = None) -> Report:
    """The report on files taken together, each result with its line.

    Files of more than `LARGE` bytes are validated by SHACL alone; results about their subjects are
    reported, also if the published graph has them already. Raises `RdfSyntaxError`; `DataError` for
    unusable shapes.
    """
    published_graph = Store.in_memory() if published is None else published
    files = list(paths)
    if is_large(files):
        return _validate_large(files, rules.shapes, published_graph)
    return validate_contribution(LocatedStatements.read(files), published_graph, rules)


def is_large(paths: Iterable[Path]) -> bool:
    """Whether files have more than `LARGE` bytes in all."""
    return sum(path.stat().st_size for path in paths if path.is_file()) > LARGE


def _validate_large(files: list[Path], shapes: Shapes, published: Store) -> Report:
    """The results about the subjects of the files, in the union of the files and the published graph.

    It takes about 250 bytes of memory a triple, published ones included. The location of a result is
    a file; in N-Triples and N-Quads, a line.
    """
    file_by_subject: dict[Term, Path] = {}

    def quads_of_files() -> Iterator[Quad]:
        for file in files:
            is_empty = True
            for quad in stream_quads(file):
                is_empty = False
                file_by_subject.setdefault(quad.subject, file)  # type: ignore[arg-type]
                yield quad
            if is_empty:
                raise RdfSyntaxError("There is no statement in it.", place=Place(str(file)))

    report = validate_dataset(chain(quads_of_files(), published.quads()), shapes)
    results = [result for result in report.results if result.focus in file_by_subject]
    lines = _first_lines({str(result.focus) for result in results}, files)
    located_results = []
    for result in results:
        location = lines.get(str(result.focus)) or Place(str(file_by_subject[result.focus]))
        located_results.append(replace(result, place=location))
    return Report.of(located_results)


def _first_lines(subjects: set[str], files: list[Path]) -> dict[str, Place]:
    """The first line about each subject in files of one statement a line."""
    locations: dict[str, Place] = {}
    if not subjects:
        return locations
    for path in files:
        if path.suffix not in {".nt", ".nq"}:
            continue
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                subject = line.partition(" ")[0]
                if subject in subjects:
                    locations.setdefault(subject, Place(str(path), number, 1))
    return locations
