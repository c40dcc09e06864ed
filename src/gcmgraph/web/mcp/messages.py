"""Messages of the Model Context Protocol, for any transport: requests, versions, headers, errors.

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
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NoReturn, TypeGuard

from gcmgraph.platform.errors import GcmGraphError

#: JSON object.
Json = dict[str, Any]

#: Error codes of JSON-RPC (https://www.jsonrpc.org/specification#error_object).
PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603

#: Error codes of MCP 2026-07-28: headers that differ from the body, a version that the server does
#: not speak.
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022

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
VERSION_HEADER = "mcp-protocol-version"
METHOD_HEADER = "mcp-method"
NAME_HEADER = "mcp-name"

#: The parameter that the header with the name repeats, by method.
_NAME_PARAMETERS = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}

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
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        # also a number of thousands of digits, and nesting of thousands of levels
        raise RpcError(PARSE_ERROR, "The body is not JSON in UTF-8.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def read_request(message: object) -> McpRequest:
    """The request or notification of a JSON value. Raises `RpcError` for other values."""
    if isinstance(message, list):
        raise RpcError(
            INVALID_REQUEST, "Batches are not part of MCP: send each request in a body of its own."
        )
    no_request = RpcError(
        INVALID_REQUEST, "The body is not a request or notification of JSON-RPC 2.0."
    )
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise no_request
    if not isinstance(message.get("method"), str):
        raise no_request
    id_ = message.get("id")
    if "id" in message and not _is_id(id_):
        raise RpcError(INVALID_REQUEST, "The id of a request is a text or a whole number.")
    params = message.get("params", {})
    if not isinstance(params, dict):
        raise RpcError(INVALID_REQUEST, "The params of a request are an object.")
    return McpRequest(message["method"], id_, params)


def request_id(message: object) -> str | int | None:
    """The id to answer a faulty request with; None where it has no valid one."""
    id_ = message.get("id") if isinstance(message, dict) else None
    return id_ if _is_id(id_) else None


def _is_id(value: object) -> TypeGuard[str | int]:
    return isinstance(value, str | int) and not isinstance(value, bool)


def failure(id_: str | int | None, error: RpcError, *, with_status: bool = True) -> McpReply:
    """The answer with an error.

    Versions before 2026-07-28 answer errors of a method with HTTP status 200: `with_status` is
    false for them.
    """
    document: Json = {"code": error.code, "message": error.message}
    if error.data is not None:
        document["data"] = error.data
    status = STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
    if not with_status and error.code not in _BEFORE_A_REQUEST:
        status = HTTPStatus.OK
    return McpReply(status, {"jsonrpc": "2.0", "id": id_, "error": document})


def is_stateless(request: McpRequest, headers: Mapping[str, str] | None) -> bool:
    """Whether a request is of a version without a handshake.

    Raises `RpcError` for a header with an unknown version.
    """
    header = headers.get(VERSION_HEADER) if headers is not None else None
    if header is not None and header not in (*STATELESS, *WITH_HANDSHAKE):
        raise _unsupported(header)
    return header in STATELESS or VERSION_KEY in request.meta


def check_envelope(request: McpRequest, headers: Mapping[str, str] | None) -> None:
    """Check metadata and headers of a request without handshake.

    `headers` is None where the transport has none. Raises `RpcError`.
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
    """The version of a session after `initialize`.

    The requested version, else the newest with a handshake.
    """
    if isinstance(version, str) and version in WITH_HANDSHAKE:
        return version
    return WITH_HANDSHAKE[-1]


def _check_headers(request: McpRequest, version: str, headers: Mapping[str, str]) -> None:
    """Raise `RpcError` for a header that is missing or differs from the body."""
    expected = {VERSION_HEADER: version, METHOD_HEADER: request.method}
    name = request.params.get(_NAME_PARAMETERS.get(request.method, ""))
    if isinstance(name, str):
        expected[NAME_HEADER] = name
    for header, expected_value in expected.items():
        value = headers.get(header)
        if value is not None and header == NAME_HEADER:
            value = _decoded(value)
        if value != expected_value:
            raise RpcError(
                HEADER_MISMATCH, f"The header {header} is missing, or differs from the body."
            )


def _decoded(header_value: str) -> str | None:
    """The text of a header, which may be in Base64; None for invalid Base64."""
    encoded = _ENCODED.fullmatch(header_value)
    if encoded is None:
        return header_value
    try:
        return base64.b64decode(encoded[1], validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None


def _unsupported(version: str) -> RpcError:
    data = {"supported": [*STATELESS], "requested": version[:60]}
    return RpcError(UNSUPPORTED_VERSION, "This version of the protocol is not supported.", data)
