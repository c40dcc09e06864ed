"""Responses with negotiated documents, and their validators (RFC 9110: 8.7, 8.8.3; RFC 8288); similar addresses."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Request, Response, current_app, request

from gcmgraph import __version__
from gcmgraph.kinds import KINDS
from gcmgraph.model.terms import IRI, Triple
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.labels import Label
from gcmgraph.publication.metadata.citation import BibliographicReference, bibtex, cite_dataset, cite_thing, ris
from gcmgraph.text import nearest
from gcmgraph.web.http.formats import CITATIONS, CSV, DESCRIPTIONS, DOCUMENTS, HTML, Format, FormatKind, preferred
from gcmgraph.web.http.headers import VARY, Caching, cached
from gcmgraph.web.http.urls import header_iri, header_path, local_path
from gcmgraph.web.i18n import chosen_language
from gcmgraph.web.services import Site, Snapshot

#: Folders of this package whose times are not that of the installation.
_NOT_OURS = frozenset({"__pycache__", "node_modules"})


def entity_tag(*parts: str) -> str:
    """A strong entity tag of a representation that depends on this software and on the parts."""
    return hashlib.sha256("\0".join((__version__, *parts)).encode()).hexdigest()[:32]


def written(triples: Iterable[Triple], form: Format, addresses: Addresses) -> bytes:
    """Triples in a format of descriptions. Raises `NotXmlError`."""
    if form.write is None:
        raise ValueError(f"{form.name} does not hold triples")
    return form.write(triples, addresses.prefixes)


def last_modified(snapshot: Snapshot) -> datetime | None:
    """The date of the last change of responses about a dataset version; None where it was removed meanwhile.

    That is when its folder was built, when it became current again, or when this software was installed: the latest.
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
    for folder, within, files in os.walk(Path(__file__).parents[2]):
        within[:] = [name for name in within if name not in _NOT_OURS]
        newest = max([newest, *(os.lstat(f"{folder}/{name}").st_mtime for name in files)])
    return newest


def document(
    snapshot: Snapshot,
    make: Callable[[], bytes | str],
    form: Format,
    *,
    path: str,
    describes: str,
    parts: Iterable[str] = (),
    links: Callable[[], Iterable[str]] | None = None,
) -> Response:
    """A negotiated document about a dataset version, whose address without suffix is `path`.

    304 where the client has it already: its body is made only where the client does not have it. It depends on the
    version, the IRI that it `describes`, and on `parts`. `links` are its Link headers, where it has others than its
    alternates and the resource it describes.
    """
    tag = entity_tag(snapshot.version, describes, *parts, form.content_type, page_variant(request, form))
    language = chosen_language(request) if form in (HTML, CSV) else None
    response = Response(content_type=form.content_type)
    response.headers["Content-Location"] = f"{header_path(path)}.{form.suffix}"

    def plain() -> Iterable[str]:
        for other in DESCRIPTIONS:
            if other.suffix != form.suffix:
                yield f'<{header_path(path)}.{other.suffix}>; rel="alternate"; type="{other.media_type}"'
        yield f'<{header_iri(describes)}>; rel="describes"'

    cached(response, Caching.BY_VERSION, tag=tag, modified=last_modified(snapshot), language=language)
    _fill(response, make)
    for link in (links or plain)():  # last: setting a header searches those before it
        response.headers.add("Link", link)
    return response


def cached_document(
    snapshot: Snapshot,
    make: Callable[[], bytes | str],
    content_type: str,
    *,
    tag: str,
    vary: str | None = VARY,
    language: str | None = None,
) -> Response:
    """A document about a dataset version, without links. 304 where the client has it already."""
    response = Response(content_type=content_type)
    cached(response, Caching.BY_VERSION, vary=vary, tag=tag, modified=last_modified(snapshot), language=language)
    return _fill(response, make)


def cached_page(request: Request, snapshot: Snapshot, name: str, make: Callable[[], bytes | str]) -> Response:
    """A page that depends on the dataset version, its address, its language and its name alone.

    304 where the client has it already.
    """
    tag = entity_tag(snapshot.version, "page", page_variant(request, HTML), name)
    return cached_document(snapshot, make, HTML.content_type, tag=tag, language=chosen_language(request))


def page_variant(request: Request, form: Format) -> str:
    """The parts of a request on which a representation depends, besides its data."""
    if form is CSV:
        return chosen_language(request)  # values are named in it
    if form is not HTML:
        return ""
    operator = current_app.extensions["gcmgraph"].operator  # in the footer
    return f"{chosen_language(request)} {request.query_string!r} {request.script_root}{request.path} {operator}"


def _fill(response: Response, make: Callable[[], bytes | str]) -> Response:
    """The response with its body, unless the client has that."""
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        response.set_data(make())
    return response


_BY_SUFFIX = {form.suffix: form for form in CITATIONS}
_OFFERED = {form.media_type: form for form in (*DOCUMENTS, *CITATIONS)}

#: Writers by suffix.
_WRITERS = {"bib": bibtex, "ris": ris}


def blueprint(site: Site) -> Blueprint:
    """/dataset.bib and /dataset.ris."""
    routes = Blueprint("citations", __name__)

    @routes.get(f"/dataset.<any({', '.join(_BY_SUFFIX)}):suffix>")
    def dataset(suffix: str) -> Response:
        return cited(site, site.dataset.snapshot(), None, _BY_SUFFIX[suffix])

    return routes


def citation_suffix(local: str) -> tuple[str, Format] | None:
    """A path without its suffix, and the citation format of the suffix; None for other suffixes."""
    stem, _, suffix = local.rpartition(".")
    return (stem, _BY_SUFFIX[suffix]) if stem and suffix in _BY_SUFFIX else None


def accepted_citation() -> Format | None:
    """The citation format that the Accept header prefers; None where it prefers a description."""
    accepted = request.headers.get("Accept", "").lower()
    if not any(form.media_type in accepted for form in CITATIONS):  # most requests; negotiation is slow
        return None
    form = preferred(request.accept_mimetypes, _OFFERED)
    return form if form is not None and form.kind is FormatKind.CITATION else None


def cited(site: Site, snapshot: Snapshot, iri: IRI | None, form: Format) -> Response:
    """A citation of a resource, or for None of the dataset, as a file with today as the date of access."""
    language, today = chosen_language(request), datetime.now(UTC).date()
    citation = make_citation(site, snapshot, iri, language, today)
    tag = entity_tag(snapshot.version, citation.iri, form.suffix, language, today.isoformat())
    response = cached_document(snapshot, lambda: _WRITERS[form.suffix](citation), form.content_type, tag=tag)
    response.headers["Content-Disposition"] = f'attachment; filename="{citation.key}.{form.suffix}"'
    return response


def make_citation(
    site: Site, snapshot: Snapshot, iri: IRI | None, language: str, today: date
) -> BibliographicReference:
    """A citation of a resource, or for None of the dataset."""
    modified = last_modified(snapshot)
    about = (language, snapshot.version, modified.date() if modified else None, today)
    if iri is None:
        return cite_dataset(snapshot.store, site.addresses, *about)
    return cite_thing(snapshot.store, site.addresses, iri, *about)


#: Maximum number of suggestions, maximum length of an unknown address.
MAX_SUGGESTIONS, MAX_LENGTH = 5, 200


def suggest(site: Site, snapshot: Snapshot, kind: str, local: str, language: str) -> list[dict[str, str]]:
    """The resources whose addresses are most similar to `{kind}/{local}`, best first.

    Each has its `href`, its label as `title`, and the `language` of the label. Case is ignored. An unknown kind is
    read as the most similar one (`organization`).
    """
    if len(local) > MAX_LENGTH or len(kind) > MAX_LENGTH:
        return []
    likely = nearest(kind.casefold(), KINDS)
    if not likely:
        return []
    start = len(f"{site.addresses.base}id/{likely[0]}/")
    members, unknown = snapshot.listings.of(likely[0]).members, local.casefold()
    found = nearest(unknown, members, MAX_SUGGESTIONS, key=lambda iri: iri.value[start:].casefold())
    if found and found[0].value[start:].casefold() == unknown:  # equal but for case or kind
        found = found[:1]
    return [_suggestion(site, iri, snapshot.labels.of(iri, language)) for iri in found]


def _suggestion(site: Site, iri: IRI, label: Label) -> dict[str, str]:
    suggestion = {"href": local_path(site.addresses, iri.value) or "", "title": label.text}
    return {**suggestion, "language": label.language} if label.language else suggestion
