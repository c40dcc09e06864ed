"""/matrix: numbers of practices that lead to their lists, in all formats."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from answers import HTML, html, page
from flask.testing import FlaskClient
from openpyxl import load_workbook

from gcmgraph.web.browse.matrix import ROWS


def table(client: FlaskClient, address: str) -> list[list[str]]:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    return list(csv.reader(io.StringIO(response.text)))


@pytest.mark.parametrize("rows", ROWS)
def test_numbers_of_a_matrix_equal_its_lists(client: FlaskClient, rows: str) -> None:
    text = html(client, f"/matrix/{rows}")
    cells = re.findall(r'<td class="level-\d"><a href="([^"]+)">(\d+)</a>', text)
    for address, count in cells:
        listed = client.get(unescape(address), headers=HTML)
        assert (listed.status_code, listed.headers["X-Total-Count"]) == (200, count), address
    assert bool(cells) is ("No practice has these values" not in text)


def test_formats_have_the_same_numbers(client: FlaskClient) -> None:
    heading, *rows = table(client, "/matrix/country?format=csv")
    assert heading[:3] == ["Address", "Code", "Country"]
    assert rows
    book = load_workbook(io.BytesIO(client.get("/matrix/country?format=xlsx").data))
    written = [
        ["" if cell is None else str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    assert [row[:-1] for row in written] == [heading, *rows]
    assert {row[-1].partition("?")[0] for row in written[1:]} == {"https://w3id.org/gcmgraph/browse/practice"}
    drawing = ET.fromstring(client.get("/matrix/country?format=svg").text)  # noqa: S314 - made by us
    drawn = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {row[2] for row in rows} <= set(drawn)
    assert len(drawing.findall("./{http://www.w3.org/2000/svg}svg//{http://www.w3.org/2000/svg}rect")) == sum(
        n != "0" for row in rows for n in row[3:-1]
    )


def test_filters_of_a_matrix(client: FlaskClient) -> None:
    whole, narrowed = (table(client, f"/matrix/country?format=csv{more}") for more in ("", "&country=AFG"))
    assert {row[1] for row in narrowed[1:]} <= {row[1] for row in whole[1:]}
    [row] = (row for row in narrowed[1:] if row[0].endswith("AFG"))
    assert row in whole
    links = page(client, "/matrix/type?country=AFG").values("href")
    assert {"/browse/practice?country=AFG", "/matrix/country?country=AFG"} <= {*links}
    assert "/doc/objective/9?lang=fr" in page(client, "/matrix?lang=fr").values("href")
    for path, status in (("/objective", 404), ("/nothing", 404), ("?format=docx", 400), ("?country=XXX", 400)):
        assert client.get(f"/matrix{path}").status_code == status, path
