"""/compare: countries side by side with the sections of their pages, as a page, CSV and XLSX."""

from __future__ import annotations

import csv
import io
import re

from answers import html, words
from flask.testing import FlaskClient
from openpyxl import load_workbook

THREE = "country=NER&country=MEX&country=ALA"


def rows(page: str) -> dict[str, list[str]]:
    """The rows of the comparison: the texts of their cells by the beginning of their heading."""
    [table] = re.findall(r'<table class="compared.*?</table>', page, re.DOTALL)
    cells_by_heading = {}
    for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL):
        heading = re.search(r'<th scope="row">(.*?)</th>', row, re.DOTALL)
        if heading:
            cells = re.findall(r"<td.*?</td>", row, re.DOTALL)
            cells_by_heading[words(heading[1])] = [words(cell) for cell in cells]
    return cells_by_heading


def test_comparison_has_practices_by_objective_treaties_and_evaluations(
    real_client: FlaskClient,
) -> None:
    table = rows(html(real_client, f"/compare?{THREE}&lang=en"))
    assert table["Practices"] == ["1", "5", "0"]
    assert table["Objectives with a practice here"] == ["1", "4", "0"]
    assert table["3 Information provision"] == [
        "Niger: One Stop Social Welfare Shops in Agadez",
        "",
        "",
    ]
    assert "Coalición LAC network" in table["17 Eliminate discrimination"][1]
    [without] = table["Objectives without a practice in any of them"]
    assert without.startswith("1 , 2 , 5 ,")
    [smuggling] = [cells for heading, cells in table.items() if "Smuggling of Migrants" in heading]
    assert smuggling == [
        "bound since 18 March 2009",
        "bound since 4 March 2003",
        "not in the list of parties",
    ]
    assert table["Evaluations"][2] == "0"


def test_other_years_of_a_row_are_marked(real_client: FlaskClient) -> None:
    table = rows(html(real_client, "/compare?country=NER&country=DEU&lang=en"))
    [paid] = [
        cells for heading, cells in table.items() if "remittances paid (US dollars)" in heading
    ]
    assert paid == [
        "563,794,037 2022 (another year than the newest of this row)",
        "22,993,939,431 2023",
    ]


def test_links_add_and_remove_countries(real_client: FlaskClient) -> None:
    page = html(real_client, f"/compare?{THREE}&lang=en")
    assert 'href="/compare?country=NER&amp;country=ALA&amp;lang=en"' in page
    assert '<option value="MAR">Morocco</option>' in page
    assert '<option value="NER">' not in page
    six = "&".join(f"country={code}" for code in ("NER", "MEX", "ALA", "MAR", "DEU", "PHL"))
    assert "<select" not in html(real_client, f"/compare?{six}").partition("<main")[2]


def test_tables_of_a_comparison_have_the_attribution_of_figures(real_client: FlaskClient) -> None:
    response = real_client.get(f"/compare?{THREE}&format=csv&lang=en")
    table = list(csv.DictReader(io.StringIO(response.text)))
    figures = [row for row in table if row["Section"] == "Figures"]
    [emigrants] = [
        row
        for row in figures
        if row["Code"] == "NER"
        and row["What is counted"] == "International migrants, by country of origin"
    ]
    assert (emigrants["Figure"], emigrants["Year"]) == ("439378", "2024")
    assert all(row["Producer"] and row["Licence"] for row in figures)
    assert {row["Code"] for row in table} == {"NER", "MEX", "ALA"}
    workbook = load_workbook(
        io.BytesIO(real_client.get(f"/compare?{THREE}&format=xlsx&lang=en").data)
    )
    sheet = workbook.worksheets[0]
    assert sheet.max_row == len(table) + 1
