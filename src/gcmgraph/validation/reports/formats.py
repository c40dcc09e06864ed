"""The table of report formats."""

from __future__ import annotations

from collections.abc import Callable

from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import JSON_LD
from gcmgraph.validation.report import Report
from gcmgraph.validation.reports.github import report_github
from gcmgraph.validation.reports.json_report import report_json
from gcmgraph.validation.reports.rdf import report_rdf
from gcmgraph.validation.reports.sarif import report_sarif
from gcmgraph.validation.reports.text import report_text

#: Functions from a report, addresses and a language to text, by the name in `gcmgraph validate --format`.
FORMATS: dict[str, Callable[[Report, Addresses, str], str]] = {
    "text": report_text,
    "turtle": lambda report, addresses, _: report_rdf(report, addresses).decode("utf-8"),
    "jsonld": lambda report, addresses, _: report_rdf(report, addresses, JSON_LD).decode("utf-8"),
    "json": lambda report, _addresses, _language: report_json(report),
    "sarif": report_sarif,
    "github": report_github,
}
