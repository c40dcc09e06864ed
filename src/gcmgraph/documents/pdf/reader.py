"""A PDF to a `Document`: its pages, the drawn lines recovered, the canonical text."""

from __future__ import annotations

import hashlib

from gcmgraph.documents.document import Document, DrawnLine
from gcmgraph.documents.pdf.blocks import blocks
from gcmgraph.documents.pdf.canonical import canonical_text
from gcmgraph.documents.pdf.content import Character
from gcmgraph.documents.pdf.drawn import drawn_rows
from gcmgraph.documents.pdf.glyphs import UNKNOWN, glyph_table
from gcmgraph.documents.pdf.lines import Line, page_lines
from gcmgraph.documents.pdf.pages import read_pages
from gcmgraph.documents.pdf.styles import Style, network_style

MEDIA_TYPE = "application/pdf"


def parse_pdf(data: bytes, *, name: str, slug: str) -> Document:
    """The document in a PDF. Raises `DocumentError` for one that is not a guidance page with a text layer."""
    pages = read_pages(data, name)
    rows = drawn_rows(pages)
    drawn: list[DrawnLine] = []
    lines: list[tuple[Style, Line]] = []
    for page in pages:
        by_style: dict[Style, list[Character]] = {}
        for character in page.characters:
            by_style.setdefault(network_style(character), []).append(character)
        for row in rows.get(page.number, []):
            characters = glyph_table().read(row)
            text = "".join(character.text for character in characters)
            known = bool(text.replace(UNKNOWN, "").strip())
            drawn.append(DrawnLine(page.number, row.bbox, text if known else None))
            for character in characters:
                style = Style.NOTE if character.size < 10.6 else Style.BODY
                by_style.setdefault(style, []).append(character)
        of_page = [
            (style, line)
            for style, characters in by_style.items()
            if style is not Style.MARGIN
            for line in page_lines(page, characters)
        ]
        lines += sorted(of_page, key=lambda pair: (pair[1].y, pair[1].left))
    text, starts = canonical_text(blocks(lines), len(pages))
    return Document(name, slug, text, hashlib.sha256(data).hexdigest(), MEDIA_TYPE, starts, tuple(drawn))
