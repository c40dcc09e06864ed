"""Paths of remarks of readers (docs/http.md)."""

from __future__ import annotations

from gcmgraph.contributions.content import REASON
from gcmgraph.contributions.feedback.remark import LIMITS, Outcome, RemarkState
from gcmgraph.web.http.formats import HTML
from gcmgraph.web.openapi.builders import (
    JSON,
    PAGE,
    Json,
    answer,
    get,
    media,
    one_of,
    operation,
    path,
    query,
    record,
    text,
)
from gcmgraph.web.openapi.components import LANG, PAGE_NUMBER, PAGED
from gcmgraph.web.sparql.protocol import FORM

_ID = path("id", "Identifier of the remark.", text())
_ONE = media({JSON: "Remark"}, HTML.media_type)
_ABOUT = {
    "page": text(description="Path of the page on this server, with the fragment of a part of its resource."),
    "statement": text(description="Key of a statement of that resource, as in the links “Something wrong?” of pages."),
}
_REMARK = record(
    {"reason": text(LIMITS["reason"], description="Error, in words of the sender.")},
    {
        "correction": text(LIMITS["correction"], description="Correction, if the sender knows it."),
        "source": text(LIMITS["source"], description="Web address, or document and page."),
        "email": text(LIMITS["email"], description="E-mail address, which only curators see."),
        **_ABOUT,
    },
)
_ANSWER = record({"decision": one_of(Outcome), "reason": text(REASON, description="Text for the sender.")})

PATHS: Json = {
    "/feedback": {
        "get": operation(
            "feedback_form",
            "feedback",
            "Return the form for a remark on a page or a statement",
            {200: answer("HTML form.", PAGE)},
            parameters=[*(query(name, told["description"], text()) for name, told in _ABOUT.items()), LANG],
            problems=(404,),
        ),
        "post": operation(
            "send_feedback",
            "feedback",
            "Send a remark on a page or a statement to the curators, without a token",
            {201: answer("Stored remark, and the address of its state.", _ONE, ["Location"])},
            parameters=[LANG],
            body={"required": True, "content": media({JSON: _REMARK, FORM: _REMARK})},
            problems=(400, 403, 404, 406, 408, 413, 429, 503),
        ),
    },
    "/feedback/review": get(
        "feedback_queue",
        "feedback",
        "List remarks, for curators",
        {200: answer("Page of the list.", media({JSON: "Remarks"}, HTML.media_type), PAGED)},
        parameters=[
            query("state", "State of the remarks to list.", one_of(RemarkState, RemarkState.RECEIVED)),
            PAGE_NUMBER,
            LANG,
        ],
        problems=(400, 403, 404, 406),
        token=True,
    ),
    "/feedback/{id}": {
        "get": operation(
            "remark",
            "feedback",
            "Return a remark and its answer, for those who have its address",
            {200: answer("Remark.", _ONE)},
            parameters=[_ID, LANG],
            problems=(404, 406, 503),
            token=False,
        ),
        "post": operation(
            "answer_remark",
            "feedback",
            "Answer or close a remark, for curators",
            {
                200: answer("Remark with its answer.", media({JSON: "Remark"})),
                303: answer("Redirect of browsers to the page of the remark.", headers=["Location"]),
            },
            parameters=[_ID, LANG],
            body={"required": True, "content": media({JSON: _ANSWER, FORM: _ANSWER})},
            problems=(400, 403, 404, 406, 408, 409, 413, 503),
            token=True,
        ),
    },
}
