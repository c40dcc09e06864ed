"""Bytes of a PDF to the content of its pages, or one clear reason why not."""

from __future__ import annotations

import io

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser

from gcmgraph.documents.pdf.content import Page, PageReader


def read_pages(data: bytes, name: str) -> list[Page]:
    """The pages of a PDF in order."""
    manager = PDFResourceManager()
    device = PageReader(manager)
    interpreter = PDFPageInterpreter(manager, device)
    document = PDFDocument(PDFParser(io.BytesIO(data)))
    return [device.read(interpreter, page, number) for number, page in enumerate(PDFPage.create_pages(document), 1)]
