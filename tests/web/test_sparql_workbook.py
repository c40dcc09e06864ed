"""/sparql?format=xlsx: the solutions of a SELECT as a workbook."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

QUERY = """SELECT ?code ?number ?truth ?text ?none {
  VALUES (?code ?number ?truth ?text) { ("004" 17 true "=HYPERLINK(1)") ("17.10" 1.5 false "a\\nb") }
}"""


def test_codes_are_texts_and_numbers_numbers(client: FlaskClient) -> None:
    answer = client.get("/sparql", query_string={"query": QUERY, "format": "xlsx", "lang": "fr"})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="answer.xlsx"'
    book = load_workbook(BytesIO(answer.data))
    rows = [[cell.value for cell in row] for row in book.worksheets[0]]
    assert rows[0] == ["code", "number", "truth", "text", "none"]
    assert rows[1][:3] == ["004", 17, True]
    assert [row[0].data_type for row in book.worksheets[0]] == ["s"] * 3
    assert all(cell.data_type != "f" for row in book.worksheets[0] for cell in row)
    about = " ".join(str(cell.value) for row in book.worksheets[1] for cell in row)
    assert "VALUES (?code" in about
    assert "Licence" in about


@pytest.mark.parametrize(
    "query", ["ASK { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }", "SELECT * { ?s ?p ", "SELECT * { VALUES ?x { 1 } "]
)
def test_what_is_no_table_is_refused(client: FlaskClient, query: str) -> None:
    answer = client.get("/sparql", query_string={"query": query, "format": "xlsx"})
    assert answer.status_code in {400, 406}
    assert answer.json is not None
    assert answer.json["detail"]


def test_more_rows_than_a_workbook_holds_is_one_sentence(client: FlaskClient) -> None:
    digits = "VALUES ?{} {{ 0 1 2 3 4 5 6 7 8 9 }}"
    query = f"SELECT * {{ {' '.join(digits.format(name) for name in 'abcd')} VALUES ?e {{ 0 1 2 }} }}"
    answer = client.get("/sparql", query_string={"query": query, "format": "xlsx"})
    assert answer.status_code == 400
    assert answer.json is not None
    assert "30000 rows" in answer.json["detail"]
