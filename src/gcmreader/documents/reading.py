"""Bytes to a `Document`, or one clear reason why not; the texts of documents, for the files beside them.

The text of the Compact as negotiated by 13 July 2018, in English, is the source `compact` of the
register (`gcmgraph fetch compact`), one file of all objectives, each of which becomes a `Document`.
It has, for each objective, the headings `# Objective N`, `## Title: …`, the commitment, and
`## Associated actions` with their letters.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from gcmgraph.platform.errors import DocumentError, GcmGraphError, Place, faults_of_files
from gcmgraph.readings.compact_texts import COMPACT, RESOLUTION
from gcmgraph.sources.source_texts import Document, DocumentText, ObjectiveText, document_slug
from gcmgraph.sources.text_files import write_texts
from gcmreader.documents.html_pages import is_html, parse_html
from gcmreader.documents.outline import Outline
from gcmreader.documents.resolution import parse_resolution
from gcmreader.documents.segmentation import segment
from gcmreader.documents.word_documents import parse_docx
from gcmreader.lexicon import readable_languages

#: Largest text read, in bytes. The longest guidance page known has under 20 kB.
MAX_BYTES = 2 * 1024 * 1024
#: Largest PDF or DOCX read, in bytes. The largest guidance page known has 1.2 MB.
MAX_PACKED_BYTES = 16 * 1024 * 1024

#: First bytes of a compound file: Word until 2003, and encrypted DOCX.
_OLE = b"\xd0\xcf\x11\xe0"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
#: The heading of an objective in the negotiated text.
_HEADING = re.compile(r"^#[ \t]+Objective[ \t]+(\d{1,2})[ \t]*$", re.MULTILINE)
_AS_TEXT = "Save the document as plain text or Markdown, in UTF-8."


def read_document(path: Path) -> Document:
    """The document in a file. Raises `DocumentError` for what is not a text we can read."""
    return parse_document(_bytes(path), name=str(path), slug=document_slug(path.name))


def _bytes(path: Path) -> bytes:
    """The first bytes of a file, one more than any format may have."""
    with (
        faults_of_files(DocumentError, "The document cannot be read", path),
        path.open("rb") as file,
    ):
        return file.read(MAX_PACKED_BYTES + 1)


def parse_document(data: bytes, *, name: str, slug: str) -> Document:
    """The document in `data`: PDF, DOCX or HTML by its first bytes, else text in UTF-8.

    Raises `DocumentError` where it is too large, empty, binary, not UTF-8, or damaged.
    """
    parse = _parser_for(data, name)
    limit = MAX_BYTES if parse is None else MAX_PACKED_BYTES
    if len(data) > limit:
        raise DocumentError(
            f"The document is larger than {limit // 1024 // 1024} MB.",
            place=Place(name),
            hint="A guidance page has a few pages of text: send it alone.",
        )
    if parse is not None:
        return parse(data, name=name, slug=slug)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in data[:1024]:
            raise DocumentError(
                "This is a binary file, not a text.", place=Place(name), hint=_AS_TEXT
            ) from error
        raise DocumentError(
            f"Byte 0x{data[error.start]:02X} is not UTF-8.",
            place=Place(name, data.count(b"\n", 0, error.start) + 1),
            hint="Save the document as UTF-8 (it may be Latin-1 or Windows-1252).",
        ) from error
    control = _CONTROL.search(text)
    if control:
        raise DocumentError(
            f"This is not a text: it holds the control character U+{ord(control[0]):04X}.",
            place=Place(name, text.count("\n", 0, control.start()) + 1),
            hint=_AS_TEXT,
        )
    if not text.strip("\ufeff \t\r\n"):
        raise DocumentError("The document is empty.", place=Place(name))
    return Document(name, slug, text, hashlib.sha256(data).hexdigest())


def _parser_for(data: bytes, name: str) -> Callable[..., Document] | None:
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


def read_compact(path: Path) -> tuple[Document, ...]:
    """The objectives in a file. Raises `DocumentError` where it is not the text of the Compact."""
    return split_compact(read_document(path))


def split_compact(whole: Document) -> tuple[Document, ...]:
    """The objectives, in order: `compact-01.en` and so on, each with text and SHA-256 of its part of the file.

    A part goes from its heading to the next one, so the parts joined are the whole. Raises
    `DocumentError` where the objectives are not numbered one after the other, or text is before the
    first.
    """
    heads = list(_HEADING.finditer(whole.text))
    if not heads or whole.text[: heads[0].start()].strip("\ufeff \t\r\n"):
        raise DocumentError(
            "This is not the text of the Compact: it does not begin with the heading '# Objective …'.",
            place=Place(whole.name, 1),
            hint="'gcmgraph fetch compact' brings it.",
        )
    documents: list[Document] = []
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        number, expected = int(head[1]), int(heads[0][1]) + len(documents)
        if number != expected:
            raise DocumentError(
                f"Objective {number} is here, and objective {expected} was expected.",
                place=whole.place(head.start()),
            )
        text = whole.text[
            head.start() if documents else 0 : following.start() if following else None
        ]
        name = f"{whole.name} (objective {number})"
        documents.append(parse_document(text.encode(), name=name, slug=f"{COMPACT}-{number:02}.en"))
    return tuple(documents)


def segment_compact(documents: Iterable[Document]) -> tuple[Outline, ...]:
    """The outlines of objectives.

    Raises `DocumentError` for one without commitment, or whose letters have a gap.
    """
    outlines = tuple(segment(document, "en") for document in documents)
    for outline in outlines:
        letters = "".join(action.letter for action in outline.actions)
        place = Place(outline.document.name)
        if outline.head.commitment is None:
            raise DocumentError("The objective has no commitment ('We commit to …').", place=place)
        if not letters or letters not in "abcdefghijklmnopqrstuvwxyz" or letters[0] != "a":
            raise DocumentError(
                f"The actions are not lettered from a on without a gap: '{letters}'.", place=place
            )
    return outlines


def read_resolution(path: Path) -> DocumentText:
    """The adopted text with its objectives.

    Raises `DocumentError` for a file that is not the resolution.
    """
    return parse_resolution(_bytes(path), name=str(path), slug=document_slug(path.name))


def write_all(files: Iterable[Path]) -> Iterator[GcmGraphError | Path]:
    """Write the texts of files; yields each file, or why it cannot be read."""
    for path in files:
        try:
            write_texts(path, texts_of(path))
        except GcmGraphError as error:
            yield error
        else:
            yield path


def texts_of(path: Path) -> tuple[DocumentText, ...]:
    """The texts of a file: a guidance page, or a text of the Compact. Raises `DocumentError`."""
    return _READERS.get(document_slug(path.name), _page)(path)


def _page(path: Path) -> tuple[DocumentText, ...]:
    """A guidance page, in the language that its name ends with (`objective-05.fr`), else in that of its words."""
    document = read_document(path)
    named = document.slug.rpartition(".")[2]
    outline = segment(document, named if named in readable_languages() else None)
    return (DocumentText(document, outline.language, outline.blocks),)


def _resolution(path: Path) -> tuple[DocumentText, ...]:
    return (read_resolution(path),)


def _compact(path: Path) -> tuple[DocumentText, ...]:
    outlines = segment_compact(read_compact(path))
    return tuple(
        DocumentText(
            outline.document, outline.language, outline.blocks, (_objective(number, outline),)
        )
        for number, outline in enumerate(outlines, start=1)
    )


def _objective(number: int, outline: Outline) -> ObjectiveText:
    head = outline.head
    return ObjectiveText(
        head.number or number,
        head.titles[0].span() if head.titles else None,
        head.commitment.span() if head.commitment else None,
        tuple((action.letter, action.text.span()) for action in outline.actions),
    )


#: Readers of the documents that are no guidance pages, by slug.
_READERS: Mapping[str, Callable[[Path], tuple[DocumentText, ...]]] = {
    COMPACT: _compact,
    RESOLUTION: _resolution,
}
