"""Reports of validation in answers: which format is wanted, and what a page shows."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Request
from flask_babel import gettext

from gcmgraph.contributions.checking import Verdict
from gcmgraph.validation.formats import FORMATS
from gcmgraph.web.negotiation import best_media_type
from gcmgraph.web.problems import Problem, ProblemError, not_acceptable

#: Media type to name of the format (`validation.formats`); `html` is a page.
MEDIA_TYPES = {
    "application/json": "json",
    "text/turtle": "turtle",
    "application/ld+json": "jsonld",
    "application/sarif+json": "sarif",
    "text/plain": "text",
    "text/html": "html",
}

_OFFERED = tuple(media_type for media_type, name in MEDIA_TYPES.items() if name == "html" or name in FORMATS)


def wanted_report(request: Request) -> tuple[str, str]:
    """The media type and the name of the format that a request wants. 400 or 406 where there is none such."""
    asked = request.args.get("format")
    if asked is not None:
        found = next(
            ((media, name) for media, name in MEDIA_TYPES.items() if name == asked and media in _OFFERED), None
        )
        if found is None:
            names = ", ".join(MEDIA_TYPES[media_type] for media_type in _OFFERED)
            detail = gettext("There is no format '%(format)s'.", format=asked[:60])
            hint = gettext("Formats: %(formats)s.", formats=names)
            raise ProblemError(Problem(HTTPStatus.BAD_REQUEST, detail, {"hint": hint}))
        return found
    media_type = best_media_type(request.accept_mimetypes, _OFFERED)
    if media_type is None:
        raise not_acceptable([{"type": offered, "href": request.path} for offered in _OFFERED])
    return media_type, MEDIA_TYPES[media_type]


def shown(verdict: Verdict, language: str) -> list[dict[str, Any]]:
    """The results for a page: each text in the page's language, else in English."""

    def best(texts: dict[str, str]) -> dict[str, str] | None:
        tag = next((tag for tag in (language, "en", *texts) if tag in texts), None)
        return None if tag is None else {"language": tag, "text": texts[tag]}

    return [
        {**result, **{name: best(result[name]) for name in ("message", "hint", "property", "label")}}
        for result in verdict.results
    ]
