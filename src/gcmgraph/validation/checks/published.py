"""Checks of what a contribution changes of published resources, and of circles, by one table (`published.csv`).

A row has a property and

- `changes`: what the property changes of a resource; properties that change the same displace each other
- `direction`: of a relation, `up` where its value is above its subject (`dct:isPartOf`), `down` for an inverse
- `of_subject`, `of_object`: whether a contribution that states the property about a published resource, or names a
  published resource by the property, is `refused` or `warned`; empty where the statement is an ordinary one
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from gcmgraph.model.program_tables import table_rows
from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term
from gcmgraph.translations import DATA_LANGUAGES
from gcmgraph.translations.language_preference import preference
from gcmgraph.validation.contribution_effect import ContributionEffect
from gcmgraph.validation.graphs import TYPE, GraphView, Subject, labels
from gcmgraph.validation.paths import CLASSES, ends
from gcmgraph.validation.report import Nearest, Result

#: The table, below the package.
TABLE = "validation/checks/published.csv"


class Direction(StrEnum):
    """Direction of a relation."""

    #: from a part, a branch or a predecessor to the whole, the parent or the successor
    UP = "up"
    DOWN = "down"


class Decision(StrEnum):
    """Decision of the check on a statement about a published resource."""

    REFUSED = "refused"
    WARNED = "warned"


#: Constraints by decision: of statements about published resources, and of statements that name
#: them.
_OF_SUBJECT = {Decision.REFUSED: "of-published", Decision.WARNED: "changes-published"}
_OF_OBJECT = {Decision.REFUSED: "place-of-published", Decision.WARNED: "changes-published"}

#: Change of the properties that name a resource, which are in the order in which pages prefer them.
NAME = "name"
#: Change of the properties by which a resource is the same as another.
IDENTITY = "identity"


@dataclass(frozen=True)
class PublishedPropertyRule:
    """A property that changes published resources: a row of the table."""

    property: IRI
    #: what changes, such as `NAME` or `IDENTITY`
    aspect: str
    direction: Direction | None
    of_subject: Decision | None
    of_object: Decision | None


@lru_cache(8)
def rules_for_published(addresses: Addresses) -> Mapping[IRI, PublishedPropertyRule]:
    """The rows of the table by property, in its order. Raises `DataError` for an invalid row."""
    properties = {}
    for _, row in table_rows(TABLE, "property"):
        predicate = IRI(addresses.expand(row["property"]))
        properties[predicate] = PublishedPropertyRule(
            predicate,
            row["changes"],
            Direction(row["direction"]) if row["direction"] else None,
            Decision(row["of_subject"]) if row["of_subject"] else None,
            Decision(row["of_object"]) if row["of_object"] else None,
        )
    return properties


def _properties(addresses: Addresses, aspect: str, direction: Direction | None) -> list[IRI]:
    """The properties that change an aspect in a direction, in the order of the table."""
    rows = rules_for_published(addresses).values()
    return [row.property for row in rows if row.aspect == aspect and row.direction is direction]


def changes_of_published(effect: ContributionEffect) -> Iterator[Result]:
    """Statements that change the names, identifiers or relations of published resources."""
    properties = rules_for_published(effect.addresses)
    is_published = cache(lambda term: isinstance(term, IRI) and any(effect.remaining(term, TYPE)))
    for subject, predicate, value in effect.new:
        changing = properties.get(predicate)
        if changing is None:
            continue
        if changing.aspect == NAME:
            yield from _changes_of_name(
                subject, predicate, value, effect, published=is_published(subject)
            )
            continue
        decisions: list[tuple[str, Term, Direction | None]] = []
        if changing.of_subject is not None and is_published(subject):
            decisions.append((_OF_SUBJECT[changing.of_subject], subject, changing.direction))
        is_resource_of_others = changing.aspect == IDENTITY and not effect.kind(value)
        if changing.of_object is not None and not is_resource_of_others and is_published(value):
            decisions.append((_OF_OBJECT[changing.of_object], value, _opposite(changing.direction)))
        for name, resource, direction in decisions:
            expected = _published_values(resource, changing, direction, effect)
            yield effect.result(name, subject, predicate, value, expected=expected)


def _opposite(direction: Direction | None) -> Direction | None:
    if direction is None:
        return None
    return Direction.DOWN if direction is Direction.UP else Direction.UP


def _published_values(
    resource: Term,
    changing: PublishedPropertyRule,
    direction: Direction | None,
    effect: ContributionEffect,
) -> Texts:
    """The published values that a change displaces or adds to; of a relation, those in one direction."""
    before = effect.before
    values: dict[Term, None] = {}
    for predicate in _properties(effect.addresses, changing.aspect, direction):
        values.update(dict.fromkeys(before.objects(resource, predicate)))
    if direction is not None:
        for predicate in _properties(effect.addresses, changing.aspect, _opposite(direction)):
            values.update(dict.fromkeys(before.subjects(predicate, resource)))
    return texts_of(values, before) if values else Texts()


def texts_of(values: Iterable[Term], graph: GraphView) -> Texts:
    """Values in each language of reports: texts in quotation marks, resources by their names."""
    values = list(values)
    texts = []
    for language in DATA_LANGUAGES:
        texts_of_values = [_text(value, graph, language) for value in values]
        texts.append((language, ", ".join(texts_of_values)))
    return Texts.of(texts)


def _text(value: Term, graph: GraphView, language: str) -> str:
    if isinstance(value, Literal):
        return f"“{value.value}”"
    label = labels(graph, value).best(language)
    return f"{label} {value}" if label else str(value)


def _changes_of_name(
    subject: Subject, predicate: IRI, value: Term, effect: ContributionEffect, *, published: bool
) -> Iterator[Result]:
    """A name of a resource by another property than that by which its class is named, or a further published name.

    A name by another property is refused where pages would prefer that name, in all languages, and
    of a published resource unless the name repeats a published one.
    """
    properties = _properties(effect.addresses, NAME, None)
    naming = _naming_property(subject, properties, effect)
    if naming is None or not isinstance(value, Literal):
        return
    published_names = _names(subject, naming, effect) if published else []
    if predicate == naming:
        displaced = _best_name(published_names, value.language or "")
        if displaced is not None:
            expected = texts_of([displaced], effect.before)
            yield effect.result("changes-published", subject, predicate, value, expected=expected)
        return
    is_repetition = any(name.value == value.value for name in published_names)
    is_preferred = properties.index(predicate) < properties.index(naming)
    if is_preferred or (published and not is_repetition):
        published_values = effect.before.objects(subject, naming)
        yield effect.result(
            "named-otherwise",
            subject,
            predicate,
            value,
            expected=texts_of(published_values, effect.before) if published else Texts(),
            nearest=Nearest(naming),
        )


def _naming_property(
    subject: Subject, properties: list[IRI], effect: ContributionEffect
) -> IRI | None:
    """The property that names a resource: of its class by the shapes, else the first by which it is published."""
    classes = ends(effect.after, CLASSES, {subject})
    by_class = {effect.rules.naming[kind] for kind in classes if kind in effect.rules.naming}
    published = (predicate for predicate in properties if effect.before.objects(subject, predicate))
    in_order = (predicate for predicate in properties if predicate in by_class)
    return next(in_order, None) or next(published, None)


def _names(subject: Subject, naming: IRI, effect: ContributionEffect) -> list[Literal]:
    """The published names of a resource."""
    values = effect.before.objects(subject, naming)
    return [value for value in values if isinstance(value, Literal)]


def _best_name(names: list[Literal], language: str) -> Literal | None:
    """The name that pages in a language show; None without one."""
    rank = preference(language)
    return min(names, key=lambda name: (rank(name.language or ""), name.value), default=None)


def circles(effect: ContributionEffect) -> Iterator[Result]:
    """Resources that are above themselves, over several statements of a relation and its inverses."""
    properties = rules_for_published(effect.addresses)
    for subject, predicate, value in effect.new:
        changing = properties.get(predicate)
        if changing is None or changing.direction is None:
            continue
        is_upward = changing.direction is Direction.UP
        lower = subject if is_upward else value
        upper = value if is_upward else subject
        if lower in _above(effect.after, upper, changing.aspect, effect.addresses):
            yield effect.result("circle", subject, predicate, value)


def _above(graph: GraphView, start: Term, aspect: str, addresses: Addresses) -> set[Term]:
    """A resource, and all above that resource by a relation."""
    upward = _properties(addresses, aspect, Direction.UP)
    downward = _properties(addresses, aspect, Direction.DOWN)
    above = set[Term]()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node in above or not isinstance(node, IRI | BlankNode):
            continue
        above.add(node)
        for predicate in upward:
            waiting += graph.objects(node, predicate)
        for predicate in downward:
            waiting += graph.subjects(predicate, node)
    return above
