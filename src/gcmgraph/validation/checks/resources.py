"""Checks of resources: addresses of this graph, their classes, what still requires them, and reasons of judgements."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain, islice

from gcmgraph.model.kinds import DESCRIBED, KINDS
from gcmgraph.rdf.shapes import Texts
from gcmgraph.rdf.terms import IRI, Term
from gcmgraph.repository.tables import is_invalidation
from gcmgraph.validation.effect import ContributionEffect
from gcmgraph.validation.graphs import TYPE, fact, local_part
from gcmgraph.validation.report import Nearest, Result

#: Limit on the reported statements that still name a resource.
_STATEMENTS = 10


def unknown_resources(effect: ContributionEffect) -> Iterator[Result]:
    """Addresses of this graph without statements, neither published nor contributed."""
    exists = cache(lambda resource: _exists(resource, effect))
    for subject, predicate, value in effect.new:
        if (
            isinstance(value, IRI)
            and predicate != TYPE
            and effect.kind(value)
            and not exists(value)
        ):
            nearest = _of_kind(value, effect)
            yield effect.result("unknown-thing", subject, predicate, value, nearest=nearest)


def _exists(resource: IRI, effect: ContributionEffect) -> bool:
    """Whether there are statements about a resource after the change; that of its withdrawal does not count."""
    if not effect.removed and effect.after.objects(resource, TYPE):
        return True  # cached, if a shape has read it
    addresses = effect.addresses
    return effect.added.describes(resource) or any(
        not is_invalidation(q, addresses) for q in effect.remaining(resource)
    )


def still_needed(effect: ContributionEffect) -> Iterator[Result]:
    """Remaining statements about or with a resource of this graph that would lose its class, the first of each."""
    had, have = (
        {quad.subject for quad in quads if quad.predicate == TYPE}
        for quads in (effect.removed, effect.added)
    )
    ours = {
        resource for resource in had - have if isinstance(resource, IRI) and effect.kind(resource)
    }
    for resource in sorted(ours, key=lambda resource: resource.value):
        if not any(effect.remaining(resource, TYPE)):
            for quad in islice(
                chain(effect.remaining(resource), effect.remaining(value=resource)), _STATEMENTS
            ):
                subject, predicate, value = fact(quad)
                yield effect.result("still-needed", subject, predicate, value)


def _of_kind(resource: IRI, effect: ContributionEffect) -> Nearest | None:
    """The resource of the kind of an address with the most similar name, where there is a list to choose from."""
    kind = KINDS.get(effect.kind(resource))
    if kind is None or kind.chosen is None:
        return None
    return effect.valid.of_classes(
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
        right = IRI(effect.addresses.expand(KINDS[kind].classes[0]))
        classes = values.get(TYPE, [])
        wrong: list[Term | None] = [
            value for value in classes if value in effect.rules.terms and value != right
        ]
        if not wrong and right not in effect.after.objects(subject, TYPE):
            wrong = (
                [value for value in classes if not effect.is_undeclared(value)]
                if classes
                else [None]
            )
        for value in wrong:
            nearest = Nearest(right, effect.rules.terms.get(right, Texts()))
            yield effect.result("class-of-kind", subject, TYPE, value, nearest=nearest)


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
            yield effect.result("no-rationale", subject, predicate, action)


def _has_rationale(practice: Term, supports: IRI, action: Term, effect: ContributionEffect) -> bool:
    term = effect.term
    return any(
        supports in effect.after.objects(node, term("rdf:predicate"))
        and action in effect.after.objects(node, term("rdf:object"))
        and effect.after.objects(node, term("gcm:rationale"))
        for node in effect.after.subjects(term("rdf:subject"), practice)
    )
