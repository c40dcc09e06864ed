"""HTML to a `Document`: headings, paragraphs and lists of the main part of a page, not of its frame."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

from gcmgraph.platform.errors import DocumentError, Place
from gcmgraph.sources.source_texts import Document
from gcmreader.documents.paragraphs import ListKind, Paragraph, TextRun, document_of

#: Bytes at the beginning of a page in which its document type and encoding are searched for.
HEAD_SIZE = 4096
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: Elements whose content is no text of the page.
SKIPPED = frozenset(
    "script style template noscript nav header footer aside form button select svg math iframe".split()
)
BLOCKS = frozenset(
    "address article blockquote body dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li "
    "main ol p pre section summary table tbody td th thead tr ul".split()
)
#: Elements without content.
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
BOLD = frozenset({"b", "strong"})
MAIN = frozenset({"main", "article"})
LISTS = frozenset({"ol", "ul"})

CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
DOCTYPE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.DOTALL | re.IGNORECASE,
)
HEADING = re.compile("h[1-6]")
START_NUMBER = re.compile(r"\d{1,3}")
LETTERED = re.compile(r"list-style(?:-type)?\s*:\s*(?:lower|upper)-(?:alpha|latin)", re.IGNORECASE)
NUMBERED = re.compile(r"list-style(?:-type)?\s*:\s*decimal", re.IGNORECASE)

#: Attributes of an element by name.
Attributes = dict[str, str | None]


def is_html(data: bytes) -> bool:
    """Whether a file begins as HTML does."""
    return DOCTYPE.match(data[:HEAD_SIZE]) is not None


def parse_html(data: bytes, *, name: str, slug: str) -> Document:
    """The document in an HTML page.

    Raises `DocumentError` where its encoding is unknown or it holds no text.
    """
    encoding = _encoding(data)
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
    return document_of(
        reader.paragraphs(),
        data,
        name=name,
        slug=slug,
        media_type="text/html",
        format_name="page",
    )


def _encoding(data: bytes) -> str:
    """The encoding that a page declares, else UTF-8 with or without byte order mark."""
    declaration = CHARSET.search(data[:HEAD_SIZE])
    if declaration is None or data.startswith(BYTE_ORDER_MARK):
        return "utf-8-sig"
    return declaration[1].decode("ascii")


@dataclass(slots=True)
class _OpenList:
    """A list in which the reader is."""

    kind: ListKind
    next_number: int


class _HtmlReader(HTMLParser):
    """Collects paragraphs; those within `main` or `article` count alone where there are any."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._paragraphs: list[Paragraph] = []
        self._main_paragraphs: list[Paragraph] = []
        #: of the open paragraph
        self._runs: list[TextRun] = []
        self._level = 0
        self._mark = ""
        #: numbers of open elements that are bold or the main part
        self._depths: Counter[frozenset[str]] = Counter()
        #: names of open elements whose content is skipped
        self._skipped: list[str] = []
        self._lists: list[_OpenList] = []

    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs read."""
        self._end_paragraph()
        return self._main_paragraphs or self._paragraphs

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        attributes = dict(attrs)
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.append(tag)
            return
        is_skipped = tag in SKIPPED or _is_hidden(tag, attributes)
        if is_skipped or tag in BLOCKS:
            self._end_paragraph()
        if is_skipped:
            self._skipped.append(tag)
        else:
            self._begin(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.pop()
            return
        if tag in BLOCKS:
            self._end_paragraph()
        for group in (BOLD, MAIN):
            if tag in group:
                self._depths[group] = max(self._depths[group] - 1, 0)
        if tag in LISTS and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._mark = ""
        elif HEADING.fullmatch(tag):
            self._level = 0

    def handle_data(self, data: str) -> None:
        """Take up text."""
        if not self._skipped:
            self._runs.append(TextRun(data, self._depths[BOLD] > 0))

    def _begin(self, tag: str, attributes: Attributes) -> None:
        """Begin an element whose content is text of the page."""
        for group in (BOLD, MAIN):
            if tag in group:
                self._depths[group] += 1
        if tag == "br":
            self._runs.append(TextRun(" "))
        elif tag in LISTS:
            self._lists.append(_OpenList(_list_kind(tag, attributes), _start_number(attributes)))
        elif tag == "li":
            self._mark = self._next_mark()
        elif HEADING.fullmatch(tag):
            self._level = int(tag[1])

    def _end_paragraph(self) -> None:
        if any(run.text.strip() for run in self._runs):
            paragraph = Paragraph(tuple(self._runs), self._level, self._mark)
            self._paragraphs.append(paragraph)
            if self._depths[MAIN] > 0:
                self._main_paragraphs.append(paragraph)
            self._mark = ""
        self._runs = []

    def _next_mark(self) -> str:
        if not self._lists:
            return "-"
        open_list = self._lists[-1]
        mark = open_list.kind.mark(open_list.next_number)
        open_list.next_number += 1
        return mark


def _is_hidden(tag: str, attributes: Attributes) -> bool:
    """Whether an element with content is hidden."""
    is_hidden = "hidden" in attributes or attributes.get("aria-hidden") == "true"
    return is_hidden and tag not in VOID


def _start_number(attributes: Attributes) -> int:
    """The number of the first item of a list."""
    start = attributes.get("start") or ""
    return int(start) if START_NUMBER.fullmatch(start) else 1


def _list_kind(tag: str, attributes: Attributes) -> ListKind:
    style = attributes.get("style") or ""
    if (attributes.get("type") or "").lower() == "a" or LETTERED.search(style):
        return ListKind.LETTERED
    if tag == "ol" or NUMBERED.search(style):
        return ListKind.NUMBERED
    return ListKind.BULLETED
