"""Rows of letters drawn as outlines, with letters made up for the test."""

from __future__ import annotations

from pdf_files import packed, pdf_of, simple_pdf, text_content

from gcmreader.documents.pdf.content import UNKNOWN
from gcmreader.documents.pdf.drawn_rows import drawn_rows
from gcmreader.documents.pdf.glyphs import Glyph, GlyphTable, glyph_table
from gcmreader.documents.pdf.pages import read_pages
from gcmreader.documents.reading import parse_document

#: An `o` and a `u`, 500 wide and 500 high, with 50 on either side.
O = Glyph("o", "regular", ("mcccc",), 500, 500, 0, 0, 50, 50)  # noqa: E741 - it is that letter
TABLE = GlyphTable((O, Glyph("u", "regular", ("mccl",), 500, 500, 0, 0, 50, 50)))


def o(x: float, y: float, size: float) -> str:
    """The path of an `o` whose lower left corner is given, in points."""
    s = size / 2
    return (
        f"{x} {y} m {x} {y} {x + s} {y} {x + s} {y} c {x + s} {y} {x + s} {y + s} {x + s} {y + s} c "
        f"{x + s} {y + s} {x} {y + s} {x} {y + s} c {x} {y + s} {x} {y} {x} {y} c h "
    )


def u(x: float, y: float, size: float) -> str:
    s = size / 2
    return f"{x} {y} m {x} {y} {x + s} {y} {x + s} {y} c {x + s} {y} {x + s} {y + s} {x + s} {y + s} c {x} {y + s} l h "


def word(text: str, x: float, y: float, size: float) -> tuple[str, float]:
    path = ""
    for letter in text:
        if letter != " ":
            path += {"o": o, "u": u}[letter](round(x, 3), y, size)
        x += 0.6 * size if letter != " " else 0.226 * size
    return path, x


def page(path: str) -> bytes:
    return simple_pdf(
        text_content(["Some words of a page, so that it has text."]) + f"\n{path} f".encode()
    )


def read(data: bytes, table: GlyphTable = TABLE) -> list[str]:
    rows = drawn_rows(read_pages(data, "page.pdf"))
    return ["".join(c.text for c in table.read(row)) for found in rows.values() for row in found]


def test_words_and_spaces_are_read_at_several_sizes() -> None:
    for size in (9.0, 12.0):
        path, _ = word("uo ouo uu", 50, 300, size)
        assert read(page(path)) == ["uo ouo uu"]


def test_line_painted_from_its_end_is_read() -> None:
    path, _ = word("uo ouo uu", 50, 300, 12)
    backward = " ".join(
        part + " h" for part in reversed(path.strip().removesuffix("h").split(" h "))
    )
    assert read(page(backward)) == ["uo ouo uu"]


def test_unknown_shape_becomes_a_mark() -> None:
    path, _ = word("uo ouo uu", 50, 300, 12)
    assert read(page(path), GlyphTable((O,))) == [] or read(page(path), GlyphTable((O,))) == [""]
    path, _ = word("ooouoo", 50, 300, 12)
    assert read(page(path), GlyphTable((O,))) == [f"ooo{UNKNOWN}oo"]


def test_running_foot() -> None:
    foot, _ = word("ouououo", 50, 20, 10)
    line, _ = word("ouo uo", 50, 300, 12)
    content = text_content(["Words of a page."]).decode()
    pages = {
        number: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents %d 0 R "
        b"/Resources << /Font << /F1 9 0 R >> >> >>" % (number + 2)
        for number in (3, 4)
    }
    data = pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
            **pages,
            5: packed(f"{content} {foot} f {line} f".encode()),
            6: packed(f"{content} {foot} f".encode()),
            9: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        }
    )
    assert read(data) == ["ouo uo"]


def test_document_lists_what_is_not_recovered() -> None:
    icons = "60 300 m 60 330 90 330 90 300 c h 65 305 m 65 320 80 320 80 305 c h " * 3
    assert read(page(f"{icons} f 40 200 300 18 re")) == [], "icons and bands are no letters"
    path, end = word("uo ouo uu", 50, 300, 12)
    document = parse_document(page(path), name="page.pdf", slug="page")
    assert [line.text for line in document.drawn] == [None]
    assert document.drawn[0].page == 1
    left, top, right, bottom = document.drawn[0].bbox
    assert (left, round(top, 1), bottom) == (50, 289.0, 295)
    assert abs(right - end) < 2


def test_table_of_the_package_tells_its_letters_apart() -> None:
    glyphs = glyph_table().glyphs
    assert {glyph.weight for glyph in glyphs} == {"regular", "bold"}
    assert set("abcdefghijlmnopqrstuvxyzéèàç0123456789.,:;()") <= {glyph.text for glyph in glyphs}
    shapes = [
        (glyph.weight, glyph.contours, glyph.width, glyph.height, glyph.bottom, glyph.slant)
        for glyph in glyphs
    ]
    assert len(shapes) == len(set(shapes))
