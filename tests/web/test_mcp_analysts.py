"""Questions of analysts through /mcp on the real graph: the answers have all facts of the right ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from mcp_client import McpClient

ASKED = json.loads(Path(__file__).with_name("questions_of_analysts.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def mcp(real_app: Flask) -> McpClient:
    return McpClient(real_app.test_client())


@pytest.mark.parametrize("asked", ASKED, ids=[asked["question"][:30] for asked in ASKED])
def test_answers_to_questions_of_analysts(mcp: McpClient, asked: dict[str, Any]) -> None:
    answers = "\n".join(mcp.call(tool, **arguments) for tool, arguments in asked["calls"])
    assert [fact for fact in asked["expected"] if fact not in answers] == []
