"""Which statements of the reference tables give way to those of an imported file of the UN.

What an import says of the participants of a treaty, or of the region and the groups of a country, it says alone: what
tables state of the same is not published, so that the two never contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.model.terms import Quad, Vocabulary
from gcmgraph.namespaces import Addresses

#: What the import of M49 states alone: of countries (which it gives a region), of regions (which it gives a name).
_OF_COUNTRIES = ("gcm:region", "gcm:countryGroup")
_OF_REGIONS = ("skos:prefLabel", "skos:broader")


@dataclass(frozen=True)
class Precedence:
    """What imports speak of: treaties; things with the properties that are the imports' alone."""

    _v: Vocabulary
    _treaties: frozenset[object]
    _alone: frozenset[tuple[object, object]]

    @classmethod
    def of(cls, imported: Iterable[Quad], addresses: Addresses) -> Precedence:
        """That of what was imported; quads of other graphs do not matter."""
        v = Vocabulary(addresses)
        treaties, m49 = (addresses.graph(f"reference/un-{kind}") for kind in ("treaties", "m49"))
        of_treaties, alone = set[object](), set[tuple[object, object]]()
        for quad in imported:
            graph = getattr(quad.graph_name, "value", "")
            if graph == treaties and quad.predicate == v("gcm:participationIn"):
                of_treaties.add(quad.object)
            elif graph == m49:
                for properties in (_OF_COUNTRIES, _OF_REGIONS):
                    if quad.predicate == v(properties[0]):
                        alone |= {(quad.subject, v(curie)) for curie in properties}
        return cls(v, frozenset(of_treaties), frozenset(alone))

    def left(self, quads: Iterable[Quad]) -> tuple[Quad, ...]:
        """The statements of a table without those that give way."""
        given = tuple(quads)
        in_treaty = self._v("gcm:participationIn")
        gone = {q.subject for q in given if q.predicate == in_treaty and q.object in self._treaties}
        return tuple(q for q in given if q.subject not in gone and (q.subject, q.predicate) not in self._alone)
