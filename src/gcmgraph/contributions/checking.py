"""Check what someone sends: read it, see whether they may say so, and validate it. Nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from gcmgraph.contributions.content import Content, read_statements
from gcmgraph.contributions.permitted import refused
from gcmgraph.model.terms import IRI, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.canonical import serialize_in_order
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.store.port import Store
from gcmgraph.validation.contribution import validate_contribution
from gcmgraph.validation.formats import FORMATS
from gcmgraph.validation.json_report import report_json
from gcmgraph.validation.report import Report
from gcmgraph.validation.rules import Rules
from gcmgraph.validation.statements import Statements


@dataclass(frozen=True)
class Request:
    """What is to be checked. Without a content, only whether `removed` can be taken away."""

    content: Content | None
    #: published statements that it takes the place of
    removed: tuple[Quad, ...] = ()
    #: how the report is to be written (`validation.formats.FORMATS`), and in which language
    format: str = "json"
    language: str = "en"


@dataclass(frozen=True)
class Verdict:
    """What came of a check. Its parts are texts, so that a process can hand it to another."""

    conforms: bool
    #: the report as JSON text, and as it was asked for
    report: str
    written: str
    #: what the content states, as N-Quads in its order
    statements: bytes

    @property
    def results(self) -> list[dict[str, Any]]:
        """The results of the report (see `validation.json_report`)."""
        found: list[dict[str, Any]] = json.loads(self.report)["results"]
        return found

    def quads(self) -> list[Quad]:
        """What the content states."""
        return list(parse_quads(self.statements, N_QUADS, source="statements"))


class Checker(Protocol):
    """Checks in this process, or in one that can be killed."""

    def check(self, request: Request) -> Verdict:
        """The verdict. Raises `RdfSyntaxError`, `ContributionError`; `StoreError` where nothing was built."""
        ...


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
