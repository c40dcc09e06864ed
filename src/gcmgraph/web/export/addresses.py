"""Addresses of the site in an export: which are published, their files, and links between them.

A copy has fewer addresses than the site: resources have Turtle alone, evaluations and graphs a page
in English alone, and passages and figures are places in the page of their document or dataset.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from gcmgraph.rdf.media import SYNTAXES, TURTLE
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE
from gcmgraph.web.http.formats import FORMATS, HTML

#: Sections of the site that are published.
PUBLISHED = frozenset(
    {
        "",
        *(".well-known about browse changes context coverage dataset doc dumps graph").split(),
        *(
            "guides linksets map matrix network ontology robots search shapes sitemap static"
        ).split(),
        *("statistics tables").split(),
    }
)

#: Sections that require the server; links to them lead to `SERVER_ONLY_PAGE`.
NEEDS_SERVER = frozenset(
    {
        *("brief check compare contributions embed favicon feedback graph-store").split(),
        *("health llms mcp metrics oembed openapi opensearch queries reconcile").split(),
        *("resolve server sparql suggest timeline validate").split(),
    }
)

#: The page for links to addresses that are not published.
SERVER_ONLY_PAGE = "/server-only"

#: The page that searches in the names, and the file of these.
SEARCH_PAGE = "/search"
NAMES_FILE = "/search/names.json"

#: Addresses that are no addresses of the server, or whose page in a copy is another.
ONLY_IN_COPIES = frozenset({SERVER_ONLY_PAGE, SEARCH_PAGE, NAMES_FILE})

#: The parameters of published pages; any other requires the server. `v` names the content of a file.
_PAGE = "page"
_SCHEME = "scheme"
_PARAMETERS = frozenset({_PAGE, _SCHEME, "v"})

#: A name of a concept scheme.
_SCHEME_NAME = re.compile(r"[a-z0-9-]{1,60}")

#: The beginning of the addresses of resources and graphs, and the suffix of their data.
_RESOURCES = ("/doc/", "/graph/")
RESOURCE_DATA = TURTLE.suffix

#: The beginning of the addresses of pages in one language: the texts are in English, or names.
_ONE_LANGUAGE = ("/doc/evaluation/", "/graph/")

#: The address of the figures of a dataset. The server makes a table of all by default.
_TABLE = re.compile(r"/statistics/[a-z0-9-]+")
_TABLE_SUFFIX = ".csv"
_TABLE_QUERY = "format=csv"

#: Parameters that select words in the document of a source. All words are in its page.
_SELECTIONS = frozenset({"part", "passage", "statement"})

#: The address of a passage; its words are a place in the page of the document.
_PASSAGE = re.compile(r"(?P<document>/doc/source/[^/]+)/(?P<offsets>\d+-\d+)(?:\.html)?")

#: The address of a figure; the page of its dataset shows the figure.
_FIGURE = re.compile(r"(?P<dataset>/doc/statistics/[^/]+)/[^/]+?(?:\.html)?")

#: The beginning of the addresses of passages and figures, which have no files.
_PART_OF_A_PAGE = re.compile(r"/doc/(?:source|statistics)/[^/]+/")

#: The beginning of the fragment of a passage in the page of its document.
_PASSAGE_FRAGMENT = "passage-"

#: Suffixes of addresses that are no pages.
_FILES = frozenset(
    {
        *(form.suffix for form in FORMATS if form is not HTML),
        *(syntax.suffix for syntax in SYNTAXES),
        *"css gz ico jpg js parquet pdf png txt webmanifest webp woff2 xml".split(),
    }
)

#: Addresses of data without a suffix.
WELL_KNOWN = ("/.well-known/void", "/.well-known/sparql-examples")

#: Maximum number of bytes of a part of a path on common file systems.
_MAX_PART = 250

#: Characters of a path, and of the path of a file, that are not percent-encoded.
_SAFE_IN_TARGET = "/:@!$&'()*+,;=-._~"
_SAFE_IN_FILE = "/!$&'()*+,;=-._~"

#: Maximum number of digits of the number of a page.
_MAX_PAGE_DIGITS = 7


@dataclass(frozen=True)
class SiteAddress:
    """A published address: its decoded path, the page of a list, the language; and its file."""

    path: str
    page: int = 1
    #: None for data, which have no language
    language: str | None = None
    fragment: str = ""
    #: the concept scheme to which a list of concepts is narrowed; empty for none
    scheme: str = ""

    @property
    def is_page(self) -> bool:
        """Whether it is a page, which exists in each language."""
        _, dot, suffix = self.path.rpartition("/")[2].rpartition(".")
        return self.path not in WELL_KNOWN and not (dot and suffix in _FILES)

    @property
    def languages(self) -> tuple[str | None, ...]:
        """The languages in which it is published."""
        if not self.is_page:
            return (None,)
        if self.path.startswith(_ONE_LANGUAGE):
            return (SOURCE_LANGUAGE,)
        return tuple(LANGUAGES)

    @property
    def in_no_language(self) -> SiteAddress:
        """The address without language and fragment."""
        return replace(self, language=None, fragment="")

    @property
    def file(self) -> str:
        """The path of its file in the folder."""
        folder = "" if self.language in {None, SOURCE_LANGUAGE} else f"{self.language}/"
        if not self.is_page:
            return folder + self.path.lstrip("/")
        stem = self.path.strip("/") or "index"
        scheme = f".{self.scheme}" if self.scheme else ""
        page = f".page-{self.page}" if self.page > 1 else ""
        return f"{folder}{stem}{scheme}{page}.html"

    @property
    def request_target(self) -> str:
        """Path and query of the request to the application."""
        path = self.path
        query = [f"lang={self.language}"] if self.language else []
        if _TABLE.fullmatch(path.removesuffix(_TABLE_SUFFIX)):
            path = path.removesuffix(_TABLE_SUFFIX)
            query.append(_TABLE_QUERY)
        target = quote(path, safe=_SAFE_IN_TARGET)
        if self.scheme:
            query.append(f"{_SCHEME}={self.scheme}")
        if self.page > 1:
            query.append(f"page={self.page}")
        return f"{target}?{'&'.join(query)}" if query else target

    def relative_to(self, file: str) -> str:
        """The relative link to this address from a file of the folder."""
        path = posixpath.relpath(self.file, posixpath.dirname(file) or ".")
        link = quote(path, safe=_SAFE_IN_FILE)
        return f"{link}#{self.fragment}" if self.fragment else link


def resolve_link(link: str, base: SiteAddress) -> SiteAddress | None:
    """The address of a link in the page `base`.

    None for an external link, and for one within the page.
    """
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or (not parts.path and not parts.query):
        return None
    path = unquote(posixpath.join(base.path, parts.path) if parts.path else base.path)
    parameters = dict(parse_qsl(parts.query))
    language = parameters.pop("lang", None)
    if language not in LANGUAGES:
        language = None
    path, fragment = _place_of(path, parts.fragment)
    if _TABLE.fullmatch(path) and urlencode(parameters) in {"", _TABLE_QUERY}:
        return SiteAddress(path + _TABLE_SUFFIX)
    if not is_published(path) or not _has_file(path, parameters):
        return SiteAddress(SERVER_ONLY_PAGE, language=language or base.language)
    page = _page_number(parameters.get(_PAGE, "1"))
    path = path.removesuffix(".html").rstrip("/") or "/"
    address = SiteAddress(path, page, language, fragment, parameters.get(_SCHEME, ""))
    return _in_published_language(address, base.language or SOURCE_LANGUAGE)


def _has_file(path: str, parameters: Mapping[str, str]) -> bool:
    """Whether the page of a path has a file for these parameters."""
    permitted = _PARAMETERS | _SELECTIONS if path.startswith("/doc/source/") else _PARAMETERS
    scheme = parameters.get(_SCHEME, "none")
    return set(parameters) <= permitted and bool(_SCHEME_NAME.fullmatch(scheme))


def _in_published_language(address: SiteAddress, page_language: str) -> SiteAddress:
    """A linked address in its language, else that of the page with the link, as far as it exists.

    Pages in one language lead to the start in another.
    """
    if not address.is_page:  # data exist once, for all languages
        return replace(address, language=None)
    language = address.language or page_language
    if language in address.languages:
        return replace(address, language=language)
    if address.language not in {None, page_language}:
        return SiteAddress("/", language=language)
    return replace(address, language=SOURCE_LANGUAGE)


def _place_of(path: str, fragment: str) -> tuple[str, str]:
    """The path of the page that shows what is at a path, and the fragment there."""
    passage = _PASSAGE.fullmatch(path)
    if passage:
        return passage["document"], f"{_PASSAGE_FRAGMENT}{passage['offsets']}"
    figure = _FIGURE.fullmatch(path)
    if figure:
        return figure["dataset"], ""
    return path, fragment


def _page_number(text: str) -> int:
    if not text.isdecimal() or len(text) > _MAX_PAGE_DIGITS:
        return 1
    return max(1, int(text))


def is_published(path: str) -> bool:
    """Whether a path is published and valid as a file.

    >>> is_published("/doc/country/AFG"), is_published("/doc/source/objective-09.fr/20-34")
    (True, False)
    """
    if _PART_OF_A_PAGE.match(path) or _is_further_format(path):
        return False
    if path != "/":
        for part in path.strip("/").split("/"):
            is_too_long = len(part.encode()) > _MAX_PART
            if part in {"", ".", ".."} or is_too_long or "\0" in part:
                return False
    return section_of(path) in PUBLISHED


def _is_further_format(path: str) -> bool:
    """Whether a path is that of a resource in another format than a page and Turtle."""
    suffix = path.rpartition("/")[2].rpartition(".")[2]
    return path.startswith(_RESOURCES) and suffix in _FILES and suffix != RESOURCE_DATA


def section_of(path: str) -> str:
    """The section of a path, for `PUBLISHED` and `NEEDS_SERVER`.

    Its first part without suffix or number.

    >>> section_of("/doc/country/AFG.html"), section_of("/sitemap-12.xml")
    ('doc', 'sitemap')
    """
    first_part = path.lstrip("/").split("/", 1)[0]
    if first_part.startswith("."):
        return first_part
    stem = first_part.split(".", 1)[0].split("-<", 1)[0]
    return stem.rstrip("0123456789").rstrip("-")
