"""`gcmgraph mcp`: one JSON-RPC message a line."""

from __future__ import annotations

import io
import json
from typing import Any

from gcmgraph.cli.site import answer_lines
from gcmgraph.web.http.limits import MAX_BODY
from gcmgraph.web.mcp.offers import Tool
from gcmgraph.web.mcp.protocol import McpServer

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


def answers(*lines: bytes) -> list[dict[str, Any]]:
    server = McpServer([Tool("hello", "Hello", "", lambda _: "one\ntwo é")], [])
    written = io.BytesIO()
    answer_lines(server, io.BytesIO(b"\n".join(lines)), written)
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_answer_of_each_line() -> None:
    call = {"jsonrpc": "2.0", "id": "a", "method": "tools/call", "params": {"name": "hello"}}
    first, second = answers(json.dumps(PING).encode(), b"", json.dumps(call).encode())
    assert first == {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert second["id"] == "a"
    assert second["result"]["content"] == [{"type": "text", "text": "one\ntwo é"}]


def test_no_answer_to_a_notification() -> None:
    assert answers(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}') == []


def test_error_of_an_invalid_line() -> None:
    long = json.dumps({**PING, "params": {"x": "y" * 3 * MAX_BODY}}).encode()
    found = answers(b"{", b"\xff", json.dumps([PING] * 10_000).encode(), long, json.dumps(PING).encode())
    assert [one.get("error", {}).get("code") for one in found] == [-32700, -32700, -32600, -32600, None]
    assert found[-1]["result"] == {}
