"""Citations of a resource or of the dataset as BibTeX and RIS, by suffix or by Accept."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, Response, request

from gcmgraph.model.terms import IRI
from gcmgraph.publication.metadata.citation import Citation, bibtex, cite_dataset, cite_thing, ris
from gcmgraph.web.http.negotiation import BIBTEX, CITATIONS, DOCUMENTS, RIS, Representation, best_media_type
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.responses.documents import VARY, entity_tag, fixed_document, last_modified
from gcmgraph.web.services import Site, Snapshot

_BY_SUFFIX = {form.suffix: form for form in CITATIONS}
_WRITERS = {BIBTEX: bibtex, RIS: ris}


def blueprint(site: Site) -> Blueprint:
    """/dataset.bib and /dataset.ris."""
    routes = Blueprint("citations", __name__)

    @routes.get("/dataset.<any(bib, ris):suffix>")
    def dataset(suffix: str) -> Response:
        return cited(site, site.dataset.snapshot(), None, _BY_SUFFIX[suffix])

    return routes


def citation_suffix(local: str) -> tuple[str, Representation] | None:
    """A path without its suffix, and the citation format of the suffix; None for other suffixes."""
    stem, _, suffix = local.rpartition(".")
    return (stem, _BY_SUFFIX[suffix]) if stem and suffix in _BY_SUFFIX else None


def accepted_citation() -> Representation | None:
    """The citation format that the Accept header prefers; None where it prefers a description."""
    accepted = request.headers.get("Accept", "").lower()
    if not any(form.media_type in accepted for form in CITATIONS):  # most requests; negotiation is slow
        return None
    media_type = best_media_type(request.accept_mimetypes, (r.media_type for r in (*DOCUMENTS, *CITATIONS)))
    return next((form for form in CITATIONS if form.media_type == media_type), None)


def cited(site: Site, snapshot: Snapshot, iri: IRI | None, form: Representation) -> Response:
    """A citation of a resource, or for None of the dataset, as a file with today as the date of access."""
    language, today = chosen_language(request), datetime.now(UTC).date()
    citation = make_citation(site, snapshot, iri, language, today)
    tag = entity_tag(snapshot.version, citation.iri, form.suffix, language, today.isoformat())
    response = fixed_document(request, snapshot, lambda: _WRITERS[form](citation), form.media_type, tag=tag)
    response.headers["Content-Type"] = f"{form.media_type}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{citation.key}.{form.suffix}"'
    response.headers["Vary"] = VARY
    return response


def make_citation(site: Site, snapshot: Snapshot, iri: IRI | None, language: str, today: date) -> Citation:
    """A citation of a resource, or for None of the dataset."""
    modified = last_modified(snapshot)
    about = (language, snapshot.version, modified.date() if modified else None, today)
    if iri is None:
        return cite_dataset(snapshot.store, site.addresses, *about)
    return cite_thing(snapshot.store, site.addresses, iri, *about)
