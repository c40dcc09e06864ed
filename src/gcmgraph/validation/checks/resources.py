"""Checks of resources: addresses of this graph, duplicates of published resources, and statements about them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain, islice

from gcmgraph.kinds import DESCRIBED, KINDS
from gcmgraph.model.terms import IRI, BlankNode, Literal, Term
from gcmgraph.repository.withdrawn import is_invalidation
from gcmgraph.shapes.paths import Predicate
from gcmgraph.shapes.texts import Texts
from gcmgraph.shapes.vocabulary import WARNING, sh
from gcmgraph.text import fold_name
from gcmgraph.translations.messages import Message
from gcmgraph.validation.dependencies import TYPE
from gcmgraph.validation.effect import ContributionEffect
from gcmgraph.validation.graphs import GraphView, fact
from gcmgraph.validation.report import ExtraConstraint, Nearest, Result
from gcmgraph.validation.suggestions import labels, local_part

UNKNOWN_RESOURCE = ExtraConstraint(
    "unknown-thing",
    Message("There is no resource at this address."),
    Message("Check the address, or describe the resource in the same contribution."),
)
CLASS_OF_KIND = ExtraConstraint(
    "class-of-kind",
    Message("A resource at this address must have the class that the address names, and no other one of the ontology."),
    Message("Give it that class by rdf:type, or give it another address."),
)
STILL_NEEDED = ExtraConstraint(
    "still-needed",
    Message("This statement remains, and is about a resource that would be withdrawn, or names it."),
    Message("Keep the resource, or have the statement withdrawn first by its author."),
)
SAME_TITLE = ExtraConstraint(
    "same-title-and-period",
    Message("A practice with this title and the same period is already published."),
    Message("If it is the same, add to the published one instead: use its address."),
    WARNING,
)
SAME_IDENTIFIER = ExtraConstraint(
    "same-identifier",
    Message("Another resource is published with this identifier."),
    Message("If it is the same, add to the published one instead: use its address."),
    WARNING,
)
OF_PUBLISHED = ExtraConstraint(
    "of-published",
    Message("A contribution may not set this of a resource that is already published."),
    Message("Leave it out, and report a mistake in what is published by /feedback."),
)
NO_RATIONALE = ExtraConstraint(
    "no-rationale",
    Message("That the practice supports this action is a judgement, and its reason is not stated."),
    Message(
        "Say in the description how the practice supports the action; in RDF, add an rdf:Statement about it with"
        " gcm:rationale."
    ),
    WARNING,
)
SAME_NAME = ExtraConstraint(
    "same-name",
    Message("A published organisation has this name or acronym."),
    Message("If it is the same, use its address and do not describe it again."),
    WARNING,
)

#: Limits on the reported statements that still name a resource, and on the organisations that are compared by name.
_STATEMENTS, _ORGANISATIONS = 10, 20_000

#: Components that a second value violates.
_UNIQUE_LANG = sh("UniqueLangConstraintComponent")
_ONE_ONLY = {sh("MaxCountConstraintComponent"), _UNIQUE_LANG}


def unknown_resources(effect: ContributionEffect) -> Iterator[Result]:
    """Addresses of this graph without statements, neither published nor contributed."""
    exists = cache(lambda resource: _exists(resource, effect))
    for subject, predicate, value in effect.new:
        if isinstance(value, IRI) and predicate != TYPE and effect.kind(value) and not exists(value):
            nearest = _of_kind(value, effect)
            yield UNKNOWN_RESOURCE.result(effect.addresses, subject, predicate, value, nearest=nearest)


def _exists(resource: IRI, effect: ContributionEffect) -> bool:
    """Whether there are statements about a resource after the change; that of its withdrawal does not count."""
    if not effect.removed and effect.after.objects(resource, TYPE):
        return True  # cached, if a shape has read it
    addresses = effect.addresses
    return resource in effect.added.subjects or any(
        not is_invalidation(q, addresses) for q in effect.remaining(resource)
    )


def still_needed(effect: ContributionEffect) -> Iterator[Result]:
    """Remaining statements about or with a resource of this graph that would lose its class, the first of each."""
    had, have = ({quad.subject for quad in quads if quad.predicate == TYPE} for quads in (effect.removed, effect.added))
    ours = {resource for resource in had - have if isinstance(resource, IRI) and effect.kind(resource)}
    for resource in sorted(ours, key=lambda resource: resource.value):
        if not any(effect.remaining(resource, TYPE)):
            for quad in islice(chain(effect.remaining(resource), effect.remaining(value=resource)), _STATEMENTS):
                subject, predicate, value = fact(quad)
                yield STILL_NEEDED.result(effect.addresses, subject, predicate, value)


def _of_kind(resource: IRI, effect: ContributionEffect) -> Nearest | None:
    """The resource of the kind of an address with the most similar name, where there is a list to choose from."""
    kind = KINDS.get(effect.kind(resource))
    if kind is None or kind.chosen is None:
        return None
    return effect.valid.of_classes(local_part(resource), [IRI(effect.addresses.expand(kind.chosen))])


def classes_of_kinds(effect: ContributionEffect) -> Iterator[Result]:
    """Practices and organisations, by address, without the class of the kind or with another one of the ontology.

    A class that the ontology does not declare is left to `unknown_terms`.
    """
    for subject, values in effect.new_values.items():
        kind = effect.kind(subject)
        if kind not in DESCRIBED or "#" in subject.value:  # with a fragment, it is a part
            continue
        right = IRI(effect.addresses.expand(KINDS[kind].classes[0]))
        classes = values.get(TYPE, [])
        wrong: list[Term | None] = [value for value in classes if value in effect.rules.terms and value != right]
        if not wrong and right not in effect.after.objects(subject, TYPE):
            wrong = [value for value in classes if not effect.is_undeclared(value)] if classes else [None]
        for value in wrong:
            nearest = Nearest(right, effect.rules.terms.get(right, Texts()))
            yield CLASS_OF_KIND.result(effect.addresses, subject, TYPE, value, nearest=nearest)


def same_titles(effect: ContributionEffect) -> Iterator[Result]:
    """New practices with the title and the period of a published one."""
    term = effect.term
    for subject, predicate, value in effect.new:
        if predicate == term("dct:title") and term("gcm:Practice") in effect.new_values[subject].get(TYPE, ()):
            for other in effect.before.subjects(predicate, value):
                same = all(
                    set(effect.after.objects(other, name)) == set(effect.after.objects(subject, name))
                    for name in (term("schema:startDate"), term("schema:endDate"))
                )
                if other != subject and same and _same_class(subject, other, effect.after):
                    yield SAME_TITLE.result(effect.addresses, subject, predicate, value, expected=named(other, effect))


def same_identifiers(effect: ContributionEffect) -> Iterator[Result]:
    """Resources with an external identifier that a published resource of the same class has."""
    term = effect.term
    identifying = {term(name) for name in ("skos:exactMatch", "owl:sameAs", "dct:identifier", "schema:identifier")}
    for subject, predicate, value in effect.new:
        if predicate in identifying:
            for other in effect.before.subjects(predicate, value):
                if other != subject and _same_class(subject, other, effect.after):
                    yield SAME_IDENTIFIER.result(
                        effect.addresses, subject, predicate, value, expected=named(other, effect)
                    )


def _same_class(one: Term, other: Term, graph: GraphView) -> bool:
    return not set(graph.objects(one, TYPE)).isdisjoint(graph.objects(other, TYPE))


def named(resource: IRI | BlankNode, effect: ContributionEffect) -> Texts:
    """The label of a resource in each language, with its address."""
    names = labels(effect.before, resource).pairs or (("", ""),)
    return Texts.of((language, f"{name} <{resource.value}>".strip()) for language, name in names)


def published_instead(result: Result, effect: ContributionEffect) -> Texts:
    """The published values, where a contribution adds another one and only one is allowed."""
    if not isinstance(result.path, Predicate) or result.component not in _ONE_ONLY:
        return Texts()
    published = effect.before.objects(result.focus, result.path.iri)
    added = effect.new_values.get(result.focus, {}).get(result.path.iri, [])
    if not published or not added:
        return Texts()
    if result.component == _UNIQUE_LANG:
        tags = {value.language for value in added if isinstance(value, Literal)}
        published = [value for value in published if isinstance(value, Literal) and value.language in tags]
    values = sorted(f"“{value.value}”" if isinstance(value, Literal) else str(value) for value in published)
    return Texts.of([("", ", ".join(values))])


def set_of_published(effect: ContributionEffect) -> Iterator[Result]:
    """Home pages and parents of published resources."""
    term = effect.term
    predicates = {term("foaf:homepage"), term("org:subOrganizationOf")}
    for subject, predicate, value in effect.new:
        if predicate in predicates and isinstance(subject, IRI) and any(effect.remaining(subject, TYPE)):
            yield OF_PUBLISHED.result(effect.addresses, subject, predicate, value)


def actions(effect: ContributionEffect) -> Iterator[Result]:
    """Judgements without a reason. A practice may support an action of any objective."""
    term = effect.term
    supports, objective = term("gcm:supportsAction"), term("gcm:objective")
    for subject, predicate, action in effect.new:
        if (
            predicate == supports
            and any(effect.after.objects(action, objective))
            and not _has_rationale(subject, supports, action, effect)
        ):
            yield NO_RATIONALE.result(effect.addresses, subject, predicate, action)


def _has_rationale(practice: Term, supports: IRI, action: Term, effect: ContributionEffect) -> bool:
    term = effect.term
    return any(
        supports in effect.after.objects(node, term("rdf:predicate"))
        and action in effect.after.objects(node, term("rdf:object"))
        and effect.after.objects(node, term("gcm:rationale"))
        for node in effect.after.subjects(term("rdf:subject"), practice)
    )


def same_names(effect: ContributionEffect) -> Iterator[Result]:
    """New organisations with a name or acronym of a published one, in any language; each once."""
    term = effect.term
    organisation = term("gcm:Organisation")
    naming = [term(name) for name in ("skos:prefLabel", "skos:altLabel", "gcm:acronym")]

    @cache
    def published() -> dict[str, Term]:
        found: dict[str, Term] = {}
        for quad in islice(effect.published.quads(predicate=TYPE, object=organisation), _ORGANISATIONS):
            for predicate in naming:
                for value in effect.before.objects(quad.subject, predicate):  # type: ignore[arg-type]
                    if isinstance(value, Literal):
                        found.setdefault(fold_name(value.value), quad.subject)  # type: ignore[arg-type]
        return found

    for subject, values in effect.new_values.items():
        if organisation not in values.get(TYPE, ()) or any(effect.remaining(subject, TYPE)):  # type: ignore[arg-type]
            continue
        for predicate, value in ((p, v) for p in naming for v in values.get(p, ()) if isinstance(v, Literal)):
            other = published().get(fold_name(value.value))
            if isinstance(other, IRI | BlankNode) and other != subject and effect.before.objects(other, TYPE):
                expected = named(other, effect)
                yield SAME_NAME.result(effect.addresses, subject, predicate, value, expected=expected)
                break


CHECKS = (classes_of_kinds, still_needed, unknown_resources, same_titles, same_identifiers)
#: Checks of contributions only: what an operator may state of published resources.
CHECKS_OF_CONTRIBUTIONS = (set_of_published, actions, same_names)
