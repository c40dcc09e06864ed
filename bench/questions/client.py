"""A client of the tools that answers each question by its script, without a model."""

from __future__ import annotations

import csv
import json
import re
import urllib.request
from collections.abc import Callable
from typing import Any

from bench.questions.question import Question

#: Calls a tool: its name and arguments, to the text of the answer.
CallTool = Callable[[str, dict[str, Any]], str]

#: The reason of an empty answer, and the number of rows of a table.
_REASON = re.compile(r"Not known here: ([a-z ]+)\.")
_ROWS = re.compile(r"^(?:Rows [\d,]+ to [\d,]+ of )?([\d,]+)(?: rows?)?(?:;.*)?\.$", re.MULTILINE)

#: A value in a description: a label with its short form, or a text with its language.
_VALUE = re.compile(
    r"^  - (?:“.*” \(([^ ]+)\)(?: \(inferred\))?|(.*?)(?: \[[a-z-]+\])?)(?: — sources [\d, ]+)?$", re.MULTILINE
)
_PAGE = re.compile(r"^\d+\. .*, page (\d+)", re.MULTILINE)


def over_http(url: str) -> CallTool:
    """Calls by the protocol of 2026-07-28."""
    version, prefix = "2026-07-28", "io.modelcontextprotocol"
    meta = {f"{prefix}/protocolVersion": version, f"{prefix}/clientCapabilities": {}}

    def call(tool: str, arguments: dict[str, Any]) -> str:
        params = {"name": tool, "arguments": arguments, "_meta": meta}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "MCP-Protocol-Version": version,
            "Mcp-Method": "tools/call",
            "Mcp-Name": tool,
        }
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            result = json.loads(response.read())["result"]
        if result["isError"]:
            raise ValueError(f"{tool}: {result['content'][0]['text']}")
        return str(result["content"][0]["text"])

    return call


def answer(question: Question, call: CallTool) -> tuple[set[str], str | None]:
    """The answer by the script, or the reason why it is not known here."""
    texts: list[str] = []
    for step in question.calls:
        texts.append(call(step.tool, _filled(step.arguments, texts)))
        if reason := _REASON.search(texts[-1]):
            return set(), reason[1]
    return read_answer(texts[-1], question.read), None


def read_answer(text: str, read: dict[str, Any]) -> set[str]:
    """The answer in the text of the last call.

    `column` reads a column of a table, of the rows with the values of `where` or of the first row alone (`first`);
    `count` the number of rows; `values` the values of a described property, `pages` the pages that support it.
    """
    match read:
        case {"column": str(column)}:
            found = rows(text)
            where = read.get("where", {})
            chosen = [row for row in found if all(row[name] == value for name, value in where.items())]
            return {row[column] for row in (chosen[:1] if read.get("first") else chosen)}
        case {"count": True}:
            count = _ROWS.search(text)
            return {count[1].replace(",", "")} if count else set()
        case {"values": True}:
            return {labelled or plain for labelled, plain in _VALUE.findall(text)}
        case {"pages": True}:
            return set(_PAGE.findall(text))
        case {}:  # of a question whose answer is not known here
            return {"an answer"}


def rows(text: str) -> list[dict[str, str]]:
    """The table after the first blank line of an answer."""
    table = text.partition("\n\n")[2].partition("\n\n")[0]
    return list(csv.DictReader(table.splitlines()))


def _filled(value: Any, texts: list[str]) -> Any:
    """Arguments with the first results of earlier calls in place of `$1` to `$9`."""
    if isinstance(value, dict):
        return {name: _filled(one, texts) for name, one in value.items()}
    if isinstance(value, str) and (reference := re.fullmatch(r"\$(\d)", value)):
        return next(iter(rows(texts[int(reference[1]) - 1])[0].values()))
    return value
