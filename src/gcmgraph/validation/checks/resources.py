"""Checks of resources: addresses of this graph, their classes, what still requires them, and reasons of judgements."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain, islice

from gcmgraph.model.kinds import DESCRIBED, KINDS
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.terms import IRI, Term
from gcmgraph.repository.withdrawals import is_invalidation
from gcmgraph.validation.contribution_effect import ContributionEffect
from gcmgraph.validation.graphs import TYPE, fact, local_part
from gcmgraph.validation.report import Nearest, Result

#: Limit on the reported statements that still name a resource.
_MAX_STATEMENTS = 10


def unknown_resources(effect: ContributionEffect) -> Iterator[Result]:
    """Addresses of this graph without statements, neither published nor contributed."""
    exists = cache(lambda resource: _exists(resource, effect))
    for subject, predicate, value in effect.new:
        if predicate == TYPE or not isinstance(value, IRI) or not effect.kind(value):
            continue
        if not exists(value):
            nearest = _of_kind(value, effect)
            yield effect.result("unknown-thing", subject, predicate, value, nearest=nearest)


def _exists(resource: IRI, effect: ContributionEffect) -> bool:
    """Whether there are statements about a resource after the change; that of its withdrawal does not count."""
    if not effect.removed and effect.after.objects(resource, TYPE):
        return True  # cached, if a shape has read it
    addresses = effect.addresses
    return effect.added.describes(resource) or any(
        not is_invalidation(quad, addresses) for quad in effect.remaining(resource)
    )


def still_needed(effect: ContributionEffect) -> Iterator[Result]:
    """Remaining statements about or with a resource of this graph that would lose its class, the first of each."""
    for resource in _resources_without_class(effect):
        about_resource = effect.remaining(resource)
        with_resource = effect.remaining(value=resource)
        for quad in islice(chain(about_resource, with_resource), _MAX_STATEMENTS):
            subject, predicate, value = fact(quad)
            yield effect.result("still-needed", subject, predicate, value)


def _resources_without_class(effect: ContributionEffect) -> list[IRI]:
    """The resources of this graph that would lose their class, by address."""
    classified_before = {quad.subject for quad in effect.removed if quad.predicate == TYPE}
    classified_after = {quad.subject for quad in effect.added if quad.predicate == TYPE}
    resources = []
    for resource in classified_before - classified_after:
        if not isinstance(resource, IRI) or not effect.kind(resource):
            continue
        if not any(effect.remaining(resource, TYPE)):
            resources.append(resource)
    return sorted(resources, key=lambda resource: resource.value)


def _of_kind(resource: IRI, effect: ContributionEffect) -> Nearest | None:
    """The resource of the kind of an address with the most similar name, where there is a list to choose from."""
    kind = KINDS.get(effect.kind(resource))
    if kind is None or kind.chosen is None:
        return None
    return effect.valid_values.of_classes(
        local_part(resource), [IRI(effect.addresses.expand(kind.chosen))]
    )


def classes_of_kinds(effect: ContributionEffect) -> Iterator[Result]:
    """Practices and organisations, by address, without the class of the kind or with another one of the ontology.

    A class that the ontology does not declare is left to `unknown_terms`.
    """
    for subject, values in effect.new_values.items():
        kind = effect.kind(subject)
        if kind not in DESCRIBED or "#" in subject.value:  # with a fragment, it is a part
            continue
        class_of_kind = IRI(effect.addresses.expand(KINDS[kind].classes[0]))
        has_class_after = class_of_kind in effect.after.objects(subject, TYPE)
        nearest = Nearest(class_of_kind, effect.rules.terms.get(class_of_kind, Texts()))
        new_classes = values.get(TYPE, [])
        for value in _wrong_classes(new_classes, class_of_kind, has_class_after, effect):
            yield effect.result("class-of-kind", subject, TYPE, value, nearest=nearest)


def _wrong_classes(
    new_classes: list[Term], class_of_kind: IRI, has_class_after: bool, effect: ContributionEffect
) -> list[Term | None]:
    """The new classes of the ontology that a resource should not have.

    A resource that lacks the class of its kind afterwards: what it has instead, but for the classes
    that `unknown_terms` reports; None where it has no class at all.
    """
    terms = effect.rules.terms
    wrong_classes: list[Term | None] = [
        value for value in new_classes if value in terms and value != class_of_kind
    ]
    if wrong_classes or has_class_after:
        return wrong_classes
    if not new_classes:
        return [None]
    return [value for value in new_classes if not effect.is_undeclared(value)]


def actions(effect: ContributionEffect) -> Iterator[Result]:
    """Judgements without a reason. A practice may support an action of any objective."""
    supports = effect.term("gcm:supportsAction")
    objective = effect.term("gcm:objective")
    for subject, predicate, action in effect.new:
        if predicate != supports or not effect.after.objects(action, objective):
            continue
        if not _has_rationale(subject, supports, action, effect):
            yield effect.result("no-rationale", subject, predicate, action)


def _has_rationale(practice: Term, supports: IRI, action: Term, effect: ContributionEffect) -> bool:
    term = effect.term
    return any(
        supports in effect.after.objects(judgement, term("rdf:predicate"))
        and action in effect.after.objects(judgement, term("rdf:object"))
        and effect.after.objects(judgement, term("gcm:rationale"))
        for judgement in effect.after.subjects(term("rdf:subject"), practice)
    )
