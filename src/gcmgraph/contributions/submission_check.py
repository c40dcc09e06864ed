"""Check of a contribution in this process: reading, policy, validation. Nothing is stored.

The verdict is the same for the command line, /validate, forms, spreadsheets and submission.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from gcmgraph.contributions.content import ZIP, Content, format_of
from gcmgraph.contributions.content_reading import Reading, read_contents
from gcmgraph.contributions.mistakes import one_by_mistake
from gcmgraph.contributions.policy import refused
from gcmgraph.contributions.stored_statements import (
    StoredStatements,
    sent_form,
    statement_line,
    stored_form,
)
from gcmgraph.platform.errors import ContributionError, StoreError, faults_of_files
from gcmgraph.publication.reconciliation.column_files import ColumnNames, read_column_file
from gcmgraph.rdf.canonical import serialize_canonical, serialize_in_order
from gcmgraph.rdf.media import N_QUADS
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import IRI, Quad
from gcmgraph.repository.withdrawals import INVALIDATED_BY
from gcmgraph.spreadsheets.columns import Sheet, SheetBook
from gcmgraph.spreadsheets.grids import XLSX
from gcmgraph.spreadsheets.reading import ReadingContext
from gcmgraph.spreadsheets.template import mark_workbook
from gcmgraph.store.port import Change, Store
from gcmgraph.store.stores import ChangedStore
from gcmgraph.validation.located_statements import LocatedStatements
from gcmgraph.validation.report import LISTED, LISTED_OF_SPREADSHEET, Report
from gcmgraph.validation.report_formats import FORMATS, document_json, report_document
from gcmgraph.validation.rules import Rules, RuleSet
from gcmgraph.validation.validate import validate_contribution


@dataclass(frozen=True)
class DecidedLines:
    """Statements that decisions add to the graph and remove from it, and its version lacks, as N-Quads."""

    added: bytes = b""
    removed: bytes = b""

    @classmethod
    def of(cls, change: Change) -> DecidedLines:
        """The statements of a change."""
        return cls(serialize_in_order(change.added), serialize_in_order(change.removed))


@dataclass(frozen=True)
class Request:
    """A content, or statements of the ledger, to check. Without both, only whether `replaced` can be removed."""

    content: Content | None = None
    stored: StoredStatements | None = None
    #: published statements that these replace
    replaced: StoredStatements | None = None
    #: format (`validation.report_formats.FORMATS`) and language of the report
    format: str = "json"
    language: str = "en"
    rule_set: RuleSet = RuleSet.CONTRIBUTION
    #: identifier of the contribution of the content, for the stored form of its statements
    contribution: str = ""
    #: whether to return the workbook with its findings
    mark: bool = False
    #: whether to return the lines or cells of the statements of the contribution
    places: bool = False
    #: whether it is checked before others that wait
    has_priority: bool = False
    #: path of a file for the report with all results in this format; without one, the report lists
    #: the first ones
    whole: str = ""
    decided: DecidedLines = DecidedLines()


@dataclass(frozen=True)
class Verdict:
    """Outcome of a check."""

    conforms: bool
    #: the report with the first results (`validation.report_formats.report_document`)
    document: dict[str, Any]
    #: the statements of a content as N-Quads: in the stored form if the request names the
    #: contribution, else in their order
    statements: bytes = b""
    #: the report in the requested format, where that is not JSON
    formatted: str = ""
    #: the workbook with its findings, where it was requested
    marked: bytes = b""
    #: lines or cells of the file by statement (`statement_line`), where they were requested
    places: dict[str, str] = field(default_factory=dict)

    @property
    def report(self) -> str:
        """The report with the first results, as JSON."""
        return document_json(self.document)

    @property
    def written(self) -> str:
        """The report in the requested format, with the first results."""
        return self.formatted or self.report

    @property
    def results(self) -> list[dict[str, Any]]:
        """The results of the report."""
        results: list[dict[str, Any]] = self.document["results"]
        return results

    def quads(self) -> list[Quad]:
        """The statements of the content."""
        return list(parse_quads(self.statements, N_QUADS, source="statements"))


class Checker(Protocol):
    """Checks in this process, or in one that can be killed."""

    def check(self, request: Request) -> Verdict:
        """The verdict.

        Raises `RdfSyntaxError`, `ContributionError`, `DamagedError`; `StoreError` where nothing
        was built.
        """

    def names(self, table: Content, heading: str | None, limit: int) -> ColumnNames:
        """The names in a column of a table, up to a number of rows.

        Raises as `read_column_file` does, or `ContributionError`.
        """


def judge(
    statements: LocatedStatements,
    published: Store,
    rules: Rules,
    *,
    removed: Iterable[Quad] = (),
    rule_set: RuleSet = RuleSet.CONTRIBUTION,
) -> Report:
    """The report on statements beside the published graph without the statements `removed`.

    Statements that a contribution may not make are reported alone: they are not validated.
    """
    removed = frozenset(removed)
    if rule_set is not RuleSet.CONTRIBUTION:
        return validate_contribution(
            statements, published, rules, removed=removed, rule_set=rule_set
        )
    provenance_graph = IRI(rules.addresses.graph("provenance"))

    def is_withdrawn(iri: str) -> bool:
        return any(published.quads(IRI(iri), INVALIDATED_BY, graph=provenance_graph))

    def is_term(iri: IRI) -> bool:
        return iri in rules.terms

    refusals = list(refused(statements, rules.addresses, is_withdrawn, is_term))
    if refusals:
        return Report.of(refusals)
    report = validate_contribution(statements, published, rules, removed=removed, rule_set=rule_set)
    subjects = frozenset(quad.subject for quad in statements)

    def exists(iri: IRI) -> bool:
        return iri in subjects or any(quad not in removed for quad in published.quads(iri))

    return one_by_mistake(report, exists)


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
        published = self._with_decisions(request.decided)
        removed = tuple(request.replaced.quads()) if request.replaced is not None else ()
        statements, spreadsheets = self._read(request, published, removed)
        report = judge(
            statements, published, self.rules(), removed=removed, rule_set=request.rule_set
        )
        if spreadsheets is not None:
            report = spreadsheets.report(report)
        lists_few = spreadsheets is not None or _is_zip(request.content)
        listed = report.cut_to(LISTED_OF_SPREADSHEET if lists_few else LISTED)
        return Verdict(
            report.conforms,
            report_document(listed),
            self._statement_lines(statements, request),
            self._formatted(report, listed, request),
            _marked(request.content, report, request.language) if request.mark else b"",
            self._places(statements, request) if request.places else {},
        )

    def names(self, table: Content, heading: str | None, limit: int) -> ColumnNames:
        """See `Checker.names`."""
        return read_column_file(table.data, table.name).names(heading, limit)

    def _with_decisions(self, decided: DecidedLines) -> Store:
        """The published graph as it is with all decisions."""
        published = self.published()
        if not decided.added and not decided.removed:
            return published
        # the version may show some of them by now
        change = Change.towards(
            _decided_quads(decided.added), _decided_quads(decided.removed), published.holds
        )
        return ChangedStore(published, change)

    def _read(self, request: Request, published: Store, removed: tuple[Quad, ...]) -> Reading:
        """The statements to check, and what spreadsheets among their files say about them."""
        if request.content is not None:
            context = ReadingContext(lambda: self._sheets, published, self.addresses, removed)
            return read_contents([request.content], context)
        stored = request.stored
        if stored is None:
            return LocatedStatements.of(()), None
        sent = sent_form(stored.quads(), stored.contribution, self.addresses)
        return LocatedStatements.of(sent), None

    def _statement_lines(self, statements: LocatedStatements, request: Request) -> bytes:
        """See `Verdict.statements`."""
        if request.content is None:
            return b""
        if not request.contribution:
            return serialize_in_order(statements)
        return serialize_canonical(stored_form(statements, request.contribution, self.addresses))

    def _formatted(self, report: Report, listed: Report, request: Request) -> str:
        """The report in the requested format; empty where that is JSON, or all results go to a file."""
        write = FORMATS[request.format]
        if request.whole:
            with faults_of_files(StoreError, "The report cannot be written"):
                all_results = write(report, self.addresses, request.language)
                Path(request.whole).write_text(all_results, "utf-8", newline="\n")
            return ""
        if request.format == "json":
            return ""
        return write(listed, self.addresses, request.language)

    def _places(self, statements: LocatedStatements, request: Request) -> dict[str, str]:
        """See `Verdict.places`."""
        quads = stored_form(statements, request.contribution, self.addresses)
        places = (str(place or "") for _, place in statements.located())
        return dict(zip(map(statement_line, quads), places, strict=True))


def _decided_quads(lines: bytes) -> Iterator[Quad]:
    return parse_quads(lines, N_QUADS, source="decisions", max_bytes=sys.maxsize)


def _is_zip(content: Content | None) -> bool:
    return content is not None and format_of(content) is ZIP


def _marked(content: Content | None, report: Report, language: str) -> bytes:
    if content is None or format_of(content) is not XLSX:
        raise ContributionError(
            "Findings are marked in workbooks (.xlsx) only.", hint="Choose another format."
        )
    return mark_workbook(content.data, content.name, report, language)
