"""Formats and texts of validation reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Request

from gcmgraph.contributions.checking import Verdict
from gcmgraph.translations import preference
from gcmgraph.web.contributions import documents
from gcmgraph.web.http import api
from gcmgraph.web.http.problems import PROBLEM_JSON
from gcmgraph.web.http.requests import Offer, negotiate

#: Media type of each format (`validation.report_formats`), in order of preference; `html` is a page.
MEDIA_TYPES = {
    "json": "application/json",
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
    "sarif": "application/sarif+json",
    "text": "text/plain",
    "github": "text/plain",
    "html": "text/html",
}


#: Contents of responses: a report, and a report on data that were refused.
REPORT = api.media(documents.Report, *MEDIA_TYPES.values())
REFUSED = api.media(PROBLEM_JSON, *(kind for name, kind in MEDIA_TYPES.items() if name != "json"))


@dataclass(frozen=True)
class ReportFormat:
    """A format of reports, by its name in `format=`."""

    name: str
    media_type: str


_BY_NAME = {name: ReportFormat(name, media_type) for name, media_type in MEDIA_TYPES.items()}

#: By Accept the first of two formats of one media type.
_OFFER = Offer({each.media_type: each for each in _BY_NAME.values() if each.name != "github"}, _BY_NAME)


def wanted_report(request: Request) -> tuple[str, str]:
    """The media type and the name of the report format that a request asks for. 400, 406 for another one."""
    form = negotiate(_OFFER, lambda _: request.path, name=request.args.get("format"))
    return form.media_type, form.name


def page_report(verdict: Verdict, language: str, base: str) -> dict[str, Any]:
    """Values of a page with a report: the listed `results`, and `counts` of all, by kind where not all are listed."""
    document = verdict.document
    cut = document["total"] > len(document["results"])
    kinds = [{**kind, "message": _best(kind["message"], language)} for kind in document["kinds"] if cut]
    counts = {"violations": document["violations"], "total": document["total"], "kinds": kinds}
    return {"results": page_results(verdict, language, base), "counts": counts}


def page_results(verdict: Verdict, language: str, base: str) -> list[dict[str, Any]]:
    """Results for a page: texts in its language, else in English; links to suggested values and to rules."""

    def meant(near: dict[str, Any] | None) -> dict[str, Any] | None:
        if near is None:
            return None
        ours = near["value"].startswith(base)
        href = f"/{near['value'].removeprefix(base)}" if ours else None
        return {"value": near["value"], "label": _best(near["label"], language), "path": href}

    def rule(page: str | None) -> str | None:
        """The anchor of a rule at /shapes; None for a check that is not in the shapes."""
        return f"/shapes#{page.partition('#')[2]}" if page and page.startswith(f"{base}shapes#") else None

    named = ("message", "hint", "property", "label", "expected")
    return [
        {
            **result,
            **{name: _best(result[name], language) for name in named},
            "meant": meant(result["nearest"]),
            "rule": rule(result["page"]),
        }
        for result in verdict.results
    ]


def _best(texts: dict[str, str], language: str) -> dict[str, str] | None:
    tag = min(texts, key=preference(language), default=None)
    return None if tag is None else {"language": tag, "text": texts[tag]}
