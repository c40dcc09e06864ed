"""Paths of validation and of contributions: submission, review, comments, withdrawal (docs/contributions.md)."""

from __future__ import annotations

from gcmgraph.contributions.content import MAX_BYTES, REASON, TITLE, ZIP
from gcmgraph.contributions.contribution import MAX_COMMENTS, Role, State
from gcmgraph.kinds import DESCRIBED
from gcmgraph.rdfio.media import SYNTAXES
from gcmgraph.spreadsheets.grids import SPREADSHEETS, XLSX
from gcmgraph.translations.languages import LANGUAGES
from gcmgraph.validation.basis import Basis
from gcmgraph.validation.report import LISTED
from gcmgraph.web.contributions.reports import MEDIA_TYPES
from gcmgraph.web.contributions.validation import ALL
from gcmgraph.web.http.formats import HTML
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
    whole,
)
from gcmgraph.web.openapi.components import LANG, PAGE_NUMBER, PAGED, format_of
from gcmgraph.web.sparql.protocol import FORM

_MULTIPART = "multipart/form-data"

_ID = path("id", "Identifier of the contribution.", text())
_ONE = media({JSON: "Contribution"}, HTML.media_type)
_SEVERAL = media({JSON: "Contributions"}, HTML.media_type)
_REPORT = media({JSON: "Report"}, *dict.fromkeys(kind for kind in MEDIA_TYPES.values() if kind != JSON))
_CHECKED = _REPORT | media(XLSX.media_type)
_REFUSED = media({PROBLEM_JSON: "Problem"}, *(kind for kind in MEDIA_TYPES.values() if kind != JSON))

_CODE = path("code", "Code of the invitation, from the link that was mailed.", text())
_INVITATION = media(
    {
        JSON: record(
            {"role": one_of(Role), "name": text(), "iri": text(format="iri"), "expires": text(format="date-time")},
            {"token": text(description="Token, in the response to POST.")},
        )
    },
    HTML.media_type,
)

_FORM = answer("HTML form.", PAGE)
_REASON = text(REASON)
_RETURN: Json = {
    "patternProperties": {
        "^return-[0-9a-f]{12}$": _REASON
        | {"description": "Reason for returning the statement with this key to its sender."}
    }
}
_DECISION = record({"decision": one_of(("accept", "reject")), "reason": _REASON}, **_RETURN)
_RETURNS = record({}, **_RETURN)
_REVIEWED = media({JSON: "ReviewedContribution"}, HTML.media_type)
_PREVIEW = "Return the page of a resource as the acceptance of a contribution would make it"
_PREVIEWED = {200: answer("Page that is not published.", PAGE)}
_OF_PREVIEW: Json = {
    "parameters": [
        _ID,
        query("of", "Number of the resource in the list of changes.", whole(1, default=1)),
        LANG,
    ],
    "problems": (400, 403, 404, 409, 503),
    "token": True,
}
_NAME = query("name", "File name, used for locations in the report.", text())

_FINDINGS = query(
    "findings",
    f"All findings instead of the first {LISTED:,} with counts of all by kind; not for a page.",
    one_of((ALL,)),
)

#: Rules of a validation.
_BASIS = one_of(Basis, Basis.CONTRIBUTION)
_AS = query("as", "Rules to check against: those of a submission, of a dataset, or the shapes alone.", _BASIS)

#: Metadata of a contribution: query parameters, or fields of a form.
_ENVELOPE = {
    "title": text(TITLE, description="Title for the curators, required; one line."),
    "language": text(description="Language tag of the title. Default: language of the request."),
    "supersedes": text(description="Identifier of an accepted contribution of the same sender that this one replaces."),
    "key": text(description="Same as the header Idempotency-Key."),
}


def _data(beside: Json) -> Json:
    """The request body of an operation that takes data: the data, or a form with a file or a text."""
    file = {"file": {"description": "File; its suffix determines the format. Repeated for several files."}}
    syntax = {
        "text": text(description="Data as text."),
        "syntax": one_of((one.suffix for one in SYNTAXES), SYNTAXES[0].suffix),
    }
    return {
        "description": f"RDF, a spreadsheet based on the template, or a ZIP file of them; at most {MAX_BYTES:,} B.",
        "required": True,
        "content": media(
            *(syntax.media_type for syntax in (*SYNTAXES, *SPREADSHEETS, ZIP)),
            {_MULTIPART: record({}, {**file, **syntax, **beside}), FORM: record({}, {**syntax, **beside})},
        ),
    }


def _act(name: str, summary: str, fields: Json, problems: tuple[int, ...]) -> Json:
    """An operation that changes the state of a contribution."""
    answers = {
        200: answer("Contribution in its new state.", media({JSON: "Contribution"})),
        303: answer("Redirect of browsers to the page of the contribution.", headers=["Location"]),
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


_TOKEN_FIELD = {"token": text(description="Access token, for clients that send no Authorization header.")}

PATHS: Json = {
    "/validate": {
        "get": operation(
            "validate_form",
            "contributions",
            "Return the validation form",
            {200: _FORM},
            parameters=[LANG],
            conditional=True,
        ),
        "post": operation(
            "validate",
            "contributions",
            "Validate data without storing them",
            {
                200: answer(
                    "Validation report, for conforming and non-conforming data; or the workbook, marked.",
                    _CHECKED,
                )
            },
            parameters=[format_of([*MEDIA_TYPES, XLSX.suffix]), _FINDINGS, _NAME, _AS, LANG],
            body=_data({"as": _BASIS}),
            problems=(400, 406, 408, 413, 415, 422, 429),
        ),
    },
    "/contributions": {
        "get": operation(
            "contributions",
            "contributions",
            "List contributions: published ones; with a token also those of its holder; for curators all",
            {200: answer("Page of the list, newest first.", _SEVERAL, PAGED)},
            parameters=[
                query("state", "State of the contributions to list. Default: every state.", one_of(State)),
                PAGE_NUMBER,
                LANG,
            ],
            problems=(400, 404, 406),
            token=False,
        ),
        "post": operation(
            "contribute",
            "contributions",
            "Submit data for review",
            {
                200: answer("Contribution stored by an earlier request with the same key.", _ONE, ["Location"]),
                201: answer("Stored contribution, to be reviewed by a curator.", _ONE, ["Location"]),
                422: answer("Validation report of data that do not conform; nothing was stored.", _REFUSED),
            },
            description="The title is required. In a form body the parameters may be fields of the form.",
            parameters=[
                *(query(name, told["description"], told) for name, told in _ENVELOPE.items()),
                _NAME,
                header(
                    "Idempotency-Key",
                    "Key chosen by the client: repeated requests with the same key store one contribution.",
                    text(),
                ),
                format_of(MEDIA_TYPES),
                LANG,
            ],
            body=_data({**_ENVELOPE, **_TOKEN_FIELD}),
            problems=(400, 403, 404, 406, 408, 409, 411, 413, 415, 429, 503),
            token=True,
        ),
    },
    "/contributions/template.{suffix}": get(
        "template",
        "contributions",
        "Return the spreadsheet template, generated from the shapes and lists of the current version",
        {200: answer("Template file.", media(*(one.media_type for one in SPREADSHEETS)))},
        parameters=[
            path("suffix", "File format.", one_of(one.suffix for one in SPREADSHEETS), "csv"),
            query(
                "language",
                "Language of headers and explanations. Default: language of the request.",
                one_of(LANGUAGES),
            ),
            query(
                "class",
                "Class that the CSV template describes; ignored for a workbook.",
                one_of((*DESCRIBED, "event", "corridor"), DESCRIBED[0]),
            ),
            LANG,
        ],
        problems=(400, 404),
        conditional=True,
    ),
    "/contributions/form/{kind}": {
        "get": operation(
            "form",
            "contributions",
            "Return the form that describes a resource of a class",
            {200: answer("HTML form.", PAGE)},
            parameters=[path("kind", "Class of the resource.", one_of(DESCRIBED), DESCRIBED[0]), LANG],
            problems=(404,),
        ),
        "post": operation(
            "fill_form",
            "contributions",
            "Validate or submit a completed form",
            {
                200: answer("Form with the findings, or with the contribution stored by an earlier request.", PAGE),
                201: answer("Page of the stored contribution, to be reviewed by a curator.", PAGE, ["Location"]),
            },
            parameters=[path("kind", "Class of the resource.", one_of(DESCRIBED), DESCRIBED[0]), LANG],
            body={
                "required": True,
                "content": media(
                    {
                        FORM: record(
                            {},
                            {"do": one_of(("check", "suggest", "send"), "check"), "key": text(), **_TOKEN_FIELD},
                            additionalProperties={"type": "string"},
                        )
                    }
                ),
            },
            problems=(400, 403, 404, 408, 409, 413, 422, 429, 503),
            token=False,
        ),
    },
    "/contributions/invitation/{code}": {
        "get": operation(
            "invitation",
            "contributions",
            "Return the holder of an invitation, and when it ends; its token is not given",
            {200: answer("Invitation.", _INVITATION)},
            parameters=[_CODE, LANG],
            problems=(404, 406, 410, 429, 503),
        ),
        "post": operation(
            "redeem_invitation",
            "contributions",
            "Create the token of an invitation and return it, once",
            {200: answer("Invitation with its token.", _INVITATION)},
            parameters=[_CODE, LANG],
            problems=(404, 406, 410, 429, 503),
        ),
    },
    "/contributions/review": get(
        "review_queue",
        "contributions",
        "List contributions to be reviewed, for curators",
        {200: answer("Page of the list, oldest first.", _SEVERAL, PAGED)},
        parameters=[PAGE_NUMBER, LANG],
        problems=(400, 403, 404, 406),
        token=True,
    ),
    "/contributions/token": {
        "get": operation(
            "ask_token",
            "contributions",
            "Return the page with a field for the token of a browser",
            {200: answer("HTML form.", PAGE)},
            parameters=[LANG],
        ),
        "post": operation(
            "store_token",
            "contributions",
            "Store a token in a cookie of the browser's session, or delete it",
            {303: answer("Redirect to the page that requires the token.", headers=["Location", "Set-Cookie"])},
            parameters=[LANG],
            body={
                "required": True,
                "content": media(
                    {
                        FORM: record(
                            {},
                            {
                                "token": text(),
                                "to": text(description="Path of the page, with its query."),
                                "do": text(description="`forget` deletes the token."),
                            },
                        )
                    }
                ),
            },
            problems=(400, 403, 408, 413, 429, 503),
            token=True,
        ),
    },
    "/contributions/{id}": get(
        "contribution",
        "contributions",
        "Return a contribution with its history, for its sender and curators",
        {
            200: answer("Contribution.", _ONE),
            303: answer("Redirect of other clients to the published description.", headers=["Location"]),
        },
        parameters=[_ID, LANG],
        problems=(403, 404, 406, 503),
        token=False,
    ),
    "/contributions/{id}/content": get(
        "contribution_content",
        "contributions",
        "Return the submitted file, for its sender and curators",
        {200: answer("Submitted file, unchanged.", media("application/octet-stream"))},
        parameters=[_ID],
        problems=(403, 404, 503),
        token=True,
    ),
    "/contributions/{id}/review": {
        "get": operation(
            "contribution_review",
            "contributions",
            "Return changes and validation report, for the sender and curators",
            {200: answer("Review page, or the contribution with its statements and their keys.", _REVIEWED)},
            parameters=[_ID, LANG],
            problems=(403, 404, 406, 503),
            token=True,
        ),
        "post": _act(
            "decide",
            "Accept or reject a contribution, for curators",
            _DECISION,
            (400, 403, 404, 406, 408, 409, 422, 429, 503),
        ),
    },
    "/contributions/{id}/preview": {
        "get": operation("preview", "contributions", _PREVIEW, _PREVIEWED, **_OF_PREVIEW),
        "post": operation(
            "preview_part",
            "contributions",
            f"{_PREVIEW}, without the statements that are returned",
            _PREVIEWED,
            body={"required": True, "content": media({JSON: _RETURNS, FORM: _RETURNS})},
            **_OF_PREVIEW,
        ),
    },
    "/contributions/{id}/comments": {
        "post": _act(
            "comment",
            f"Add a comment for the sender or the curators; a contribution has at most {MAX_COMMENTS:,}",
            record({"text": _REASON}),
            (400, 403, 404, 406, 409, 503),
        )
    },
    "/contributions/{id}/withdrawal": {
        "post": _act(
            "withdraw",
            "Withdraw a contribution, for its sender and curators",
            record({"reason": _REASON}),
            (400, 403, 404, 406, 409, 503),
        )
    },
}
