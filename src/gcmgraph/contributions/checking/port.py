"""What is asked of a check of a contribution, and what comes of it: values, and the port that checkers are behind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

from gcmgraph.contributions.content import Content
from gcmgraph.model.terms import Quad
from gcmgraph.rdfio.media import N_QUADS
from gcmgraph.rdfio.parsing import parse_quads


@dataclass(frozen=True)
class Request:
    """What is to be checked. Without a content, only whether `removed` can be taken away."""

    content: Content | None
    #: published statements that it takes the place of
    removed: tuple[Quad, ...] = ()
    #: how the report is to be written (`validation.reports.formats.FORMATS`), and in which language
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
        """The results of the report (see `validation.reports.json_report`)."""
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
