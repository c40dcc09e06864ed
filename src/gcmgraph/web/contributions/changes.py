"""Changes by a contribution, property by property: published values, and values after its acceptance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gcmgraph.contributions.contribution import Agent, Contribution
from gcmgraph.contributions.ledger import Ledger
from gcmgraph.contributions.publishing import change_by_acceptance
from gcmgraph.contributions.service import returned_statements, statement_key
from gcmgraph.model.terms import IRI, Quad, Term
from gcmgraph.publication.describe.description import Description, Fact
from gcmgraph.publication.labels import Label
from gcmgraph.web.resources.evidence import EvidencePage
from gcmgraph.web.resources.facts import FactsPage, Quantity
from gcmgraph.web.services import Site, Snapshot

#: Limits on the resources that are compared property by property, and on the statements that can be returned on a page.
MAX_THINGS, MAX_RETURNS = 100, 1_000


@dataclass(frozen=True)
class ChangedValue:
    """A value of a property: added, removed or the same; the key of the statement, if the contribution states it."""

    fact: Fact
    mark: str
    key: str = ""
    #: an amount or number in words
    quantity: Quantity | None = None


@dataclass(frozen=True)
class ChangedProperty:
    """The values of a property before and after the acceptance."""

    label: Label
    predicate: IRI
    before: tuple[ChangedValue, ...]
    after: tuple[ChangedValue, ...]


@dataclass(frozen=True)
class ChangedThing:
    """The changed properties of a resource; `new` where nothing is published about it."""

    thing: IRI
    new: bool
    types: tuple[Label, ...]
    properties: tuple[ChangedProperty, ...]


@dataclass(frozen=True)
class Changes:
    """The changes of resources, and the page in whose language they are shown, after the acceptance."""

    things: tuple[ChangedThing, ...]
    page: EvidencePage
    #: the facts of parts, by part
    parts: dict[IRI, tuple[Fact, ...]]
    left_out: int


def accepted_snapshot(
    site: Site, ledger: Ledger, contribution: Contribution, agent: Agent, reasons: dict[str, str] | None = None
) -> Snapshot:
    """The current version as if the contribution was accepted, without the statements in `reasons`.

    Raises `ContributionError` for an unknown statement.
    """
    snapshot = site.dataset.snapshot()
    returned = returned_statements(ledger.statements(contribution), reasons or {}, site.addresses)
    change = change_by_acceptance(ledger, contribution, agent, snapshot.store, site.addresses, returned)
    return snapshot.changed(change)


def things_of(stated: Iterable[Quad]) -> list[IRI]:
    """The resources that statements describe, without parts that others of them name, in their order."""
    stated = list(stated)
    named = {quad.object for quad in stated if isinstance(quad.object, IRI) and "#" in quad.object.value}
    accounts = {quad.subject for quad in stated if quad.predicate.value.endswith(("#subject", "/oa#exact"))}
    found = dict.fromkeys(quad.subject for quad in stated if isinstance(quad.subject, IRI))
    return [iri for iri in found if iri not in named and iri not in accounts]


def changes_of(site: Site, after: Snapshot, stated: Sequence[Quad], removed: Sequence[Quad], language: str) -> Changes:
    """The changes that an accepted contribution makes, for statements `stated` by it, and `removed` with it."""
    before = site.dataset.snapshot()
    page = EvidencePage(site, after, language)
    things = things_of([*stated, *removed])
    parts = {
        iri: facts
        for iri in dict.fromkeys(q.object for q in (*stated, *removed) if isinstance(q.object, IRI))
        if "#" in iri.value and iri.value.startswith(f"{site.addresses.base}id/")
        if (facts := _facts(after, iri) or _facts(before, iri))
    }
    keys: dict[tuple[object, ...], str] = {
        (q.subject, q.predicate, q.object): statement_key(q) for q in stated[:MAX_RETURNS]
    }
    touched = {(quad.subject, quad.predicate) for quad in (*stated, *removed)}
    made = []
    for thing in things[:MAX_THINGS]:
        facts_before, facts_after = _facts(before, thing), _facts(after, thing)
        description = Description(thing, facts_after, parts, (), 0, frozenset())
        context = FactsPage(site, after, language, description)
        known, coming = {_triple(fact) for fact in facts_before}, {_triple(fact) for fact in facts_after}
        every = {_triple(fact): fact for fact in (*facts_before, *facts_after)}
        properties = []
        for group in page.by_property([replace(fact, inferred=False) for fact in every.values()], names=True):
            if (thing, group.predicate) not in touched:
                continue
            values = [_value(context, fact, known, coming, keys) for fact in group.facts]
            properties.append(
                ChangedProperty(
                    group.label,
                    group.predicate,
                    tuple(value for value in values if value.mark != "added"),
                    tuple(value for value in values if value.mark != "removed"),
                )
            )
        made.append(ChangedThing(thing, not facts_before, tuple(page.types(every.values())), tuple(properties)))
    return Changes(tuple(made), page, parts, max(0, len(things) - MAX_THINGS))


def _facts(snapshot: Snapshot, iri: IRI) -> tuple[Fact, ...]:
    description = snapshot.describer.describe(iri, with_inbound=False)
    return tuple(fact for fact in description.facts if not fact.inferred) if description is not None else ()


def _triple(fact: Fact) -> tuple[IRI, IRI, Term]:
    return fact.subject, fact.predicate, fact.object


def _value(
    context: FactsPage,
    fact: Fact,
    known: set[tuple[IRI, IRI, Term]],
    coming: set[tuple[IRI, IRI, Term]],
    keys: Mapping[tuple[object, ...], str],
) -> ChangedValue:
    triple = _triple(fact)
    mark = "same" if triple in known and triple in coming else "added" if triple in coming else "removed"
    found = context.quantity(fact) if fact.object in context.description.parts else None
    key = keys.get(triple, "") if mark == "added" else ""
    return ChangedValue(fact, mark, key, found if found is not None and found.text else None)
