"""Requests of the Model Context Protocol through Flask's test client."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

Json = dict[str, Any]

VERSION = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
}

_NAMES = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}


@dataclass(frozen=True)
class McpClient:
    """A client of version 2026-07-28."""

    http: FlaskClient

    def send(self, method: str, params: Json | None = None, **headers: str) -> TestResponse:
        """The response to a request that conforms, but for `headers`."""
        params = params or {}
        sent = {
            "MCP-Protocol-Version": VERSION,
            "Mcp-Method": method,
            "Accept": "application/json, text/event-stream",
        }
        if method in _NAMES and isinstance(name := params.get(_NAMES[method]), str):
            sent["Mcp-Name"] = f"=?base64?{base64.b64encode(name.encode()).decode()}?="
        body = {"jsonrpc": "2.0", "id": 7, "method": method, "params": {"_meta": META, **params}}
        return self.http.post("/mcp", json=body, headers={**sent, **headers})

    def result(self, method: str, params: Json | None = None) -> Json:
        """The result of a request."""
        response = self.send(method, params)
        assert response.status_code == 200, response.text
        found: Json = response.get_json()
        assert found["id"] == 7
        result: Json = found["result"]
        return result

    def call(self, tool: str, **arguments: object) -> str:
        """The text of a tool that succeeds."""
        result = self.result("tools/call", {"name": tool, "arguments": arguments})
        assert not result["isError"], result
        text = str(result["content"][0]["text"])
        data = result["structuredContent"]
        Draft202012Validator(self.schemas[tool]).validate(data)
        assert data.keys() <= self.schemas[tool]["properties"].keys()
        assert data["known"] is ("Not known here" not in text)
        return text

    @cached_property
    def schemas(self) -> Json:
        """The schemas of structured results by tool."""
        return {tool["name"]: tool["outputSchema"] for tool in self.result("tools/list")["tools"]}

    def data(self, tool: str, **arguments: object) -> Json:
        """The structured result of a tool."""
        result: Json = self.result("tools/call", {"name": tool, "arguments": arguments})[
            "structuredContent"
        ]
        return result

    def refused(self, tool: str, **arguments: object) -> str:
        """The text of a tool that fails."""
        result = self.result("tools/call", {"name": tool, "arguments": arguments})
        assert result["isError"], result
        return str(result["content"][0]["text"])


def old(http: FlaskClient, method: str, params: Json | None = None, **headers: str) -> TestResponse:
    """The response to a request of a version with a handshake."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
    return http.post("/mcp", json=body, headers=headers)
