"""HTML and DOCX to a `Document`: headings, paragraphs and lists as Markdown, each on one line.

Of a page its main part is read, nothing of its frame. Of a Word document only the text is read
(`word/document.xml` with its styles and numbering), as ECMA-376 part 1 defines it; macros,
pictures, embedded files and links are left alone. Tracked insertions count, deletions do not.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from gcmgraph.platform.errors import DocumentError, Place
from gcmgraph.sources.source_texts import Document

_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile(r"[\u200b\u2060\ufeff]")
#: Letter of a list item: `a.`, `b)`, with or without bullet
_LETTER = re.compile(r"(?:[-•■▪]\s*)?(?P<letter>[a-z])[.)]\s+", re.IGNORECASE)
_BULLET = re.compile(r"[•■▪◦●‣]\s*")


@dataclass(frozen=True, slots=True)
class TextRun:
    """A stretch of text in one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, heading or list item."""

    runs: tuple[TextRun, ...]
    #: level of a heading, 1 to 6; 0 for other paragraphs
    level: int = 0
    #: the mark of a list item: `-`, or `a.`, `1.` where the list is numbered; empty for other
    #: paragraphs
    mark: str = ""


def markdown(paragraphs: Iterable[Paragraph]) -> str:
    """The canonical text of some paragraphs, in NFC; empty ones are left out."""
    lines = [line for paragraph in paragraphs if (line := _line(paragraph))]
    return unicodedata.normalize("NFC", "\n\n".join(lines)) + "\n" if lines else ""


def _document(
    paragraphs: Iterable[Paragraph], data: bytes, name: str, slug: str, media_type: str, form: str
) -> Document:
    """The document with some paragraphs, read from a file of some form.

    Raises `DocumentError` without text.
    """
    text = markdown(paragraphs)
    if not text:
        raise DocumentError(f"The {form} holds no text.", place=Place(name))
    return Document(name, slug, text, hashlib.sha256(data).hexdigest(), media_type)


def _mark(kind: str, number: int) -> str:
    """The mark of a list item by the kind of its list (`letter`, `number`, `bullet`) and its number."""
    if kind == "letter" and 1 <= number <= 26:
        return f"{chr(ord('a') + number - 1)}."
    return f"{number}." if kind == "number" else "-"


def _line(paragraph: Paragraph) -> str:
    runs = _joined(paragraph.runs)
    text = "".join(run.text for run in runs)
    if not text.strip():
        return ""
    if paragraph.level:
        return f"{'#' * paragraph.level} {text}"
    mark = f"- {paragraph.mark} " if len(paragraph.mark) > 1 else "- " if paragraph.mark else ""
    if match := _LETTER.match(text):
        runs, mark = _without(runs, match.end()), f"- {match['letter']}. "
    elif match := _BULLET.match(text):
        runs, mark = _without(runs, match.end()), "- "
    return mark + "".join(_emphasised(runs))


def _joined(runs: Iterable[TextRun]) -> list[TextRun]:
    """The runs with single spaces, neighbours of one weight joined, and no space at either end."""
    joined: list[TextRun] = []
    for run in runs:
        text = _SPACE.sub(" ", _INVISIBLE.sub("", run.text))
        if not joined or joined[-1].text.endswith(" "):
            text = text.removeprefix(" ")
        if not text:
            continue
        if joined and (joined[-1].bold == run.bold or text == " "):
            joined[-1] = TextRun(joined[-1].text + text, joined[-1].bold)
        else:
            joined.append(TextRun(text, run.bold))
    if joined:
        joined[-1] = TextRun(joined[-1].text.rstrip(), joined[-1].bold)
    return [run for run in joined if run.text]


def _without(runs: Iterable[TextRun], length: int) -> list[TextRun]:
    """The runs without their first characters."""
    left = []
    for run in runs:
        if text := run.text[length:]:
            left.append(TextRun(text, run.bold))
        length = max(length - len(run.text), 0)
    return left


def _emphasised(runs: list[TextRun]) -> Iterable[str]:
    for run in runs:
        bare = run.text.strip()
        if run.bold and bare:
            before = " " if run.text.startswith(" ") else ""
            after = " " if run.text.endswith(" ") else ""
            yield f"{before}**{bare}**{after}"
        else:
            yield run.text


#: Elements whose content is no text of the page.
_SKIPPED = frozenset(
    "script style template noscript nav header footer aside form button select svg math iframe".split()
)
_BLOCKS = frozenset(
    "address article blockquote body dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li main ol p pre "
    "section summary table tbody td th thead tr ul".split()
)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
#: Elements that say something of the text within them.
_AROUND = {"b": "bold", "strong": "bold", "main": "main", "article": "main"}
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DOCTYPE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.DOTALL | re.IGNORECASE,
)
_LETTERED = re.compile(r"list-style(?:-type)?\s*:\s*(?:lower|upper)-(?:alpha|latin)", re.IGNORECASE)
_NUMBERED = re.compile(r"list-style(?:-type)?\s*:\s*decimal", re.IGNORECASE)


def is_html(data: bytes) -> bool:
    """Whether a file begins as HTML does."""
    return _DOCTYPE.match(data[:4096]) is not None


def parse_html(data: bytes, *, name: str, slug: str) -> Document:
    """The document in an HTML page.

    Raises `DocumentError` where its encoding is unknown or it holds no text.
    """
    declared = _CHARSET.search(data[:4096])
    encoding = (
        declared[1].decode("ascii")
        if declared and not data.startswith(b"\xef\xbb\xbf")
        else "utf-8-sig"
    )
    try:
        source = data.decode(encoding)
    except (LookupError, UnicodeDecodeError) as error:
        raise DocumentError(
            f"The page is not in the encoding it declares ({encoding.removesuffix('-sig')}).",
            place=Place(name),
            hint="Save it as UTF-8.",
        ) from error
    reader = _HtmlReader()
    reader.feed(source)
    reader.close()
    return _document(reader.paragraphs(), data, name, slug, "text/html", "page")


class _HtmlReader(HTMLParser):
    """Collects paragraphs; those within `main` or `article` count alone where there are any."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._paragraphs: list[tuple[bool, Paragraph]] = []
        self._runs: list[TextRun] = []
        self._level = 0
        self._mark = ""
        #: number of elements around the text by kind: bold, main part
        self._around: Counter[str] = Counter()
        self._skipped: list[str] = []
        self._lists: list[tuple[str, int]] = []

    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs read."""
        self._flush()
        main = [paragraph for within, paragraph in self._paragraphs if within]
        return main or [paragraph for _, paragraph in self._paragraphs]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        given = dict(attrs)
        hidden = ("hidden" in given or given.get("aria-hidden") == "true") and tag not in _VOID
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.append(tag)
            return
        if tag in _SKIPPED or hidden or tag in _BLOCKS:
            self._flush()
        if tag in _SKIPPED or hidden:
            self._skipped.append(tag)
        elif tag in _AROUND:
            self._around[_AROUND[tag]] += 1
        elif tag == "br":
            self._runs.append(TextRun(" "))
        elif tag in {"ol", "ul"}:
            start = given.get("start") or ""
            self._lists.append(
                (_list_kind(tag, given), int(start) if re.fullmatch(r"\d{1,3}", start) else 1)
            )
        elif tag == "li":
            self._mark = self._next_mark()
        elif re.fullmatch("h[1-6]", tag):
            self._level = int(tag[1])

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.pop()
            return
        if tag in _BLOCKS:
            self._flush()
        if tag in _AROUND:
            self._around[_AROUND[tag]] = max(self._around[_AROUND[tag]] - 1, 0)
        elif tag in {"ol", "ul"} and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._mark = ""
        elif re.fullmatch("h[1-6]", tag):
            self._level = 0

    def handle_data(self, data: str) -> None:
        """Take up text."""
        if not self._skipped:
            self._runs.append(TextRun(data, self._around["bold"] > 0))

    def _flush(self) -> None:
        if any(run.text.strip() for run in self._runs):
            within = self._around["main"] > 0
            self._paragraphs.append((within, Paragraph(tuple(self._runs), self._level, self._mark)))
            self._mark = ""
        self._runs = []

    def _next_mark(self) -> str:
        if not self._lists:
            return "-"
        kind, number = self._lists[-1]
        self._lists[-1] = (kind, number + 1)
        return _mark(kind, number)


def _list_kind(tag: str, given: dict[str, str | None]) -> str:
    style = given.get("style") or ""
    if (given.get("type") or "").lower() == "a" or _LETTERED.search(style):
        return "letter"
    return "number" if tag == "ol" or _NUMBERED.search(style) else "bullet"


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Most bytes that a part of the document may unpack to. The text of a guidance page has some 100
#: kB.
MAX_PART = 16 * 1024 * 1024

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"(?:heading|titre|título|titulo)\s*(?P<level>[1-6])", re.IGNORECASE)
_TITLE = re.compile(r"title|titre|título", re.IGNORECASE)
#: Elements of a paragraph whose text is not shown; `p` is that of a text box, whose paragraphs are
#: read by themselves.
_HIDDEN = frozenset(_W + name for name in ("del", "moveFrom", "instrText", "pPr", "rPr", "p"))
#: Parts of a document that are read, and elements that show a sign.
_PARTS = ("document", "styles", "numbering")
_SIGNS = {**dict.fromkeys((f"{_W}tab", f"{_W}br", f"{_W}cr"), " "), f"{_W}noBreakHyphen": "-"}
_FORMATS = {"lowerLetter": "letter", "upperLetter": "letter", "decimal": "number"}


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
            body, styles, numbering = (_part(archive, f"word/{part}.xml", name) for part in _PARTS)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise _damaged(name) from error
    return _document(
        _paragraphs(body, _styles(styles), _numbering(numbering)),
        data,
        name,
        slug,
        _DOCX,
        "Word document",
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


class _Style(NamedTuple):
    level: int = 0
    bold: bool = False
    #: number and level of its list
    numbering: tuple[str, str] | None = None


def _styles(root: Element) -> dict[str, _Style]:
    """The paragraph styles by identifier; a style takes over what it does not say from the one it is based on."""
    elements = {style.get(f"{_W}styleId", ""): style for style in root.iter(f"{_W}style")}
    found: dict[str, _Style] = {}

    def style_of(identifier: str, depth: int = 0) -> _Style:
        if identifier not in found and identifier in elements and depth <= 20:
            element = elements[identifier]
            base = style_of(_value(element, "basedOn"), depth + 1)
            level = _level(_value(element, "name") or identifier, element) or base.level
            found[identifier] = _Style(
                level, _is_bold(element, base.bold), _list(element) or base.numbering
            )
        return found.get(identifier, _Style())

    for identifier in elements:
        style_of(identifier)
    return found


def _level(title: str, element: Element) -> int:
    if match := _HEADING.fullmatch(title):
        return int(match["level"])
    value = _value(element, "pPr", "outlineLvl")
    return 1 if _TITLE.fullmatch(title) else int(value) + 1 if re.fullmatch("[0-5]", value) else 0


def _numbering(root: Element) -> dict[tuple[str, str], str]:
    """The kind of list (`letter`, `number`, `bullet`) by the number of the list and the level within it."""
    abstract = {
        element.get(f"{_W}abstractNumId"): element for element in root.iter(f"{_W}abstractNum")
    }
    return {
        (number.get(f"{_W}numId", ""), level.get(f"{_W}ilvl", "")): _FORMATS.get(
            _value(level, "numFmt"), "bullet"
        )
        for number in root.iter(f"{_W}num")
        for level in abstract.get(_value(number, "abstractNumId"), Element("none")).iter(f"{_W}lvl")
    }


def _paragraphs(
    body: Element, styles: dict[str, _Style], numbering: dict[tuple[str, str], str]
) -> Iterator[Paragraph]:
    counted: Counter[tuple[str, str]] = Counter()
    for paragraph in body.iter(f"{_W}p"):
        style = styles.get(_value(paragraph, "pPr", "pStyle"), _Style())
        runs = tuple(_runs(paragraph, style.bold and not style.level))
        listed, mark = _list(paragraph) or style.numbering, ""
        if (
            listed
            and listed[0] != "0"
            and not style.level
            and any(run.text.strip() for run in runs)
        ):
            counted[listed] += 1
            mark = _mark(numbering.get(listed, "bullet"), counted[listed])
        yield Paragraph(runs, style.level, mark)


def _runs(element: Element, bold: bool) -> Iterator[TextRun]:
    for child in element:
        if child.tag == f"{_W}r":
            of_run = _is_bold(child, bold)
            yield from (TextRun(text, of_run) for part in child if (text := _text(part)))
        elif child.tag not in _HIDDEN:
            yield from _runs(child, bold)


def _text(element: Element) -> str:
    return (element.text or "") if element.tag == f"{_W}t" else _SIGNS.get(element.tag, "")


def _is_bold(element: Element, inherited: bool) -> bool:
    """Whether a style or run is bold by its own properties, else as the one around it."""
    mark = element.find(f"{_W}rPr/{_W}b")
    return inherited if mark is None else mark.get(f"{_W}val", "true") not in {"0", "false", "off"}


def _list(element: Element) -> tuple[str, str] | None:
    """The number and the level of the list of a paragraph or style."""
    number = _value(element, "pPr", "numPr", "numId")
    return (number, _value(element, "pPr", "numPr", "ilvl") or "0") if number else None


def _value(element: Element, *path: str) -> str:
    """The value of an element below another; empty where there is none."""
    found = element.find("/".join(f"{_W}{name}" for name in path))
    return found.get(f"{_W}val", "") if found is not None else ""
