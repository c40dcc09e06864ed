"""A change to a dataset: quads removed and quads added."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gcmgraph.model.terms import Quad


@dataclass(frozen=True)
class Change:
    """Quads of the dataset that are removed, and quads not in it that are added."""

    removed: frozenset[Quad] = frozenset()
    added: frozenset[Quad] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.removed or self.added)

    @classmethod
    def towards(cls, wanted: Iterable[Quad], unwanted: Iterable[Quad], holds: Callable[[Quad], bool]) -> Change:
        """The change to a dataset with the `wanted` quads and without the `unwanted`; `holds` says which it has now."""
        keep = frozenset(wanted)
        return cls(
            frozenset(quad for quad in unwanted if quad not in keep and holds(quad)),
            frozenset(quad for quad in keep if not holds(quad)),
        )

    def then(self, later: Change) -> Change:
        """This change followed by another one, as one change."""
        return Change(
            (self.removed - later.added) | (later.removed - self.added),
            (self.added - later.removed) | (later.added - self.removed),
        )
