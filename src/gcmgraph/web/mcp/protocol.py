"""Methods of the Model Context Protocol, for any transport (https://modelcontextprotocol.io/specification/2026-07-28).

Each request is answered alone, from the current dataset version: there are no sessions, streams or notifications.
Requests of versions with `initialize` have the same answers without the members of 2026-07-28.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus

from gcmgraph import __version__
from gcmgraph.contributions.errors import CheckBusyError
from gcmgraph.errors import GcmGraphError
from gcmgraph.store.requests import QueriesBusyError, QueryOverLimitError
from gcmgraph.web.http.problems import RETRY_AFTER, ProblemError, without_places
from gcmgraph.web.mcp import messages as rpc
from gcmgraph.web.mcp.messages import Json, McpReply, McpRequest, RpcError
from gcmgraph.web.mcp.offers import TEXTS, McpResource, Tool, get_prompt, list_prompts

_LOG = logging.getLogger(__name__)

#: Milliseconds for which a client may cache lists, and contents of resources.
LIST_LIFE, READ_LIFE = 3_600_000, 60_000

_SERVER = {"name": "gcmgraph", "title": "GCM Graph", "version": __version__}

_CAPABILITIES: Json = {"tools": {}, "resources": {}, "prompts": {}}


class McpServer:
    """The methods of the protocol."""

    def __init__(self, tools: Iterable[Tool], resources: Sequence[McpResource], places: Iterable[str] = ()) -> None:
        """`places` are internal folders and addresses that no message may contain."""
        self.tools = {tool.name: tool for tool in tools}
        self._resources = {resource.uri: resource for resource in resources}
        self._places = tuple(places)
        self._methods: dict[str, Callable[[Json], Json]] = {
            "tools/list": lambda params: _list("tools", params, [tool.definition() for tool in self.tools.values()]),
            "tools/call": self._call_tool,
            "resources/list": lambda params: _list("resources", params, [one.definition() for one in resources]),
            "resources/templates/list": lambda params: _list("resourceTemplates", params, []),
            "resources/read": self._read_resource,
            "prompts/list": lambda params: _list("prompts", params, list_prompts()),
            "prompts/get": lambda params: get_prompt(str(params.get("name")), params.get("arguments", {})),
        }

    def handle(self, message: object, headers: Mapping[str, str] | None = None) -> McpReply:
        """The answer to a JSON value; `headers` are those of HTTP by lower-case name, None for a transport without."""
        stateless = True
        try:
            request = rpc.read_request(message)
            stateless = rpc.is_stateless(request, headers)
            if request.id is None:
                return McpReply(HTTPStatus.ACCEPTED)  # no notification has an effect here
            if stateless:
                rpc.check_envelope(request, headers)
                return rpc.success(request.id, self._stateless(request))
            return rpc.success(request.id, self._with_handshake(request))
        except RpcError as error:
            return rpc.failure(rpc.request_id(message), error, with_status=stateless)
        except GcmGraphError as error:  # the store cannot be read
            broken = RpcError(rpc.INTERNAL_ERROR, self._explained(error))
            return rpc.failure(rpc.request_id(message), broken, with_status=stateless)
        except Exception:  # noqa: BLE001 - a bug must not end a session over stdio, nor show a traceback
            _LOG.exception("A request of the Model Context Protocol failed.")
            broken = RpcError(rpc.INTERNAL_ERROR, "The server failed to answer this request.")
            return rpc.failure(rpc.request_id(message), broken, with_status=stateless)

    def _stateless(self, request: McpRequest) -> Json:
        if request.method == "server/discover":
            found: Json = {
                "supportedVersions": [*rpc.STATELESS],
                "capabilities": _CAPABILITIES,
                "instructions": TEXTS["instructions"],
            }
        else:
            found = self._method(request)
        if request.method in _CACHED:
            found |= {"ttlMs": _CACHED[request.method], "cacheScope": "public"}
        return found | {"resultType": "complete", "_meta": {rpc.SERVER_KEY: _SERVER}}

    def _with_handshake(self, request: McpRequest) -> Json:
        if request.method == "initialize":
            return {
                "protocolVersion": rpc.negotiated(request.params.get("protocolVersion")),
                "capabilities": _CAPABILITIES,
                "serverInfo": _SERVER,
                "instructions": TEXTS["instructions"],
            }
        return {} if request.method == "ping" else self._method(request)

    def _method(self, request: McpRequest) -> Json:
        if request.method not in self._methods:
            raise RpcError(rpc.METHOD_NOT_FOUND, "This server has no such method.")
        return self._methods[request.method](request.params)

    def _call_tool(self, params: Json) -> Json:
        name, given = params.get("name"), params.get("arguments", {})
        if not isinstance(name, str) or name not in self.tools:
            raise RpcError(rpc.INVALID_PARAMS, f"There is no such tool. Tools: {', '.join(self.tools)}.")
        if not isinstance(given, dict):
            raise RpcError(rpc.INVALID_PARAMS, "The arguments of a tool are an object.")
        try:
            text, failed = self.tools[name].call(given), False
        except GcmGraphError as error:
            text, failed = self._explained(error), True
        return {"content": [{"type": "text", "text": text}], "isError": failed}

    def _read_resource(self, params: Json) -> Json:
        resource = self._resources.get(str(params.get("uri")))
        if resource is None:
            known = ", ".join(self._resources)
            raise RpcError(rpc.INVALID_PARAMS, f"There is no such resource. Resources: {known}.")
        return resource.contents()

    def _explained(self, error: GcmGraphError) -> str:
        """An error in sentences: what is wrong, where, how to correct it, whether to try again."""
        if isinstance(error, ProblemError):
            problem = error.problem
            hint = problem.members.get("hint")
            return " ".join(text for text in (problem.detail, hint) if isinstance(text, str) and text)
        sentences = [without_places(error.message, self._places)]
        if error.place is not None and error.place.line is not None:
            column = f", column {error.place.column}" if error.place.column is not None else ""
            sentences.append(f"(line {error.place.line}{column})")
        if error.hint:
            sentences.append(without_places(error.hint, self._places))
        elif isinstance(error, QueryOverLimitError):
            sentences.append("Ask for less: fewer patterns, a LIMIT in a subquery, or a query of the library.")
        if isinstance(error, QueriesBusyError | CheckBusyError):
            sentences.append(f"Try again in {RETRY_AFTER} seconds.")
        return " ".join(sentences)


#: Results that a client may cache, and for how long.
_CACHED = {
    "server/discover": LIST_LIFE,
    "tools/list": LIST_LIFE,
    "prompts/list": LIST_LIFE,
    "resources/list": LIST_LIFE,
    "resources/templates/list": LIST_LIFE,
    "resources/read": READ_LIFE,
}


def _list(name: str, params: Json, items: list[Json]) -> Json:
    """A list in one page. Raises `RpcError` for a cursor: the server gives none."""
    if params.get("cursor") is not None:
        raise RpcError(rpc.INVALID_PARAMS, "This cursor is not from this server: lists have one page.")
    return {name: items}
