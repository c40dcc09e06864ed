"""HTML to a `Document`: headings, paragraphs and lists of the page's main part, nothing of its frame."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser

from gcmgraph.documents import Document
from gcmgraph.errors import DocumentError, Place
from gcmreader.documents.paragraphs import Paragraph, Run, markdown

MEDIA_TYPE = "text/html"

#: Elements whose content is no text of the page.
_SKIPPED = frozenset(
    "script style template noscript nav header footer aside form button select svg math iframe".split()
)
_BLOCKS = frozenset(
    "address article blockquote body dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li main ol p pre "
    "section summary table tbody td th thead tr ul".split()
)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_BOLD = frozenset({"b", "strong"})
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DOCTYPE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.DOTALL | re.IGNORECASE
)
_LETTERED = re.compile(r"list-style(?:-type)?\s*:\s*(?:lower|upper)-(?:alpha|latin)", re.IGNORECASE)
_NUMBERED = re.compile(r"list-style(?:-type)?\s*:\s*decimal", re.IGNORECASE)


def is_html(data: bytes) -> bool:
    """Whether a file begins as HTML does."""
    return _DOCTYPE.match(data[:4096]) is not None


def parse_html(data: bytes, *, name: str, slug: str) -> Document:
    """The document in an HTML page. Raises `DocumentError` where its encoding is unknown or it holds no text."""
    declared = _CHARSET.search(data[:4096])
    encoding = declared[1].decode("ascii") if declared and not data.startswith(b"\xef\xbb\xbf") else "utf-8-sig"
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
    text = markdown(reader.paragraphs())
    if not text:
        raise DocumentError("The page holds no text.", place=Place(name))
    return Document(name, slug, text, hashlib.sha256(data).hexdigest(), MEDIA_TYPE)


class _HtmlReader(HTMLParser):
    """Collects paragraphs; those within `main` or `article` count alone where there are any."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._paragraphs: list[tuple[bool, Paragraph]] = []
        self._runs: list[Run] = []
        self._level = 0
        self._mark = ""
        self._bold = 0
        self._main = 0
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
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.append(tag)
            return
        if tag in _SKIPPED or (("hidden" in given or given.get("aria-hidden") == "true") and tag not in _VOID):
            self._flush()
            self._skipped.append(tag)
            return
        if tag in _BLOCKS:
            self._flush()
        if tag in _BOLD:
            self._bold += 1
        elif tag == "br":
            self._runs.append(Run(" "))
        elif tag in {"main", "article"}:
            self._main += 1
        elif tag in {"ol", "ul"}:
            self._lists.append((_numbering(tag, given), _start(given)))
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
        if tag in _BOLD:
            self._bold = max(self._bold - 1, 0)
        elif tag in {"main", "article"}:
            self._main = max(self._main - 1, 0)
        elif tag in {"ol", "ul"} and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._mark = ""
        elif re.fullmatch("h[1-6]", tag):
            self._level = 0

    def handle_data(self, data: str) -> None:
        """Take up text."""
        if not self._skipped:
            self._runs.append(Run(data, self._bold > 0))

    def _flush(self) -> None:
        if any(run.text.strip() for run in self._runs):
            self._paragraphs.append((self._main > 0, Paragraph(tuple(self._runs), self._level, self._mark)))
            self._mark = ""
        self._runs = []

    def _next_mark(self) -> str:
        if not self._lists:
            return "-"
        kind, number = self._lists[-1]
        self._lists[-1] = (kind, number + 1)
        if kind == "letter" and 1 <= number <= 26:
            return f"{chr(ord('a') + number - 1)}."
        return f"{number}." if kind == "number" else "-"


def _numbering(tag: str, given: dict[str, str | None]) -> str:
    style = given.get("style") or ""
    if (given.get("type") or "").lower() == "a" or _LETTERED.search(style):
        return "letter"
    return "number" if tag == "ol" or _NUMBERED.search(style) else "bullet"


def _start(given: dict[str, str | None]) -> int:
    start = given.get("start") or "1"
    return int(start) if re.fullmatch(r"\d{1,3}", start) else 1
