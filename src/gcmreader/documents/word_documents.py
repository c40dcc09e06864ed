"""DOCX to a `Document`: the text (`word/document.xml`) with its styles and numbering.

The format is ECMA-376 part 1. Macros, pictures, embedded files and links are left alone. Tracked
insertions count, deletions do not.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gcmgraph.platform.errors import DocumentError, Place
from gcmgraph.sources.source_texts import Document
from gcmreader.documents.paragraphs import ListKind, Paragraph, TextRun, document_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Most bytes that a part of the document may unpack to. The text of a guidance page has some 100
#: kB.
MAX_PART = 16 * 1024 * 1024
#: Most styles that are based on one another.
MAX_STYLE_DEPTH = 20

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: Elements of a paragraph whose text is not shown; `p` is that of a text box, whose paragraphs are
#: read by themselves.
HIDDEN = frozenset(W + name for name in ("del", "moveFrom", "instrText", "pPr", "rPr", "p"))
#: Elements that show a sign.
SIGNS = {f"{W}tab": " ", f"{W}br": " ", f"{W}cr": " ", f"{W}noBreakHyphen": "-"}
LIST_KINDS = {
    "lowerLetter": ListKind.LETTERED,
    "upperLetter": ListKind.LETTERED,
    "decimal": ListKind.NUMBERED,
}
#: Number of the list of a paragraph that is in none.
NO_LIST = "0"

HEADING = re.compile(r"(?:heading|titre|título|titulo)\s*(?P<level>[1-6])", re.IGNORECASE)
TITLE = re.compile(r"title|titre|título", re.IGNORECASE)
OUTLINE_LEVEL = re.compile("[0-5]")


class ListLevel(NamedTuple):
    """A list and a level within it, as a paragraph or style states them."""

    list_number: str
    level: str


class Style(NamedTuple):
    """Properties that a paragraph takes over from its style."""

    #: of a heading; 0 for other paragraphs
    level: int = 0
    bold: bool = False
    list_level: ListLevel | None = None


PLAIN = Style()


def parse_docx(data: bytes, *, name: str, slug: str) -> Document:
    """The document in a DOCX file.

    Raises `DocumentError` where it is damaged, too large, or no Word document.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "word/document.xml" not in archive.namelist():
                raise DocumentError(
                    "This is an archive, but no Word document.",
                    place=Place(name),
                    hint="Send the page as DOCX, PDF, HTML or Markdown.",
                )
            body = _part(archive, "word/document.xml", name)
            styles = _Styles(_part(archive, "word/styles.xml", name))
            list_kinds = _list_kinds(_part(archive, "word/numbering.xml", name))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise _damaged(name) from error
    return document_of(
        _paragraphs(body, styles, list_kinds),
        data,
        name=name,
        slug=slug,
        media_type=DOCX,
        format_name="Word document",
    )


def _damaged(name: str) -> DocumentError:
    return DocumentError(
        "The Word document is damaged or encrypted.",
        place=Place(name),
        hint="Open it in a word processor and save it again as DOCX, without a password.",
    )


def _part(archive: zipfile.ZipFile, part: str, name: str) -> Element:
    """A part of the archive as XML; an empty element where there is none."""
    if part not in archive.namelist():
        return Element(part)
    with archive.open(part) as file:
        data = file.read(MAX_PART + 1)
    if len(data) > MAX_PART:
        raise DocumentError(
            f"{part} of the Word document unpacks to more than {MAX_PART // 1024 // 1024} MB.",
            place=Place(name),
            hint="A guidance page has a few pages of text: send it alone.",
        )
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise DocumentError(
            f"{part} of the Word document declares a document type or entities, which is refused.",
            place=Place(name),
            hint="Open it in a word processor and save it again as DOCX.",
        ) from error
    except (ParseError, LookupError) as error:
        raise _damaged(name) from error
    return root


class _Styles:
    """The paragraph styles of a document by identifier."""

    def __init__(self, root: Element) -> None:
        self._elements = {style.get(f"{W}styleId", ""): style for style in root.iter(f"{W}style")}
        self._styles: dict[str, Style] = {}
        for identifier in self._elements:
            self.style(identifier)

    def style(self, identifier: str, depth: int = 0) -> Style:
        """A style. What it does not state, it takes over from the style on which it is based."""
        is_read = identifier in self._styles
        if not is_read and identifier in self._elements and depth <= MAX_STYLE_DEPTH:
            element = self._elements[identifier]
            base = self.style(_value(element, "basedOn"), depth + 1)
            title = _value(element, "name") or identifier
            self._styles[identifier] = Style(
                level=_heading_level(title, element) or base.level,
                bold=_is_bold(element, base.bold),
                list_level=_list_level(element) or base.list_level,
            )
        return self._styles.get(identifier, PLAIN)


def _heading_level(title: str, element: Element) -> int:
    """The level of the headings of a style, by its title or outline level; 0 for other styles."""
    if match := HEADING.fullmatch(title):
        return int(match["level"])
    if TITLE.fullmatch(title):
        return 1
    outline_level = _value(element, "pPr", "outlineLvl")
    return int(outline_level) + 1 if OUTLINE_LEVEL.fullmatch(outline_level) else 0


def _list_kinds(root: Element) -> dict[ListLevel, ListKind]:
    """The kinds of the lists of a document, by their numbers and levels."""
    definitions = {
        definition.get(f"{W}abstractNumId"): definition
        for definition in root.iter(f"{W}abstractNum")
    }
    kinds = {}
    for number in root.iter(f"{W}num"):
        list_number = number.get(f"{W}numId", "")
        definition = definitions.get(_value(number, "abstractNumId"), Element("none"))
        for level in definition.iter(f"{W}lvl"):
            list_level = ListLevel(list_number, level.get(f"{W}ilvl", ""))
            kinds[list_level] = LIST_KINDS.get(_value(level, "numFmt"), ListKind.BULLETED)
    return kinds


def _paragraphs(
    body: Element, styles: _Styles, list_kinds: Mapping[ListLevel, ListKind]
) -> Iterator[Paragraph]:
    item_counts: Counter[ListLevel] = Counter()
    for paragraph in body.iter(f"{W}p"):
        style = styles.style(_value(paragraph, "pPr", "pStyle"))
        is_heading = style.level > 0
        runs = tuple(_runs(paragraph, style.bold and not is_heading))
        list_level = _list_level(paragraph) or style.list_level
        has_text = any(run.text.strip() for run in runs)
        mark = ""
        if list_level and list_level.list_number != NO_LIST and has_text and not is_heading:
            item_counts[list_level] += 1
            kind = list_kinds.get(list_level, ListKind.BULLETED)
            mark = kind.mark(item_counts[list_level])
        yield Paragraph(runs, style.level, mark)


def _runs(element: Element, bold: bool) -> Iterator[TextRun]:
    """The runs below a paragraph or one of its elements; `bold` is the weight of its style."""
    for child in element:
        if child.tag == f"{W}r":
            is_bold = _is_bold(child, bold)
            yield from (TextRun(text, is_bold) for part in child if (text := _text(part)))
        elif child.tag not in HIDDEN:
            yield from _runs(child, bold)


def _text(element: Element) -> str:
    """The text of an element of a run."""
    if element.tag == f"{W}t":
        return element.text or ""
    return SIGNS.get(element.tag, "")


def _is_bold(element: Element, inherited: bool) -> bool:
    """Whether a style or run is bold by its own properties, else as the one around it."""
    mark = element.find(f"{W}rPr/{W}b")
    return inherited if mark is None else mark.get(f"{W}val", "true") not in {"0", "false", "off"}


def _list_level(element: Element) -> ListLevel | None:
    """The list level that a paragraph or style states, or None."""
    number = _value(element, "pPr", "numPr", "numId")
    return ListLevel(number, _value(element, "pPr", "numPr", "ilvl") or "0") if number else None


def _value(element: Element, *path: str) -> str:
    """The value of an element below another; empty where there is none."""
    descendant = element.find("/".join(f"{W}{name}" for name in path))
    return descendant.get(f"{W}val", "") if descendant is not None else ""
