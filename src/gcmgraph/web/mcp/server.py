"""The MCP server of a site, for any transport: its tools and their functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from gcmgraph.contributions.content import Content
from gcmgraph.contributions.service import Contributions
from gcmgraph.kinds import KINDS
from gcmgraph.publication.search.index import SearchIndex
from gcmgraph.rdfio.media import SYNTAXES
from gcmgraph.settings import Settings
from gcmgraph.spreadsheets.grids import CSV
from gcmgraph.translations import DATA_LANGUAGES, LANGUAGES
from gcmgraph.web.http.problems import internal_places
from gcmgraph.web.mcp.describe import describe
from gcmgraph.web.mcp.examples import Examples
from gcmgraph.web.mcp.graph import Graph
from gcmgraph.web.mcp.offers import Arguments, Tool, resources
from gcmgraph.web.mcp.protocol import McpServer
from gcmgraph.web.mcp.queries import run_query, schema, sparql
from gcmgraph.web.mcp.search import search
from gcmgraph.web.resources.resolve import Links
from gcmgraph.web.services import PerVersion, Site

#: Longest report, in characters.
MAX_REPORT = 40_000

#: Media types of data to validate, by name of the format.
_FORMATS = {syntax.suffix: syntax.media_type for syntax in (*SYNTAXES, CSV)}

#: Lists of permitted values that `texts.toml` names.
_LISTS = {
    "kinds": [*KINDS],
    "languages": [*LANGUAGES],
    "data_languages": [*DATA_LANGUAGES],
    "formats": [*_FORMATS],
}


def open_server(
    settings: Settings,
    site: Site,
    indexes: PerVersion[SearchIndex],
    contributions: Contributions | None,
) -> McpServer:
    """The server of a site. Without `contributions` it has no tool that validates."""
    links = PerVersion(lambda snapshot: Links(snapshot, site.addresses))
    examples = cache(lambda: Examples(site.library))  # a fifth of a second, at the first question
    functions: dict[str, Callable[[Graph, Arguments], str]] = {
        "search": search,
        "describe": describe,
        "schema": schema,
        "find_examples": lambda graph, arguments: examples().find(graph, arguments),
        "run_query": run_query,
        "sparql": sparql,
    }

    def run(name: str, arguments: Arguments) -> str:
        graph = Graph(site, site.dataset.snapshot(), arguments.text("language"), indexes, links)
        return functions[name](graph, arguments)

    seconds = {"sparql": {"seconds": site.workers.limits.seconds}}
    tools = [Tool.of(name, partial(run, name), _LISTS, **seconds.get(name, {})) for name in functions]
    if contributions is not None:
        tools.append(Tool.of("validate", partial(_validate, contributions), _LISTS))
    return McpServer(tools, resources(site), internal_places(settings.places))


def _validate(contributions: Contributions, arguments: Arguments) -> str:
    """The report on a contribution. Nothing is stored."""
    suffix = arguments.text("format")
    content = Content(arguments.text("data").encode(), f"data.{suffix}", _FORMATS[suffix])
    report = contributions.check(content, report="text", language=arguments.text("language")).written
    return report if len(report) <= MAX_REPORT else f"{report[:MAX_REPORT]}\n… cut at {MAX_REPORT:,} characters."
