"""Check of a contribution in this process: reading, policy, validation. Nothing is stored.

The verdict is the same for the command line, /validate, forms, spreadsheets and submission.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from gcmgraph.contributions.content import (
    MAX_BYTES,
    ZIP,
    Content,
    format_of,
    read_contents,
    read_files,
)
from gcmgraph.contributions.policy import refused
from gcmgraph.platform.errors import (
    ContributionError,
    Place,
    StoreError,
    TooLongError,
    faults_of_files,
)
from gcmgraph.publication.reconciliation.reconciler import ColumnNames, read_column_file
from gcmgraph.rdf.canonical import serialize_in_order
from gcmgraph.rdf.media import N_QUADS, read_whole
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.shapes import predicates
from gcmgraph.rdf.terms import IRI, Quad
from gcmgraph.repository.tables import INVALIDATED_BY
from gcmgraph.spreadsheets.columns import Sheet, SheetBook
from gcmgraph.spreadsheets.grids import LISTED, XLSX, spreadsheet_for_suffix
from gcmgraph.spreadsheets.reading import ReadingContext, require_known
from gcmgraph.spreadsheets.template import mark_workbook
from gcmgraph.store.port import Change, Store
from gcmgraph.store.stores import ChangedStore
from gcmgraph.validation.graphs import TYPE
from gcmgraph.validation.located_statements import LocatedStatements
from gcmgraph.validation.report import Level, Report, Result
from gcmgraph.validation.report_formats import FORMATS, report_json
from gcmgraph.validation.rules import Basis, Rules
from gcmgraph.validation.validate import is_large, validate_contribution, validate_files


@dataclass(frozen=True)
class Request:
    """A content to check. Without one, only whether `removed` can be removed."""

    content: Content | None
    #: published statements that it replaces, as N-Quads
    removed: bytes = b""
    #: format (`validation.report_formats.FORMATS`) and language of the report
    format: str = "json"
    language: str = "en"
    basis: Basis = Basis.CONTRIBUTION
    #: whether to return the workbook with its findings
    mark: bool = False
    #: whether to return the lines or cells of the statements
    places: bool = False
    #: before other checks that wait
    first: bool = False
    #: path of a file for the report with all results in this format; without one, the report lists
    #: the first ones
    whole: str = ""
    #: statements that decisions add to the graph and remove from it, and its version does not show
    #: yet, as N-Quads
    decided_added: bytes = b""
    decided_removed: bytes = b""


@dataclass(frozen=True)
class Verdict:
    """Outcome of a check. Its parts are texts, which a process can send to another."""

    conforms: bool
    #: the report with the first results, as JSON
    report: str
    #: the statements of the content, as N-Quads in its order
    statements: bytes
    #: the report in the requested format, where that is another
    formatted: str = ""
    #: the workbook with its findings, where it was requested
    marked: bytes = b""
    #: lines or cells of the statements in the file, where they were requested
    located: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """The report in the requested format, with the first results."""
        return self.formatted or self.report

    @cached_property
    def document(self) -> dict[str, Any]:
        """The report (see `validation.report_formats.report_json`)."""
        document: dict[str, Any] = json.loads(self.report)
        return document

    @property
    def results(self) -> list[dict[str, Any]]:
        """The results of the report."""
        found: list[dict[str, Any]] = self.document["results"]
        return found

    def quads(self) -> list[Quad]:
        """The statements of the content."""
        return list(parse_quads(self.statements, N_QUADS, source="statements"))


class Checker(Protocol):
    """Checks in this process, or in one that can be killed."""

    def check(self, request: Request) -> Verdict:
        """The verdict.

        Raises `RdfSyntaxError`, `ContributionError`; `StoreError` where nothing was built.
        """

    def names(self, table: Content, heading: str | None, most: int) -> ColumnNames:
        """The first `most` names in a column of a table.

        Raises as `read_column_file` does, or `ContributionError`.
        """


# ------------------------------------------------------------------------------------------- one result for one mistake


def one_by_mistake(report: Report, exists: Callable[[IRI], bool]) -> Report:
    """The report without results that the correction of another result resolves.

    - Of several results about one value of a property, or about its absence, the worst is reported.
    - An address at which nothing exists is reported once for each resource that names it.
    - A value is not reported where its class is misspelt.
    - A value that is absent is not reported where a value of the property, or a misspelt property, is.
    """
    found: dict[object, Result] = {}
    for result in sorted(report.results, key=_rank):
        found.setdefault(_mistake(result, exists), result)
    misspelt = {
        result.focus for result in found.values() if result.nearest and TYPE in _along(result)
    }
    wrong = {(result.focus, one) for result in found.values() for one in _stated(result)}
    return Report.of(
        result
        for result in found.values()
        if (result.value is not None and result.value not in misspelt)
        or result.nearest is not None
        or (
            result.value is None and wrong.isdisjoint((result.focus, one) for one in _along(result))
        )
    )


def _mistake(result: Result, exists: Callable[[IRI], bool]) -> object:
    if isinstance(result.value, IRI) and not exists(result.value):
        return result.focus, result.value
    if result.path is None:
        return result
    return (
        result.focus,
        result.path,
        result.value,
        result.value is None and result.nearest is not None,
    )


def _rank(result: Result) -> tuple[int, bool, str]:
    """Worst first; those with a suggestion before others; then by shape: `title` before `title-length`."""
    return result.level.value, result.nearest is None, str(result.source_shape)


def _stated(result: Result) -> Iterator[IRI]:
    """The properties that a violation shows to be stated, in a wrong way."""
    if result.level is Level.VIOLATION:
        if result.value is not None:
            yield from _along(result)
        if result.nearest is not None:  # a misspelt property
            yield result.nearest.term


def _along(result: Result) -> Iterable[IRI]:
    return predicates(result.path) if result.path else ()


# ---------------------------------------------------------------------------------------------------------- the verdict


def judge(
    statements: LocatedStatements,
    published: Store,
    rules: Rules,
    *,
    removed: Iterable[Quad] = (),
    basis: Basis = Basis.CONTRIBUTION,
) -> Report:
    """The report on statements beside the published graph without the statements `removed`.

    Statements that a contribution may not make are reported alone: they are not validated.
    """
    if basis is Basis.CONTRIBUTION:

        def withdrawn(iri: str) -> bool:
            return any(
                published.quads(
                    IRI(iri), INVALIDATED_BY, graph=IRI(rules.addresses.graph("provenance"))
                )
            )

        found = list(
            refused(statements, rules.addresses, withdrawn, lambda term: term in rules.terms)
        )
        if found:
            return Report.of(found)
    removed = frozenset(removed)
    report = validate_contribution(statements, published, rules, removed=removed, basis=basis)
    if basis is not Basis.CONTRIBUTION:
        return report
    stated = frozenset(quad.subject for quad in statements)

    def exists(iri: IRI) -> bool:
        return iri in stated or any(quad not in removed for quad in published.quads(iri))

    return one_by_mistake(report, exists)


# ------------------------------------------------------------------------------------------------ check in this process


@dataclass(eq=False)
class LocalChecker:
    """Checks in this process."""

    published: Callable[[], Store]
    rules: Callable[[], Rules]
    addresses: Addresses

    @cached_property
    def _sheets(self) -> tuple[Sheet, ...]:
        return SheetBook(self.rules().shapes.quads, self.addresses).sheets()

    def check(self, request: Request) -> Verdict:
        """See `Checker.check`."""
        sent, removed = request.content, _quads(request.removed)
        published, statements, tables = self._decided(request), LocatedStatements.of(()), None
        if sent is not None:
            context = ReadingContext(lambda: self._sheets, published, self.addresses, removed)
            statements, tables = read_contents([sent], context)
        report = judge(statements, published, self.rules(), removed=removed, basis=request.basis)
        if tables is not None:
            report = tables.report(report)
        short = tables is not None or (sent is not None and format_of(sent) is ZIP)
        first, write, formatted = (
            report.first(LISTED) if short else report.first(),
            FORMATS[request.format],
            "",
        )
        if request.whole:
            with faults_of_files(StoreError, "The report cannot be written"):
                all_results = write(report, self.addresses, request.language)
                Path(request.whole).write_text(all_results, "utf-8", newline="\n")
        elif request.format != "json":
            formatted = write(first, self.addresses, request.language)
        marked = _marked(sent, report, request.language) if request.mark else b""
        places = (place for _, place in statements.located()) if request.places else ()
        located, written = (
            tuple(str(place or "") for place in places),
            serialize_in_order(statements),
        )
        return Verdict(report.conforms, report_json(first), written, formatted, marked, located)

    def _decided(self, request: Request) -> Store:
        """The published graph as it is with all decisions."""
        published = self.published()
        if not request.decided_added and not request.decided_removed:
            return published
        added, removed = _quads(request.decided_added), _quads(request.decided_removed)
        # the version may show some of them by now
        return ChangedStore(published, Change.towards(added, removed, published.holds))

    def names(self, table: Content, heading: str | None, most: int) -> ColumnNames:
        """See `Checker.names`."""
        return read_column_file(table.data, table.name).names(heading, most)


def _quads(lines: bytes) -> tuple[Quad, ...]:
    return tuple(parse_quads(lines, N_QUADS, source="statements", max_bytes=sys.maxsize))


def _marked(content: Content | None, report: Report, language: str) -> bytes:
    if content is None or format_of(content) is not XLSX:
        raise ContributionError(
            "Findings are marked in workbooks (.xlsx) only.", hint="Choose another format."
        )
    return mark_workbook(content.data, content.name, report, language)


# -------------------------------------------------------------------------------------------- files of the command line


def check_files(
    paths: Iterable[Path], rules: Rules, published: Store, basis: Basis = Basis.CONTRIBUTION
) -> Report:
    """The report on files taken together, each result with its line, or with sheet and cell.

    Raises `RdfSyntaxError`, `DataError` for unusable shapes; as a contribution, also
    `ContributionError`.
    """
    paths = list(paths)
    for path in paths:
        if basis is not Basis.CONTRIBUTION or format_of(Content(b"", path.name)) is not ZIP:
            require_known(path)
    only_rdf = not any(spreadsheet_for_suffix(path.suffix) for path in paths)
    if basis is not Basis.CONTRIBUTION and only_rdf and is_large(paths):
        return validate_files(paths, rules, published)
    context = ReadingContext(
        SheetBook(rules.shapes.quads, rules.addresses).sheets, published, rules.addresses
    )
    contributed = basis is Basis.CONTRIBUTION
    read = read_contents(contents_of(paths), context) if contributed else read_files(paths, context)
    report = judge(read[0], published, rules, basis=basis)
    return report if read[1] is None else read[1].report(report)


def contents_of(paths: list[Path]) -> list[Content]:
    """The bytes of files within the limit of a contribution. Raises `TooLongError`."""
    contents, left = [], MAX_BYTES
    for path in paths:
        data = read_whole(path, most=left + 1)
        left -= len(data)
        if left < 0:
            hint = "Send it in parts. To check data that are not sent, use --as dataset or --as shapes."
            raise TooLongError(
                f"A contribution has {MAX_BYTES:,} bytes at most.",
                place=Place(str(path)),
                hint=hint,
            )
        contents.append(Content(data, str(path)))
    return contents
