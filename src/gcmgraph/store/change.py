"""A change to a dataset: quads that go and quads that come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gcmgraph.model.terms import Quad


@dataclass(frozen=True)
class Change:
    """Quads that are there and go, and quads that are not there and come."""

    removed: frozenset[Quad] = frozenset()
    added: frozenset[Quad] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.removed or self.added)

    @classmethod
    def towards(cls, wanted: Iterable[Quad], unwanted: Iterable[Quad], holds: Callable[[Quad], bool]) -> Change:
        """What makes a dataset, of which `holds` tells the quads, hold the `wanted` quads and not the `unwanted`."""
        keep = frozenset(wanted)
        return cls(
            frozenset(quad for quad in unwanted if quad not in keep and holds(quad)),
            frozenset(quad for quad in keep if not holds(quad)),
        )

    def then(self, later: Change) -> Change:
        """This change and, after it, another one, as one."""
        return Change(
            (self.removed - later.added) | (later.removed - self.added),
            (self.added - later.removed) | (later.added - self.removed),
        )
