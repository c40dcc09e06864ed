"""A PDF to a `Document`: its pages, the drawn lines recovered, the canonical text."""

from __future__ import annotations

import hashlib

from gcmgraph.documents.document import Document, DrawnLine
from gcmreader.documents.pdf.blocks import blocks
from gcmreader.documents.pdf.canonical import canonical_text
from gcmreader.documents.pdf.content import Character, PdfPage
from gcmreader.documents.pdf.drawn import DrawnRow, drawn_rows
from gcmreader.documents.pdf.glyphs import UNKNOWN, glyph_table
from gcmreader.documents.pdf.lines import PdfLine, page_lines
from gcmreader.documents.pdf.pages import read_pages
from gcmreader.documents.pdf.styles import Style, StyleOf, is_network_page, network_style, size_styles

MEDIA_TYPE = "application/pdf"
#: Drawn letters smaller than this, in points, set a note.
_NOTE_SIZE = 10.6


def parse_pdf(data: bytes, *, name: str, slug: str) -> Document:
    """The document in a PDF with a text layer.

    Lines drawn as outlines are recovered and put into the text at their place; `drawn` lists them. Raises
    `DocumentError` for a file that is encrypted, damaged, too large or without text.
    """
    pages = read_pages(data, name)
    network = is_network_page(pages)
    styles = dict.fromkeys(range(1, len(pages) + 1), network_style) if network else size_styles(pages)
    rows = drawn_rows(pages)
    drawn: list[DrawnLine] = []
    lines: list[tuple[Style, PdfLine]] = []
    for page in pages:
        recovered = [(row, glyph_table().read(row)) for row in rows.get(page.number, [])]
        drawn += [_drawn_line(row, characters) for row, characters in recovered]
        lines += _page_lines(page, styles[page.number], [c for _, characters in recovered for c in characters])
    text, starts = canonical_text(blocks(lines, bold_letters=network), len(pages))
    return Document(name, slug, text, hashlib.sha256(data).hexdigest(), MEDIA_TYPE, starts, tuple(drawn))


def printed_pages(data: bytes, name: str) -> tuple[str, ...]:
    """The words painted on each page, margins and hidden text included, without the canonical text's order.

    Raises `DocumentError` as `parse_pdf` does.
    """
    pages = read_pages(data, name)
    rows = drawn_rows(pages)
    recovered = {page: [c for row in found for c in glyph_table().read(row)] for page, found in rows.items()}
    return tuple(
        " ".join(line.text for line in page_lines(page, [*page.characters, *recovered.get(page.number, ())]))
        for page in pages
    )


def _drawn_line(row: DrawnRow, characters: list[Character]) -> DrawnLine:
    text = "".join(character.text for character in characters)
    return DrawnLine(row.page, row.bbox, text if text.replace(UNKNOWN, "").strip() else None)


def _page_lines(page: PdfPage, style_of: StyleOf, recovered: list[Character]) -> list[tuple[Style, PdfLine]]:
    """The lines of a page with their styles, from top to bottom."""
    by_style: dict[Style, list[Character]] = {}
    for character in page.characters:
        by_style.setdefault(style_of(character), []).append(character)
    for character in recovered:
        by_style.setdefault(Style.NOTE if character.size < _NOTE_SIZE else Style.BODY, []).append(character)
    lines = [
        (style, line)
        for style, characters in by_style.items()
        if style is not Style.MARGIN
        for line in page_lines(page, characters)
    ]
    return sorted(lines, key=lambda pair: (pair[1].y, pair[1].left))
