"""Citations of a resource or of the dataset as BibTeX and RIS, by suffix or by Accept."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, Response, request

from gcmgraph.model.terms import IRI
from gcmgraph.publication.metadata.citation import BibliographicReference, bibtex, cite_dataset, cite_thing, ris
from gcmgraph.web.http.formats import CITATIONS, DOCUMENTS, Format, FormatKind, preferred
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.responses.documents import cached_document, entity_tag, last_modified
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

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
