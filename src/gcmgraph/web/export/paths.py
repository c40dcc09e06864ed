"""Which addresses of the site are published as files, and where each lies.

A page lies at its address with `.html`, those of other languages than the default below a folder of their language:
`doc/country/AFG.html`, `fr/doc/country/AFG.html`. Everything else lies at its own address.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from gcmgraph.web.i18n.languages import LANGUAGES, SOURCE_LANGUAGE

#: First parts of the addresses that are published.
PUBLISHED = frozenset(
    {
        "", ".well-known", "browse", "changes", "context", "dataset", "doc", "dumps", "graph", "linksets", "map",
        "network", "ontology", "robots", "shapes", "sitemap", "static",
    }
)  # fmt: skip

#: First parts of the addresses that need the server; links to them lead to a page that says so.
NEEDS_SERVER = frozenset(
    {
        "contributions", "graph-store", "health", "metrics", "openapi", "queries", "reconcile", "resolve", "search",
        "sparql", "validate",
    }
)  # fmt: skip

#: Where links to what is left out lead.
LEFT_OUT = "/server-only"

#: Parameters that give a page of its own; any other needs the server.
_PAGE = "page"

#: Suffixes of what is no page.
_FILES = frozenset(
    {
        "atom", "bib", "css", "csv", "gz", "ico", "jpg", "js", "json", "jsonld", "nq", "nt", "pdf", "png", "rdf", "ris",
        "svg", "trig", "ttl", "txt", "webmanifest", "webp", "woff2", "xml",
    }
)  # fmt: skip

#: Data at an address without suffix.
VOID = "/.well-known/void"

#: Bytes that a part of a path may have on common file systems.
_LONGEST = 250


@dataclass(frozen=True)
class Place:
    """Something that the site publishes: its path (decoded), the page of a list, the language; and its file."""

    path: str
    page: int = 1
    #: None where there are no languages
    language: str | None = None
    fragment: str = ""

    @property
    def is_page(self) -> bool:
        """Whether it is a page for people, which there is in each language."""
        _, dot, suffix = self.path.rpartition("/")[2].rpartition(".")
        return self.path != VOID and not (dot and suffix in _FILES)

    @property
    def file(self) -> str:
        """Its file, relative to the folder."""
        folder = "" if self.language in {None, SOURCE_LANGUAGE} else f"{self.language}/"
        if not self.is_page:
            return folder + self.path.lstrip("/")
        stem = self.path.strip("/") or "index"
        return f"{folder}{stem}{f'.page-{self.page}' if self.page > 1 else ''}.html"

    @property
    def target(self) -> str:
        """What to ask the application for."""
        asked = [f"lang={self.language}"] if self.language else []
        asked += [f"page={self.page}"] if self.page > 1 else []
        return quote(self.path, safe="/:@!$&'()*+,;=-._~") + ("?" + "&".join(asked) if asked else "")

    def seen_from(self, file: str) -> str:
        """The link to it from a file of the folder."""
        path = posixpath.relpath(self.file, posixpath.dirname(file) or ".")
        return quote(path, safe="/!$&'()*+,;=-._~") + (f"#{self.fragment}" if self.fragment else "")


def place_of(link: str, base: Place) -> Place | None:
    """What a link in the page `base` leads to; None for a link to somewhere else, or into the page itself."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or (not parts.path and not parts.query):
        return None
    path = unquote(posixpath.join(base.path, parts.path) if parts.path else base.path)
    given = dict(parse_qsl(parts.query))
    language = given.pop("lang", None)
    language = language if language in LANGUAGES else None
    if not _is_published(path) or not set(given) <= {_PAGE, "v"}:
        return Place(LEFT_OUT, language=language or base.language)
    number = given.get(_PAGE, "1")
    page = int(number) if number.isdecimal() and len(number) < 8 else 1
    path = path.removesuffix(".html").rstrip("/") or "/"
    place = Place(path, max(1, page), language, parts.fragment)
    # data are there once, whatever language the link asked for
    return replace(place, language=(language or base.language or SOURCE_LANGUAGE) if place.is_page else None)


def _is_published(path: str) -> bool:
    """Whether a path is published and can be a file."""
    if path != "/" and any(
        part in {"", ".", ".."} or len(part.encode()) > _LONGEST or "\0" in part for part in path.strip("/").split("/")
    ):
        return False
    return first_part(path) in PUBLISHED


def first_part(path: str) -> str:
    """What `PUBLISHED` and `NEEDS_SERVER` tell addresses by: the first part of a path, without suffix or number."""
    first = path.lstrip("/").split("/", 1)[0]
    return first if first.startswith(".") else first.split(".", 1)[0].split("-<", 1)[0].rstrip("0123456789").rstrip("-")
