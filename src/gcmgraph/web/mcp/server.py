"""The MCP server of a site, for any transport."""

from __future__ import annotations

from gcmgraph.contributions.checking.port import Verdict
from gcmgraph.contributions.content import Content
from gcmgraph.contributions.service import Contributions
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.settings import Settings
from gcmgraph.web.http.problems import internal_places
from gcmgraph.web.mcp.protocol import McpServer
from gcmgraph.web.mcp.resources import resources
from gcmgraph.web.mcp.tools.common import Check, ToolServices
from gcmgraph.web.mcp.tools.describe import describe_tool
from gcmgraph.web.mcp.tools.examples import examples_tool
from gcmgraph.web.mcp.tools.named import run_query_tool
from gcmgraph.web.mcp.tools.schema import schema_tool
from gcmgraph.web.mcp.tools.search import search_tool
from gcmgraph.web.mcp.tools.sparql import sparql_tool
from gcmgraph.web.mcp.tools.validate import validate_tool
from gcmgraph.web.resources.resolve import Links
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import PerVersion


def open_server(
    settings: Settings,
    site: Site,
    indexes: PerVersion[SearchIndex],
    contributions: Contributions | None,
) -> McpServer:
    """The server of a site. Without `contributions` it has no tool that validates."""
    check = _checker(contributions) if contributions is not None else None
    links = PerVersion(lambda snapshot: Links(snapshot, site.addresses))
    services = ToolServices(site, site.library, indexes, links, check)
    tools = [
        search_tool(services),
        describe_tool(services),
        schema_tool(services),
        examples_tool(services),
        run_query_tool(services),
        sparql_tool(services),
    ]
    tools += [validate_tool(check)] if check is not None else []
    return McpServer(tools, resources(site), internal_places(settings.places))


def _checker(contributions: Contributions) -> Check:
    def check(content: Content, report: str, language: str) -> Verdict:
        return contributions.check(content, report=report, language=language)

    return check
