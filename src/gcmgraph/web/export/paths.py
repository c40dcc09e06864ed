"""Published addresses of the site, and their files.

The file of a page has the path of the page with `.html`, in other languages than the default below a folder of the
language: `doc/country/AFG.html`, `fr/doc/country/AFG.html`. Other files have the path of their address.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from gcmgraph.translations.languages import LANGUAGES, SOURCE_LANGUAGE

#: Sections of the site that are published.
PUBLISHED = frozenset(
    {
        "", ".well-known", "about", "brief", "browse", "changes", "context", "coverage", "dataset", "doc",
        "dumps", "graph", "guides", "linksets", "map", "matrix", "network", "ontology", "robots", "shapes",
        "sitemap", "static", "tables",
    }
)  # fmt: skip

#: Sections that require the server; links to them lead to `SERVER_ONLY_PAGE`.
NEEDS_SERVER = frozenset(
    {
        "contributions", "feedback", "graph-store", "health", "mcp", "metrics", "openapi", "queries", "reconcile",
        "resolve", "search", "sparql", "suggest", "validate",
    }
)  # fmt: skip

#: The page for links to addresses that are not published.
SERVER_ONLY_PAGE = "/server-only"

#: The parameter of published pages; any other requires the server.
_PAGE = "page"

#: Suffixes of addresses that are no pages.
_FILES = frozenset(
    {
        "atom", "bib", "css", "csv", "gz", "ico", "jpg", "js", "json", "jsonld", "nq", "nt", "pdf", "png", "rdf", "ris",
        "svg", "trig", "ttl", "txt", "webmanifest", "webp", "woff2", "xml",
    }
)  # fmt: skip

#: Addresses of data without a suffix.
WELL_KNOWN = ("/.well-known/void", "/.well-known/sparql-examples")

#: Maximum number of bytes of a part of a path on common file systems.
_MAX_PART = 250


@dataclass(frozen=True)
class SiteAddress:
    """A published address: its decoded path, the page of a list, the language; and its file."""

    path: str
    page: int = 1
    #: None for data, which have no language
    language: str | None = None
    fragment: str = ""

    @property
    def is_page(self) -> bool:
        """Whether it is a page, which exists in each language."""
        _, dot, suffix = self.path.rpartition("/")[2].rpartition(".")
        return self.path not in WELL_KNOWN and not (dot and suffix in _FILES)

    @property
    def file(self) -> str:
        """The path of its file in the folder."""
        folder = "" if self.language in {None, SOURCE_LANGUAGE} else f"{self.language}/"
        if not self.is_page:
            return folder + self.path.lstrip("/")
        stem = self.path.strip("/") or "index"
        return f"{folder}{stem}{f'.page-{self.page}' if self.page > 1 else ''}.html"

    @property
    def request_target(self) -> str:
        """Path and query of the request to the application."""
        query = [f"lang={self.language}"] if self.language else []
        query += [f"page={self.page}"] if self.page > 1 else []
        return quote(self.path, safe="/:@!$&'()*+,;=-._~") + ("?" + "&".join(query) if query else "")

    def relative_to(self, file: str) -> str:
        """The relative link to it from a file of the folder."""
        path = posixpath.relpath(self.file, posixpath.dirname(file) or ".")
        return quote(path, safe="/!$&'()*+,;=-._~") + (f"#{self.fragment}" if self.fragment else "")


def resolve_link(link: str, base: SiteAddress) -> SiteAddress | None:
    """The address of a link in the page `base`; None for an external link, and for one within the page."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or (not parts.path and not parts.query):
        return None
    path = unquote(posixpath.join(base.path, parts.path) if parts.path else base.path)
    given = dict(parse_qsl(parts.query))
    language = given.pop("lang", None)
    language = language if language in LANGUAGES else None
    if not is_published(path) or not set(given) <= {_PAGE, "v"}:
        return SiteAddress(SERVER_ONLY_PAGE, language=language or base.language)
    number = given.get(_PAGE, "1")
    page = int(number) if number.isdecimal() and len(number) < 8 else 1
    path = path.removesuffix(".html").rstrip("/") or "/"
    address = SiteAddress(path, max(1, page), language, parts.fragment)
    # data exist once, for all languages
    return replace(address, language=(language or base.language or SOURCE_LANGUAGE) if address.is_page else None)


def is_published(path: str) -> bool:
    """Whether a path is published and valid as a file."""
    if path != "/" and any(
        part in {"", ".", ".."} or len(part.encode()) > _MAX_PART or "\0" in part for part in path.strip("/").split("/")
    ):
        return False
    return section_of(path) in PUBLISHED


def section_of(path: str) -> str:
    """The section of a path, for `PUBLISHED` and `NEEDS_SERVER`: its first part without suffix or number."""
    first = path.lstrip("/").split("/", 1)[0]
    return first if first.startswith(".") else first.split(".", 1)[0].split("-<", 1)[0].rstrip("0123456789").rstrip("-")
