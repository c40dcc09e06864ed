"""Reports as workflow commands of GitHub Actions, which are shown beside the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from gcmgraph.namespaces import Addresses
from gcmgraph.translations.languages import data_language
from gcmgraph.validation.report import Level, Report, Result
from gcmgraph.validation.reports.text import advice, kind_lines, sentence

_COMMANDS = {Level.VIOLATION: "error", Level.WARNING: "warning", Level.INFO: "notice"}


def report_github(report: Report, addresses: Addresses, language: str = "en") -> str:
    """One command a result: `::error file=…,line=…::message`, and one with counts where not all are listed."""
    commands = dict.fromkeys(_command(result, addresses, language) for result in report.results)
    counts = "\n".join(kind_lines(report, addresses, data_language(language)))
    return "".join([*commands, f"::notice::{_data(counts)}\n" if counts else ""])


def _command(result: Result, addresses: Addresses, language: str) -> str:
    properties = []
    if result.place is not None:
        properties.append(f"file={_property(result.place.source)}")
        if result.place.line is not None:
            properties.append(f"line={result.place.line}")
        if result.place.column is not None:
            properties.append(f"col={result.place.column}")
    hint = advice(result, addresses, language)
    message = sentence(result, addresses, language) + (f"\n{hint}" if hint else "")
    head = f"{_COMMANDS[result.level]} {','.join(properties)}".rstrip()
    return f"::{head}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
