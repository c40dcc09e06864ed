"""/ontology and /shapes: terms and rules as pages with an anchor per term, or as RDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, render_template, request
from flask_babel import lazy_gettext

from gcmgraph.model.terms import IRI, Literal, Triple
from gcmgraph.publication.describe.ontology import ClassUses, Ontology, ontology_versions
from gcmgraph.publication.describe.shapes import PropertyRules, ShapeBook
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import DESCRIPTIONS, HTML, TTL
from gcmgraph.web.http.negotiation import DESCRIPTION_OFFER, negotiate
from gcmgraph.web.http.problems import not_found
from gcmgraph.web.i18n.languages import chosen_language
from gcmgraph.web.resources.facts import ResourcePage
from gcmgraph.web.responses.documents import document, entity_tag, last_modified, page_variant, written
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot
from gcmgraph.web.vocabulary.diagrams import class_diagram, property_diagram

#: Headings of the pages.
_TITLES = {"ontology": lazy_gettext("Vocabulary"), "shapes": lazy_gettext("Rules for data")}

#: Values of `vs:term_status` (https://www.w3.org/2003/06/sw-vocab-status/note) in words.
_STATUSES = {"stable": lazy_gettext("settled"), "testing": lazy_gettext("may still change")}

#: Sections of the list of terms: heading, class of the terms.
_SECTIONS = (
    (lazy_gettext("Classes"), "owl:Class"),
    (lazy_gettext("Properties between resources"), "owl:ObjectProperty"),
    (lazy_gettext("Properties with values"), "owl:DatatypeProperty"),
    (lazy_gettext("Annotation properties"), "owl:AnnotationProperty"),
)

#: Graphs that are served as a whole, with the summaries of their operations.
_GRAPHS = {
    "ontology": "Return the ontology",
    "shapes": "Return the shapes, the rules that data must satisfy",
}
_ANSWER = api.answer("Complete graph.", DESCRIPTIONS, headers=("Link",))
_PARAMETERS = (api.suffix_of(DESCRIPTIONS, subject="description"), api.LANG)
_VERSION = api.Parameter("version", "Published version of the ontology.", api.text(), "0.1.0")


def blueprint(site: Site) -> Blueprint:
    """/ontology and /shapes, with or without a suffix, and the version IRI of the ontology."""
    routes = Blueprint("ontology", __name__)

    @routes.get("/ontology/<version>")
    @api.operation(
        "ontology_version", api.answer("Terms of the ontology.", DESCRIPTIONS, headers=("Link",)), (_VERSION, api.LANG)
    )
    def of_version(version: str) -> Response:
        """Return the ontology at its version IRI.

        Other versions are not stored.
        """
        if version not in ontology_versions(site.dataset.snapshot().store, site.addresses):
            raise not_found(request.path)
        return whole("ontology", None)

    def whole(name: str, suffix: str | None) -> Response:
        """The contents of graph/ontology or graph/shapes."""
        snapshot = site.dataset.snapshot()
        form = negotiate(DESCRIPTION_OFFER, lambda suffix: f"/{name}.{suffix}", suffix=suffix)
        language = chosen_language(request)

        def body() -> bytes | str:
            if form is HTML:
                page = ResourcePage(site, snapshot, language)
                return _vocabulary(site, snapshot, page) if name == "ontology" else _rules(site, snapshot, page)
            triples = [quad.triple for quad in snapshot.store.quads(graph=IRI(site.addresses.graph(name)))]
            return written(triples, form, site.addresses)

        return document(
            request,
            body,
            form,
            path=f"/{name}",
            tag=entity_tag(snapshot.version, name, form.content_type, page_variant(request, form)),
            describes=f"{site.addresses.base}{name}",
            language=language if form is HTML else None,
            modified=last_modified(snapshot),
        )

    for name, summary in _GRAPHS.items():
        described = api.operation(name, _ANSWER, _PARAMETERS, summary=summary)
        view = described(partial(whole, name))
        routes.add_url_rule(f"/{name}", name, view, defaults={"suffix": None})
        routes.add_url_rule(f"/{name}.<suffix>", name, view)
    return routes


def _vocabulary(site: Site, snapshot: Snapshot, page: ResourcePage) -> str:
    ontology = Ontology(snapshot.store, site.addresses)
    about, uses = partial(_TermTexts, site, snapshot), ClassUses(snapshot.store, site.addresses)
    within: Counter[IRI] = Counter()  # instances of a wider class that are instances of ours
    for term in ontology.classes():
        within.update(dict.fromkeys(term.supers, uses.instances(term.iri)))
    return render_template(
        "vocabulary.html",
        page=page,
        title=_TITLES["ontology"],
        namespace=site.addresses.ontology,
        ontology=ontology,
        about=about(IRI(f"{site.addresses.base}ontology")),
        about_term=about,
        uses=uses,
        status_names=_STATUSES,
        foreign=uses.foreign(wider for wider, number in within.items() if uses.instances(wider) <= number),
        sections=[(heading, ontology.of_kind(kind)) for heading, kind in _SECTIONS],
        class_picture=class_diagram(ontology, page),
        pictures=[(kind, heading, property_diagram(ontology, page, kind)) for heading, kind in _SECTIONS[1:3]],
    )


def _rules(site: Site, snapshot: Snapshot, page: ResourcePage) -> str:
    book = ShapeBook(snapshot.store, site.addresses)
    shapes = book.shapes()
    return render_template(
        "rules.html",
        page=page,
        title=_TITLES["shapes"],
        shapes=shapes,
        rest=book.others(shapes),  # their IRIs have anchors on this page
        example_of=lambda shape: book.example(shape, snapshot.describer),
        turtle=partial(_turtle, site),
        names=partial(_names, page),
    )


def _names(page: ResourcePage, group: Iterable[PropertyRules]) -> list[Literal]:
    """Names of properties in the language of the page, or the next best."""
    return [name for rules in group for name in page.in_language(rules.names)]


def _turtle(site: Site, triples: Iterable[Triple]) -> str:
    """Triples in Turtle without prefix declarations."""
    lines = written(triples, TTL, site.addresses).decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith("@prefix")).strip()


@dataclass(frozen=True)
class _TermTexts:
    """Texts of a term of the ontology."""

    site: Site
    snapshot: Snapshot
    iri: IRI

    def texts(self, curie: str) -> list[Literal]:
        """The texts of a property."""
        found = self.snapshot.store.quads(self.iri, IRI(self.site.addresses.expand(curie)))
        return [quad.object for quad in found if isinstance(quad.object, Literal)]
