"""Works cited in brackets: `(IOM, 2019)`, `(ONUDC, s.d.)`, `(CRM, 2019 ; ICMPD, 2020)`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gcmgraph.extraction.clauses import CITATION, Found, Passage
from gcmgraph.extraction.gazetteer import Gazetteer
from gcmgraph.model.terms import IRI

_WORK = re.compile(r"\s*(?P<author>[^;]+?),\s?(?P<year>(?:19|20)\d\d[a-z]?|[sn]\. ?d\.)\s*$")


@dataclass(frozen=True)
class Citation:
    """A cited work: its text, the author where known to the reference data, the year where given."""

    text: str
    creator: IRI | None
    year: str | None


def read_citations(body: Passage, gazetteer: Gazetteer) -> list[Found[Citation]]:
    """The works cited, in order, each once."""
    found: dict[str, Found[Citation]] = {}
    for match in CITATION.finditer(body.view.text):
        position = match.start("works")
        for part in re.finditer(r"[^;]+", match["works"]):
            work = _WORK.fullmatch(part[0])
            if work is None:
                continue
            start, end = body.view.trimmed(position + part.start(), position + part.end(), " ")
            shown = body.view.shown_at(start, end)
            year = work["year"][:4] if work["year"][0].isdigit() else None
            citation = Citation(shown, gazetteer.lookup(work["author"].strip()), year)
            found.setdefault(shown, body.found(citation, start, end))
    return list(found.values())
