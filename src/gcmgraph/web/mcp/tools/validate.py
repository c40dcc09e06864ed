"""`validate`: a contribution, to the report of its validation. Nothing is stored."""

from __future__ import annotations

from gcmgraph.contributions.content import Content
from gcmgraph.rdfio.media import SYNTAXES, TURTLE
from gcmgraph.spreadsheets.grids import CSV as CSV_SHEET
from gcmgraph.translations.languages import DATA_LANGUAGES, SOURCE_LANGUAGE
from gcmgraph.web.mcp.toolbox import Arguments, Tool, ToolArgument
from gcmgraph.web.mcp.tools.common import Check

#: Longest data, in characters.
MAX_DATA = 500_000

#: Longest report, in characters.
MAX_REPORT = 40_000

_FORMATS = {syntax.suffix: syntax.media_type for syntax in SYNTAXES} | {CSV_SHEET.suffix: CSV_SHEET.media_type}


def validate_tool(check: Check) -> Tool:
    """The tool."""

    def run(arguments: Arguments) -> str:
        suffix = arguments.text("format")
        content = Content(arguments.text("data").encode(), f"data.{suffix}", _FORMATS[suffix])
        report = check(content, "text", arguments.text("language")).written
        return report if len(report) <= MAX_REPORT else f"{report[:MAX_REPORT]}\n… cut at {MAX_REPORT:,} characters."

    return Tool(
        "validate",
        "Validate a contribution",
        "Check RDF or a CSV sheet of the template against the shapes, together with the published graph. Returns one "
        "line for each problem, with the line of the data and a hint. Nothing is stored or submitted.",
        (
            ToolArgument("data", "The data.", required=True, longest=MAX_DATA),
            ToolArgument("format", "Format of the data.", default=TURTLE.suffix, values=tuple(_FORMATS)),
            ToolArgument("language", "Language of the report.", default=SOURCE_LANGUAGE, values=DATA_LANGUAGES),
        ),
        run,
    )
