"""Checks of addresses of this graph: whether they exist, their classes, and whether they are still named."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import chain, islice

from gcmgraph.kinds import DESCRIBED, KINDS
from gcmgraph.model.terms import IRI, Term
from gcmgraph.repository.withdrawn import is_invalidation
from gcmgraph.shapes.texts import Texts
from gcmgraph.translations.messages import Message
from gcmgraph.validation.checks.subject import CheckedContribution
from gcmgraph.validation.dependencies import TYPE
from gcmgraph.validation.graphs import fact
from gcmgraph.validation.report import ExtraConstraint, Nearest, Result
from gcmgraph.validation.suggestions import local_part

#: Limit on the reported statements that still name a resource.
_STATEMENTS = 10

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


def unknown_resources(checked: CheckedContribution) -> Iterator[Result]:
    """Addresses of this graph without statements, neither published nor contributed."""
    exists = cache(lambda resource: _exists(resource, checked))
    for subject, predicate, value in checked.new:
        if isinstance(value, IRI) and predicate != TYPE and checked.kind(value) and not exists(value):
            nearest = _of_kind(value, checked)
            yield UNKNOWN_RESOURCE.result(checked.addresses, subject, predicate, value, nearest=nearest)


def _exists(resource: IRI, checked: CheckedContribution) -> bool:
    """Whether there are statements about a resource after the change; that of its withdrawal does not count."""
    if not checked.removed and checked.after.objects(resource, TYPE):
        return True  # cached, if a shape has read it
    addresses = checked.addresses
    return resource in checked.added.subjects or any(
        not is_invalidation(q, addresses) for q in checked.remaining(resource)
    )


def still_needed(checked: CheckedContribution) -> Iterator[Result]:
    """Remaining statements about or with a resource of this graph that would lose its class, the first of each."""
    had, have = (
        {quad.subject for quad in quads if quad.predicate == TYPE} for quads in (checked.removed, checked.added)
    )
    ours = {resource for resource in had - have if isinstance(resource, IRI) and checked.kind(resource)}
    for resource in sorted(ours, key=lambda resource: resource.value):
        if not any(checked.remaining(resource, TYPE)):
            for quad in islice(chain(checked.remaining(resource), checked.remaining(value=resource)), _STATEMENTS):
                subject, predicate, value = fact(quad)
                yield STILL_NEEDED.result(checked.addresses, subject, predicate, value)


def _of_kind(resource: IRI, checked: CheckedContribution) -> Nearest | None:
    """The resource of the kind of an address with the most similar name, where there is a list to choose from."""
    kind = KINDS.get(checked.kind(resource))
    if kind is None or kind.chosen is None:
        return None
    return checked.valid.of_classes(local_part(resource), [IRI(checked.addresses.expand(kind.chosen))])


def classes_of_kinds(checked: CheckedContribution) -> Iterator[Result]:
    """Practices and organisations, by address, without the class of the kind or with another one of the ontology.

    A class that the ontology does not declare is left to `unknown_terms`.
    """
    for subject, said in checked.new_values.items():
        kind = checked.kind(subject)
        if kind not in DESCRIBED or "#" in subject.value:  # with a fragment, it is a part
            continue
        right = IRI(checked.addresses.expand(KINDS[kind].classes[0]))
        given = said.get(TYPE, [])
        wrong: list[Term | None] = [value for value in given if value in checked.rules.terms and value != right]
        if not wrong and right not in checked.after.objects(subject, TYPE):
            wrong = [value for value in given if not checked.is_undeclared(value)] if given else [None]
        for value in wrong:
            nearest = Nearest(right, checked.rules.terms.get(right, Texts()))
            yield CLASS_OF_KIND.result(checked.addresses, subject, TYPE, value, nearest=nearest)


CHECKS = (classes_of_kinds, still_needed, unknown_resources)
