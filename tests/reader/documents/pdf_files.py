"""PDF files made for tests: by hand where the structure matters, by reportlab where the layout does."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate

_BODY = ParagraphStyle(
    "body", fontName="Helvetica", fontSize=11, leading=13.2, spaceAfter=9, alignment=TA_JUSTIFY
)
_STYLES = {
    "title": ParagraphStyle(
        "title", fontName="Helvetica-Bold", fontSize=16, leading=19, spaceAfter=12
    ),
    "section": ParagraphStyle(
        "section", fontName="Helvetica-Bold", fontSize=13, leading=16, spaceAfter=10
    ),
    "heading": ParagraphStyle("heading", _BODY, fontName="Helvetica-Bold"),
    "heading of a page": ParagraphStyle(
        "page", _BODY, fontName="Helvetica-Bold", pageBreakBefore=1
    ),
    "item of a page": ParagraphStyle("item", _BODY, pageBreakBefore=1),
    "body": _BODY,
}


def laid_out_pdf(parts: Sequence[tuple[str, str]]) -> bytes:
    """A PDF of paragraphs, each with the name of its style and its text in reportlab's markup."""
    buffer = io.BytesIO()
    document = SimpleDocTemplate(buffer, pagesize=A5, title="Test", invariant=1)
    document.build([Paragraph(text, _STYLES[style]) for style, text in parts])
    return buffer.getvalue()


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def packed(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object, deflated."""
    return stream(zlib.compress(content), b"/Filter /FlateDecode " + entries)


def pdf_of(objects: dict[int, bytes]) -> bytes:
    """A PDF file with the given objects; number 1 is the catalogue."""
    data = b"%PDF-1.7\n"
    offsets = {}
    for number, content in sorted(objects.items()):
        offsets[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start, count = len(data), max(objects) + 1
    entries = [b"0000000000 65535 f \n"]
    entries += [
        b"%010d 00000 n \n" % offsets[n] if n in offsets else entries[0] for n in range(1, count)
    ]
    return data + b"xref\n0 %d\n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        b"".join(entries),
        count,
        start,
    )


def text_content(lines: Sequence[str], size: int = 11) -> bytes:
    """The content of a page with some lines of text, in Latin-1."""
    shown = b"\n".join(b"(%s) Tj T*" % line.encode("latin-1") for line in lines)
    return b"BT /F1 %d Tf 14 TL 40 500 Td\n%s\nET" % (size, shown)


def simple_pdf(
    content: bytes,
    *,
    catalogue: bytes = b"",
    page: bytes = b"",
    font: bytes = b"",
    more: dict[int, bytes] | None = None,
) -> bytes:
    """A PDF of one page with one font, from its content stream and further entries of its dictionaries."""
    return pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 5 0 R "
            b"/Resources << /Font << /F1 4 0 R >> %s >> >>" % page
            if b"/MediaBox" not in page
            else b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> %s >>"
            % page,
            4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding %s >>"
            % font,
            5: packed(content),
            **(more or {}),
        }
    )
