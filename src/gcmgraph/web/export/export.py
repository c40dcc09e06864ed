"""Export of a dataset version to a folder: all reachable addresses as files, rules for nginx and Apache, and a README.

The application is requested for each address; pages get relative links. The file of a page has the
path of the page with `.html`, in other languages than the default below a folder of the language:
`doc/country/AFG.html`, `fr/doc/country/AFG.html`. Other files have the path of their address. The
rules negotiate content by regular expressions (RFC 9110, 12.5).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from http import HTTPStatus
from itertools import product
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from flask import Flask, render_template
from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.test import Client, TestResponse

from gcmgraph import __version__
from gcmgraph.platform.errors import StoreError
from gcmgraph.publication.tables import METADATA_SUFFIX, PARQUET_TYPE, TABLES, WITH_PARQUET
from gcmgraph.publication.vocabulary import ontology_versions
from gcmgraph.rdf.json_ld import versions
from gcmgraph.rdf.media import SYNTAXES
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI
from gcmgraph.settings import Settings
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE
from gcmgraph.web.app import create_app
from gcmgraph.web.export.folder import ExportFolder, bill_of_materials, replacing
from gcmgraph.web.http.formats import DESCRIPTIONS, FORMATS, HTML, RDF, FormatKind, of_kinds
from gcmgraph.web.http.headers import CONTENT_SECURITY_POLICY
from gcmgraph.web.http.links import local_path
from gcmgraph.web.responses.negotiated import LINKSET_SUFFIX
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import STATIC_FOLDER

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
        "check", "compare", "favicon", "opensearch",
        "contributions", "feedback", "graph-store", "health", "llms", "mcp", "metrics", "openapi", "queries",
        "reconcile", "resolve", "search", "server", "sparql", "statistics", "suggest", "timeline", "validate",
    }
)  # fmt: skip

#: The page for links to addresses that are not published.
SERVER_ONLY_PAGE = "/server-only"

#: The parameter of published pages; any other requires the server.
_PAGE = "page"

#: Suffixes of addresses that are no pages.
_FILES = frozenset(
    {
        *(form.suffix for form in FORMATS if form is not HTML),
        *(syntax.suffix for syntax in SYNTAXES),
        "css", "gz", "ico", "jpg", "js", "parquet", "pdf", "png", "txt", "webmanifest", "webp", "woff2", "xml",
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
        return quote(self.path, safe="/:@!$&'()*+,;=-._~") + (
            "?" + "&".join(query) if query else ""
        )

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
    return replace(
        address,
        language=(language or base.language or SOURCE_LANGUAGE) if address.is_page else None,
    )


def is_published(path: str) -> bool:
    """Whether a path is published and valid as a file."""
    if path != "/" and any(
        part in {"", ".", ".."} or len(part.encode()) > _MAX_PART or "\0" in part
        for part in path.strip("/").split("/")
    ):
        return False
    return section_of(path) in PUBLISHED


def section_of(path: str) -> str:
    """The section of a path, for `PUBLISHED` and `NEEDS_SERVER`: its first part without suffix or number."""
    first = path.lstrip("/").split("/", 1)[0]
    return (
        first
        if first.startswith(".")
        else first.split(".", 1)[0].split("-<", 1)[0].rstrip("0123456789").rstrip("-")
    )


#: Function that takes the name of a file and its content in pieces.
Write = Callable[[str, Iterable[bytes]], object]

#: Function that takes the number of written files and of known files.
Progress = Callable[[int, int], object]


class Crawl:
    """The addresses reachable from some others, each requested once."""

    def __init__(
        self, app: Flask, write: Write, progress: Progress = lambda _done, _known: None
    ) -> None:
        self._client = Client(app, TestResponse)
        self._write = write
        self._progress = progress
        self._known: dict[tuple[str, int], bool] = {}
        self._waiting: list[SiteAddress] = []
        self._requested: set[str] = set()
        #: numbers of pages and files written; addresses of dead links
        self.pages = 0
        self.files = 0
        self.dead: set[str] = set()

    def run(self, seeds: Iterable[SiteAddress]) -> None:
        """Write all addresses reachable from the seeds, which must exist."""
        for seed in seeds:
            self._known[seed.path, seed.page] = True
            self._add(seed)
        while self._waiting:
            self._publish(self._waiting.pop())
            self._progress(self.pages + self.files, self.pages + self.files + len(self._waiting))

    def _add(self, address: SiteAddress) -> None:
        """Queue an address, a page in every language."""
        plain = replace(address, fragment="")
        every = [replace(plain, language=tag) for tag in LANGUAGES] if address.is_page else [plain]
        for one in every:
            if one.file not in self._requested:
                self._requested.add(one.file)
                self._waiting.append(one)

    def _publish(self, address: SiteAddress) -> None:
        response = self._request(address)
        if response.status_code != HTTPStatus.OK:
            raise StoreError(
                f"The page {address.request_target} cannot be exported: the site answers {response.status}."
            )
        if response.mimetype == "text/html":
            page = relative_links(response.get_data(as_text=True), address, self._target_of)
            self._write(address.file, [page.encode()])
            self.pages += 1
        else:
            self._write(address.file, response.iter_encoded())
            self.files += 1
        response.close()

    def _request(self, address: SiteAddress, method: str = "GET") -> TestResponse:
        accept = "text/html" if address.is_page else "*/*"
        return self._client.open(
            address.request_target, method=method, headers={"Accept": accept}, follow_redirects=True
        )

    def _target_of(self, address: SiteAddress) -> SiteAddress:
        """The address itself, or for one that does not exist, the page about omitted addresses."""
        if address.path == SERVER_ONLY_PAGE:
            return address
        key = (address.path, address.page)
        if key not in self._known:
            response = self._request(address, "HEAD")
            self._known[key] = response.status_code == HTTPStatus.OK
            response.close()
            if not self._known[key]:
                self.dead.add(address.request_target)
        if not self._known[key]:
            return SiteAddress(SERVER_ONLY_PAGE, language=address.language)
        self._add(address)
        return address


#: A start tag; templates escape `<`, `>` and quotes in values, so that none occurs within a tag.
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")

#: An attribute that holds a link.
_LINK = re.compile(r'(\s(?:href|src|action)=")([^"]*)"')


def relative_links(
    page: str,
    source: SiteAddress,
    target_of: Callable[[SiteAddress], SiteAddress],
    *,
    rooted: bool = False,
) -> str:
    """A page with relative links to the site, or with links from the root of the host where `rooted`.

    `target_of` maps each linked address to the one to link to.
    """
    file = source.file

    def link(match: re.Match[str]) -> str:
        found = resolve_link(unescape(match[2]), source)
        if found is None:
            return match[0]
        there = target_of(found)
        return f'{match[1]}{escape("/" + there.relative_to("") if rooted else there.relative_to(file))}"'

    return _TAG.sub(lambda tag: _LINK.sub(link, tag[0]), page)


#: Addresses that link to most others.
_STARTS = ("/", "/dataset", "/linksets", "/changes", "/ontology", "/shapes", "/dumps")
_DATA = ("/context.jsonld", "/robots.txt", "/sitemap.xml", "/changes.atom", "/changes.json")
_CONTEXTS = tuple(f"/context/{version}.jsonld" for version in versions())
_SUFFIXES = (".csv", f".csv{METADATA_SUFFIX}", *([".parquet"] if WITH_PARQUET else []))
_TABLES = tuple(f"/tables/{kind}{suffix}" for kind in TABLES for suffix in _SUFFIXES)

#: Documents with RDF formats.
_DOCUMENTS = ("/dataset", "/linksets", "/ontology", "/shapes", "/changes")


@dataclass(frozen=True)
class ExportResult:
    """Size of an export, and its dead links."""

    version: str
    pages: int
    files: int
    bytes: int
    #: addresses of dead links
    dead: tuple[str, ...]


def export_site(
    settings: Settings, target: Path, progress: Progress = lambda _done, _known: None
) -> ExportResult:
    """Write the site of the current dataset version to a folder, completely or not at all.

    `progress` is called with the number of written and of known files. Raises `StoreError` where
    there is no dataset, where the folder may not be replaced, or where the dataset changes during
    the export.
    """
    app = create_app(replace(settings, result_cache=0))
    site: Site = app.extensions["gcmgraph"]
    try:
        snapshot = site.dataset.snapshot()
        marker = {
            "software": f"gcmgraph {__version__}",
            "version": snapshot.version,
            "base": site.addresses.base,
        }
        with replacing(target, marker) as folder:
            crawl = Crawl(app, folder.write, progress)
            crawl.run(_seeds(site, snapshot))
            _write_around(app, folder)
            versions = ontology_versions(snapshot.store, site.addresses)
            for name, content in rule_files(
                site.addresses, snapshot.version, target, versions
            ).items():
                folder.write(name, [content])
            folder.write("sbom.cdx.json", [bill_of_materials()])
            if site.dataset.version() != snapshot.version:
                raise StoreError(
                    "The dataset changed during the export; nothing was written.", hint="Try again."
                )
        return ExportResult(
            snapshot.version, crawl.pages, crawl.files, folder.bytes, tuple(sorted(crawl.dead))
        )
    finally:
        site.workers.close()


def _seeds(site: Site, snapshot: Snapshot) -> Iterator[SiteAddress]:
    """Addresses known to exist: documents in all formats, static files, pages with links to others."""
    known = (*_STARTS, *_DATA, *_CONTEXTS, *_TABLES, "/tables/croissant.json", *WELL_KNOWN)
    yield from (SiteAddress(path) for path in known)
    yield from (
        SiteAddress(f"/static/{file.relative_to(STATIC_FOLDER)}")
        for file in sorted(STATIC_FOLDER.rglob("*"))
        if file.is_file() and not file.name.startswith(".")
    )
    paths = [*_DOCUMENTS]
    for iri in (*_resources(site.addresses, snapshot), *map(IRI, snapshot.figures.graphs)):
        path = unquote(local_path(site.addresses, iri.value) or "")
        if path and "#" not in path and is_published(path):
            paths.append(path)
            yield SiteAddress(path)
    for path in paths:
        yield from (SiteAddress(f"{path}.{form.suffix}") for form in RDF)
        if path.startswith("/doc/") or path == "/dataset":
            yield SiteAddress(path + LINKSET_SUFFIX)


def _resources(addresses: Addresses, snapshot: Snapshot) -> Iterator[IRI]:
    """Resources with a document, in order; parts, figures and withdrawn resources have none."""
    start, figure = (
        f"{addresses.base}id/",
        re.compile(f"{re.escape(addresses.base)}id/statistics/.+/"),
    )
    withdrawn = set(map(IRI, snapshot.describer.invalidated))
    found = {
        quad.subject
        for quad in snapshot.store.quads()
        if isinstance(quad.subject, IRI)
        and quad.subject.value.startswith(start)
        and "#" not in quad.subject.value
        and not figure.match(quad.subject.value)
    }
    yield from sorted(found - withdrawn, key=lambda iri: iri.value)


def _write_around(app: Flask, folder: ExportFolder) -> None:
    """Write files without links to them: descriptions by format, the page about omitted addresses, error pages."""
    client = app.test_client()
    for path, form in product(WELL_KNOWN, RDF):
        with client.get(path, headers={"Accept": form.media_type}) as response:
            folder.write(f"{path[1:]}.{form.suffix}", [response.data])
    for language in LANGUAGES:
        # a server returns an error page at any address: its links begin at the root
        for path, forms, rooted in (
            (SERVER_ONLY_PAGE, (), False),
            ("/404", (), True),
            ("/406", DESCRIPTIONS, True),
        ):
            address = SiteAddress(path, language=language)
            with app.test_request_context(f"{path}?lang={language}"):
                page = render_template("server_only.html", forms=forms)
            folder.write(
                address.file,
                [relative_links(page, address, lambda there: there, rooted=rooted).encode()],
            )


#: Files of the export with their templates.
_RULE_FILES = {
    "nginx.conf": "nginx.conf.jinja",
    ".htaccess": "htaccess.jinja",
    "README.md": "README.md.jinja",
}

#: Kinds of formats of published data other than tables.
_DATA_KINDS = (FormatKind.DESCRIPTION, FormatKind.FEED, FormatKind.CITATION, FormatKind.NOTE)

#: Media types that web servers may not have, by suffix.
_TYPES = {
    **{syntax.suffix: syntax.media_type for syntax in SYNTAXES},
    "parquet": PARQUET_TYPE,
    **{form.suffix: form.media_type for form in of_kinds(*_DATA_KINDS)},
}


def rule_files(
    addresses: Addresses, version: str, target: Path, ontology_versions: Sequence[str]
) -> Mapping[str, bytes]:
    """The files by name, for an export of a dataset version to `target`."""
    templates = Environment(
        loader=PackageLoader("gcmgraph.web.export", "rules"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no markup
    )
    values = {
        "accept": list(accept_rules()),
        "languages": list(language_rules()),
        "other_languages": [tag for tag in LANGUAGES if tag != SOURCE_LANGUAGE],
        "all_languages": LANGUAGES,
        "source_language": SOURCE_LANGUAGE,
        "html": HTML.suffix,
        "types": _TYPES,
        "descriptions": [form.suffix for form in RDF],
        "needs_server": sorted(NEEDS_SERVER),
        "policy": CONTENT_SECURITY_POLICY,
        "base": addresses.base,
        "ontology_versions": ontology_versions,
        "version": version,
        "software": f"gcmgraph {__version__}",
        "root": str(target.absolute()),
    }
    return {
        name: templates.get_template(template).render(values).encode()
        for name, template in _RULE_FILES.items()
    }


#: Beginning and end of an entry of the header.
_BEGIN, _END = r"(?:^|,)\s*", r"\s*(?:,|$)"

#: Parameters other than `q`; `q` of 1; `q` below 1.
_OTHER = r"(?:\s*;\s*(?!q=)[^,;]*)*"
_FULL = r"(?:\s*;\s*q=1(?:\.0*)?)?"
_PART = r"\s*;\s*q=0?\.0*[1-9][0-9]*"

#: Media range of all formats.
_ANY = r"\*/\*"


def accept_rules() -> Iterator[tuple[str, str]]:
    """Regular expressions for the Accept header, each with the suffix of a format; the first match counts.

    A missing or empty header accepts any format.
    """
    first = DESCRIPTIONS[0].suffix
    yield "^$", first
    for quality in (_FULL, _PART):
        for form in DESCRIPTIONS:
            yield f"{_BEGIN}{re.escape(form.media_type)}{_OTHER}{quality}{_END}", form.suffix
        for whole in ("text", "application"):
            covered = next(form for form in DESCRIPTIONS if form.media_type.startswith(whole))
            yield rf"{_BEGIN}{whole}/\*{_OTHER}{quality}{_END}", covered.suffix
        yield f"{_BEGIN}{_ANY}{_OTHER}{quality}{_END}", first


def language_rules() -> Iterator[tuple[str, str]]:
    """Regular expressions for the Accept-Language header, each with the language of the page.

    The first supported language in the header counts: clients order them by preference.
    """
    ours = "|".join(LANGUAGES)
    others = rf"(?:(?!(?:{ours})(?:[-;,\s]|$))[^,]*,\s*)*"
    for tag in LANGUAGES:
        if tag != SOURCE_LANGUAGE:
            yield rf"^\s*{others}{tag}(?:[-;,\s]|$)", tag
