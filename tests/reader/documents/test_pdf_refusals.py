"""PDF files that cannot be read: each is one clear sentence; what is merely unusual is read."""

from __future__ import annotations

import io
import re
import zlib
from pathlib import Path

import pytest
from pdf_files import packed, pdf_of, simple_pdf, stream, text_content
from reportlab.pdfgen.canvas import Canvas

from gcmgraph.errors import DocumentError
from gcmreader.documents.pdf import content
from gcmreader.documents.pdf import reader as pages
from gcmreader.documents.reading import Document, parse_document, read_document
from gcmreader.documents.segmentation import segment

LINES = ["A page of plain English words that anyone can read.", "It has a second line of words."]


def read(data: bytes) -> Document:
    return parse_document(data, name="page.pdf", slug="page")


def refusal(data: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        read(data)
    assert caught.value.hint
    assert str(caught.value).startswith("page.pdf: ")
    return caught.value.message


def drawn_pdf(draw_pages: int = 1, **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, **options)
    for number in range(draw_pages):
        canvas.drawString(72, 700, f"Words on page {number}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_text_of_a_plain_page_is_read() -> None:
    document = read(simple_pdf(text_content(LINES)))
    assert document.text == " ".join(LINES) + "\n"
    assert document.media_type == "application/pdf"
    assert document.pages == (0,)
    assert document.page_at(5) == 1
    assert document.drawn == ()


def test_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_bytes(simple_pdf(text_content(LINES)))
    assert read_document(path).text == " ".join(LINES) + "\n"


def test_encrypted() -> None:
    assert refusal(drawn_pdf(encrypt="secret")) == "The PDF is encrypted."


def test_encrypted_without_a_password_to_open() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption  # noqa: PLC0415

    protected = StandardEncryption("", ownerPassword="owner", canCopy=0)
    assert refusal(drawn_pdf(encrypt=protected)) == "The PDF is encrypted."


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_truncated(share: float) -> None:
    data = drawn_pdf(3)
    assert refusal(data[: int(len(data) * share)]).startswith("The PDF is damaged or was cut off")


def test_damaged_content() -> None:
    data = simple_pdf(text_content(LINES * 20))
    middle = data.index(b"stream\n") + 7 + 60
    message = refusal(data[:middle] + b"\xff" * 9 + data[middle + 9 :])
    assert message == "The PDF is damaged or was cut off: a part of its content does not unpack."


def test_nothing_but_the_signature() -> None:
    assert refusal(b"%PDF-1.7\n").startswith("The PDF is damaged")


def test_scanned() -> None:
    image = stream(
        b"\xff" * 12, b"/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    )
    data = simple_pdf(b"q 400 0 0 500 0 0 cm /Im1 Do Q", page=b"/XObject << /Im1 6 0 R >>", more={6: image})
    assert refusal(data) == "The PDF holds pictures of pages and no text."
    with pytest.raises(DocumentError, match="OCR"):
        read(data)


def test_empty_page() -> None:
    assert refusal(simple_pdf(b"")) == "The PDF holds no text."


def test_too_many_pages() -> None:
    assert refusal(drawn_pdf(500)) == "The document has more than 60 pages."
    assert len(read(drawn_pdf(60)).pages) == 60


def test_right_to_left() -> None:
    cmap = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
    cmap += b"1 beginbfrange <61> <7a> <05d0> endbfrange endcmap end"
    data = simple_pdf(text_content(["abcdefgh"]), font=b"/ToUnicode 6 0 R", more={6: packed(cmap)})
    assert refusal(data) == "Page 1 is written from right to left, which is not read."


def test_scripts_and_embedded_files_are_left_alone() -> None:
    catalogue = (
        b"/OpenAction << /S /JavaScript /JS (app.alert\\('run'\\)) >> "
        b"/Names << /EmbeddedFiles << /Names [(secret.txt) 6 0 R] >> >>"
    )
    more = {6: b"<< /Type /Filespec /F (secret.txt) /EF << /F 7 0 R >> >>", 7: packed(b"embedded words")}
    document = read(simple_pdf(text_content(LINES), catalogue=catalogue, more=more))
    assert document.text == read(simple_pdf(text_content(LINES))).text


def test_huge_page_is_read() -> None:
    data = simple_pdf(text_content(LINES), page=b"/MediaBox [0 0 200000 200000]")
    assert read(data).text == " ".join(LINES) + "\n"


def test_decompression_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_UNPACKED", 1_000_000)
    bomb = b" " * 2_000_000
    assert refusal(simple_pdf(bomb)) == "The PDF unpacks to more than 0 MB."
    twice = stream(zlib.compress(zlib.compress(bomb)), b"/Filter [/FlateDecode /FlateDecode]")
    assert refusal(simple_pdf(text_content(LINES), more={6: twice})).startswith("The PDF unpacks")


def test_content_too_long() -> None:
    assert refusal(simple_pdf(b"q Q " * 3_000_000)) == "Page 1 holds far more than a guidance page does."


def test_too_many_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MAX_CHARACTERS", 10)
    assert refusal(simple_pdf(text_content(LINES))) == "Page 1 holds far more than a guidance page does."


def test_forms_within_forms() -> None:
    def form(paints: int) -> bytes:
        resources = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>" % paints
        return packed(b"/X Do " * 10, resources)

    levels = {number: form(number + 1) for number in range(6, 14)}
    data = simple_pdf(b"/X Do", page=b"/XObject << /X 6 0 R >>", more={**levels, 14: form(6)})
    assert refusal(data) == "Page 1 holds far more than a guidance page does."


def test_compression_without_a_bound() -> None:
    data = simple_pdf(text_content(LINES), more={6: stream(b"\x80\x0b\x60", b"/Filter /LZWDecode")})
    assert "LZW" in refusal(data)


def test_too_large() -> None:
    assert refusal(b"%PDF-1.7\n" + b" " * 17_000_000) == "The document is larger than 16 MB."


def test_not_a_guidance_page() -> None:
    letter = [
        "Dear all, the meeting of the board is on Tuesday, and the minutes of the last one are with this.",
        "Yours",
    ]
    with pytest.raises(DocumentError, match="neither a guidance page nor"):
        segment(read(simple_pdf(text_content(letter))))


def test_same_bytes_give_the_same_text() -> None:
    data = drawn_pdf(3)
    assert read(data).text_sha256 == read(data).text_sha256
    assert re.fullmatch("[0-9a-f]{64}", read(data).text_sha256)


def test_page_tree_that_goes_round_in_circles() -> None:
    data = pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>",
        }
    )
    assert refusal(data)
