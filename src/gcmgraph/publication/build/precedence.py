"""Which statements of the reference tables give way to those of an imported file of the UN.

What an import says of the participants of a treaty, or of the region and the groups of a country, it says alone: what
tables state of the same is not published, so that the two never contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.model.terms import Literal, Quad, Vocabulary
from gcmgraph.namespaces import Addresses

#: Properties of countries that the import of M49 states alone.
_OF_COUNTRIES = ("gcm:region", "gcm:countryGroup")

#: A subject, a property, and the language of the value if it has one.
_Key = tuple[object, object, str | None]


@dataclass(frozen=True)
class Precedence:
    """Treaties that were imported, and the properties of resources that imports state alone."""

    _v: Vocabulary
    _treaties: frozenset[object]
    _alone: frozenset[_Key]

    @classmethod
    def of(cls, imported: Iterable[Quad], addresses: Addresses) -> Precedence:
        """That of what was imported; quads of other graphs do not matter."""
        v = Vocabulary(addresses)
        treaties, m49 = (addresses.graph(f"reference/un-{kind}") for kind in ("treaties", "m49"))
        of_treaties, alone = set[object](), set[_Key]()
        for quad in imported:
            graph = getattr(quad.graph_name, "value", "")
            if graph == treaties and quad.predicate == v("gcm:participationIn"):
                of_treaties.add(quad.object)
            elif graph == m49 and quad.predicate == v("gcm:region"):
                alone |= {(quad.subject, v(curie), None) for curie in _OF_COUNTRIES}
            elif graph == m49 and quad.predicate == v("skos:prefLabel"):
                alone |= {_key(quad), (quad.subject, v("skos:broader"), None)}
        return cls(v, frozenset(of_treaties), frozenset(alone))

    def left(self, quads: Iterable[Quad]) -> tuple[Quad, ...]:
        """The statements of a table without those that give way."""
        given = tuple(quads)
        in_treaty = self._v("gcm:participationIn")
        gone = {q.subject for q in given if q.predicate == in_treaty and q.object in self._treaties}
        return tuple(q for q in given if q.subject not in gone and _key(q) not in self._alone)


def _key(quad: Quad) -> _Key:
    return quad.subject, quad.predicate, quad.object.language if isinstance(quad.object, Literal) else None
