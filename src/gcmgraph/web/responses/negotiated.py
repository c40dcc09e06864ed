"""Responses with negotiated documents, and their validators (RFC 9110: 8.7, 8.8.3)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path

from flask import Response, current_app, request

from gcmgraph import __version__
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import Triple
from gcmgraph.web.http import formats
from gcmgraph.web.http.caching import VARY, Caching, cached
from gcmgraph.web.http.links import header_iri, header_path
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.responses.typed_links import TypedLink, alternate_links
from gcmgraph.web.services import Snapshot

#: Function that makes the body of a document, or the triples that it holds.
MakeBody = Callable[[], bytes | str | Iterable[Triple]]

#: Folders of this package whose times are not that of the installation.
_FOLDERS_OF_OTHERS = frozenset({"__pycache__", "node_modules"})

#: Media types of documents with the texts of all languages.
_IN_ALL_LANGUAGES = tuple(form.media_type for form in formats.RDF)

#: Hexadecimal digits of an entity tag.
_TAG_LENGTH = 32


def strong_entity_tag(*parts: str) -> str:
    """A strong entity tag of a representation that depends on this software and on the parts."""
    return hashlib.sha256("\0".join((__version__, *parts)).encode()).hexdigest()[:_TAG_LENGTH]


def serialize_triples(
    triples: Iterable[Triple], form: formats.Format | str, addresses: Addresses
) -> bytes:
    """Triples in a format of descriptions. Raises `NotXmlError`."""
    if isinstance(form, str) or form.write is None:
        raise ValueError(f"{form} does not hold triples")
    return form.write(triples, addresses.prefixes)


def last_modified(snapshot: Snapshot) -> datetime | None:
    """The date of the last change of responses about a dataset version.

    That is when its folder was built, when it became current again, or when this software was
    installed: the latest. None where the version was removed meanwhile.
    """
    folder = snapshot.index.parent
    link = folder.parent.parent / "current"
    try:
        times = [folder.stat().st_mtime, link.lstat().st_mtime, _installed()]
    except OSError:  # removed meanwhile; what is opened can still be read
        return None
    return datetime.fromtimestamp(max(times), UTC)


@cache
def _installed() -> float:
    """The date of the newest file of this package, in seconds since 1970."""
    newest = 0.0
    for folder, subfolders, files in os.walk(Path(__file__).parents[2]):
        subfolders[:] = [name for name in subfolders if name not in _FOLDERS_OF_OTHERS]
        for name in files:
            newest = max(newest, os.lstat(f"{folder}/{name}").st_mtime)
    return newest


def negotiated_document(
    snapshot: Snapshot,
    make_body: MakeBody,
    form: formats.Format,
    *,
    path: str,
    describes: str,
    parts: Iterable[str] = (),
    document_formats: Sequence[formats.Format] = formats.DESCRIPTIONS,
    links: Callable[[], Iterable[TypedLink]] | None = None,
) -> Response:
    """A negotiated document about a dataset version, whose address without suffix is `path`.

    As `cached_document`. `links` are its Link headers, where it has others than to the other
    `document_formats` and the resource that it `describes`.
    """
    language = chosen_language(request) if form in formats.IN_LANGUAGE else None
    address = header_path(path)

    def default_links() -> Iterator[TypedLink]:
        yield from alternate_links(address, form, document_formats)
        yield TypedLink("describes", header_iri(describes))

    response = cached_document(snapshot, make_body, form, *parts, language=language)
    response.headers["Content-Location"] = f"{address}.{form.suffix}"
    make_links = links or default_links
    for link in make_links():  # last: setting a header searches those before it
        response.headers.add("Link", link.header())
    return response


def cached_document(
    snapshot: Snapshot,
    make_body: MakeBody,
    form: formats.Format | str,
    *parts: str,
    vary: str | None = VARY,
    language: str | None = None,
) -> Response:
    """A document that depends on the dataset version, the address, the reader's language and `parts`.

    One in RDF, or without Accept-Language in `vary`, does not depend on the language. 304 where the
    client has it already: its body is only made where the client does not have it. `form` is a
    format, in which triples are written, or a Content-Type.
    """
    content_type = form if isinstance(form, str) else form.content_type
    response = Response(content_type=content_type)
    cached(
        response,
        Caching.BY_VERSION,
        vary=vary,
        tag=strong_entity_tag(*_tag_parts(snapshot, content_type, vary), *parts),
        modified=last_modified(snapshot),
        language=language,
    )
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        body = make_body()
        if not isinstance(body, bytes | str):
            body = serialize_triples(body, form, snapshot.addresses)
        response.set_data(body)
    return response


def _tag_parts(snapshot: Snapshot, content_type: str, vary: str | None) -> tuple[str, ...]:
    """The parts of the entity tag that all documents have."""
    address = f"{request.script_root}{request.path}?{request.query_string!r}"
    depends_on_language = (
        vary is not None and "Language" in vary and not content_type.startswith(_IN_ALL_LANGUAGES)
    )
    language = chosen_language(request) if depends_on_language else ""
    operator = current_app.extensions["gcmgraph"].operator  # in the footer of pages
    return snapshot.version, content_type, address, language, str(operator)


def cached_page(snapshot: Snapshot, make_body: MakeBody, *parts: str) -> Response:
    """A page, as `cached_document`."""
    language = chosen_language(request)
    return cached_document(snapshot, make_body, formats.HTML, *parts, language=language)
