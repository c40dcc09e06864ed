"""The addresses for checking data and sending them, and for what becomes of them (see docs/contributions.md)."""

from __future__ import annotations

from gcmgraph.contributions.content import MAX_BYTES, REASON, TITLE
from gcmgraph.contributions.contribution import State
from gcmgraph.rdfio.media import SYNTAXES
from gcmgraph.spreadsheets.columns import KINDS, LANGUAGES
from gcmgraph.spreadsheets.media import SPREADSHEETS
from gcmgraph.web.contributions.reports import MEDIA_TYPES
from gcmgraph.web.http.negotiation import HTML
from gcmgraph.web.http.problems import PROBLEM_JSON
from gcmgraph.web.openapi.builders import (
    JSON,
    PAGE,
    Json,
    answer,
    get,
    header,
    media,
    one_of,
    operation,
    path,
    query,
    record,
    text,
)
from gcmgraph.web.openapi.components import LANG, PAGE_NUMBER, PAGED, format_of
from gcmgraph.web.sparql.protocol import FORM

_MULTIPART = "multipart/form-data"

_ID = path("id", "The identifier of the contribution.", text())
_ONE = media({JSON: "Contribution"}, HTML.media_type)
_SEVERAL = media({JSON: "Contributions"}, HTML.media_type)
_REPORT = media({JSON: "Report"}, *dict.fromkeys(kind for kind in MEDIA_TYPES.values() if kind != JSON))
_REFUSED = media({PROBLEM_JSON: "Problem"}, *(kind for kind in MEDIA_TYPES.values() if kind != JSON))

_FORM = answer("The form.", PAGE)
_REASON = text(REASON)
_DECISION = record(
    {"decision": one_of(("accept", "reject"))},
    {"reason": _REASON | {"description": "Needed to reject it."}},
)
_NAME = query("name", "The name of the file, for the places in a report.", text())

#: What is said beside a contribution: parameters of the address, or fields of a form.
_ENVELOPE = {
    "title": text(TITLE, description="What it is, for the curators."),
    "language": text(description="The language of the title; else that of the request."),
    "supersedes": text(description="The identifier of an accepted contribution of the same sender that it replaces."),
    "key": text(description="As the header Idempotency-Key."),
}


def _data(beside: Json) -> Json:
    """The body of a request that sends data: the data themselves, or a form with a file or a text."""
    file = {"file": {"description": "The file; its suffix says the format."}}
    syntax = {
        "text": text(description="The data as text."),
        "syntax": one_of((one.suffix for one in SYNTAXES), SYNTAXES[0].suffix),
    }
    return {
        "description": f"RDF or a spreadsheet on our template, at most {MAX_BYTES:,} bytes.",
        "required": True,
        "content": media(
            *(syntax.media_type for syntax in (*SYNTAXES, *SPREADSHEETS)),
            {_MULTIPART: record({}, {**file, **syntax, **beside}), FORM: record({}, {**syntax, **beside})},
        ),
    }


def _act(name: str, summary: str, fields: Json, problems: tuple[int, ...]) -> Json:
    """Something done with a contribution."""
    answers = {
        200: answer("The contribution as it is now.", media({JSON: "Contribution"})),
        303: answer("For a browser: its page.", headers=["Location"]),
    }
    body = {"required": True, "content": media({JSON: fields, FORM: fields})}
    return operation(
        name,
        "contributions",
        summary,
        answers,
        parameters=[_ID, LANG],
        body=body,
        problems=problems,
        token=True,
    )


_TOKEN_FIELD = {"token": text(description="The token, where no header holds it.")}

PATHS: Json = {
    "/validate": {
        "get": operation(
            "validate_form",
            "contributions",
            "The form for checking data",
            {200: _FORM},
            parameters=[LANG],
            conditional=True,
        ),
        "post": operation(
            "validate",
            "contributions",
            "Check data; nothing is kept",
            {200: answer("The report, whether the data conform or not.", _REPORT)},
            parameters=[format_of(MEDIA_TYPES), _NAME, LANG],
            body=_data({}),
            problems=(400, 406, 413, 415, 422, 429),
        ),
    },
    "/contributions": {
        "get": operation(
            "contributions",
            "contributions",
            "What was contributed: what is published; with a token one's own, or a curator's all",
            {200: answer("A page of the list, the newest first.", _SEVERAL, PAGED)},
            parameters=[query("state", "Only those in this state.", one_of(State)), PAGE_NUMBER, LANG],
            problems=(400, 404, 406),
            token=False,
        ),
        "post": operation(
            "contribute",
            "contributions",
            "Send data for review",
            {
                200: answer("It was kept before, under the same key.", _ONE, ["Location"]),
                201: answer("It is kept, and waits for a curator.", _ONE, ["Location"]),
                422: answer("What was sent does not conform; nothing was kept.", _REFUSED),
            },
            description="The title is needed. A form may say all this in its fields.",
            parameters=[
                *(query(name, told["description"], told) for name, told in _ENVELOPE.items()),
                _NAME,
                header("Idempotency-Key", "A key of one's own: what is sent twice with it is kept once.", text()),
                format_of(MEDIA_TYPES),
                LANG,
            ],
            body=_data({**_ENVELOPE, **_TOKEN_FIELD}),
            problems=(400, 403, 404, 406, 409, 411, 413, 415, 429, 503),
            token=True,
        ),
    },
    "/contributions/template.{suffix}": get(
        "template",
        "contributions",
        "The template of spreadsheets, from the rules and lists of the current version",
        {200: answer("The file.", media(*(one.media_type for one in SPREADSHEETS)))},
        parameters=[
            path("suffix", "What it comes as.", one_of(one.suffix for one in SPREADSHEETS), "csv"),
            query("language", "The language of headers and explanations.", one_of(LANGUAGES)),
            query("class", "For CSV: of what things.", one_of((*KINDS, "event", "corridor"), KINDS[0])),
            LANG,
        ],
        problems=(400, 404),
        conditional=True,
    ),
    "/contributions/form/{kind}": {
        "get": operation(
            "form",
            "contributions",
            "A form for describing a thing",
            {200: answer("The form.", PAGE)},
            parameters=[path("kind", "What is described.", one_of(KINDS), KINDS[0]), LANG],
            problems=(404,),
        ),
        "post": operation(
            "fill_form",
            "contributions",
            "Check what is written in the form, or send it",
            {
                200: answer("The form with what was found; or it was sent before.", PAGE),
                201: answer("It is kept, and waits for a curator.", PAGE, ["Location"]),
            },
            parameters=[path("kind", "What is described.", one_of(KINDS), KINDS[0]), LANG],
            body={
                "required": True,
                "content": media(
                    {
                        FORM: record(
                            {},
                            {"do": one_of(("check", "send"), "check"), "key": text(), **_TOKEN_FIELD},
                            additionalProperties={"type": "string"},
                        )
                    }
                ),
            },
            problems=(400, 403, 404, 409, 413, 422, 429, 503),
            token=False,
        ),
    },
    "/contributions/review": get(
        "review_queue",
        "contributions",
        "What waits for a curator",
        {200: answer("A page of it, that which waits longest first.", _SEVERAL, PAGED)},
        parameters=[PAGE_NUMBER, LANG],
        problems=(400, 403, 404, 406),
        token=True,
    ),
    "/contributions/{id}": get(
        "contribution",
        "contributions",
        "What became of a contribution, for its sender and curators",
        {
            200: answer("It.", _ONE),
            303: answer("For others: the page of what is published of it.", headers=["Location"]),
        },
        parameters=[_ID, LANG],
        problems=(403, 404, 406),
        token=False,
    ),
    "/contributions/{id}/content": get(
        "contribution_content",
        "contributions",
        "The file as it was sent, for its sender and curators",
        {200: answer("It.", media("application/octet-stream"))},
        parameters=[_ID],
        problems=(403, 404),
        token=True,
    ),
    "/contributions/{id}/review": {
        "get": operation(
            "contribution_review",
            "contributions",
            "The changes and the report, for its sender and curators",
            {200: answer("The page.", PAGE)},
            parameters=[_ID, LANG],
            problems=(403, 404),
            token=True,
        ),
        "post": _act(
            "decide",
            "Accept or reject it, as a curator",
            _DECISION,
            (400, 403, 404, 406, 409, 422, 429, 503),
        ),
    },
    "/contributions/{id}/comments": {
        "post": _act(
            "comment", "A word to the sender or the curators", record({"text": _REASON}), (400, 403, 404, 406, 503)
        )
    },
    "/contributions/{id}/withdrawal": {
        "post": _act("withdraw", "Take it back", record({"reason": _REASON}), (400, 403, 404, 406, 409, 503))
    },
}
