"""The MCP server of a site: its tools and their functions; and /mcp over streamable HTTP.

https://modelcontextprotocol.io/specification/2026-07-28/basic/transports. Over HTTP it is
stateless, with answers in JSON. A body is limited as that of /sparql, and queries run in the same
processes under the same limits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, NotRequired, TypedDict

from flask import Flask, Response, request

from gcmgraph.contributions.content import Content, format_of
from gcmgraph.contributions.service import Contributions
from gcmgraph.contributions.submission_check import Request
from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.metadata.citations import bibtex
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.rdf.media import SYNTAXES, RdfSyntax
from gcmgraph.settings import Settings
from gcmgraph.spreadsheets.grids import CSV, SpreadsheetSyntax
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE
from gcmgraph.web.http import api
from gcmgraph.web.http.caching import Caching, cached
from gcmgraph.web.http.formats import HTML, JSON, TTL
from gcmgraph.web.http.hosts import AcceptedHosts
from gcmgraph.web.http.limits import MAX_BODY
from gcmgraph.web.http.problems import PROBLEM_JSON, internal_places, problem
from gcmgraph.web.mcp import messages
from gcmgraph.web.mcp.absence import Absence
from gcmgraph.web.mcp.coverage import coverage
from gcmgraph.web.mcp.describe import check_statement, describe
from gcmgraph.web.mcp.examples import find_examples
from gcmgraph.web.mcp.graph_reader import GraphReader
from gcmgraph.web.mcp.messages import Json
from gcmgraph.web.mcp.passages import passages
from gcmgraph.web.mcp.protocol import McpResource, McpServer
from gcmgraph.web.mcp.queries import run_query, sparql
from gcmgraph.web.mcp.schema import schema
from gcmgraph.web.mcp.search import search
from gcmgraph.web.mcp.tools import TEXTS, Tool, ToolError
from gcmgraph.web.resources.claim_check import SCHEMAS
from gcmgraph.web.responses.citations import make_citation
from gcmgraph.web.responses.negotiated import serialize_triples
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page

#: Headers of a request that a client may send once only.
_SINGLE = (messages.VERSION_HEADER, messages.METHOD_HEADER, messages.NAME_HEADER)

#: Longest report, in characters.
MAX_REPORT = 40_000

#: Formats of data to validate, which are sent as texts.
_FORMATS = (*SYNTAXES, CSV)

#: Lists of permitted values that `texts.toml` names.
_LISTS = {"kinds": [*KINDS], "languages": [*LANGUAGES]}

Version = Annotated[str, api.among(("2.0",))]


class McpMessage(TypedDict):
    """Request or notification of JSON-RPC 2.0."""

    jsonrpc: Version
    method: str
    id: NotRequired[str | int]
    params: NotRequired[dict[str, Any]]


class McpError(TypedDict):
    """Error of JSON-RPC 2.0."""

    code: int
    message: str


class McpAnswer(TypedDict):
    """Answer of JSON-RPC 2.0."""

    jsonrpc: Version
    id: str | int | None
    result: NotRequired[dict[str, Any]]
    error: NotRequired[McpError]


_ERROR = api.answer("Error of JSON-RPC, or problem of the request.", McpAnswer, PROBLEM_JSON, HTML)
_ANSWERS = {
    200: api.answer("Answer of JSON-RPC 2.0.", McpAnswer),
    202: api.answer("Notification, which has no effect."),
    **dict.fromkeys((400, 404, 500), _ERROR),
}
_HEADERS = (
    api.Parameter("MCP-Protocol-Version", "Version of the protocol.", api.text(), where="header"),
    api.Parameter(
        "Mcp-Method", "Method of the message (from 2026-07-28 on).", api.text(), where="header"
    ),
    api.Parameter(
        "Mcp-Name",
        "Name of the tool, prompt or resource (from 2026-07-28 on).",
        api.text(),
        where="header",
    ),
)

_MESSAGE = f"Request or notification of JSON-RPC 2.0; at most {MAX_BODY:,} bytes."


def add_routes(app: Flask, settings: Settings, server: McpServer) -> None:
    """/mcp."""
    accepted = AcceptedHosts((settings.base, settings.public_url), (settings.host,))

    @app.post("/mcp")
    @api.operation(
        "mcp", _ANSWERS, _HEADERS, (403, 406, 415, 421), body=McpMessage, body_description=_MESSAGE
    )
    def mcp() -> Response:
        """Answer a message of the Model Context Protocol (2026-07-28, or after `initialize` 2025-11-25).

        Stateless: no session, no stream, one message a body. Errors of JSON-RPC have status 400,
        404 or 500 and the same form as answers.
        """
        _check_request(accepted)
        try:
            reply = server.handle(
                messages.parse_message(request.get_data()),
                {name.lower(): value for name, value in request.headers},
            )
        except messages.RpcError as error:
            reply = messages.failure(None, error)
        return _response(reply)


def _check_request(accepted: AcceptedHosts) -> None:
    """Raise `ProblemError` for a request from another site, or in a format that is not offered."""
    formats = request.accept_mimetypes
    if not accepted.accepts_host(request.host):
        detail = "This server does not answer /mcp under the name in the Host header."
        raise problem(
            detail, HTTPStatus.MISDIRECTED_REQUEST, "The operator sets the name as 'public_url'."
        )
    if not accepted.accepts_origin(request.headers.get("Origin"), request.host):
        raise problem(
            "Pages of other sites may not use /mcp.", HTTPStatus.FORBIDDEN, "Send no Origin header."
        )
    if request.mimetype != JSON.media_type:
        raise problem(
            "A message of MCP is sent as application/json.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE
        )
    if formats and not formats.accept_json:
        raise problem("Answers are application/json.", HTTPStatus.NOT_ACCEPTABLE, "Accept it.")
    if any(len(request.headers.getlist(name)) > 1 for name in _SINGLE):
        raise problem("A header of MCP is given twice.")


def _response(reply: messages.McpReply) -> Response:
    body = reply.text() if reply.body is not None else ""
    response = Response(body, status=reply.status, content_type=JSON.media_type if body else None)
    if not body:
        del response.headers["Content-Type"]
    return cached(response, Caching.NEVER)


def open_server(settings: Settings, site: Site, contributions: Contributions | None) -> McpServer:
    """The server of a site. Without `contributions` it has no tool that validates."""
    functions: dict[str, Callable[[GraphReader, Json], str]] = {
        "search": search,
        "describe": describe,
        "check_statement": check_statement,
        "passages": passages,
        "coverage": coverage,
        "schema": schema,
        "find_examples": find_examples,
        "run_query": run_query,
        "sparql": sparql,
    }
    if contributions is not None:
        functions["validate"] = lambda _, arguments: _validate(contributions, arguments)

    def run(name: str, arguments: Json) -> tuple[str, Json]:
        graph = GraphReader(site, arguments.get("language", ""))
        text = functions[name](graph, arguments)
        reason = _absence_in(text)
        notes = text.partition("\n\n")[0] if graph.data else text
        document = {"known": reason is None, "not_known": reason, "notes": notes}
        return text, document | graph.data

    seconds = site.workers.limits.seconds
    tools = [Tool(name, _texts(name, seconds), partial(run, name)) for name in functions]
    return McpServer(tools, resources(site), internal_places(settings.places))


def _absence_in(text: str) -> str | None:
    """The reason that an answer gives for being empty; None for other answers."""
    for reason in Absence:
        if f"Not known here: {reason}." in text:
            return reason.value
    return None


def _texts(name: str, seconds: float) -> Json:
    """The texts and schemas of a tool, with permitted values and the limit of queries in seconds."""
    texts: Json = TEXTS["tools"][name]
    schemas = {argument: {**schema} for argument, schema in texts["properties"].items()}
    for argument_schema in schemas.values():
        values = argument_schema.get("enum")
        if isinstance(values, str):
            argument_schema["enum"] = _LISTS[values]
    members = ("known", "not_known", "notes", *texts["returns"])
    output = {member: TEXTS["output"][member] for member in members}
    if name == "check_statement":
        output |= SCHEMAS["verdict"]["properties"]
    description = texts["description"].replace("{seconds}", f"{seconds:g}")
    return texts | {"properties": schemas, "description": description, "output": output}


def resources(site: Site) -> list[McpResource]:
    """The ontology, the shapes, how to cite, the licence."""
    base = site.addresses.base
    texts = TEXTS["resources"]

    def graph(name: str) -> str:
        return serialize_triples(site.dataset.snapshot().graph(name), TTL, site.addresses).decode()

    def citation() -> str:
        entry = make_citation(Page(site, site.dataset.snapshot(), SOURCE_LANGUAGE))
        text: str = texts["citation"]["text"]
        return text.format(base=base, version=entry.version, entry=bibtex(entry))

    def licence() -> str:
        text: str = texts["licence"]["text"]
        return text.format(licence=LICENCE)

    return [
        McpResource(f"{base}ontology", "ontology", partial(graph, "ontology")),
        McpResource(f"{base}shapes", "shapes", partial(graph, "shapes")),
        McpResource(f"{base}dataset#citation", "citation", citation),
        McpResource(f"{base}dataset#licence", "licence", licence),
    ]


def _validate(contributions: Contributions, arguments: Json) -> str:
    """The report on a contribution. Nothing is stored."""
    syntax = _format(arguments["format"])
    content = Content(arguments["data"].encode(), f"data.{syntax.suffix}", syntax.media_type)
    check_request = Request(content, format="text", language=arguments["language"])
    report = contributions.visitors.check(check_request).written
    if len(report) <= MAX_REPORT:
        return report
    return f"{report[:MAX_REPORT]}\n… cut at {MAX_REPORT:,} characters."


def _format(text: str) -> RdfSyntax | SpreadsheetSyntax:
    """The format with a name, a suffix or a media type. Raises `ToolError`."""
    syntax = format_of(Content(b"", f"data.{text}", text))
    if syntax is None or syntax not in _FORMATS:
        accepted = ", ".join(f"{accepted.suffix} ({accepted.media_type})" for accepted in _FORMATS)
        hint = f"The argument 'format' is one of: {accepted}."
        raise ToolError("Data of this format cannot be validated.", hint=hint)
    return syntax
