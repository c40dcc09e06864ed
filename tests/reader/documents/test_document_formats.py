"""The same invented page as Markdown, DOCX, HTML and PDF gives the same text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html import escape

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pdf_files import laid_out_pdf

from gcmgraph.platform.errors import DocumentError
from gcmgraph.sources.source_texts import BlockKind
from gcmreader.documents.pdf.reader import printed_pages
from gcmreader.documents.reading import Document, parse_document
from gcmreader.documents.segmentation import segment
from gcmreader.readings.place_check import wrong_pages
from gcmreader.readings.printed_pages import PrintedPages

#: (kind, bold lead, rest)
PAGE = [
    ("title", "", "SHARE THE LIGHTHOUSES OF ALL COASTS AND THE MAPS OF THEIR HARBOURS"),
    ("section", "", "Related actions"),
    ("letter", "Build lighthouses on every coast",
     " with the help of the towns nearby, and keep the lamps of the old ones"),
    ("letter", "Draw maps of all harbours,", " including those that are small, and share them with all who sail"),
    ("section", "", "Example practices"), ("heading", "", "Lamps for the northern coast"),
    ("body", "",
     "In 2019, the towns of the coast agreed to share the cost of oil for their lamps. The work " * 9 + "ended."),
    ("bullet", "Northern lamps:", " they burn oil from the mills of the valley and are lit by the keepers at dusk."),
    ("bullet", "", "The other lamps burn what the keepers can find, and they are lit by whoever comes first."),
    ("section", "", "Relevant sustainable development goals"), ("heading", "", "SDG 10: Reduced inequalities"),
    ("target", "10.7:", " Facilitate the orderly passage of ships, and of all who are on board of them"),
]  # fmt: skip
LETTERS = "ab"


def as_markdown() -> str:
    prefix = {
        "title": "# ",
        "section": "## ",
        "heading": "### ",
        "body": "",
        "bullet": "- ",
        "target": "- ",
    }
    letters = iter(LETTERS)
    lines = []
    for kind, lead, rest in PAGE:
        start = f"- {next(letters)}. " if kind == "letter" else prefix[kind]
        lines.append(f"{start}**{lead}**{rest}" if lead else f"{start}{rest}")
    return "\n\n".join(lines) + "\n"


def as_html(doctype: str = "<!DOCTYPE html>") -> bytes:
    tags = {"title": "h1", "section": "h2", "heading": "h3", "body": "p"}
    parts = []
    for kind, lead, rest in PAGE:
        text = (f"<strong>{escape(lead)}</strong>" if lead else "") + escape(rest)
        if kind in tags:
            parts.append(f"<{tags[kind]}>{text}</{tags[kind]}>")
        elif kind == "letter":
            start = 1 if "Build" in lead else 2
            parts.append(f'<ol type="a" start="{start}">\n<li>{text}\n</ol>')
        else:
            parts.append(f"<ul><li><p>{text}</p></li></ul>")
    body = "\n".join(parts)
    return (
        f"{doctype}<html><head><title>No part of it</title><style>p {{}}</style></head><body><nav>Home</nav>"
        f"<main>{body}<script>run()</script><p hidden>unseen</p></main><footer>Foot</footer></body></html>"
    ).encode()


def as_docx() -> bytes:
    document = docx.Document()
    styles = {"title": "Title", "section": "Heading 2", "heading": "Heading 3", "body": "Normal"}
    letters = iter(LETTERS)
    for kind, lead, rest in PAGE:
        if kind == "letter":
            paragraph = document.add_paragraph(f"{next(letters)}.\t")
        else:
            paragraph = document.add_paragraph(style=styles.get(kind, "List Bullet"))
        if lead:
            paragraph.add_run(lead).bold = True
        half = len(rest) // 2  # words split over runs, as Word does
        paragraph.add_run(rest[:half])
        paragraph.add_run(rest[half:])
    return saved(document)


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def as_pdf() -> bytes:
    letters = iter(LETTERS)
    starts = {"letter": lambda: f"{next(letters)}. ", "bullet": lambda: "• "}
    parts = []
    for kind, lead, rest in PAGE:
        start = starts.get(kind, str)()
        style = kind if kind in {"title", "section", "heading"} else "body"
        parts.append((style, start + (f"<b>{lead}</b>" if lead else "") + rest))
    return laid_out_pdf(parts)


def read(data: bytes, name: str) -> Document:
    return parse_document(data, name=name, slug="page")


@pytest.mark.parametrize(
    ("make", "name", "media_type"),
    [
        (as_html, "page.html", "text/html"),
        (
            as_docx,
            "page.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (as_pdf, "page.pdf", "application/pdf"),
    ],
)
def test_each_format_gives_the_same_text(
    make: Callable[[], bytes], name: str, media_type: str
) -> None:
    document = read(make(), name)
    assert document.text == as_markdown()
    assert document.media_type == media_type


def test_pages_of_a_pdf_begin_where_their_words_do() -> None:
    document = read(as_pdf(), "page.pdf")
    assert len(document.pages) == 2
    assert document.pages[0] == 0
    assert document.page_at(document.text.index("SHARE")) == 1
    assert document.page_at(document.text.index("10.7")) == 2
    assert document.text[document.pages[1] - 1] in " \n"
    assert read(as_docx(), "page.docx").page_at(0) is None


def test_note_at_the_foot_belongs_to_no_action() -> None:
    text = (
        "## Related actions\n\n- a. **Build** the lamps of the coast and of the towns\n\n"
        "[^1]: A note on the lamps.\n"
    )
    outline = segment(parse_document(text.encode(), name="page.md", slug="page"), "en")
    assert [block.kind for block in outline.blocks][-1] is BlockKind.NOTE
    assert outline.actions[0].text.shown.endswith("towns")


def test_html_is_read_in_its_stated_encoding() -> None:
    assert read(b"<p>Some words</p>", "page.html").text == "Some words\n"
    assert read(b"<p>Some words</p>", "page.md").text == "<p>Some words</p>"
    page = '<!doctype html><meta charset="iso-8859-1"><p>Réunion'.encode("latin-1")
    assert read(page, "page.html").text == "Réunion\n"
    for refused, message in (
        (
            "<!doctype html><p>Réunion".encode("latin-1"),
            r"not in the encoding it declares \(utf-8\)",
        ),
        (b'<!doctype html><meta charset="klingon"><p>x', "klingon"),
        (b"<!doctype html><script>let words = 1</script>", "holds no text"),
    ):
        with pytest.raises(DocumentError, match=message):
            read(refused, "page.html")


def test_automatic_letters_of_a_word_list_are_in_the_text() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    level, kind = OxmlElement("w:lvl"), OxmlElement("w:numFmt")
    level.set(qn("w:ilvl"), "0")
    kind.set(qn("w:val"), "lowerLetter")
    level.append(kind)
    abstract.append(level)
    numbering.insert(0, abstract)
    number = numbering.add_num(77)
    for words in ("Build lighthouses", "Draw maps"):
        paragraph = document.add_paragraph(words)
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = number.numId
        properties.get_or_add_ilvl().val = 0
    assert read(saved(document), "page.docx").text == "- a. Build lighthouses\n\n- b. Draw maps\n"


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return buffer.getvalue()


WORDS = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'


def test_tracked_changes_of_word_are_read_as_accepted() -> None:
    body = (
        b"<w:p><w:r><w:t>kept </w:t></w:r><w:ins><w:r><w:t>added</w:t></w:r></w:ins>"
        b"<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    )
    assert read(archive(**{"word/document.xml": WORDS % body}), "page.docx").text == "kept added\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04 and no more", "damaged or encrypted"),
        (archive(**{"a.txt": b"words"}), "no Word document"),
        (archive(**{"word/document.xml": WORDS % b""}), "holds no text"),
        (archive(**{"word/document.xml": b"<w:document"}), "damaged or encrypted"),
        (
            archive(**{"word/document.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}),
            "which is refused",
        ),
        (
            archive(**{"word/document.xml": b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'}),
            "which is refused",
        ),
        (archive(**{"word/document.xml": b" " * 17_000_000}), "unpacks to more than 16 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old format"),
    ],
)
def test_word_documents_that_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        read(data, "page.docx")
    assert caught.value.place is not None


def test_block_is_on_the_page_of_its_mark() -> None:
    parts = [
        *(
            ("title", "KEEP THE LISTS"),
            ("section", "Related actions"),
            ("body", "a. <b>Keep</b> the lists"),
        ),
        *(
            ("section", "Example practices"),
            ("heading of a page", "Lamps"),
            ("body", "In 2019 a lamp was lit."),
        ),
        *(("item of a page", "• Lamps of the coast"), ("body", "It was lit twice.")),
    ]
    document = read(laid_out_pdf(parts), "page.pdf")
    assert [document.text[start : start + 9] for start in document.pages] == [
        "# KEEP TH",
        "### Lamps",
        "- Lamps o",
    ]


def test_block_on_another_page_than_its_letters_is_reported() -> None:
    data = as_pdf()
    document, printed = read(data, "page.pdf"), PrintedPages.of(printed_pages(data, "page.pdf"))
    assert list(wrong_pages(document, printed)) == []
    late = replace(document, pages=(0, document.text.index("\n", document.pages[1]) + 1))
    assert list(wrong_pages(late, printed)) == [
        f"page.pdf: the block at character {document.pages[1]} is not on page 1 but on page 2."
    ]
