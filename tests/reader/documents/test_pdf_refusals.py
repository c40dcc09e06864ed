"""PDF files that cannot be read: each is one clear sentence; what is merely unusual is read."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from pdf_files import packed, pdf_of, simple_pdf, stream, text_content
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from gcmgraph.platform.errors import DocumentError
from gcmreader.documents.pdf import content, pages
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


def test_page_under_the_name_of_another_format_is_read_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_bytes(simple_pdf(text_content(LINES)))
    document = read_document(path)
    assert document.text == " ".join(LINES) + "\n"
    assert document.media_type == "application/pdf"
    assert document.pages == (0,)
    assert document.page_at(5) == 1
    assert document.drawn == ()


def forms_within_forms() -> bytes:
    def form(paints: int) -> bytes:
        resources = (
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>"
            % paints
        )
        return packed(b"/X Do " * 10, resources)

    levels = {number: form(number + 1) for number in range(6, 14)}
    return simple_pdf(b"/X Do", page=b"/XObject << /X 6 0 R >>", more={**levels, 14: form(6)})


def scanned() -> bytes:
    image = stream(
        b"\xff" * 12,
        b"/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceRGB /BitsPerComponent 8",
    )
    return simple_pdf(
        b"q 400 0 0 500 0 0 cm /Im1 Do Q", page=b"/XObject << /Im1 6 0 R >>", more={6: image}
    )


def right_to_left() -> bytes:
    cmap = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
    cmap += b"1 beginbfrange <61> <7a> <05d0> endbfrange endcmap end"
    return simple_pdf(text_content(["abcdefgh"]), font=b"/ToUnicode 6 0 R", more={6: packed(cmap)})


def protected() -> bytes:
    return drawn_pdf(encrypt=StandardEncryption("", ownerPassword="owner", canCopy=0))


def damaged() -> bytes:
    data = simple_pdf(text_content(LINES * 20))
    middle = data.index(b"stream\n") + 7 + 60
    return data[:middle] + b"\xff" * 9 + data[middle + 9 :]


def of_lzw() -> bytes:
    return simple_pdf(text_content(LINES), more={6: stream(b"\x80\x0b\x60", b"/Filter /LZWDecode")})


def circular() -> bytes:
    return pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>",
        }
    )


TOO_MUCH = "Page 1 holds far more than a guidance page does."


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: drawn_pdf(encrypt="secret"), "The PDF is encrypted."),
        (protected, "The PDF is encrypted."),
        (damaged, "The PDF is damaged or was cut off: a part of its content does not unpack."),
        (lambda: b"%PDF-1.7\n", "The PDF is damaged"),
        (circular, ""),
        (scanned, "The PDF holds pictures of pages and no text."),
        (lambda: simple_pdf(b""), "The PDF holds no text."),
        (lambda: drawn_pdf(61), "The document has more than 60 pages."),
        (right_to_left, "Page 1 is written from right to left, which is not read."),
        (lambda: simple_pdf(b"q Q " * 3_000_000), TOO_MUCH),
        (forms_within_forms, TOO_MUCH),
        (of_lzw, "The PDF packs its text in a way that is not read (LZW"),
        (lambda: b"%PDF-1.7\n" + b" " * 17_000_000, "The document is larger than 16 MB."),
    ],
)
def test_file_that_is_no_readable_pdf_is_refused(make: Callable[[], bytes], message: str) -> None:
    assert refusal(make()).startswith(message)


def test_truncated_and_too_large_files_are_refused() -> None:
    data = drawn_pdf(3)
    for share in (0.2, 0.5, 0.9):
        assert refusal(data[: int(len(data) * share)]).startswith(
            "The PDF is damaged or was cut off"
        )
    assert len(read(drawn_pdf(60)).pages) == 60
    huge = simple_pdf(text_content(LINES), page=b"/MediaBox [0 0 200000 200000]")
    assert read(huge).text == " ".join(LINES) + "\n"


def test_scripts_and_embedded_files_are_left_alone() -> None:
    catalogue = (
        b"/OpenAction << /S /JavaScript /JS (app.alert\\('run'\\)) >> "
        b"/Names << /EmbeddedFiles << /Names [(secret.txt) 6 0 R] >> >>"
    )
    more = {
        6: b"<< /Type /Filespec /F (secret.txt) /EF << /F 7 0 R >> >>",
        7: packed(b"embedded words"),
    }
    document = read(simple_pdf(text_content(LINES), catalogue=catalogue, more=more))
    assert document.text == read(simple_pdf(text_content(LINES))).text


def test_decompression_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_UNPACKED", 1_000_000)
    bomb = b" " * 2_000_000
    assert refusal(simple_pdf(bomb)) == "The PDF unpacks to more than 0 MB."
    twice = stream(zlib.compress(zlib.compress(bomb)), b"/Filter [/FlateDecode /FlateDecode]")
    assert refusal(simple_pdf(text_content(LINES), more={6: twice})).startswith("The PDF unpacks")


def test_page_with_too_many_characters_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MAX_CHARACTERS", 10)
    assert (
        refusal(simple_pdf(text_content(LINES)))
        == "Page 1 holds far more than a guidance page does."
    )


def test_document_that_is_no_guidance_page_is_refused() -> None:
    letter = [
        "Dear all, the meeting of the board is on Tuesday, and the minutes of the last one are with this.",
        "Yours",
    ]
    with pytest.raises(DocumentError, match="neither a guidance page nor"):
        segment(read(simple_pdf(text_content(letter))))
