"""Responses of the application as tests read them: pages, rows of results, problems, RDF."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape

from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from gcmgraph.rdf.media import syntax_for_media_type
from gcmgraph.rdf.parsing import parse_quads
from gcmgraph.rdf.terms import Quad
from gcmgraph.web.http.formats import XLSX
from markup import Page

HTML = {"Accept": "text/html"}


def html(client: FlaskClient, path: str, status: int = 200, **headers: str) -> str:
    """The HTML of a page."""
    response = client.get(
        path, headers={**HTML, **{name.replace("_", "-"): value for name, value in headers.items()}}
    )
    assert (response.status_code, response.mimetype) == (status, "text/html"), path
    return response.text


def page(client: FlaskClient, path: str, status: int = 200, **headers: str) -> Page:
    """The elements of a page, all of which are closed."""
    read = Page(html(client, path, status, **headers))
    assert read.unbalanced == [], "elements that are not closed"
    return read


def words(markup: str) -> str:
    """The text of a page, with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def rows(response: TestResponse) -> list[dict[str, str]]:
    """The values of each row of a result in JSON, by variable."""
    assert response.status_code == 200, response.text
    bindings = json.loads(response.data)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


def problem(response: TestResponse, status: int = 400) -> dict[str, object]:
    """The problem details (RFC 9457) of a response."""
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), (
        response.text
    )
    details: dict[str, object] = json.loads(response.data)
    assert details["status"] == status
    return details


def quads(response: TestResponse, media_type: str = "") -> list[Quad]:
    """The statements of a document, in the media type where one is given."""
    assert response.status_code == 200, response.text
    assert media_type in {"", response.mimetype}
    syntax = syntax_for_media_type(response.mimetype or "")
    assert syntax is not None, response.mimetype
    return list(
        parse_quads(response.data, syntax, source="answer", base_iri="https://w3id.org/gcmgraph/")
    )


def values(found: list[Quad], subject: str, predicate: str) -> set[str]:
    """The values of a property of a resource."""
    return {
        q.object.value
        for q in found
        if q.subject.value == subject and q.predicate.value == predicate
    }


def linked(response: TestResponse) -> dict[str, str]:
    """The targets of Link headers by relation."""
    links = re.findall(r'<([^>]+)>; rel="([^"]+)"', ", ".join(response.headers.getlist("Link")))
    return {relation: target for target, relation in links}


def table(text: str) -> list[dict[str, str]]:
    """The rows of a table in CSV."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def workbook(response: TestResponse) -> tuple[list[tuple[object, ...]], dict[object, object]]:
    """The rows of the first sheet of a workbook, and the lines about it on the second."""
    assert (response.status_code, response.mimetype) == (200, XLSX.media_type), response.text
    rows, about = load_workbook(io.BytesIO(response.data)).worksheets
    return list(rows.iter_rows(values_only=True)), dict(about.iter_rows(values_only=True))
