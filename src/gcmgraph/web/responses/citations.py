"""Citations of resources and of the dataset, as files for reference managers."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response

from gcmgraph.publication.metadata.citations import BibliographicReference, bibtex, cite, ris
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.http import formats
from gcmgraph.web.responses.negotiated import cached_document, last_modified
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page

_FORMATS = {form.suffix: form for form in formats.CITATIONS}

#: Writers by suffix.
_WRITERS = {"bib": bibtex, "ris": ris}


def add_routes(app: Flask, site: Site) -> None:
    """/dataset.bib and /dataset.ris."""

    def citation(suffix: str) -> Response:
        return citation_file(Page.requested(site), None, _FORMATS[suffix])

    suffixes = ", ".join(_FORMATS)
    app.add_url_rule(f"/dataset.<any({suffixes}):suffix>", "citation", citation)


def citation_file(page: Page, iri: IRI | None, form: formats.Format) -> Response:
    """A citation of a resource, or for None of the dataset, as a file; it was accessed today."""
    citation = make_citation(page, iri)
    body = partial(_WRITERS[form.suffix], citation)
    response = cached_document(page.snapshot, body, form, citation.accessed.isoformat())
    response.headers["Content-Disposition"] = f'attachment; filename="{citation.key}.{form.suffix}"'
    return response


def make_citation(page: Page, iri: IRI | None = None) -> BibliographicReference:
    """A citation of a resource, or for None of the dataset."""
    snapshot = page.snapshot
    modified = last_modified(snapshot)
    issued = modified.date() if modified else None
    return cite(snapshot.store, page.site.addresses, iri, page.language, snapshot.version, issued)
