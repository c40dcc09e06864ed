"""Components shared by many operations: parameters, headers, problems (RFC 9457), security scheme."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from gcmgraph.translations.languages import LANGUAGES
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.parameters import MAX_PAGE
from gcmgraph.web.http.problems import PROBLEM_JSON
from gcmgraph.web.openapi.builders import Json, answer, component, media, one_of, query, ref, text, whole

PARAMETERS: Json = {
    "lang": query("lang", "Language of texts; overrides Accept-Language.", one_of(LANGUAGES)),
}

#: Reference to the language parameter.
LANG = ref("lang", "parameters")

#: Page number of a list.
PAGE_NUMBER = query("page", "Page number, from 1.", whole(1, MAX_PAGE, 1))


#: Byte order mark of CSV.
MARK = query("bom", "Begin CSV with a byte order mark, for spreadsheets.", one_of(("true", "false"), "false"))


def format_of(values: Iterable[str]) -> Json:
    """Query parameter for the format of the response."""
    return query("format", "Format of the response; overrides Accept.", one_of(values))


_TEXTS = {
    "Link": "Other pages (`first`, `prev`, `next`, `last`) and other representations of the response (RFC 8288).",
    "Location": "URL of the resource.",
    "Result-Incomplete": "Endpoints of the query that did not respond; their results are missing.",
    "Result-Truncated": "Limits at which the results were truncated.",
    "Result-Unknown-Graphs": "Graphs of the request that the dataset lacks; they counted as empty.",
    "Result-Unknown-Terms": "Terms of a query without results that the dataset lacks, each with the nearest ones.",
}
HEADERS: Json = {
    **{name: {"description": description, "schema": text()} for name, description in _TEXTS.items()},
    "Retry-After": {"description": "Seconds to wait before the next attempt.", "schema": whole(0)},
    "X-Total-Count": {"description": "Number of items on all pages.", "schema": whole(0)},
}

#: Headers of paged responses, and of query results.
PAGED = ("Link", "X-Total-Count")
CUT = ("Result-Truncated", "Result-Incomplete", "Result-Unknown-Graphs", "Result-Unknown-Terms")

_PROBLEMS = {
    HTTPStatus.BAD_REQUEST: "Invalid parameter or body, described in `detail`.",
    HTTPStatus.UNAUTHORIZED: "Missing or invalid token.",
    HTTPStatus.FORBIDDEN: "Operation not permitted with this token, or not supported by this server.",
    HTTPStatus.NOT_FOUND: "Unknown resource.",
    HTTPStatus.NOT_ACCEPTABLE: "No representation matches Accept; `alternatives` lists the available ones.",
    HTTPStatus.REQUEST_TIMEOUT: "Body that arrived too slowly.",
    HTTPStatus.CONFLICT: "Conflict with an earlier submission or decision.",
    HTTPStatus.GONE: "Withdrawn resource.",
    HTTPStatus.LENGTH_REQUIRED: "Missing Content-Length header.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Body or batch larger than the limit.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Unsupported media type, character set or content coding of the body.",
    HTTPStatus.MISDIRECTED_REQUEST: "Host under which this server does not answer the address.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Data that do not conform to the shapes; nothing was stored.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many concurrent requests, or a quota is used up; retry later.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Time limit exceeded, too many long responses at once, or store unavailable.",
}
_LATER = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

_TOLD = media({PROBLEM_JSON: "Problem"}, HTML.media_type)

RESPONSES: Json = {
    "Problem": answer("Any other problem (RFC 9457).", _TOLD),
    component(HTTPStatus.NOT_MODIFIED): answer("Unchanged since the version that the client has cached."),
    **{
        component(status): answer(told, _TOLD, ["Retry-After"] if status in _LATER else [])
        for status, told in _PROBLEMS.items()
    },
}

SECURITY: Json = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "Token of a contributor or curator, created by the operator of the server. It may also be "
        "sent as the password of Basic authentication, with any user name; browsers send it in a cookie.",
    }
}
