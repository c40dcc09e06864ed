"""/ontology and /shapes: the terms and the rules, as pages with an anchor per term, or as RDF."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from flask import Blueprint, Response, render_template, request
from flask_babel import LazyString, lazy_gettext

from gcmgraph.model.terms import IRI, Triple, Vocabulary
from gcmgraph.publication.describe import Fact
from gcmgraph.web.language import chosen_language
from gcmgraph.web.negotiation import BY_SUFFIX, HTML, REPRESENTATIONS, best_representation
from gcmgraph.web.problems import not_acceptable, not_found
from gcmgraph.web.representation import document, entity_tag, written
from gcmgraph.web.site import Site, Snapshot
from gcmgraph.web.thing_page import Page

#: What each page is headed.
_TITLES = {"ontology": lazy_gettext("Vocabulary"), "shapes": lazy_gettext("Rules for data")}

#: Sections of the term list: heading (in the language of the request), class of the terms.
_SECTIONS = (
    (lazy_gettext("Classes"), "owl:Class"),
    (lazy_gettext("Properties between things"), "owl:ObjectProperty"),
    (lazy_gettext("Properties with values"), "owl:DatatypeProperty"),
    (lazy_gettext("Annotation properties"), "owl:AnnotationProperty"),
)

#: What a page tells of a constraint.
_TOLD = ("sh:message", "sh:description", "sh:path", "sh:severity", "sh:minCount", "sh:maxCount")


def blueprint(site: Site) -> Blueprint:
    """/ontology, /shapes, and both with a suffix."""
    routes = Blueprint("ontology", __name__)

    @routes.get("/<any(ontology, shapes):name>", defaults={"suffix": None})
    @routes.get("/<any(ontology, shapes):name>.<suffix>")
    def whole(name: str, suffix: str | None) -> Response:
        """All of graph/ontology or graph/shapes."""
        snapshot = site.dataset.snapshot()
        representation = BY_SUFFIX.get(suffix) if suffix else best_representation(request.accept_mimetypes)
        if representation is None:
            if suffix:
                raise not_found(request.path)
            offers = [{"type": r.media_type, "href": f"/{name}.{r.suffix}"} for r in REPRESENTATIONS]
            raise not_acceptable(offers)
        language = chosen_language(request)

        def body() -> bytes | str:
            triples = [quad.triple for quad in snapshot.store.quads(graph=IRI(site.addresses.graph(name)))]
            if representation is not HTML:
                return written(triples, representation, site.addresses)
            return render_template(
                "ontology.html",
                page=Page(site, snapshot, language),
                name=name,
                title=_TITLES[name],
                sections=_terms(site, triples) if name == "ontology" else _shapes(site, triples),
                describe=snapshot.describer.describe,
                rules=partial(_rules, site, snapshot),
            )

        return document(
            request,
            snapshot.bodies,
            body,
            representation,
            path=f"/{name}",
            tag=entity_tag(snapshot.version, name, representation.suffix, language, repr(request.query_string)),
            describes=f"{site.addresses.base}{name}",
            language=language if representation is HTML else None,
        )

    return routes


def _terms(site: Site, triples: Iterable[Triple]) -> list[tuple[LazyString, list[IRI]]]:
    """Our terms by section; terms of others that the ontology only aligns with are left out."""
    v = Vocabulary(site.addresses)
    classes = {(t.subject, t.object) for t in triples if t.predicate == v("rdf:type")}
    return [
        (
            heading,
            sorted(_ours(site, (s for s, c in classes if c == v(curie))), key=lambda iri: iri.value.casefold()),
        )
        for heading, curie in _SECTIONS
    ]


def _rules(site: Site, snapshot: Snapshot, shape: IRI) -> dict[IRI, tuple[Fact, ...]]:
    """The constraints of a node shape, each with what a contributor reads."""
    v = Vocabulary(site.addresses)
    told = {v(curie) for curie in _TOLD}
    rules: dict[IRI, tuple[Fact, ...]] = {}
    for quad in snapshot.store.quads(shape):
        named = quad.object
        if quad.predicate in {v("sh:property"), v("sh:sparql")} and isinstance(named, IRI):
            description = snapshot.describer.describe(named)
            if description is not None:
                rules[named] = tuple(fact for fact in description.facts if fact.predicate in told)
    return rules


def _shapes(site: Site, triples: Iterable[Triple]) -> list[tuple[LazyString, list[IRI]]]:
    """Node shapes (which show their constraints), then what else has an address."""
    v = Vocabulary(site.addresses)
    triples = list(triples)
    shown = {t.object for t in triples if t.predicate in {v("sh:property"), v("sh:sparql")}}
    named = {t.subject for t in triples if isinstance(t.subject, IRI)} - shown
    nodes = {t.subject for t in triples if t.object == v("sh:NodeShape") and isinstance(t.subject, IRI)}

    def by_address(iris: Iterable[IRI]) -> list[IRI]:
        return sorted(iris, key=lambda iri: iri.value)

    return [
        (lazy_gettext("What a thing needs"), by_address(nodes)),
        (lazy_gettext("Rule by rule"), by_address(named - nodes)),
    ]


def _ours(site: Site, subjects: Iterable[object]) -> set[IRI]:
    return {s for s in subjects if isinstance(s, IRI) and s.value.startswith(site.addresses.ontology)}
