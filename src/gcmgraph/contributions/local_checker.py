"""Check what someone sends in this process: read it, see whether they may say so, and validate it. Nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gcmgraph.contributions.checking import Request, Verdict
from gcmgraph.contributions.content import read_statements
from gcmgraph.contributions.permitted import refused
from gcmgraph.model.terms import IRI, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import serialize_in_order
from gcmgraph.store.port import Store
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.formats import FORMATS
from gcmgraph.validation.json_report import report_json
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Rules
from gcmgraph.validation.statements import Statements


class LocalChecker:
    """Checks in this process."""

    def __init__(self, published: Callable[[], Store], rules: Callable[[], Rules], addresses: Addresses) -> None:
        self._published = published
        self._rules = rules
        self._addresses = addresses

    def check(self, request: Request) -> Verdict:
        """See `Checker.check`."""
        statements = Statements.of(()) if request.content is None else read_statements(request.content)
        report = self._report(statements, request.removed)
        written = FORMATS[request.format](report, self._addresses, request.language)
        return Verdict(report.conforms, report_json(report), written, serialize_in_order(statements))

    def _report(self, statements: Statements, removed: Iterable[Quad]) -> Report:
        published = self._published()
        invalidated = Vocabulary(self._addresses)("prov:wasInvalidatedBy")

        def withdrawn(iri: str) -> bool:
            return next(published.quads(IRI(iri), invalidated), None) is not None

        not_allowed = list(refused(statements, self._addresses, withdrawn))
        if not_allowed:  # what may not be said is not looked at further
            return Report.of(not_allowed)
        return validate_contribution(statements, published, self._rules(), removed=removed)
