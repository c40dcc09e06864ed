"""Formats and texts of validation reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Request

from gcmgraph.contributions.checking.port import Verdict
from gcmgraph.translations.languages import preference
from gcmgraph.web.http.negotiation import Offer, negotiate

#: Media type of each format (`validation.reports.formats`), in order of preference; `html` is a page.
MEDIA_TYPES = {
    "json": "application/json",
    "turtle": "text/turtle",
    "jsonld": "application/ld+json",
    "sarif": "application/sarif+json",
    "text": "text/plain",
    "github": "text/plain",
    "html": "text/html",
}


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


def page_results(verdict: Verdict, language: str, base: str) -> list[dict[str, Any]]:
    """Results for a page: texts in its language, else in English; links to suggested values and to rules."""

    def best(texts: dict[str, str]) -> dict[str, str] | None:
        tag = min(texts, key=preference(language), default=None)
        return None if tag is None else {"language": tag, "text": texts[tag]}

    def meant(near: dict[str, Any] | None) -> dict[str, Any] | None:
        if near is None:
            return None
        ours = near["value"].startswith(base)
        href = f"/{near['value'].removeprefix(base)}" if ours else None
        return {"value": near["value"], "label": best(near["label"]), "path": href}

    def rule(page: str | None) -> str | None:
        """The anchor of a rule at /shapes; None for a check that is not in the shapes."""
        return f"/shapes#{page.partition('#')[2]}" if page and page.startswith(f"{base}shapes#") else None

    named = ("message", "hint", "property", "label", "expected")
    return [
        {
            **result,
            **{name: best(result[name]) for name in named},
            "meant": meant(result["nearest"]),
            "rule": rule(result["page"]),
        }
        for result in verdict.results
    ]
