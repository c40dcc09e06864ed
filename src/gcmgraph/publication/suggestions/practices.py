"""Texts of the practices among statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.shapes import Texts
from gcmgraph.store.port import Store

#: Limit on the practices of a file for which something is suggested.
MOST = 100


@dataclass(frozen=True)
class PracticeText:
    """A practice: its titles, and its titles, descriptions, results and the names of its types as one text."""

    titles: Texts
    text: str


def practice_texts(statements: Iterable[Quad], addresses: Addresses, published: Store) -> list[PracticeText]:
    """The texts of the first practices among statements, in their order; the names of types are published."""
    v = Vocabulary(addresses)
    title, kind, practice = v("dct:title"), v("rdf:type"), v("gcm:Practice")
    wanted = (title, v("dct:description"), v("gcm:outcome"))
    practices: dict[object, None] = {}
    texts: dict[object, list[tuple[int, Literal]]] = {}
    types: dict[object, dict[IRI, None]] = {}
    for quad in statements:
        if quad.predicate == kind and quad.object == practice:
            practices.setdefault(quad.subject)
        elif quad.predicate in wanted and isinstance(quad.object, Literal):
            texts.setdefault(quad.subject, []).append((wanted.index(quad.predicate), quad.object))
        elif quad.predicate == v("dct:type") and isinstance(quad.object, IRI):
            types.setdefault(quad.subject, {})[quad.object] = None
    return [
        _practice(sorted(texts.get(one, ()), key=lambda pair: pair[0]), types.get(one, ()), published, v)
        for one in islice(practices, MOST)
    ]


def _practice(texts: list[tuple[int, Literal]], types: Iterable[IRI], published: Store, v: Vocabulary) -> PracticeText:
    languages = {text.language for _, text in texts}
    names = (triple.object for one in types for triple in published.triples(one, v("skos:prefLabel")))
    named = [name.value for name in names if isinstance(name, Literal) and name.language in languages]
    return PracticeText(
        Texts.of_terms(text for order, text in texts if order == 0),
        "\n".join([*(text.value for _, text in texts), *dict.fromkeys(named)]),
    )
