"""Faulty and hostile spreadsheets: each problem is reported with its place, and other rows are read."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from workbooks import PRACTICE, Reader, as_csv, blocking, named, put, saved

from gcmgraph.platform.errors import RdfSyntaxError
from gcmgraph.rdf.terms import IRI, Literal, text
from gcmgraph.spreadsheets import grids as xlsx_reader
from gcmgraph.spreadsheets.grids import ROWS, SpreadsheetError
from gcmgraph.validation.report import Result


def found(reader: Reader, *rows: dict[str, str]) -> list[Result]:
    """The violations that a CSV file of practices has."""
    return blocking(reader.report(reader.csv(as_csv(*rows))))


#: Cells that are wrong: the shape that says so, the column that it is in, and the nearest right
#: value.
WRONG = [
    ("country", "Phillipines", "Practice-country", "PHL"), ("country", "PHX", "Practice-country", "PHL"),
    ("relevant SDG target", "16.99", "Practice-target", "16.9"), ("objective", "24", "Practice-objective", None),
    ("lead organisation", "United Nations Ofice on Drugs and Crime", "Practice-lead", "unodc"),
    ("type", "progamme", "Practice-type", "programme"), ("type", "civil society", "Practice-type", None),
    ("target audience", "civil societies", "Practice-audience", "civil-society"),
    ("start", "spring 2018", "Practice-start", None), ("start", "2018-02-31", "Practice-start", None),
    ("start", "01/02/2018", "Practice-start", None), ("end", "2018; 2019", "Practice-end-once", None),
    ("legally binding", "perhaps", "Practice-binding", None), ("action supported", "9z", "Practice-action", None),
    ("reference", "www.example.org", "Practice-reference", None),
]  # fmt: skip


def test_wrong_cell_is_reported_with_its_shape_and_place(reader: Reader) -> None:
    rows = [
        {**PRACTICE, "id": f"row-{number}", column: said}
        for number, (column, said, *_) in enumerate(WRONG)
    ]
    headers = list(dict.fromkeys(header for row in rows for header in row))
    results = found(reader, *rows)
    for line, (column, _, shape, nearest) in enumerate(WRONG, 2):
        of_row = [result for result in results if result.place and result.place.line == line]
        assert {named(result) for result in of_row} == {shape}
        assert {(one.place.source, one.place.column) for one in of_row if one.place} == {
            ("file.csv", headers.index(column) + 1)
        }
        near = of_row[0].nearest
        assert (near.term.value.rpartition("/")[2] if near else None) == nearest
        assert of_row[0].hints.best("fr")


#: Cells of rows, each with an address of its own, and the name and place (row, column) of the
#: violations.
ROWS_WITH_PROBLEMS: dict[str, tuple[list[dict[str, str]], list[tuple[str, int, int | None]]]] = {
    "amount": ([{"funding: value": "12 million", "funding: currency": "€"}],
               [("Amount-value", 2, 8), ("Amount-currency", 2, 9)]),
    "unpaired": ([{"funding: value": "1; 2", "funding: currency": "EUR"}], [("unpaired-values", 2, 8)]),
    "funder without amount": ([{"funding: funder": "UNHCR"}], []),
    "two amounts": ([{"funding: value": "12 000 000; 5", "funding: currency": "EUR; USD"}], []),
    "missing cells": ([{"country": ""}, {"source": ""}],
                      [("Practice-who-or-where", 2, None), ("Practice-source-present", 3, 6)]),
    "several lines": ([{"source": "Two\nlines"}, {"country": "Atlantis"}], [("Practice-country", 4, 5)]),
    "same title": ([{"id": ""}, {"id": ""}], [("same-row", 3, None)]),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS_WITH_PROBLEMS.values(), ids=ROWS_WITH_PROBLEMS)
def test_violation_of_a_row_has_its_line_and_column(
    reader: Reader, case: tuple[list[dict[str, str]], list[tuple[str, int, int | None]]]
) -> None:
    rows = [{**PRACTICE, "id": f"row-{number}", **cells} for number, cells in enumerate(case[0])]
    places = {
        (named(one), one.place and one.place.line, one.place and one.place.column)
        for one in found(reader, *rows)
    }
    assert places == set(case[1])


def test_unreadable_headers_are_reported(reader: Reader) -> None:
    for headers, problem in (
        ("title,country", "column-without-language"), ("title [en],title [en]", "same-column"),
        ("title [en],titre [en]", "same-column"), ("title [en],", "cell-without-column"),
    ):  # fmt: skip
        assert problem in {named(result) for result in reader.csv(f"{headers}\nA,B\n").problems}
    (result,) = found(reader, {**PRACTICE, "contry": "PHL"})
    assert named(result) == "unknown-column"
    assert result.nearest.labels.best("en") == "“country (*)”"


@pytest.mark.parametrize(
    "headers",
    [
        "Titre [fr] (*);Description [fr] (*);Objectif *;Pays (*);Source *",
        "titre (fr)\tdescription@fr\tobjectif\tpays\tsource",
        "dct:title@fr,dct:description [fr],gcm:objective,gcm:country,dct:source",
        "\ufefftitre [FR],description [fr],OBJECTIF,pays,source",
        '"titre\n[fr]";description [fr];"objectif\n*";pays;source',
        '\n"titre\r\n[fr]"\tdescription [fr]\tobjectif\tpays\tsource',
    ],
)
def test_headers_are_read_by_language_curie_and_delimiter(reader: Reader, headers: str) -> None:
    delimiter = next(one for one in ";\t," if one in headers)
    row = delimiter.join(["Guichet unique", "Un bureau", "9", "Philippines", "x"])
    report = reader.report(reader.csv(f"{headers}\r\n\r\n{row}\r\n"))
    assert report.conforms
    assert not report.results


@pytest.mark.parametrize("said", ["a" + " " * 16_000 + "b", "a" + "( " * 16_000, "[en-" * 8_000])
def test_long_header_is_read_in_time(reader: Reader, said: str) -> None:
    start = time.process_time()
    reading = reader.csv(as_csv({**PRACTICE, said: "x"}))
    assert time.process_time() - start < 1
    assert [named(problem) for problem in reading.problems] == ["unknown-column"]


def test_names_match_without_case_accents_and_apostrophes(reader: Reader) -> None:
    for said in (
        "  côte d’ivoire",
        "COTE\u00a0D'IVOIRE",
        "CIV",
        "ci",
        "384",
        "country:CIV",
        "科特迪瓦",
    ):
        reading = reader.csv(
            as_csv({**PRACTICE, "country": said, "title [es]": "Ventanilla única"})
        )
        assert text("Ventanilla única", "es") in {quad.object for quad in reading.statements}
        countries = {q.object for q in reading.statements if q.predicate.value.endswith("#country")}
        assert countries == {IRI("https://w3id.org/gcmgraph/id/country/CIV")}, said


_COUNTRY = "https://w3id.org/gcmgraph/id/country/"


def test_addresses_are_separated_by_semicolons_that_are_no_part_of_them(reader: Reader) -> None:
    afg, phl = f"{_COUNTRY}AFG", f"{_COUNTRY}PHL"
    for column, said, values in (
        ("country", f"{afg};{phl}", [afg, phl]),
        ("country", f"{afg};;{phl} ;", [afg, phl]),
        ("country", f"AFG;{phl}; france", [afg, phl, f"{_COUNTRY}FRA"]),
        (
            "reference",
            "http://a.org/x;y=1;HTTPS://b.org/z",
            ["http://a.org/x;y=1", "HTTPS://b.org/z"],
        ),
        ("reference", "http://a.org/x;y=1; http://b.org", ["http://a.org/x;y=1", "http://b.org"]),
        ("source", "http://a.org/x;y=1;http://b.org", ["http://a.org/x;y=1", "http://b.org"]),
        ("source", "Report; see http://a.org/x;y=1", ["Report; see http://a.org/x;y=1"]),
    ):
        reading = reader.csv(as_csv({**PRACTICE, column: said}))
        (property,) = (
            one.property for one in reader.sheets[0].columns if one.names.best("en") == column
        )
        found = [q.object for q in reading.statements if q.predicate == property]
        assert [one.value for one in found if isinstance(one, IRI | Literal)] == values


def test_practice_at_a_published_address_is_refused_unless_it_names_that(reader: Reader) -> None:
    titled = reader.published.quads(predicate=IRI("http://purl.org/dc/terms/title"))
    subjects = (quad.subject.value for quad in titled if isinstance(quad.subject, IRI))
    iri = next(one for one in subjects if "/practice/" in one and "#" not in one)
    results = found(reader, {**PRACTICE, "title [en]": iri.rpartition("/")[2].replace("-", " ")})
    assert "published-already" in {named(result) for result in results}
    more = reader.csv(as_csv({"id": iri, "outcome [en]": "More people were helped."}))
    assert not blocking(reader.report(more))
    assert {quad.subject for quad in more.statements} == {IRI(iri)}


def test_invalid_identifier_is_reported(reader: Reader) -> None:
    for said in ("https://example.org/x", "a b", "../x", "organisation:un", "Ünï"):
        assert "bad-identifier" in {
            named(one) for one in reader.csv(as_csv({**PRACTICE, "id": said})).problems
        }


def test_part_of_nothing_is_reported(reader: Reader) -> None:
    def fill(book: Workbook) -> None:
        put(book, "Practice", 2, PRACTICE)
        put(book, "Event", 2, {"practice": "no such practice", "title [en]": "Opening"})

    (result,) = blocking(reader.report(reader.xlsx(reader.filled(fill))))
    assert (named(result), str(result.place)) == ("row-of-nothing", "file.xlsx: Event!A2")


def test_formulas_and_error_values_are_refused(reader: Reader) -> None:
    def fill(book: Workbook) -> None:
        put(book, "Practice", 2, PRACTICE)
        put(
            book,
            "Practice",
            3,
            {**PRACTICE, "id": "other", "country": '=HYPERLINK("http://x","y")', "start": "#N/A"},
        )
        put(book, "Practice", 4, {**PRACTICE, "id": "third", "objective": "=1+8"})

    report = reader.report(reader.xlsx(reader.filled(fill)))
    reported = [
        (named(one), one.names.best("en"), one.place and one.place.line) for one in blocking(report)
    ]
    assert reported == [
        ("formula", "country", 3),
        ("error-value", "start", 3),
        ("formula", "objective", 4),
    ]


def test_error_values_in_csv_are_refused_and_texts_are_not(reader: Reader) -> None:
    refused = ("#NAME?", "#REF!", "#N/A", "#DIV/0!", "#NOM?", "#¿NOMBRE?", "#NV", "Err:502")
    texts = (*refused, "#MeToo!", "#9", "#NAME? is what Excel says")
    rows = [
        {**PRACTICE, "description [fr]": text, "id": f"row-{number}"}
        for number, text in enumerate(texts)
    ]
    places = [
        (named(result), result.place and result.place.line) for result in found(reader, *rows)
    ]
    assert places == [("error-value", line) for line, _ in enumerate(refused, 2)]


def test_numbers_and_merged_cells_of_excel_are_read(reader: Reader) -> None:
    def fill(book: Workbook) -> None:
        numbers = {"objective": 9.0, "start": 2018, "title [en]": "\u00a0One-stop\u00a0shop "}
        put(book, "Practice", 2, {**PRACTICE, **numbers})
        put(book, "Practice", 3, {**PRACTICE, "id": "b", "title [fr]": None, "country": None})
        book["Practice"]["A3"].data_type = "s"
        book["Practice"]["A3"].quotePrefix = True
        put(book, "Practice", 3, {"title [en]": "'=not a formula"})
        country = next(
            cell.column_letter for cell in book["Practice"][1] if cell.value == "country (*)"
        )
        book["Practice"].merge_cells(f"{country}2:{country}3")
        for row in range(5, 900):
            book["Practice"].cell(row, 1, " ")
        book.create_sheet("Notes")

    reading = reader.xlsx(reader.filled(fill))
    assert blocking(reader.report(reading)) == []
    country = IRI("https://w3id.org/gcmgraph/id/country/PHL")
    there = {
        str(quad.subject).rpartition("/")[2]
        for quad in reading.statements
        if quad.object == country
    }
    assert there == {"one-stop-shop>", "b>"}


def test_date_is_read_in_the_precision_in_which_it_is_shown(reader: Reader) -> None:
    shown = {
        "[$-de-DE]mmm\\ yy;@": "2018-09", "[$-da-DK]yyyy": "2018", 'mmmm "and" yyyy': "2018-09", "\\d yyyy": "2018",
        "[$-fr-FR]d mmmm yyyy": "2018-09-21", '"month" yyyy-mm-dd': "2018-09-21",
    }  # fmt: skip
    book = Workbook()
    book.worksheets[0].append([*PRACTICE, "id", "start"])
    for row, shown_as in enumerate(shown, 2):
        book.worksheets[0].append([*PRACTICE.values(), f"row-{row}", datetime(2018, 9, 21)])
        book.worksheets[0].cell(row, len(PRACTICE) + 2).number_format = shown_as
    read = [
        q for q in reader.xlsx(saved(book)).statements if q.predicate.value.endswith("/startDate")
    ]
    dates = {str(q.subject): q.object.value for q in read if isinstance(q.object, Literal)}
    assert [dates[iri] for iri in sorted(dates)] == list(shown.values())


def test_unknown_sheet_of_a_workbook_is_a_warning(reader: Reader) -> None:
    def fill(book: Workbook) -> None:
        put(book, "Practice", 2, PRACTICE)
        book.create_sheet("Budget").append(["colour", "size"])
        book.create_sheet("Hidden").append(["title [en]"])
        book["Hidden"].sheet_state = "hidden"
        rule = DataValidation(type="list", formula1="[1]Other!$A$1:$A$9")
        rule.add("A2:A9")
        book["Practice"].add_data_validation(rule)

    report = reader.report(reader.xlsx(reader.filled(fill)))
    assert report.conforms
    assert [named(result) for result in report.results] == ["unknown-sheet"]


def _zip(method: int = zipfile.ZIP_DEFLATED, **parts: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as file:
        for name, part in parts.items():
            file.writestr(
                name.replace("__", "/").replace("Content_Types", "[Content_Types].xml"), part
            )
    return data.getvalue()


def _changed(data: bytes, change: Callable[[str, bytes], bytes], suffix: str = "xml") -> bytes:
    """A workbook with its parts changed; its sheet is a part with the suffix of another format if one is given."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as parts,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        for name in parts.namelist():
            part = change(name, parts.read(name)).replace(b"t1.xml", f"t1.{suffix}".encode())
            changed.writestr(name.replace("sheet1.xml", f"sheet1.{suffix}"), part)
    return out.getvalue()


def _rows(tag: bytes, part: bytes) -> bytes:
    """A sheet with more of a tag than is read."""
    return part.replace(b"<sheetData", tag * (xlsx_reader.TAGS + 1) + b"<sheetData")


def _merges(part: bytes) -> bytes:
    """A sheet with more merged ranges than are read."""
    return part.replace(
        b"</sheetData>", b"</sheetData>" + b"<mergeCell\tref='A1:A9'/>" * (xlsx_reader.MERGED + 1)
    )


def _strict(part: bytes) -> bytes:
    """As Excel saves it as 'Strict Open XML': with other namespaces."""
    names = rb"http://schemas\.openxmlformats\.org/(spreadsheetml|officeDocument)/2006"
    return re.sub(names, rb"http://purl.oclc.org/ooxml/\1", part)


_LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


def test_invalid_workbooks_are_refused(reader: Reader) -> None:
    book, far = saved(Workbook()), Workbook()
    far.worksheets[0].append(["title [en]", "country"])
    far.worksheets[0].cell(1_048_576, 16_384, "in the last row")

    def in_sheet(change: Callable[[bytes], bytes], suffix: str = "xml") -> bytes:
        return _changed(
            book, lambda name, part: change(part) if "sheet1.xml" in name else part, suffix
        )

    for data, words in (
        (b"", "no XLSX"),
        (b"PK\x03\x04 not really", "no XLSX"),
        (b"title,country", "no XLSX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel"),
        (_zip(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "no XLSX workbook"),
        (_zip(Content_Types=b"<Types/>"), "damaged"),
        (_zip(zipfile.ZIP_BZIP2, Content_Types=b"<Types/>"), "another method than Deflate"),
        (_zip(Content_Types=b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"), "macros"),
        (
            _zip(
                Content_Types=b"<Types/>", xl__vbaProject__bin=b"x", **{"xl__vbaProject.bin": b"x"}
            ),
            "macros",
        ),
        (
            _zip(Content_Types=b"<Types/>", bomb=b"<x>" + b"0" * (xlsx_reader.UNPACKED + 1)),
            "unpacked",
        ),
        (
            _zip(Content_Types=b"<Types/>", **{f"p{n}": b"" for n in range(xlsx_reader.PARTS + 1)}),
            "unpacked",
        ),
        (in_sheet(lambda part: _LAUGHS + part), "DOCTYPE"),
        (in_sheet(lambda part: part[:-20]), "damaged"),
        (
            _changed(
                book, lambda name, part: b"\xff\xfe<" if name.endswith("workbook.xml") else part
            ),
            "damaged",
        ),
        (in_sheet(lambda part: _rows(b"<row/>", part)), "more cells"),
        (in_sheet(lambda part: _rows(b"<c/>", part)), "more cells"),
        (in_sheet(lambda part: _rows(b"<a>", part)), "more cells"),
        (in_sheet(lambda part: _LAUGHS + part, "png"), "sheet1.png has one"),
        (in_sheet(lambda part: _rows(b"<c/>", part), "png"), "more cells"),
        (in_sheet(lambda part: (_LAUGHS + part).decode().encode("utf-16")), "DOCTYPE"),
        (in_sheet(_merges), "more cells"),
        (
            _changed(book, lambda _, part: _strict(part)),
            "'Strict Open XML'.* Save it as 'Excel workbook",
        ),
        (book[: len(book) // 2], "no XLSX"),
        (book, "no row"),
        (saved(far), "more than"),
    ):
        with pytest.raises(SpreadsheetError, match=words) as raised:
            reader.xlsx(data)
        assert raised.value.place is None or raised.value.place.source.startswith("file.xlsx")


def test_invalid_csv_is_refused_with_its_place(reader: Reader) -> None:
    for data, line, column in (
        ("title [en]\nCafé\n".encode("latin-1"), 2, 4), ("title [en]\nx\n".encode("utf-16"), 1, 1),
        (b'title [en]\n"x" y\n', 2, None), (b'title [en]\nx\n"never closed', 3, None), (b"title [en]\n\0\n", 2, None),
    ):  # fmt: skip
        with pytest.raises(RdfSyntaxError) as raised:
            reader.csv(data)
        place = raised.value.place
        assert (place.line, place.column) == (line, column)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        *((f"title [en]\n{cell}\n", r"^file\.csv:2: A cell .* more than 32,767 characters\. Shorten it")
          for cell in ("x" * 131_073, '"' + "x,y\n" * 40_000)),
        *((data, "There is no row with data") for data in ("", "\n\n", "title [en],country\n", ",,,\n")),
        ("title [en]\n" + "x\n" * (ROWS + 1), "more than"),
    ],
)  # fmt: skip
def test_csv_beyond_limits_or_without_rows_is_refused(
    reader: Reader, data: str, message: str
) -> None:
    with pytest.raises(SpreadsheetError, match=message):
        reader.csv(data)
