"""Request and verdict of a check of a contribution, and the port of checkers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from gcmgraph.contributions.content import Content
from gcmgraph.model.terms import Quad
from gcmgraph.publication.reconciliation.columns import ColumnNames
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads
from gcmgraph.validation.rules import Basis


@dataclass(frozen=True)
class Request:
    """A content to check. Without one, only whether `removed` can be removed."""

    content: Content | None
    #: published statements that it replaces
    removed: tuple[Quad, ...] = ()
    #: format (`validation.report_formats.FORMATS`) and language of the report
    format: str = "json"
    language: str = "en"
    basis: Basis = Basis.CONTRIBUTION
    #: whether to return the workbook with its findings
    mark: bool = False
    #: before other checks that wait
    first: bool = False
    #: file for the report with all results in this format; without one, the report lists the first ones
    whole: Path | None = None


@dataclass(frozen=True)
class Verdict:
    """Outcome of a check. Its parts are texts, which a process can send to another."""

    conforms: bool
    #: the report as JSON text, and in the requested format, with the first results; the latter is empty where the
    #: report with all results was written to a file
    report: str
    written: str
    #: the statements of the content, as N-Quads in its order
    statements: bytes
    #: the workbook with its findings, where it was requested
    marked: bytes = b""

    @property
    def results(self) -> list[dict[str, Any]]:
        """The results of the report (see `validation.report_formats.report_json`)."""
        found: list[dict[str, Any]] = self.document["results"]
        return found

    @property
    def document(self) -> dict[str, Any]:
        """The report (see `validation.report_formats.report_json`)."""
        document: dict[str, Any] = json.loads(self.report)
        return document

    def quads(self) -> list[Quad]:
        """The statements of the content."""
        return list(parse_quads(self.statements, N_QUADS, source="statements"))


class Checker(Protocol):
    """Checks in this process, or in one that can be killed."""

    def admit(self) -> None:
        """Raise `CheckBusyError` where a check would be refused, before its content is read."""
        ...

    def check(self, request: Request) -> Verdict:
        """The verdict. Raises `RdfSyntaxError`, `ContributionError`; `StoreError` where nothing was built."""
        ...

    def names(self, table: Content, heading: str | None, most: int) -> ColumnNames:
        """The first `most` names in a column of a table. Raises as `read_column_file` does, or `ContributionError`."""
        ...
