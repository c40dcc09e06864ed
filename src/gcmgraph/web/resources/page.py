"""The page of a resource: of its kind, of a source document, of a passage, or the one of all resources."""

from __future__ import annotations

from flask import g, render_template, request
from markupsafe import Markup

from gcmgraph.publication.attribution import attribution
from gcmgraph.publication.descriptions import EvidenceIndex
from gcmgraph.publication.metadata.schema_org import resource_in_schema_org, script_text
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.http import formats
from gcmgraph.web.http.formats import RDF
from gcmgraph.web.http.links import local_path
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.resources import views
from gcmgraph.web.resources.facts import FactsPage
from gcmgraph.web.resources.source_document import source_view
from gcmgraph.web.services import Site, Snapshot

#: Graphs of what a program records of a passage.
_GRAPHS_OF_RECORDS = ("evidence", "inferred")

#: Beginning of the local names of topics.
_TOPICS = "topic/"


def resource_page(
    site: Site, snapshot: Snapshot, iri: IRI, language: str, *, preview: bool = False
) -> str:
    """The page of a resource; 404 for one without statements.

    A `preview` says that it is not published.
    """
    if preview:
        g.preview = True  # for `base.html`
    class_property = IRI(site.addresses.expand("rdf:type"))
    classes = {
        site.addresses.compress(str(getattr(triple.object, "value", "")))
        for triple in snapshot.store.triples(iri, class_property)
    }
    is_source = "gcm:SourceDocument" in classes
    # the page of a document has its passages in their order
    description = snapshot.describer.describe(iri, with_inbound=not is_source)
    if description is None:
        raise not_found(request.path)
    address_language = language if request.args.get("lang") == language else None
    page = FactsPage(site, snapshot, language, description, address_language)
    if is_source:
        view = source_view(
            snapshot.store,
            site.addresses,
            iri,
            request.args,
            site.page_pictures,
            whole=site.as_files,
        )
        return _rendered(
            ["source.html"], page, view=view, objectives=views.document_objectives(page)
        )
    if "gcm:Passage" in classes:
        return _rendered(["thing.html"], page, **_passage_values(page))
    if page.local_name(iri).startswith(_TOPICS):
        return _rendered(["kinds/topic.html"], page)
    return _rendered([f"kinds/{site.addresses.kind_of(iri.value)}.html", "thing.html"], page)


def _rendered(templates: list[str], page: FactsPage, **values: object) -> str:
    """The page from the first of some templates that exists."""
    addresses = page.site.addresses
    snapshot = page.snapshot
    source = attribution(snapshot.store, addresses, page.iri)
    data = resource_in_schema_org(
        page.description, snapshot.labels, addresses, page.language, source
    )
    structured_data = Markup(script_text(data)) if data else None  # noqa: S704 - without markup
    return render_template(
        [*templates],
        page=page,
        description=page.description,
        structured=structured_data,
        data_formats=(*RDF, formats.CSV, formats.MARKDOWN),
        **values,
    )


def _passage_values(page: FactsPage) -> dict[str, object]:
    """Values of a template: a passage with the statements read from it."""
    addresses = page.site.addresses
    index = EvidenceIndex(page.snapshot.store, addresses)
    passage = index.passage(page.iri)
    if passage is None:
        return {}
    source = local_path(addresses, passage.source.value) if passage.source is not None else None
    recording_graphs = {addresses.graph(name) for name in _GRAPHS_OF_RECORDS}
    address = f"{source}?passage={passage.name}#passage-{passage.name}" if source else None
    return {
        "passage": passage,
        "read": index.from_passage(page.iri),
        "recorded": all(set(fact.graphs) <= recording_graphs for fact in page.description.facts),
        "in_document": address,
    }
