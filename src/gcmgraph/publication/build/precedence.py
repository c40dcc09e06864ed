"""Precedence of imported files of the UN over the reference tables.

An import replaces the statements of the tables on the participants of a treaty, and on the region and groups of a
country, so that the two never contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.model.terms import Literal, Quad, Vocabulary
from gcmgraph.namespaces import Addresses

#: Properties of countries that an import of M49 replaces.
_OF_COUNTRIES = ("gcm:region", "gcm:countryGroup")

#: A subject, a property, and the language of the value if it has one.
_Key = tuple[object, object, str | None]


@dataclass(frozen=True)
class Precedence:
    """The imported treaties, and the properties of resources that imports replace."""

    _v: Vocabulary
    _treaties: frozenset[object]
    _replaced: frozenset[_Key]

    @classmethod
    def of(cls, imported: Iterable[Quad], addresses: Addresses) -> Precedence:
        """The precedence of imported quads; quads of other graphs are ignored."""
        v = Vocabulary(addresses)
        treaties, m49 = (addresses.graph(f"reference/un-{kind}") for kind in ("treaties", "m49"))
        of_treaties, values = set[object](), set[_Key]()
        for quad in imported:
            graph = getattr(quad.graph_name, "value", "")
            if graph == treaties and quad.predicate == v("gcm:participationIn"):
                of_treaties.add(quad.object)
            elif graph == m49 and quad.predicate == v("gcm:region"):
                values |= {(quad.subject, v(curie), None) for curie in _OF_COUNTRIES}
            elif graph == m49 and quad.predicate == v("skos:prefLabel"):
                values |= {_key(quad), (quad.subject, v("skos:broader"), None)}
        return cls(v, frozenset(of_treaties), frozenset(values))

    def left(self, quads: Iterable[Quad]) -> tuple[Quad, ...]:
        """The statements of a table that no import replaces."""
        given = tuple(quads)
        in_treaty = self._v("gcm:participationIn")
        replaced = {q.subject for q in given if q.predicate == in_treaty and q.object in self._treaties}
        return tuple(q for q in given if q.subject not in replaced and _key(q) not in self._replaced)


def _key(quad: Quad) -> _Key:
    return quad.subject, quad.predicate, quad.object.language if isinstance(quad.object, Literal) else None
