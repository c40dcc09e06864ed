"""Who takes part where and who works with whom, in one dataset version: what maps and network pictures show."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe_catalogue import Catalogue
from gcmgraph.publication.network.collaboration import Collaboration
from gcmgraph.publication.network.drawing import Drawing, drawn_freely
from gcmgraph.publication.participation import Participation
from gcmgraph.store.port import Store

#: What the picture of all shows at most.
ORGANISATIONS, TIES = 60, 200


@dataclass(frozen=True)
class Relations:
    """What was read and computed once; `drawing` is the picture of the strongest ties, None where there are none."""

    participation: Participation
    collaboration: Collaboration
    drawing: Drawing | None

    @classmethod
    def read(cls, store: Store, addresses: Addresses, catalogue: Catalogue) -> Relations:
        """Read them from a store. It takes seconds with 10,000 practices."""
        participation = Participation.read(store, addresses, catalogue.members("practice"))
        collaboration = Collaboration(participation)
        strongest = collaboration.strongest(ORGANISATIONS, TIES)
        return cls(participation, collaboration, drawn_freely(strongest) if strongest.ties else None)
