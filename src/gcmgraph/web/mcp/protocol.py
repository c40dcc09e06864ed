"""The methods of the Model Context Protocol, for any transport.

Messages are in `messages`, tools in `tools`, prompts in `prompts`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus

from gcmgraph import __version__
from gcmgraph.platform.errors import CheckBusyError, GcmGraphError
from gcmgraph.store.port import QueriesBusyError, QueryOverLimitError
from gcmgraph.web.http.problems import RETRY_AFTER, ProblemError, without_places
from gcmgraph.web.mcp.messages import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    SERVER_KEY,
    STATELESS,
    Json,
    McpReply,
    McpRequest,
    RpcError,
    check_envelope,
    failure,
    is_stateless,
    negotiated,
    read_request,
    request_id,
)
from gcmgraph.web.mcp.prompts import get_prompt, list_prompts
from gcmgraph.web.mcp.tools import TEXTS, Tool

_LOG = logging.getLogger(__name__)

#: Milliseconds for which a client may cache lists, and contents of resources.
LIST_LIFE = 3_600_000
READ_LIFE = 60_000

#: Milliseconds for which a client may cache the result of a method.
_CACHE_MILLISECONDS = {
    "tools/list": LIST_LIFE,
    "prompts/list": LIST_LIFE,
    "resources/list": LIST_LIFE,
    "resources/templates/list": LIST_LIFE,
    "server/discover": LIST_LIFE,
    "resources/read": READ_LIFE,
}

_SERVER = {"name": "gcmgraph", "title": "GCM Graph", "version": __version__}

_DESCRIPTION: Json = {
    "capabilities": {"tools": {}, "resources": {}, "prompts": {}},
    "instructions": TEXTS["instructions"],
}

#: Methods of one kind of version: whether that has no handshake.
_STATELESS_ONLY = {"server/discover": True, "initialize": False, "ping": False}


@dataclass(frozen=True)
class McpResource:
    """A text of the server, by its IRI."""

    uri: str
    name: str
    read: Callable[[], str] = field(repr=False)

    def definition(self) -> Json:
        """The resource in the list of resources."""
        texts = {key: text for key, text in TEXTS["resources"][self.name].items() if key != "text"}
        return {"uri": self.uri, "name": self.name, **texts}

    def contents(self) -> Json:
        """The resource with its text."""
        media_type = TEXTS["resources"][self.name]["mimeType"]
        return {"contents": [{"uri": self.uri, "mimeType": media_type, "text": self.read()}]}


class McpServer:
    """The methods of the protocol."""

    def __init__(
        self, tools: Iterable[Tool], resources: Sequence[McpResource], places: Iterable[str] = ()
    ) -> None:
        """`places` are internal folders and addresses that no message may contain."""
        self.tools = {tool.name: tool for tool in tools}
        self._resources = {resource.uri: resource for resource in resources}
        self._places = tuple(places)
        self._methods: dict[str, Callable[[Json], Json]] = {
            "tools/list": self._list_tools,
            "tools/call": self._call_tool,
            "resources/list": self._list_resources,
            "resources/templates/list": partial(_one_page, "resourceTemplates", []),
            "resources/read": self._read_resource,
            "prompts/list": partial(_one_page, "prompts", list_prompts()),
            "prompts/get": _get_prompt,
            "server/discover": _discover,
            "initialize": _initialize,
            "ping": lambda _: {},
        }

    def handle(self, message: object, headers: Mapping[str, str] | None = None) -> McpReply:
        """The answer to a JSON value.

        `headers` are those of HTTP by lower-case name, None for a transport without.
        """
        stateless = True
        try:
            request = read_request(message)
            stateless = is_stateless(request, headers)
            if request.id is None:
                return McpReply(HTTPStatus.ACCEPTED)  # no notification has an effect here
            if stateless:
                check_envelope(request, headers)
            result = self._result(request, stateless=stateless)
            return McpReply(HTTPStatus.OK, {"jsonrpc": "2.0", "id": request.id, "result": result})
        # a bug must not end a session over stdio, nor show a traceback
        except Exception as error:  # noqa: BLE001
            return failure(request_id(message), self._rpc_error(error), with_status=stateless)

    def _rpc_error(self, error: Exception) -> RpcError:
        if isinstance(error, RpcError):
            return error
        if isinstance(error, GcmGraphError):  # the store cannot be read
            return RpcError(INTERNAL_ERROR, self._explained(error))
        _LOG.error("A request of the Model Context Protocol failed.", exc_info=error)
        return RpcError(INTERNAL_ERROR, "The server failed to answer this request.")

    def _result(self, request: McpRequest, *, stateless: bool) -> Json:
        method = request.method
        is_other_version = _STATELESS_ONLY.get(method, stateless) is not stateless
        if method not in self._methods or is_other_version:
            raise RpcError(METHOD_NOT_FOUND, "This server has no such method.")
        result = self._methods[method](request.params)
        if not stateless:
            return result
        if method in _CACHE_MILLISECONDS:
            result |= {"ttlMs": _CACHE_MILLISECONDS[method], "cacheScope": "public"}
        return result | {"resultType": "complete", "_meta": {SERVER_KEY: _SERVER}}

    def _list_tools(self, params: Json) -> Json:
        return _one_page("tools", [tool.definition() for tool in self.tools.values()], params)

    def _list_resources(self, params: Json) -> Json:
        definitions = [resource.definition() for resource in self._resources.values()]
        return _one_page("resources", definitions, params)

    def _call_tool(self, params: Json) -> Json:
        name = params.get("name")
        arguments = params.get("arguments", {})
        if not isinstance(name, str) or name not in self.tools:
            raise RpcError(
                INVALID_PARAMS, f"There is no such tool. Tools: {', '.join(self.tools)}."
            )
        if not isinstance(arguments, dict):
            raise RpcError(INVALID_PARAMS, "The arguments of a tool are an object.")
        try:
            text, data = self.tools[name].call(arguments)
        except GcmGraphError as error:
            return {"content": [{"type": "text", "text": self._explained(error)}], "isError": True}
        return {
            "content": [{"type": "text", "text": text}],
            "structuredContent": data,
            "isError": False,
        }

    def _read_resource(self, params: Json) -> Json:
        resource = self._resources.get(str(params.get("uri")))
        if resource is None:
            iris = ", ".join(self._resources)
            raise RpcError(INVALID_PARAMS, f"There is no such resource. Resources: {iris}.")
        return resource.contents()

    def _explained(self, error: GcmGraphError) -> str:
        """An error in sentences: what is wrong, where, how to correct it, whether to try again."""
        if isinstance(error, ProblemError):
            texts = (error.problem.detail, error.problem.members.get("hint"))
            return " ".join(text for text in texts if isinstance(text, str) and text)
        sentences = [without_places(error.message, self._places)]
        place = error.place
        if place is not None and place.line is not None:
            column = f", column {place.column}" if place.column is not None else ""
            sentences.append(f"(line {place.line}{column})")
        if error.hint:
            sentences.append(without_places(error.hint, self._places))
        elif isinstance(error, QueryOverLimitError):
            sentences.append(
                "Ask for less: fewer patterns, a LIMIT in a subquery, or a query of the library."
            )
        if isinstance(error, QueriesBusyError | CheckBusyError):
            sentences.append(f"Try again in {RETRY_AFTER} seconds.")
        return " ".join(sentences)


def _discover(_: Json) -> Json:
    return {"supportedVersions": [*STATELESS], **_DESCRIPTION}


def _initialize(params: Json) -> Json:
    version = negotiated(params.get("protocolVersion"))
    return {"protocolVersion": version, "serverInfo": _SERVER, **_DESCRIPTION}


def _get_prompt(params: Json) -> Json:
    return get_prompt(str(params.get("name")), params.get("arguments", {}))


def _one_page(name: str, items: list[Json], params: Json) -> Json:
    """A list in one page. Raises `RpcError` for a cursor: the server gives none."""
    if params.get("cursor") is not None:
        raise RpcError(INVALID_PARAMS, "This cursor is not from this server: lists have one page.")
    return {name: items}
