"""A contribution, as the checks read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeGuard

from gcmgraph.model.terms import IRI, Quad, Term
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store
from gcmgraph.validation.graphs import Fact, GraphView
from gcmgraph.validation.locations import LocatedStatements
from gcmgraph.validation.rules import Rules
from gcmgraph.validation.suggestions import ValidValues


@dataclass(frozen=True)
class CheckedContribution:
    """A contribution, the graph before and after it, and the rules."""

    #: triples that are not published yet
    new: list[Fact]
    before: GraphView
    after: GraphView
    published: Store
    rules: Rules
    valid: ValidValues
    #: all contributed statements
    added: LocatedStatements
    #: published quads that are taken away
    removed: frozenset[Quad]

    @property
    def addresses(self) -> Addresses:
        """The addresses of this graph."""
        return self.rules.addresses

    def remaining(
        self, subject: IRI | None = None, predicate: IRI | None = None, value: Term | None = None
    ) -> Iterator[Quad]:
        """The published quads of a pattern that are not taken away, without inferred ones."""
        inferred = IRI(self.addresses.graph("inferred"))
        found = self.published.quads(subject, predicate, value)
        return (quad for quad in found if quad.graph_name != inferred and quad not in self.removed)

    @cached_property
    def new_values(self) -> dict[Term, dict[IRI, list[Term]]]:
        """The values of the new triples by subject and property."""
        found: dict[Term, dict[IRI, list[Term]]] = {}
        for subject, predicate, value in self.new:
            found.setdefault(subject, {}).setdefault(predicate, []).append(value)
        return found

    def kind(self, term: Term) -> str:
        """The kind that an address of this graph names (`country` of `…/id/country/PHL`); empty for other terms."""
        start = f"{self.addresses.base}id/"
        if not isinstance(term, IRI) or not term.value.startswith(start):
            return ""
        return term.value.removeprefix(start).partition("/")[0]

    def is_undeclared(self, term: Term) -> TypeGuard[IRI]:
        """Whether a term is in the namespace of the ontology, which does not declare it."""
        ours = isinstance(term, IRI) and term.value.startswith(self.addresses.ontology)
        return ours and term not in self.rules.terms
