"""Pages of a PDF, or one clear reason why they cannot be read.

Nothing in the file is carried out or unpacked but the content of its pages: no scripts, actions,
forms to fill in or embedded files.
"""

from __future__ import annotations

import binascii
import io
import re
import struct
import unicodedata
import zlib
from dataclasses import dataclass

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.psexceptions import PSException

from gcmgraph.platform.errors import DocumentError, Place
from gcmreader.documents.pdf.content import (
    UNKNOWN,
    LimitedInterpreter,
    PageReader,
    PageTooLarge,
    PdfPage,
)

#: Most pages read. The longest guidance page known has 9.
MAX_PAGES = 60
#: Most bytes that all compressed streams of a file may hold. Those of the largest guidance page
#: known hold 20 MB.
MAX_UNPACKED = 128 * 1024 * 1024
#: Most bytes before a stream in which its dictionary is searched for.
MAX_STREAM_HEAD = 2000
#: Least share of a page's letters written from right to left that makes it a page of such a script.
MIN_RIGHT_TO_LEFT = 0.3
#: Bidirectional classes of letters that are written from right to left (Unicode annex 9).
RIGHT_TO_LEFT = frozenset({"R", "AL"})

#: Exceptions of pdfminer on damaged files besides its own.
DAMAGE = (
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
STREAM = re.compile(rb"(?<!end)stream\r?\n")
#: Compressions that grow without a bound that could be checked beforehand.
UNBOUNDED = re.compile(rb"/(?:LZW(?:Decode)?|RunLengthDecode|RL)\b")

#: Remedies, by what is wrong with a file.
REPRINT = "Print the page to a new PDF and send that."
RECOGNISE = (
    "Run text recognition (OCR) on it first, for instance with OCRmyPDF, and check the result."
)


@dataclass(frozen=True, slots=True)
class Inflated:
    """Bytes that were deflated, and whether they are whole or reach the limit."""

    content: bytes
    undamaged: bool


def read_pages(data: bytes, name: str) -> list[PdfPage]:
    """The pages of a PDF in order.

    Raises `DocumentError` for a file that is encrypted, damaged or too large, for pages without
    text, and for text that is written from right to left.
    """
    _require_bounded_streams(data, name)
    document = _open(data, name)
    manager = PDFResourceManager()
    device = PageReader(manager)
    interpreter = LimitedInterpreter(manager, device)
    pages: list[PdfPage] = []
    try:
        for number, page in enumerate(PDFPage.create_pages(document), start=1):
            if number > MAX_PAGES:
                message = f"The document has more than {MAX_PAGES} pages."
                raise _refused(name, message, "A guidance page has up to ten: send it alone.")
            pages.append(device.read(interpreter, page, number))
    except PageTooLarge:
        message = f"Page {len(pages) + 1} holds far more than a guidance page does."
        raise _refused(name, message, REPRINT) from None
    except DAMAGE as error:
        raise _damaged(name, f"page {len(pages) + 1} cannot be read") from error
    if not pages:
        raise _damaged(name, "it has no pages")
    _require_text(pages, name)
    return pages


def _open(data: bytes, name: str) -> PDFDocument:
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)), fallback=False)
        is_encrypted = document.encryption is not None
    except (PDFPasswordIncorrect, PDFEncryptionError):
        is_encrypted = True
    except DAMAGE as error:
        raise _damaged(name, "its table of contents cannot be read") from error
    if is_encrypted:
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
    bytes_left = MAX_UNPACKED
    view = memoryview(data)
    is_encrypted = b"/Encrypt" in data
    for match in STREAM.finditer(data):
        head = _stream_head(data, match.start())
        is_image = b"/Image" in head
        if UNBOUNDED.search(head) and not is_image:
            message = "The PDF packs its text in a way that is not read (LZW or run lengths)."
            raise _refused(name, message, "Open it and save it as a new PDF.")
        inflated = _inflate(view[match.end() :], bytes_left)
        is_deflated_text = b"/FlateDecode" in head and not is_image and not is_encrypted
        if is_deflated_text and not inflated.undamaged:
            raise _damaged(name, "a part of its content does not unpack")
        bytes_left -= _unpacked_size(inflated.content, bytes_left)
        if bytes_left <= 0:
            message = f"The PDF unpacks to more than {MAX_UNPACKED // 1024 // 1024} MB."
            raise _refused(name, message, REPRINT)


def _stream_head(data: bytes, stream_start: int) -> bytes:
    """The dictionary before a stream, from the word `obj` on."""
    object_start = data.rfind(b"obj", 0, stream_start)
    return data[max(object_start, stream_start - MAX_STREAM_HEAD) : stream_start]


def _unpacked_size(content: bytes, limit: int) -> int:
    """The size of some content and, where that is deflated again, of what it unpacks to.

    Counting ends above the limit.
    """
    size = 0
    while content and size < limit:
        size += len(content)
        content = _inflate(content, limit - size).content
    return size


def _inflate(packed: bytes | memoryview, limit: int) -> Inflated:
    """At most one byte more than `limit` of what is deflated; nothing of other bytes.

    >>> _inflate(zlib.compress(b"migration"), limit=100)
    Inflated(content=b'migration', undamaged=True)
    """
    if not _has_zlib_header(packed):
        return Inflated(b"", undamaged=True)
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(packed, max(limit, 0) + 1)
    except zlib.error:
        return Inflated(b"", undamaged=False)
    return Inflated(content, inflater.eof or len(content) > limit)


def _has_zlib_header(data: bytes | memoryview) -> bool:
    """Whether bytes begin as deflated ones do (RFC 1950, section 2.2)."""
    return len(data) >= 3 and data[0] & 0x0F == 8 and (data[0] * 256 + data[1]) % 31 == 0


def _require_text(pages: list[PdfPage], name: str) -> None:
    """Check that the pages have text, from left to right. Raises `DocumentError`."""
    letters_of_pages = [_letters(page) for page in pages]
    if not any(letters_of_pages):
        has_pictures = any(page.images for page in pages)
        contents = "holds pictures of pages and no text" if has_pictures else "holds no text"
        raise _refused(name, f"The PDF {contents}.", RECOGNISE)
    for page, letters in zip(pages, letters_of_pages, strict=True):
        if page.images and not letters:
            raise _refused(name, f"Page {page.number} is a picture without text.", RECOGNISE)
        directions = [unicodedata.bidirectional(letter) for letter in letters]
        backward_count = sum(direction in RIGHT_TO_LEFT for direction in directions)
        if backward_count > MIN_RIGHT_TO_LEFT * len(letters):
            message = f"Page {page.number} is written from right to left, which is not read."
            raise _refused(name, message, "Send the English, French or Spanish page.")


def _letters(page: PdfPage) -> list[str]:
    """The letters of a page; characters without code point count."""
    text = "".join(character.text for character in page.characters)
    return [letter for letter in text if letter.isalpha() or letter == UNKNOWN]
