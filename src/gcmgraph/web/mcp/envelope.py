"""Versions of the protocol, and the metadata that each request of 2026-07-28 carries.

That version has no handshake: each request states its version, and HTTP headers repeat the version, the method and the
name of what is called (https://modelcontextprotocol.io/specification/2026-07-28/basic/transports).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from gcmgraph.web.mcp.messages import HEADER_MISMATCH, INVALID_PARAMS, UNSUPPORTED_VERSION, McpRequest, RpcError

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


def is_stateless(request: McpRequest, headers: Mapping[str, str] | None) -> bool:
    """Whether a request is of a version without a handshake. Raises `RpcError` for a header with an unknown version."""
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
        raise RpcError(INVALID_PARAMS, "In params._meta the version is a text and the capabilities are an object.")
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
            raise RpcError(HEADER_MISMATCH, f"The header {header} is missing, or differs from the body.")


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
