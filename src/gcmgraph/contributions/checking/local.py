"""Check of a contribution in this process: reading, policy, validation. Nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from gcmgraph.contributions.checking.port import Request, Verdict
from gcmgraph.contributions.policy import refused
from gcmgraph.contributions.reading import Beside, read_content
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import serialize_in_order
from gcmgraph.repository.withdrawn import invalidations
from gcmgraph.spreadsheets.columns import SheetBook
from gcmgraph.spreadsheets.reading import SpreadsheetReading
from gcmgraph.store.port import Store
from gcmgraph.validation.checks.rules import Rules
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.locations.statements import LocatedStatements
from gcmgraph.validation.report import Report
from gcmgraph.validation.reports.formats import FORMATS
from gcmgraph.validation.reports.json_report import report_json


class LocalChecker:
    """Checks in this process."""

    def __init__(self, published: Callable[[], Store], rules: Callable[[], Rules], addresses: Addresses) -> None:
        self._published = published
        self._rules = rules
        self._addresses = addresses
        self._sheets = cache(lambda: SheetBook(rules().shapes.quads, addresses).sheets())

    def admit(self) -> None:
        """See `Checker.admit`: every check is admitted."""

    def check(self, request: Request) -> Verdict:
        """See `Checker.check`."""
        reading = self._read(request)
        report = self._report(reading, request.removed)
        written = FORMATS[request.format](report, self._addresses, request.language)
        return Verdict(report.conforms, report_json(report), written, serialize_in_order(reading.statements))

    def _read(self, request: Request) -> SpreadsheetReading:
        if request.content is None:
            return SpreadsheetReading(LocatedStatements.of(()))
        beside = Beside(self._sheets, self._published(), self._addresses, request.removed)
        return read_content(request.content, beside)

    def _report(self, reading: SpreadsheetReading, removed: Iterable[Quad]) -> Report:
        published = self._published()

        def withdrawn(iri: str) -> bool:
            return next(invalidations(published, self._addresses, IRI(iri)), None) is not None

        rules = self._rules()
        not_allowed = list(refused(reading.statements, self._addresses, withdrawn, lambda term: term in rules.terms))
        if not_allowed:  # refused statements are not validated
            return reading.report(Report.of(not_allowed))
        validated = validate_contribution(reading.statements, published, rules, removed=removed)
        return reading.report(validated)
