"""DOCX to a `Document`: headings, paragraphs and lists of a Word document.

Only the text is read (`word/document.xml` with its styles and numbering), as ECMA-376 part 1 defines it; macros,
pictures, embedded files and links are left alone. Tracked insertions count, deletions do not.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gcmgraph.documents import Document
from gcmgraph.errors import DocumentError, Place
from gcmreader.documents.paragraphs import Paragraph, Run, markdown

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Most bytes that a part of the document may unpack to. The text of a guidance page has some 100 kB.
MAX_PART = 16 * 1024 * 1024

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|titre|título|titulo)\s*(?P<level>[1-6])", re.IGNORECASE)
_TITLE = re.compile(r"title|titre|título", re.IGNORECASE)
#: Elements of a paragraph whose text is not shown.
_HIDDEN = frozenset(_W + name for name in ("del", "moveFrom", "instrText", "pPr", "rPr"))
_FORMATS = {"lowerLetter": "letter", "upperLetter": "letter", "decimal": "number"}


def parse_docx(data: bytes, *, name: str, slug: str) -> Document:
    """The document in a DOCX file. Raises `DocumentError` where it is damaged, too large, or no Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = _part(archive, "word/document.xml", name)
            if body is None:
                raise DocumentError(
                    "This is an archive, but no Word document.",
                    place=Place(name),
                    hint="Send the page as DOCX, PDF, HTML or Markdown.",
                )
            styles = _styles(_part(archive, "word/styles.xml", name))
            numbering = _numbering(_part(archive, "word/numbering.xml", name))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _damaged(name) from error
    text = markdown(_paragraphs(body, styles, numbering))
    if not text:
        raise DocumentError("The Word document holds no text.", place=Place(name))
    return Document(name, slug, text, hashlib.sha256(data).hexdigest(), MEDIA_TYPE)


def _damaged(name: str) -> DocumentError:
    return DocumentError(
        "The Word document is damaged or encrypted.",
        place=Place(name),
        hint="Open it in a word processor and save it again as DOCX, without a password.",
    )


def _part(archive: zipfile.ZipFile, part: str, name: str) -> Element | None:
    """A part of the archive as XML, or None where there is none."""
    try:
        with archive.open(part) as file:
            data = file.read(MAX_PART + 1)
    except KeyError:
        return None
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


@dataclass(frozen=True, slots=True)
class _Style:
    level: int
    bold: bool
    #: number and level of its list
    numbering: tuple[str, str] | None


def _styles(root: Element | None) -> dict[str, _Style]:
    """The paragraph styles by identifier; a style takes over what it does not say from the one it is based on."""
    elements = {style.get(f"{_W}styleId", ""): style for style in (root.iter(f"{_W}style") if root is not None else ())}
    found: dict[str, _Style] = {}

    def style_of(identifier: str, depth: int = 0) -> _Style:
        if identifier in found or identifier not in elements or depth > 20:
            return found.get(identifier, _Style(0, False, None))
        element = elements[identifier]
        based = _value(element, "basedOn")
        base = style_of(based, depth + 1) if based else _Style(0, False, None)
        title = _value(element, "name") or identifier
        level = _level(title, element) or base.level
        bold = _is_bold(element.find(f"{_W}rPr"), base.bold)
        found[identifier] = _Style(level, bold, _list(element.find(f"{_W}pPr")) or base.numbering)
        return found[identifier]

    for identifier in elements:
        style_of(identifier)
    return found


def _level(title: str, element: Element) -> int:
    if match := _HEADING.fullmatch(title):
        return int(match["level"])
    if _TITLE.fullmatch(title):
        return 1
    outline = element.find(f"{_W}pPr/{_W}outlineLvl")
    value = outline.get(f"{_W}val", "") if outline is not None else ""
    return int(value) + 1 if re.fullmatch("[0-5]", value) else 0


def _numbering(root: Element | None) -> dict[tuple[str, str], str]:
    """The kind of list (`letter`, `number`, `bullet`) by the number of the list and the level within it."""
    if root is None:
        return {}
    abstract = {element.get(f"{_W}abstractNumId"): element for element in root.iter(f"{_W}abstractNum")}
    kinds = {}
    for number in root.iter(f"{_W}num"):
        element = abstract.get(_value(number, "abstractNumId"))
        for level in element.iter(f"{_W}lvl") if element is not None else ():
            kind = _FORMATS.get(_value(level, "numFmt") or "", "bullet")
            kinds[number.get(f"{_W}numId", ""), level.get(f"{_W}ilvl", "")] = kind
    return kinds


def _paragraphs(body: Element, styles: dict[str, _Style], numbering: dict[tuple[str, str], str]) -> Iterator[Paragraph]:
    counted: Counter[tuple[str, str]] = Counter()
    plain = _Style(0, False, None)
    for paragraph in body.iter(f"{_W}p"):
        properties = paragraph.find(f"{_W}pPr")
        style = styles.get(_value(properties, "pStyle") or "", plain) if properties is not None else plain
        runs = tuple(_runs(paragraph, style.bold and not style.level))
        listed = (_list(properties) if properties is not None else None) or style.numbering
        mark = ""
        if listed and listed[0] != "0" and not style.level and any(run.text.strip() for run in runs):
            counted[listed] += 1
            mark = _mark(numbering.get(listed, "bullet"), counted[listed])
        yield Paragraph(runs, style.level, mark)


def _mark(kind: str, number: int) -> str:
    if kind == "letter" and number <= 26:
        return f"{chr(ord('a') + number - 1)}."
    return f"{number}." if kind == "number" else "-"


def _runs(element: Element, bold: bool) -> Iterator[Run]:
    for child in element:
        if child.tag in _HIDDEN:
            continue
        if child.tag == f"{_W}p":  # a text box: its paragraphs are read by themselves
            continue
        if child.tag == f"{_W}r":
            of_run = _is_bold(child.find(f"{_W}rPr"), bold)
            yield from (Run(text, of_run) for part in child if (text := _text(part)))
            continue
        yield from _runs(child, bold)


def _text(element: Element) -> str:
    if element.tag == f"{_W}t":
        return element.text or ""
    if element.tag in {f"{_W}tab", f"{_W}br", f"{_W}cr"}:
        return " "
    return "-" if element.tag == f"{_W}noBreakHyphen" else ""


def _is_bold(properties: Element | None, inherited: bool) -> bool:
    mark = properties.find(f"{_W}b") if properties is not None else None
    if mark is None:
        return inherited
    return mark.get(f"{_W}val", "true") not in {"0", "false", "off"}


def _list(properties: Element | None) -> tuple[str, str] | None:
    element = properties.find(f"{_W}numPr") if properties is not None else None
    number = _value(element, "numId") if element is not None else None
    return (number, _value(element, "ilvl") or "0") if number and element is not None else None


def _value(element: Element | None, child: str) -> str | None:
    found = element.find(f"{_W}{child}") if element is not None else None
    return found.get(f"{_W}val") if found is not None else None
