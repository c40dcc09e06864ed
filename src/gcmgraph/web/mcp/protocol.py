"""The Model Context Protocol for any transport: messages, versions and metadata, methods, errors.

JSON-RPC 2.0 (https://www.jsonrpc.org/specification), as narrowed by MCP: one message a body, no
batches (https://modelcontextprotocol.io/specification/2026-07-28/basic). Version 2026-07-28 has no
handshake: each request states its version, and HTTP headers repeat the version, the method and the
name of what is called (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports).
Each request is answered alone, from the current dataset version: there are no sessions, streams or
notifications. Requests of versions with `initialize` have the same answers without the members of
2026-07-28.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib.resources import files
from typing import Any, NoReturn

from gcmgraph import __version__
from gcmgraph.platform.errors import CheckBusyError, GcmGraphError
from gcmgraph.store.port import QueriesBusyError, QueryOverLimitError
from gcmgraph.web.http.problems import RETRY_AFTER, ProblemError, without_places

#: JSON object.
Json = dict[str, Any]

#: Error codes of JSON-RPC (https://www.jsonrpc.org/specification#error_object).
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND = -32700, -32600, -32601
INVALID_PARAMS, INTERNAL_ERROR = -32602, -32603

#: Error codes of MCP 2026-07-28: headers that differ from the body, a version that the server does
#: not speak.
HEADER_MISMATCH, UNSUPPORTED_VERSION = -32020, -32022

#: HTTP status by error code, from MCP 2026-07-28 on, where it is not 400.
STATUS = {METHOD_NOT_FOUND: HTTPStatus.NOT_FOUND, INTERNAL_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR}

#: Errors before a request is known, which have their HTTP status in every version.
_BEFORE_A_REQUEST = frozenset({PARSE_ERROR, INVALID_REQUEST, HEADER_MISMATCH, UNSUPPORTED_VERSION})

#: Versions without a handshake, and those with `initialize`, the newest last.
STATELESS = ("2026-07-28",)
WITH_HANDSHAKE = ("2025-03-26", "2025-06-18", "2025-11-25")

#: Keys of the metadata of requests and results.
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities"
SERVER_KEY = "io.modelcontextprotocol/serverInfo"

#: Headers of a request, in lower case.
VERSION_HEADER, METHOD_HEADER, NAME_HEADER = "mcp-protocol-version", "mcp-method", "mcp-name"

#: The parameter that the header with the name repeats, by method.
_NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}

#: A header value in Base64, where it is not plain ASCII.
_ENCODED = re.compile(r"=\?base64\?(.*)\?=")


class RpcError(GcmGraphError):
    """A request that has an error as its answer."""

    def __init__(self, code: int, message: str, data: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.data = data


@dataclass(frozen=True)
class McpReply:
    """The HTTP status and the JSON-RPC message of an answer; a notification has no message."""

    status: HTTPStatus
    body: Json | None = None

    def text(self) -> str:
        """The message on one line."""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class McpRequest:
    """A request, or a notification if `id` is None."""

    method: str
    id: str | int | None
    params: Json = field(default_factory=dict)

    @property
    def meta(self) -> Json:
        """Metadata of the request (`_meta`)."""
        meta = self.params.get("_meta")
        return meta if isinstance(meta, dict) else {}


def parse_message(body: bytes) -> object:
    """The JSON value of a body. Raises `RpcError`."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (
        ValueError,
        RecursionError,
    ):  # a number of thousands of digits, nesting of thousands of levels
        raise RpcError(PARSE_ERROR, "The body is not JSON in UTF-8.") from None


def read_request(message: object) -> McpRequest:
    """The request or notification of a JSON value. Raises `RpcError` for other values."""
    if isinstance(message, list):
        raise RpcError(
            INVALID_REQUEST, "Batches are not part of MCP: send each request in a body of its own."
        )
    if (
        not isinstance(message, dict)
        or message.get("jsonrpc") != "2.0"
        or not isinstance(message.get("method"), str)
    ):
        raise RpcError(
            INVALID_REQUEST, "The body is not a request or notification of JSON-RPC 2.0."
        )
    number = message.get("id")
    if "id" in message and (isinstance(number, bool) or not isinstance(number, str | int)):
        raise RpcError(INVALID_REQUEST, "The id of a request is a text or a whole number.")
    params = message.get("params", {})
    if not isinstance(params, dict):
        raise RpcError(INVALID_REQUEST, "The params of a request are an object.")
    return McpRequest(message["method"], number, params)


def request_id(message: object) -> str | int | None:
    """The id to answer a faulty request with; None where it has no valid one."""
    number = message.get("id") if isinstance(message, dict) else None
    return number if isinstance(number, str | int) and not isinstance(number, bool) else None


def failure(number: str | int | None, error: RpcError, *, with_status: bool = True) -> McpReply:
    """The answer with an error.

    Versions before 2026-07-28 answer errors of a method with HTTP status 200: `with_status` is
    false for them.
    """
    found: Json = {"code": error.code, "message": error.message}
    found |= {"data": error.data} if error.data is not None else {}
    plain = not with_status and error.code not in _BEFORE_A_REQUEST
    status = HTTPStatus.OK if plain else STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
    return McpReply(status, {"jsonrpc": "2.0", "id": number, "error": found})


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def is_stateless(request: McpRequest, headers: Mapping[str, str] | None) -> bool:
    """Whether a request is of a version without a handshake.

    Raises `RpcError` for a header with an unknown version.
    """
    header = headers.get(VERSION_HEADER) if headers is not None else None
    if header is not None and header not in (*STATELESS, *WITH_HANDSHAKE):
        raise _unsupported(header)
    return header in STATELESS or VERSION_KEY in request.meta


def check_envelope(request: McpRequest, headers: Mapping[str, str] | None) -> None:
    """Check metadata and headers of a request without handshake; `headers` is None where the transport has none.

    Raises `RpcError`.
    """
    missing = [key for key in (VERSION_KEY, CAPABILITIES_KEY) if key not in request.meta]
    if missing:
        raise RpcError(INVALID_PARAMS, f"params._meta has no {' and no '.join(missing)}.")
    version = request.meta[VERSION_KEY]
    if not isinstance(version, str) or not isinstance(request.meta[CAPABILITIES_KEY], dict):
        raise RpcError(
            INVALID_PARAMS,
            "In params._meta the version is a text and the capabilities are an object.",
        )
    if headers is not None:
        _check_headers(request, version, headers)
    if version not in STATELESS:
        raise _unsupported(version)


def negotiated(version: object) -> str:
    """The version of a session after `initialize`: the requested one, else the newest with a handshake."""
    return version if isinstance(version, str) and version in WITH_HANDSHAKE else WITH_HANDSHAKE[-1]


def _check_headers(request: McpRequest, version: str, headers: Mapping[str, str]) -> None:
    expected = {VERSION_HEADER: version, METHOD_HEADER: request.method}
    name = request.params.get(_NAMED.get(request.method, ""))
    if isinstance(name, str):
        expected[NAME_HEADER] = name
    for header, value in expected.items():
        given = headers.get(header)
        if given is None or (given if header != NAME_HEADER else _decoded(given)) != value:
            raise RpcError(
                HEADER_MISMATCH, f"The header {header} is missing, or differs from the body."
            )


def _decoded(value: str) -> str | None:
    encoded = _ENCODED.fullmatch(value)
    if encoded is None:
        return value
    try:
        return base64.b64decode(encoded[1], validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None


def _unsupported(version: str) -> RpcError:
    data = {"supported": [*STATELESS], "requested": version[:60]}
    return RpcError(UNSUPPORTED_VERSION, "This version of the protocol is not supported.", data)


TEXTS: Json = tomllib.loads((files("gcmgraph.web.mcp") / "texts.toml").read_text("utf-8"))

#: The dialect of input schemas.
DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: Hints of all tools: they only read, and read only this server.
_HINTS = {
    "readOnlyHint": True,
    "destructiveHint": False,
    "idempotentHint": True,
    "openWorldHint": False,
}

#: Longest argument of a prompt, in characters.
LONGEST_ARGUMENT = 20_000

_TYPES: Mapping[str, type] = {"string": str, "integer": int, "object": dict, "boolean": bool}


class ToolError(GcmGraphError):
    """A call of a tool that cannot be answered; the message and the hint are for the model."""


@dataclass(frozen=True)
class Tool:
    """A tool: its texts with the JSON Schemas of its arguments, as in `texts.toml`, and its function.

    `run` receives the checked arguments, with defaults, and returns a text and the same as JSON, or
    raises a `GcmGraphError`.
    """

    name: str
    texts: Json
    run: Callable[[Json], tuple[str, Json]] = field(repr=False)

    def definition(self) -> Json:
        """The tool in the list of tools."""
        schema: Json = {
            "$schema": DIALECT,
            "type": "object",
            "properties": self.texts["properties"],
        }
        schema |= {"additionalProperties": False}
        schema |= {"required": self.texts["required"]} if "required" in self.texts else {}
        named = {
            "name": self.name,
            "title": self.texts["title"],
            "description": self.texts["description"],
        }
        output = {"$schema": DIALECT, "type": "object", "properties": self.texts.get("output", {})}
        return named | {"inputSchema": schema, "outputSchema": output, "annotations": _HINTS}

    def call(self, given: Mapping[str, object]) -> tuple[str, Json]:
        """The answer to a call. Raises `ToolError` for invalid arguments, and what `run` raises."""
        properties: Json = self.texts["properties"]
        for name, value in given.items():
            if name not in properties:
                names = ", ".join(properties) or "none"
                raise ToolError(
                    f"The tool has no argument '{name[:40]}'.", hint=f"Its arguments: {names}."
                )
            _check(name, properties[name], value)
        for name in self.texts.get("required", ()):
            if name not in given:
                raise ToolError(
                    f"The argument '{name}' is missing: {properties[name]['description']}"
                )
        texts = {
            name: value.strip() if isinstance(value, str) else value
            for name, value in given.items()
        }
        defaults = {
            name: schema["default"] if "default" in schema else _TYPES[schema["type"]]()
            for name, schema in properties.items()
        }
        return self.run(defaults | texts)


def _check(name: str, schema: Json, value: object) -> None:
    """Raise `ToolError` for a value of an argument that does not conform to its schema."""
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if type(value) not in [_TYPES[type_name] for type_name in types]:
        raise ToolError(f"The argument '{name}' is not of the type {' or '.join(types)}.")
    if isinstance(value, str):
        if "minLength" in schema and not value.strip():
            raise ToolError(f"The argument '{name}' is empty.")
        if value not in schema.get("enum", [value]):
            accepted = [text for text in schema["enum"] if isinstance(text, str) and text]
            raise ToolError(f"The argument '{name}' is one of: {', '.join(accepted)}.")
        if len(value) > (most := schema.get("maxLength", len(value))):
            raise ToolError(f"The argument '{name}' has more than {most:,} characters.")
        if "\0" in value:
            raise ToolError(f"The argument '{name}' contains a null character.")
    if type(value) is int and not schema["minimum"] <= value <= schema["maximum"]:
        raise ToolError(
            f"The argument '{name}' is a number from {schema['minimum']:,} to {schema['maximum']:,}."
        )
    if isinstance(value, dict) and any(
        isinstance(one, bool) or not isinstance(one, str | int) for one in value.values()
    ):
        raise ToolError(f"The members of '{name}' are texts or whole numbers.")


def list_prompts() -> list[Json]:
    """Prompts: tasks that a user may start from a menu of the client, each with one argument."""
    return [
        {"name": name, "title": one["title"], "description": one["description"]}
        | {"arguments": [{"name": one["argument"], "description": one["about"], "required": True}]}
        for name, one in TEXTS["prompts"].items()
    ]


def get_prompt(name: str, given: object) -> Json:
    """The text of a task, with its argument between marks. Raises `RpcError`."""
    prompt = TEXTS["prompts"].get(name)
    if prompt is None:
        raise RpcError(
            INVALID_PARAMS, f"There is no such prompt. Prompts: {', '.join(TEXTS['prompts'])}."
        )
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise RpcError(INVALID_PARAMS, "The arguments of a prompt are texts.")
    argument = prompt["argument"]
    value = given.get(argument, "").strip()
    if not value or set(given) != {argument}:
        raise RpcError(
            INVALID_PARAMS, f"The prompt has one argument, '{argument}', which is required."
        )
    if len(value) > LONGEST_ARGUMENT:
        raise RpcError(
            INVALID_PARAMS, f"The argument has more than {LONGEST_ARGUMENT:,} characters."
        )
    marked = value.replace("<", "‹").replace(">", "›")
    text = f"{prompt['task']}\n\n<{argument}>\n{marked}\n</{argument}>"
    message = {"role": "user", "content": {"type": "text", "text": text}}
    return {"description": prompt["description"], "messages": [message]}


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


_LOG = logging.getLogger(__name__)

#: Milliseconds for which a client may cache lists, and contents of resources.
LIST_LIFE, READ_LIFE = 3_600_000, 60_000

_SERVER = {"name": "gcmgraph", "title": "GCM Graph", "version": __version__}

_DESCRIBED: Json = {
    "capabilities": {"tools": {}, "resources": {}, "prompts": {}},
    "instructions": TEXTS["instructions"],
}

#: Methods of one kind of version: whether that has no handshake.
_STATELESS_ONLY = {"server/discover": True, "initialize": False, "ping": False}


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
            "tools/list": lambda params: _list(
                "tools", params, [tool.definition() for tool in self.tools.values()]
            ),
            "tools/call": self._call_tool,
            "resources/list": lambda params: _list(
                "resources", params, [one.definition() for one in resources]
            ),
            "resources/templates/list": lambda params: _list("resourceTemplates", params, []),
            "resources/read": self._read_resource,
            "prompts/list": lambda params: _list("prompts", params, list_prompts()),
            "prompts/get": lambda params: get_prompt(
                str(params.get("name")), params.get("arguments", {})
            ),
            "server/discover": lambda _: {"supportedVersions": [*STATELESS], **_DESCRIBED},
            "initialize": lambda params: {
                **{
                    "protocolVersion": negotiated(params.get("protocolVersion")),
                    "serverInfo": _SERVER,
                },
                **_DESCRIBED,
            },
            "ping": lambda _: {},
        }

    def handle(self, message: object, headers: Mapping[str, str] | None = None) -> McpReply:
        """The answer to a JSON value; `headers` are those of HTTP by lower-case name, None for a transport without."""
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
        except Exception as error:  # noqa: BLE001 - a bug must not end a session over stdio, nor show a traceback
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
        if method not in self._methods or _STATELESS_ONLY.get(method, stateless) is not stateless:
            raise RpcError(METHOD_NOT_FOUND, "This server has no such method.")
        found = self._methods[method](request.params)
        if not stateless:
            return found
        life: Json = {"ttlMs": _CACHED[method], "cacheScope": "public"} if method in _CACHED else {}
        return found | life | {"resultType": "complete", "_meta": {SERVER_KEY: _SERVER}}

    def _call_tool(self, params: Json) -> Json:
        name, given = params.get("name"), params.get("arguments", {})
        if not isinstance(name, str) or name not in self.tools:
            raise RpcError(
                INVALID_PARAMS, f"There is no such tool. Tools: {', '.join(self.tools)}."
            )
        if not isinstance(given, dict):
            raise RpcError(INVALID_PARAMS, "The arguments of a tool are an object.")
        try:
            text, data = self.tools[name].call(given)
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
            known = ", ".join(self._resources)
            raise RpcError(INVALID_PARAMS, f"There is no such resource. Resources: {known}.")
        return resource.contents()

    def _explained(self, error: GcmGraphError) -> str:
        """An error in sentences: what is wrong, where, how to correct it, whether to try again."""
        if isinstance(error, ProblemError):
            problem = error.problem
            hint = problem.members.get("hint")
            return " ".join(
                text for text in (problem.detail, hint) if isinstance(text, str) and text
            )
        sentences = [without_places(error.message, self._places)]
        if error.place is not None and error.place.line is not None:
            column = f", column {error.place.column}" if error.place.column is not None else ""
            sentences.append(f"(line {error.place.line}{column})")
        if error.hint:
            sentences.append(without_places(error.hint, self._places))
        elif isinstance(error, QueryOverLimitError):
            sentences.append(
                "Ask for less: fewer patterns, a LIMIT in a subquery, or a query of the library."
            )
        if isinstance(error, QueriesBusyError | CheckBusyError):
            sentences.append(f"Try again in {RETRY_AFTER} seconds.")
        return " ".join(sentences)


#: Results that a client may cache, and for how long.
_CACHED = {
    **dict.fromkeys(
        ("tools/list", "prompts/list", "resources/list", "resources/templates/list"), LIST_LIFE
    ),
    **{"server/discover": LIST_LIFE, "resources/read": READ_LIFE},
}


def _list(name: str, params: Json, items: list[Json]) -> Json:
    """A list in one page. Raises `RpcError` for a cursor: the server gives none."""
    if params.get("cursor") is not None:
        raise RpcError(INVALID_PARAMS, "This cursor is not from this server: lists have one page.")
    return {name: items}
