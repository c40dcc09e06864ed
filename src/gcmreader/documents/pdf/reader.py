"""A PDF to a `Document`: its pages, the drawn lines recovered, the canonical text; or one clear reason why not.

Nothing in the file is carried out or unpacked but the content of its pages: no scripts, actions,
forms to fill in or embedded files.
"""

from __future__ import annotations

import binascii
import hashlib
import io
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.psexceptions import PSException

from gcmgraph.platform.errors import DocumentError, Place
from gcmgraph.sources.source_texts import Document, DrawnLine
from gcmreader.documents.pdf.content import (
    UNKNOWN,
    Character,
    DrawnRow,
    LimitedInterpreter,
    PageReader,
    PageTooLarge,
    PdfPage,
    drawn_rows,
    glyph_table,
)
from gcmreader.documents.pdf.lines import (
    PdfLine,
    Style,
    StyleOf,
    blocks,
    canonical_text,
    is_network_page,
    network_style,
    page_lines,
    size_styles,
)

#: Most pages read. The longest guidance page known has 9.
MAX_PAGES = 60
#: Most bytes that all compressed streams of a file may hold. Those of the largest guidance page
#: known hold 20 MB.
MAX_UNPACKED = 128 * 1024 * 1024

#: Exceptions of pdfminer on damaged files besides its own.
_DAMAGE = (
    PSException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    binascii.Error,
    LookupError,
    RecursionError,
    struct.error,
    TypeError,
    ValueError,
    zlib.error,
)
#: Remedies, by what is wrong with a file.
_REPRINT = "Print the page to a new PDF and send that."
_RECOGNISE = (
    "Run text recognition (OCR) on it first, for instance with OCRmyPDF, and check the result."
)
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
#: Compressions that grow without a bound that could be checked beforehand.
_UNBOUNDED = re.compile(rb"/(?:LZW(?:Decode)?|RunLengthDecode|RL)\b")
#: Least share of a page's letters written from right to left that makes it a page of such a script.
_RIGHT_TO_LEFT = 0.3


def read_pages(data: bytes, name: str) -> list[PdfPage]:
    """The pages of a PDF in order.

    Raises `DocumentError` for a file that is encrypted, damaged or too large, for pages without
    text, and for text that is written from right to left.
    """
    _require_bounded_streams(data, name)
    document = _opened(data, name)
    manager = PDFResourceManager()
    device = PageReader(manager)
    interpreter = LimitedInterpreter(manager, device)
    pages: list[PdfPage] = []
    try:
        for number, page in enumerate(PDFPage.create_pages(document), 1):
            if number > MAX_PAGES:
                message = f"The document has more than {MAX_PAGES} pages."
                raise _refused(name, message, "A guidance page has up to ten: send it alone.")
            pages.append(device.read(interpreter, page, number))
    except PageTooLarge:
        raise _refused(
            name, f"Page {len(pages) + 1} holds far more than a guidance page does.", _REPRINT
        ) from None
    except _DAMAGE as error:
        raise _damaged(name, f"page {len(pages) + 1} cannot be read") from error
    if not pages:
        raise _damaged(name, "it has no pages")
    _require_text(pages, name)
    return pages


def _opened(data: bytes, name: str) -> PDFDocument:
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)), fallback=False)
        encrypted = document.encryption is not None
    except (PDFPasswordIncorrect, PDFEncryptionError):
        encrypted = True
    except _DAMAGE as error:
        raise _damaged(name, "its table of contents cannot be read") from error
    if encrypted:
        hint = "Open it with its password, print it to a new PDF, and send that."
        raise _refused(name, "The PDF is encrypted.", hint)
    return document


def _refused(name: str, message: str, hint: str) -> DocumentError:
    return DocumentError(message, place=Place(name), hint=hint)


def _damaged(name: str, finding: str) -> DocumentError:
    hint = "Fetch the file again, or open it and save it as a new PDF."
    return _refused(name, f"The PDF is damaged or was cut off: {finding}.", hint)


def _require_bounded_streams(data: bytes, name: str) -> None:
    """Check that each stream unpacks whole, and to no more than it may. Raises `DocumentError`.

    pdfminer would read the part of a damaged stream before the damage, and so drop text without a
    word.
    """
    left = MAX_UNPACKED
    view = memoryview(data)
    encrypted = b"/Encrypt" in data
    for match in _STREAM.finditer(data):
        head = data[max(data.rfind(b"obj", 0, match.start()), match.start() - 2000) : match.start()]
        if _UNBOUNDED.search(head) and b"/Image" not in head:
            message = "The PDF packs its text in a way that is not read (LZW or run lengths)."
            raise _refused(name, message, "Open it and save it as a new PDF.")
        content, whole = _unpacked(view[match.end() :], left)
        if not whole and b"/FlateDecode" in head and b"/Image" not in head and not encrypted:
            raise _damaged(name, "a part of its content does not unpack")
        while content and left > 0:
            left -= len(content)
            content, _ = _unpacked(content, left)  # packed twice
        if left <= 0:
            raise _refused(
                name, f"The PDF unpacks to more than {MAX_UNPACKED // 1024 // 1024} MB.", _REPRINT
            )


def _unpacked(packed: bytes | memoryview, limit: int) -> tuple[bytes, bool]:
    """At most one byte more than `limit` of what is deflated, and whether there is no damage up to there."""
    if len(packed) < 3 or packed[0] & 0x0F != 8 or (packed[0] * 256 + packed[1]) % 31:
        return b"", True
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(packed, max(limit, 0) + 1)
    except zlib.error:
        return b"", False
    return content, inflater.eof or len(content) > limit


def _require_text(pages: list[PdfPage], name: str) -> None:
    """Check that the pages have text, from left to right. Raises `DocumentError`."""
    texts = ("".join(character.text for character in page.characters) for page in pages)
    all_letters = [
        [letter for letter in text if letter.isalpha() or letter == UNKNOWN] for text in texts
    ]
    if not any(all_letters):
        pictures = any(page.images for page in pages)
        message = (
            "The PDF holds pictures of pages and no text." if pictures else "The PDF holds no text."
        )
        raise _refused(name, message, _RECOGNISE)
    for page, letters in zip(pages, all_letters, strict=True):
        if page.images and not letters:
            raise _refused(name, f"Page {page.number} is a picture without text.", _RECOGNISE)
        backward = sum(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in letters)
        if backward > _RIGHT_TO_LEFT * len(letters):
            message = f"Page {page.number} is written from right to left, which is not read."
            raise _refused(name, message, "Send the English, French or Spanish page.")


#: Drawn letters smaller than this, in points, set a note.
_NOTE_SIZE = 10.6


def parse_pdf(data: bytes, *, name: str, slug: str) -> Document:
    """The document in a PDF with a text layer.

    Lines drawn as outlines are recovered and put into the text at their place; `drawn` lists them.
    Raises `DocumentError` for a file that is encrypted, damaged, too large or without text.
    """
    pages = read_pages(data, name)
    network = is_network_page(pages)
    styles = (
        dict.fromkeys(range(1, len(pages) + 1), network_style) if network else size_styles(pages)
    )
    drawn: list[DrawnLine] = []
    lines: list[tuple[Style, PdfLine]] = []
    for page, recovered in _recovered(pages):
        for row, characters in recovered:
            text = "".join(character.text for character in characters)
            drawn.append(
                DrawnLine(row.page, row.box, text if text.replace(UNKNOWN, "").strip() else None)
            )
        lines += _page_lines(
            page, styles[page.number], [c for _, characters in recovered for c in characters]
        )
    text, starts = canonical_text(blocks(lines, bold_letters=network), len(pages))
    return Document(
        name, slug, text, hashlib.sha256(data).hexdigest(), "application/pdf", starts, tuple(drawn)
    )


def printed_pages(data: bytes, name: str) -> tuple[str, ...]:
    """The words painted on each page, margins and hidden text included, without the canonical text's order.

    Raises `DocumentError` as `parse_pdf` does.
    """
    return tuple(
        " ".join(
            line.text
            for line in page_lines(
                page, [*page.characters, *(c for _, row in recovered for c in row)]
            )
        )
        for page, recovered in _recovered(read_pages(data, name))
    )


def _recovered(
    pages: list[PdfPage],
) -> Iterator[tuple[PdfPage, list[tuple[DrawnRow, list[Character]]]]]:
    """The pages, each with its drawn rows and their characters."""
    rows = drawn_rows(pages)
    for page in pages:
        yield page, [(row, glyph_table().read(row)) for row in rows.get(page.number, [])]


def _page_lines(
    page: PdfPage, style_of: StyleOf, recovered: list[Character]
) -> list[tuple[Style, PdfLine]]:
    """The lines of a page with their styles, from top to bottom."""
    by_style: dict[Style, list[Character]] = {}
    for character in page.characters:
        by_style.setdefault(style_of(character), []).append(character)
    for character in recovered:
        by_style.setdefault(Style.NOTE if character.size < _NOTE_SIZE else Style.BODY, []).append(
            character
        )
    lines = [
        (style, line)
        for style, characters in by_style.items()
        if style is not Style.MARGIN
        for line in page_lines(page, characters)
    ]
    return sorted(lines, key=lambda pair: (pair[1].y, pair[1].left))


#: Dots of a picture of a page for each point of the PDF, and its colours: legible at the width of a
#: column.
_SCALE, _COLOURS = 1.5, 64


def draw_pages(path: Path, folder: Path) -> int:
    """Draw the pages of a PDF that have no picture in a folder, as `1.png` …: their number.

    Raises `DocumentError`.
    """
    import pypdfium2  # noqa: PLC0415 - for this command alone

    drawn = 0
    try:
        with closing(pypdfium2.PdfDocument(path)) as document:
            for number, page in enumerate(document, 1):
                picture = folder / f"{number}.png"
                if not picture.exists():
                    image = page.render(scale=_SCALE).to_pil().convert("RGB").quantize(_COLOURS)
                    folder.mkdir(parents=True, exist_ok=True)
                    image.save(picture.with_suffix(".part"), "PNG", optimize=True)
                    picture.with_suffix(".part").rename(picture)
                    drawn += 1
    except (pypdfium2.PdfiumError, OSError) as error:
        raise DocumentError(f"The pages of {path} cannot be drawn: {error}.") from error
    return drawn
