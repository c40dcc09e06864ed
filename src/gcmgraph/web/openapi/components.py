"""What many operations have: parameters, headers, problems (RFC 9457), the token."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.parameters import MAX_PAGE
from gcmgraph.web.http.problems import PROBLEM_JSON
from gcmgraph.web.i18n.languages import LANGUAGES
from gcmgraph.web.openapi.builders import Json, answer, component, media, one_of, query, ref, text, whole

PARAMETERS: Json = {
    "lang": query("lang", "The language of texts, before what Accept-Language says.", one_of(LANGUAGES)),
}

#: The language, as an operation names it.
LANG = ref("lang", "parameters")

#: The page of a list.
PAGE_NUMBER = query("page", "The page, from 1.", whole(1, MAX_PAGE, 1))


def format_of(values: Iterable[str]) -> Json:
    """The parameter that names the form of an answer."""
    return query("format", "What the answer comes as, before what Accept says.", one_of(values))


_TEXTS = {
    "Link": "Other pages (`first`, `prev`, `next`, `last`) and other forms of the answer (RFC 8288).",
    "Location": "Where it is.",
    "Result-Incomplete": "Endpoints that the query asks and that did not answer: their part is missing.",
    "Result-Truncated": "The answer was cut at these limits.",
}
HEADERS: Json = {
    **{name: {"description": description, "schema": text()} for name, description in _TEXTS.items()},
    "Retry-After": {"description": "Seconds after which to try again.", "schema": whole(0)},
    "X-Total-Count": {"description": "How many there are on all pages together.", "schema": whole(0)},
}

#: Headers of an answer that comes in pages, and of one to a query.
PAGED = ("Link", "X-Total-Count")
CUT = ("Result-Truncated", "Result-Incomplete")

_PROBLEMS = {
    HTTPStatus.BAD_REQUEST: "A parameter or the body is not in order; `detail` says which.",
    HTTPStatus.UNAUTHORIZED: "This needs a token, or the token is not valid.",
    HTTPStatus.FORBIDDEN: "Not with this token, or not here at all.",
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.NOT_ACCEPTABLE: "It cannot be had in what Accept names; `alternatives` says what there is.",
    HTTPStatus.CONFLICT: "What was decided or sent before does not allow it.",
    HTTPStatus.GONE: "It was withdrawn.",
    HTTPStatus.LENGTH_REQUIRED: "The Content-Length is missing.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body, or what is asked for at once, is too large.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body comes in a media type, charset or coding that is not read.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "What was sent does not conform; nothing was kept.",
    HTTPStatus.TOO_MANY_REQUESTS: "All places are taken; try again.",
    HTTPStatus.SERVICE_UNAVAILABLE: "It took too long, or the data cannot be reached.",
}
_LATER = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

_TOLD = media({PROBLEM_JSON: "Problem"}, HTML.media_type)

RESPONSES: Json = {
    "Problem": answer("Any other problem.", _TOLD),
    component(HTTPStatus.NOT_MODIFIED): answer("The client has it already."),
    **{
        component(status): answer(told, _TOLD, ["Retry-After"] if status in _LATER else [])
        for status, told in _PROBLEMS.items()
    },
}

SECURITY: Json = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of a contributor or a curator, which an operator makes. Browsers may send it as the "
        "password of Basic authentication, with any user name.",
    }
}
