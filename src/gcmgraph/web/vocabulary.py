"""/ontology and /shapes: terms and rules as pages with an anchor per term, or as RDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

from flask import Flask, Response, render_template, request

from gcmgraph.publication.class_uses import ClassUses
from gcmgraph.publication.shape_rules import ShapeBook
from gcmgraph.publication.vocabulary import Ontology, ontology_versions
from gcmgraph.rdf.terms import IRI, Triple
from gcmgraph.store.port import Change
from gcmgraph.web.diagrams import Diagram, DiagramNode, lay_out
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import DESCRIPTIONS, HTML, TTL, suffixes_in_words
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, name_and_suffix, negotiate
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.i18n import NAMES
from gcmgraph.web.responses.negotiated import negotiated_document, serialize_triples
from gcmgraph.web.services import Site
from gcmgraph.web.templating import Page

_ANSWER = api.answer("Complete graph.", DESCRIPTIONS, headers=("Link",))
_PARAMETERS = (api.suffix_of(DESCRIPTIONS, subject="description"), api.LANG)

_VERSION_ANSWER = api.answer("Terms of the ontology.", DESCRIPTIONS, headers=("Link",))
_VERSION = api.Parameter("version", "Version of the ontology.", api.text(), "0.1.0")
_FORMATS = f"{suffixes_in_words(DESCRIPTIONS)}."

#: Prefixes of the keys of classes in diagrams: a class may be at both ends of arrows.
_LEFT = "from "
_RIGHT = "to "


class VocabularyPages:
    """Views of the ontology and of the shapes."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @api.operation("ontology", _ANSWER, _PARAMETERS)
    def ontology(self, suffix: str | None = None) -> Response:
        """Return the ontology."""
        return self._graph("ontology", _ontology_page, suffix)

    @api.operation("shapes", _ANSWER, _PARAMETERS)
    def shapes(self, suffix: str | None = None) -> Response:
        """Return the shapes, the rules that data must satisfy."""
        return self._graph("shapes", _shapes_page, suffix)

    @api.operation("ontology_version", _VERSION_ANSWER, (_VERSION, api.LANG), description=_FORMATS)
    def ontology_version(self, version: str) -> Response:
        """Return a version of the ontology as it was released.

        The version IRI of the published ontology has the published text.
        """
        page = Page.requested(self._site)
        history = self._site.ontology_history
        published = ontology_versions(page.snapshot.store, self._site.addresses)
        versions = {*published, *history.names}
        name, suffix = name_and_suffix(version, DESCRIPTION_OFFER, versions.__contains__)
        if name not in versions:
            raise not_found(request.path)
        path = f"/ontology/{name}"
        form = negotiate(DESCRIPTION_OFFER, lambda suffix: f"{path}.{suffix}", suffix=suffix)

        def body() -> str | list[Triple]:
            version_page = page if name in published else self._page_as_of(name, page)
            return (
                _ontology_page(version_page, path)
                if form is HTML
                else version_page.snapshot.graph("ontology")
            )

        described = f"{self._site.addresses.base}ontology/{name}"
        return negotiated_document(page.snapshot, body, form, path=path, describes=described)

    def _page_as_of(self, version: str, page: Page) -> Page:
        """The page over the dataset as it would be with a released version of the ontology."""
        graph = IRI(self._site.addresses.graph("ontology"))
        store = page.snapshot.store
        released = self._site.ontology_history.quads(version)
        change = Change.towards(released, store.quads(graph=graph), store.holds)
        return Page(self._site, page.snapshot.changed(change), page.language)

    def _graph(self, name: str, render_page: Callable[[Page], str], suffix: str | None) -> Response:
        """The contents of a named graph, as a page or as RDF."""
        page = Page.requested(self._site)
        snapshot = page.snapshot
        form = negotiate(DESCRIPTION_OFFER, lambda suffix: f"/{name}.{suffix}", suffix=suffix)

        def body() -> str | list[Triple]:
            return render_page(page) if form is HTML else snapshot.graph(name)

        described = f"{self._site.addresses.base}{name}"
        return negotiated_document(snapshot, body, form, path=f"/{name}", describes=described)


def add_routes(app: Flask, site: Site) -> None:
    """/ontology and /shapes, with or without a suffix, and the version IRI of the ontology."""
    pages = VocabularyPages(site)
    app.add_url_rule("/ontology/<version>", "of_version", pages.ontology_version)
    for name, view in (("ontology", pages.ontology), ("shapes", pages.shapes)):
        app.add_url_rule(f"/{name}", name, view, defaults={"suffix": None})
        app.add_url_rule(f"/{name}.<suffix>", name, view)


def _ontology_page(page: Page, path: str = "/ontology") -> str:
    """The page of the ontology: diagrams, terms, and classes of other vocabularies in use.

    `path` is its address without suffix.
    """
    store = page.snapshot.store
    addresses = page.site.addresses
    ontology = Ontology(store, addresses)
    uses = ClassUses(store, addresses)
    headings = NAMES["term-class"]
    property_kinds = list(headings)[1:3]
    diagrams = [
        (kind, headings[kind], property_diagram(ontology, page, kind)) for kind in property_kinds
    ]
    return render_template(
        "vocabulary.html",
        page=page,
        ontology=ontology,
        uses=uses,
        foreign=uses.foreign(_classes_equal_to_ours(ontology, uses)),
        sections=[(heading, ontology.of_kind(kind)) for kind, heading in headings.items()],
        class_picture=class_diagram(ontology, page),
        pictures=diagrams,
        history=page.site.ontology_history,
        path=path,
    )


def _classes_equal_to_ours(ontology: Ontology, uses: ClassUses) -> list[IRI]:
    """Wider classes of other vocabularies all of whose instances are instances of our classes."""
    instances_of_ours: Counter[IRI] = Counter()
    for term in ontology.classes():
        instances_of_ours.update(dict.fromkeys(term.supers, uses.instances(term.iri)))
    return [wider for wider, count in instances_of_ours.items() if uses.instances(wider) <= count]


def _shapes_page(page: Page) -> str:
    """The page of the shapes, each with its Turtle."""
    book = ShapeBook(page.snapshot.store, page.site.addresses)
    return render_template("rules.html", page=page, book=book, turtle=partial(_turtle, page.site))


def _turtle(site: Site, triples: Iterable[Triple]) -> str:
    """Triples in Turtle without prefix declarations."""
    lines = serialize_triples(triples, TTL, site.addresses).decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith("@prefix")).strip()


def class_diagram(ontology: Ontology, page: Page) -> Diagram:
    """Classes of the ontology at the left, their super-classes at the right."""
    classes = ontology.classes()
    super_classes = {wider for term in classes for wider in term.supers}
    left = [_class_node(page, term.iri, _LEFT) for term in classes]
    right = [_class_node(page, iri, _RIGHT) for iri in _sorted(super_classes)]
    edges = [
        (_LEFT + term.iri.value, _RIGHT + wider.value) for term in classes for wider in term.supers
    ]
    return lay_out([left, right], edges)


def property_diagram(ontology: Ontology, page: Page, kind: str) -> Diagram:
    """Properties of a kind in the middle, their domains at the left, their ranges at the right."""
    terms = [term for term in ontology.of_kind(kind) if term.domains or term.ranges]
    domains = {domain for term in terms for domain in term.domains}
    ranges = {range_class for term in terms for range_class in term.ranges}
    left = [_class_node(page, iri, _LEFT) for iri in _sorted(domains)]
    middle = [
        DiagramNode(term.iri.value, page.term_label(term.iri).text, f"#{term.local}", "property")
        for term in terms
    ]
    right = [_class_node(page, iri, _RIGHT) for iri in _sorted(ranges)]
    edges = [(_LEFT + domain.value, term.iri.value) for term in terms for domain in term.domains]
    edges += [
        (term.iri.value, _RIGHT + range_class.value)
        for term in terms
        for range_class in term.ranges
    ]
    return lay_out([left, middle, right], edges)


def _class_node(page: Page, iri: IRI, side: str) -> DiagramNode:
    """A class of the ontology by its label, with its anchor on the page.

    A class of another vocabulary has its address.
    """
    path = page.link(iri)
    if path is None:
        return DiagramNode(side + iri.value, page.address(iri), page.foreign(iri), "other")
    anchor = path.partition("#")[2]
    return DiagramNode(side + iri.value, page.term_label(iri).text, f"#{anchor}")


def _sorted(iris: Iterable[IRI]) -> list[IRI]:
    return sorted(iris, key=lambda iri: iri.value)
