"""A brief as a Word document (DOCX, ECMA-376), from the text and the drawings of its page."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

from gcmgraph.platform.controls import DIRECTION_CONTROLS
from gcmgraph.web.briefs.drawings import png
from gcmgraph.web.i18n import direction

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

#: Controls that XML does not have, and those of direction, whose work marks of the document do.
_NOT_IN_TEXT = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|{DIRECTION_CONTROLS.pattern}")

#: Declaration of the namespace of a drawing.
_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'

#: Time of creation in every document, so that equal contents are equal bytes.
_EPOCH = datetime(2000, 1, 1)

#: Width of the text of a page in millimetres.
_TEXT_WIDTH = 178

#: Widths of drawings in millimetres: of charts, two in a row, and of others.
_CHART_WIDTH = 87
_DRAWING_WIDTH = 75

#: Minimum and maximum number of letters for which a column of a table has room.
_MIN_COLUMN = 15
_MAX_COLUMN = 40

#: Colours of links and of quiet texts.
_LINK_COLOUR = "0A5487"
_QUIET_COLOUR = "465766"

#: Fonts by script.
_FONTS = {"ascii": "Calibri", "hAnsi": "Calibri", "cs": "Arial", "eastAsia": "SimSun"}


#: Styles of paragraphs by element.
_STYLES = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "li": "List Bullet", "p": "Normal"}

#: Elements of the page that a document does not have: links to its other forms, tags of languages.
_NOT_PRINTED = frozenset({"tools", "tag"})


class _StyleSizes(NamedTuple):
    """Sizes of a style in points."""

    style: str
    letters: float
    space_before: float
    space_after: float


_STYLE_SIZES = (
    _StyleSizes("Normal", 9, 0, 2),
    _StyleSizes("List Bullet", 9, 0, 1),
    _StyleSizes("Title", 18, 0, 2),
    _StyleSizes("Heading 1", 12, 6, 2),
    _StyleSizes("Heading 2", 9.5, 3, 1),
)


@dataclass(frozen=True)
class Run:
    """A text in one language and one style."""

    text: str
    language: str
    #: a web address
    address: str | None = None
    strong: bool = False
    quiet: bool = False


def brief_docx(article: str, title: str, language: str) -> bytes:
    """A brief as DOCX, from the text of its page, `article`."""
    return _Writer(title, language).write(ET.fromstring(_clean(article).replace(_NAMESPACE, "")))  # noqa: S314 - made by us


class _Writer:
    """Writer of one brief."""

    def __init__(self, title: str, language: str) -> None:
        import docx  # noqa: PLC0415 - a third of a second

        self._title = title
        self._language = language
        self._rtl = direction(language) == "rtl"
        self._document: Document = docx.Document()

    def write(self, article: ET.Element) -> bytes:
        self._set_page()
        for sizes in _STYLE_SIZES:
            self._set_style(sizes)
        self._blocks(article)
        properties = self._document.core_properties
        properties.title = _clean(self._title)
        properties.author = "GCM Graph"
        properties.comments = ""
        properties.language = self._language
        properties.created = _EPOCH
        properties.modified = _EPOCH
        return self._bytes()

    def _set_page(self) -> None:
        """Set A4 with its margins, and the direction of the language."""
        from docx.shared import Mm  # noqa: PLC0415

        section = self._document.sections[0]
        section.page_width = Mm(210)
        section.page_height = Mm(297)
        section.top_margin = section.bottom_margin = Mm(14)
        section.left_margin = section.right_margin = Mm(16)
        if self._rtl:
            _child(section._sectPr, "w:bidi", before="w:docGrid")

    def _set_style(self, sizes: _StyleSizes) -> None:
        """Set sizes and fonts of a style; Arabic letters have a size of their own, in half points."""
        from docx.shared import Pt  # noqa: PLC0415

        style: Any = self._document.styles[sizes.style]
        style.font.size = Pt(sizes.letters)
        style.paragraph_format.space_before = Pt(sizes.space_before)
        style.paragraph_format.space_after = Pt(sizes.space_after)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script, font in _FONTS.items():
            fonts.set(_qualified(f"w:{script}"), font)
        properties = style.element.rPr
        arabic_size = properties.find(_qualified("w:szCs"))
        if arabic_size is None:
            arabic_size = _child(properties, "w:szCs")
        arabic_size.set(_qualified("w:val"), str(int(sizes.letters * 2)))

    def _blocks(self, element: ET.Element) -> None:
        """Write the paragraphs and tables of an element."""
        for block in element:
            if block.tag == "figure" or block.get("class") == "charts":
                self._drawings(block)
            elif block.tag in _STYLES and block.get("class") not in _NOT_PRINTED:
                self._fill(
                    self._document.add_paragraph(style=_STYLES[block.tag]), self._runs(block)
                )
            elif block.tag == "table":
                self._table([[self._runs(cell) for cell in row] for row in block.iter("tr")])
            elif block.tag not in _STYLES:
                self._blocks(block)

    def _drawings(self, block: ET.Element) -> None:
        """Write the drawings of an element in a row, and below them the texts of charts."""
        from docx.shared import Mm  # noqa: PLC0415

        paragraph = self._document.add_paragraph(style=_STYLES["p"])
        self._fill(paragraph, ())
        is_chart = block.get("class") == "charts"
        for svg in block.iter("svg"):
            width = Mm(_CHART_WIDTH if is_chart else _DRAWING_WIDTH)
            picture = paragraph.add_run().add_picture(io.BytesIO(png(svg)), width)
            label = svg.get("aria-label", "")
            picture._inline.docPr.set("descr", label)
            if is_chart:
                texts = [Run(label, self._language, quiet=True)]
                self._fill(self._document.add_paragraph(style=_STYLES["p"]), texts)

    def _runs(self, block: ET.Element) -> list[Run]:
        """The texts of a paragraph, without the line breaks and indents of the page."""
        css_class = block.get("class")
        style = Run(
            "",
            self._language,
            strong=block.tag == "th" or css_class == "record",
            quiet=css_class == "kicker",
        )
        runs: list[Run] = []
        for run in _texts(block, style):
            text = re.sub(r"[ \t\n]+", " ", run.text)
            if not runs or runs[-1].text.endswith(" "):
                text = text.lstrip(" ")
            if text:
                runs.append(replace(run, text=text))
        if runs:
            runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip(" "))
        return runs

    def _table(self, rows: Sequence[Sequence[Sequence[Run]]]) -> None:
        from docx.shared import Mm  # noqa: PLC0415

        table = self._document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
        if self._rtl:
            _child(table._tblPr, "w:bidiVisual", before="w:tblW")
        for row in rows:
            for cell, runs in zip(table.add_row().cells, row, strict=True):
                self._fill(cell.paragraphs[0], runs)
        widths = [_column_width(column) for column in zip(*rows, strict=True)]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(_TEXT_WIDTH * width / sum(widths))
            for cell in column.cells:
                cell.width = column.width
        header = table.rows[0]._tr.get_or_add_trPr()
        _child(header, "w:tblHeader")

    def _fill(self, paragraph: Paragraph, runs: Iterable[Run]) -> None:
        if self._rtl:
            _child(paragraph._p.get_or_add_pPr(), "w:bidi")
        for run in runs:
            self._run(paragraph, run)

    def _run(self, paragraph: Paragraph, run: Run) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415
        from docx.shared import RGBColor  # noqa: PLC0415

        document_run = paragraph.add_run(run.text)
        document_run.bold = document_run.font.cs_bold = run.strong or None
        colour = _LINK_COLOUR if run.address else _QUIET_COLOUR if run.quiet else None
        if colour:
            document_run.font.color.rgb = RGBColor.from_string(colour)
        properties = document_run._r.get_or_add_rPr()
        if direction(run.language) == "rtl":
            document_run.font.rtl = True
            _child(properties, "w:lang", bidi=run.language)
        else:
            script = "eastAsia" if run.language == "zh" else "val"
            _child(properties, "w:lang", **{script: run.language})
        if run.address:
            relation = paragraph.part.relate_to(
                run.address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
            link = _child(paragraph._p, "w:hyperlink")
            link.set(_qualified("r:id"), relation)
            link.append(document_run._r)

    def _bytes(self) -> bytes:
        """The document as an archive in which no time is that of its creation."""
        document = io.BytesIO()
        self._document.save(document)
        undated = io.BytesIO()
        with (
            zipfile.ZipFile(document) as parts,
            zipfile.ZipFile(undated, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            for info in parts.infolist():
                undated_info = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
                archive.writestr(undated_info, parts.read(info), zipfile.ZIP_DEFLATED)
        return undated.getvalue()


def _column_width(cells: Iterable[Sequence[Run]]) -> int:
    """The letters for which a column has room: those of its longest cell, within the limits."""
    letters = max(sum(len(run.text) for run in runs) for runs in cells)
    return min(max(letters, _MIN_COLUMN), _MAX_COLUMN)


def _texts(element: ET.Element, style: Run) -> Iterator[Run]:
    """The texts of an element in the style of what they are in."""
    style = replace(
        style,
        language=element.get("lang", style.language),
        address=_address(element) or style.address,
        strong=style.strong or element.tag == "strong",
        quiet=style.quiet or element.get("class") == "note",
    )
    yield replace(style, text=element.text or "")
    for inner in element:
        if inner.get("class") not in _NOT_PRINTED:
            yield from _texts(inner, style)
        yield replace(style, text=inner.tail or "")


def _address(element: ET.Element) -> str | None:
    """The address of a link; None of one to a section of the page."""
    address = element.get("href")
    return None if address and address.startswith("#") else address


def _child(parent: Any, name: str, *, before: str = "", **attributes: str) -> Any:
    """A new child, the last one or before another; the schema has an order."""
    from docx.oxml import OxmlElement  # noqa: PLC0415

    child = OxmlElement(name)
    for key, value in attributes.items():
        child.set(_qualified(f"w:{key}"), value)
    successor = parent.find(_qualified(before)) if before else None
    if successor is None:
        parent.append(child)
    else:
        successor.addprevious(child)
    return child


def _qualified(name: str) -> str:
    from docx.oxml.ns import qn  # noqa: PLC0415

    return qn(name)


def _clean(text: str) -> str:
    return _NOT_IN_TEXT.sub("", text)
