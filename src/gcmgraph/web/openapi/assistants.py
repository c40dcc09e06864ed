"""Path of the Model Context Protocol."""

from __future__ import annotations

from gcmgraph.web.http.formats import HTML
from gcmgraph.web.http.limits import MAX_BODY
from gcmgraph.web.http.problems import PROBLEM_JSON
from gcmgraph.web.openapi.builders import JSON, Json, answer, header, media, one_of, operation, record, text

_MESSAGE = record(
    {"jsonrpc": one_of(["2.0"]), "method": text()},
    {"id": {"type": ["string", "integer"]}, "params": {"type": "object"}},
)
_ANSWER = record(
    {"jsonrpc": one_of(["2.0"]), "id": {"type": ["string", "integer", "null"]}},
    {"result": {"type": "object"}, "error": record({"code": {"type": "integer"}, "message": text()})},
)

PATHS: Json = {
    "/mcp": {
        "post": operation(
            "mcp",
            "assistants",
            "Answer a message of the Model Context Protocol (2026-07-28, or after `initialize` 2025-11-25)",
            {
                200: answer("Answer of JSON-RPC 2.0.", media({JSON: _ANSWER})),
                202: answer("Notification, which has no effect."),
                **{
                    status: answer(
                        "Error of JSON-RPC, or problem of the request.",
                        media({JSON: _ANSWER, PROBLEM_JSON: "Problem"}, HTML.media_type),
                    )
                    for status in (400, 404, 500)
                },
            },
            description="Stateless: no session, no stream, one message a body. Errors of JSON-RPC have status 400, "
            "404 or 500 and the same form as answers.",
            parameters=[
                header("MCP-Protocol-Version", "Version of the protocol.", text()),
                header("Mcp-Method", "Method of the message (from 2026-07-28 on).", text()),
                header("Mcp-Name", "Name of the tool, prompt or resource (from 2026-07-28 on).", text()),
            ],
            body={
                "description": f"Request or notification of JSON-RPC 2.0; at most {MAX_BODY:,} bytes.",
                "required": True,
                "content": media({JSON: _MESSAGE}),
            },
            problems=(403, 406, 408, 413, 415, 421, 429),
        )
    }
}
