"""Bytes to a `Document`, or one clear reason why not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from gcmgraph.documents import Document, document_slug
from gcmgraph.errors import DocumentError, Place
from gcmreader.documents.formats import is_html, parse_docx, parse_html

__all__ = ["MAX_BYTES", "MAX_PACKED_BYTES", "Document", "document_slug", "parse_document", "read_document"]

#: Largest text read, in bytes. The longest guidance page known has under 20 kB.
MAX_BYTES = 2 * 1024 * 1024
#: Largest PDF or DOCX read, in bytes. The largest guidance page known has 1.2 MB.
MAX_PACKED_BYTES = 16 * 1024 * 1024

#: A reader of one format: the document in some bytes.
_Parser = Callable[..., Document]

#: First bytes of a compound file: Word until 2003, and encrypted DOCX.
_OLE = b"\xd0\xcf\x11\xe0"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def read_document(path: Path) -> Document:
    """The document in a file. Raises `DocumentError` for what is not a text we can read."""
    name = str(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_PACKED_BYTES + 1)
    except OSError as error:
        raise DocumentError(f"The document cannot be read: {error.strerror}.", place=Place(name)) from error
    return parse_document(data, name=name, slug=document_slug(path.name))


def parse_document(data: bytes, *, name: str, slug: str) -> Document:
    """The document in `data`: PDF, DOCX or HTML by its first bytes, else text in UTF-8.

    Raises `DocumentError` where it is too large, empty, binary, not UTF-8, or damaged.
    """
    if (parse := _parser_for(data, name)) is not None:
        if len(data) > MAX_PACKED_BYTES:
            raise _too_large(MAX_PACKED_BYTES, name)
        return parse(data, name=name, slug=slug)
    if len(data) > MAX_BYTES:
        raise _too_large(MAX_BYTES, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _undecodable(data, error, name) from error
    if found := _CONTROL.search(text):
        raise DocumentError(
            f"This is not a text: it holds the control character U+{ord(found[0]):04X}.",
            place=Place(name, text.count("\n", 0, found.start()) + 1),
            hint="Save the document as plain text or Markdown, in UTF-8.",
        )
    if not text.strip("\ufeff \t\r\n"):
        raise DocumentError("The document is empty.", place=Place(name))
    return Document(name, slug, text, hashlib.sha256(data).hexdigest())


def _parser_for(data: bytes, name: str) -> _Parser | None:
    """The reader of a format other than text, or None."""
    if b"%PDF-" in data[:1024]:
        from gcmreader.documents.pdf.reader import parse_pdf  # noqa: PLC0415

        return parse_pdf
    if data.startswith(b"PK\x03\x04"):
        return parse_docx
    if len(data) <= MAX_BYTES and (is_html(data) or Path(name).suffix.lower() in {".html", ".htm"}):
        return parse_html
    if data.startswith(_OLE):
        raise DocumentError(
            "This is a Word document of the old format, or one with a password.",
            place=Place(name),
            hint="Save it as DOCX, without a password.",
        )
    return None


def _too_large(limit: int, name: str) -> DocumentError:
    return DocumentError(
        f"The document is larger than {limit // 1024 // 1024} MB.",
        place=Place(name),
        hint="A guidance page has a few pages of text: send it alone.",
    )


def _undecodable(data: bytes, error: UnicodeDecodeError, name: str) -> DocumentError:
    line = data.count(b"\n", 0, error.start) + 1
    if b"\0" in data[:1024]:
        return DocumentError(
            "This is a binary file, not a text.",
            place=Place(name),
            hint="Save the document as plain text or Markdown, in UTF-8.",
        )
    return DocumentError(
        f"Byte 0x{data[error.start]:02X} is not UTF-8.",
        place=Place(name, line),
        hint="Save the document as UTF-8 (it may be Latin-1 or Windows-1252).",
    )
