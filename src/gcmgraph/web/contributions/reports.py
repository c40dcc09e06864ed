"""Formats and texts of validation reports."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Request
from flask_babel import gettext

from gcmgraph.contributions.checking.port import Verdict
from gcmgraph.web.http.negotiation import best_media_type
from gcmgraph.web.http.problems import Problem, ProblemError, not_acceptable

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

#: Those that `Accept` can ask for: of two formats of one media type the first.
_OFFERED = tuple(dict.fromkeys(MEDIA_TYPES.values()))


def wanted_report(request: Request) -> tuple[str, str]:
    """The media type and the name of the format that a request wants. 400 or 406 where there is none such."""
    asked = request.args.get("format")
    if asked is not None:
        if asked not in MEDIA_TYPES:
            detail = gettext("There is no format '%(format)s'.", format=asked[:60])
            hint = gettext("Formats: %(formats)s.", formats=", ".join(MEDIA_TYPES))
            raise ProblemError(Problem(HTTPStatus.BAD_REQUEST, detail, {"hint": hint}))
        return MEDIA_TYPES[asked], asked
    media_type = best_media_type(request.accept_mimetypes, _OFFERED)
    if media_type is None:
        raise not_acceptable([{"type": offered, "href": request.path} for offered in _OFFERED])
    return media_type, next(name for name, offered in MEDIA_TYPES.items() if offered == media_type)


def page_results(verdict: Verdict, language: str, base: str) -> list[dict[str, Any]]:
    """Results for a page: texts in its language, else in English; links to suggested values and to rules."""

    def best(texts: dict[str, str]) -> dict[str, str] | None:
        tag = next((tag for tag in (language, "en", *texts) if tag in texts), None)
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
