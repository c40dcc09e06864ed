"""A PDF to a `Document`: its pages, the drawn lines recovered, the canonical text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.sources.source_texts import Document, DrawnLine
from gcmreader.documents.pdf.blocks import StyledLine, blocks
from gcmreader.documents.pdf.canonical_text import canonical_text
from gcmreader.documents.pdf.content import UNKNOWN, Character, PdfPage
from gcmreader.documents.pdf.drawn_rows import DrawnRow, drawn_rows
from gcmreader.documents.pdf.glyphs import glyph_table
from gcmreader.documents.pdf.lines import page_lines
from gcmreader.documents.pdf.pages import read_pages
from gcmreader.documents.pdf.styles import (
    Style,
    StyleOf,
    is_network_page,
    network_style,
    size_styles,
)

#: Drawn letters smaller than this, in points, set a note.
NOTE_SIZE = 10.6


@dataclass(frozen=True, slots=True)
class RecoveredRow:
    """A drawn row and the characters that were recovered from its outlines, none if few are known."""

    row: DrawnRow
    characters: list[Character]

    def drawn_line(self) -> DrawnLine:
        """The line as documents list it."""
        text = "".join(character.text for character in self.characters)
        has_known_letters = text.replace(UNKNOWN, "").strip() != ""
        return DrawnLine(self.row.page, self.row.box, text if has_known_letters else None)


@dataclass(frozen=True, slots=True)
class RecoveredPage:
    """A page and its drawn rows."""

    page: PdfPage
    rows: list[RecoveredRow]

    @property
    def drawn_characters(self) -> list[Character]:
        """The characters of all drawn rows."""
        return [character for row in self.rows for character in row.characters]


def parse_pdf(data: bytes, *, name: str, slug: str) -> Document:
    """The document in a PDF with a text layer.

    Lines drawn as outlines are recovered and put into the text at their position; `drawn` lists
    them. Raises `DocumentError` for a file that is encrypted, damaged, too large or without text.
    """
    pages = read_pages(data, name)
    network = is_network_page(pages)
    styles: dict[int, StyleOf] = {page.number: network_style for page in pages}
    if not network:
        styles = size_styles(pages)
    drawn_lines: list[DrawnLine] = []
    lines: list[StyledLine] = []
    for recovered in _recovered_pages(pages):
        drawn_lines += [row.drawn_line() for row in recovered.rows]
        lines += _styled_lines(recovered, styles[recovered.page.number])
    text, page_starts = canonical_text(blocks(lines, bold_letters=network), len(pages))
    return Document(
        name=name,
        slug=slug,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type="application/pdf",
        pages=page_starts,
        drawn=tuple(drawn_lines),
    )


def printed_pages(data: bytes, name: str) -> tuple[str, ...]:
    """The words painted on each page, margins and hidden text included.

    They are in the order of their lines, not in that of the canonical text. Raises `DocumentError`
    as `parse_pdf` does.
    """
    texts = []
    for recovered in _recovered_pages(read_pages(data, name)):
        characters = [*recovered.page.characters, *recovered.drawn_characters]
        lines = page_lines(recovered.page, characters)
        texts.append(" ".join(line.text for line in lines))
    return tuple(texts)


def _recovered_pages(pages: list[PdfPage]) -> Iterator[RecoveredPage]:
    """The pages with their drawn rows."""
    rows_of_page = drawn_rows(pages)
    table = glyph_table()
    for page in pages:
        rows = rows_of_page.get(page.number, [])
        yield RecoveredPage(page, [RecoveredRow(row, table.read(row)) for row in rows])


def _styled_lines(recovered: RecoveredPage, style_of: StyleOf) -> list[StyledLine]:
    """The lines of a page with their styles, from top to bottom, without margins."""
    by_style: dict[Style, list[Character]] = {}
    for character in recovered.page.characters:
        by_style.setdefault(style_of(character), []).append(character)
    for character in recovered.drawn_characters:
        style = Style.NOTE if character.size < NOTE_SIZE else Style.BODY
        by_style.setdefault(style, []).append(character)
    by_style.pop(Style.MARGIN, None)
    lines = []
    for style, characters in by_style.items():
        lines += [StyledLine(style, line) for line in page_lines(recovered.page, characters)]
    return sorted(lines, key=lambda styled: (styled.line.baseline, styled.line.left))
