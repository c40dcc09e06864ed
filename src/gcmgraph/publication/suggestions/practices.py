"""Texts of the practices among statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gcmgraph.model.terms import Literal, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.shapes.texts import Texts

#: Limit on the practices of a file for which something is suggested.
MOST = 100


@dataclass(frozen=True)
class PracticeText:
    """A practice: its titles, and its titles, descriptions and results as one text."""

    titles: Texts
    text: str


def practice_texts(statements: Iterable[Quad], addresses: Addresses) -> list[PracticeText]:
    """The texts of the first practices among statements, in their order."""
    v = Vocabulary(addresses)
    title, kind, practice = v("dct:title"), v("rdf:type"), v("gcm:Practice")
    wanted = (title, v("dct:description"), v("gcm:outcome"))
    practices: dict[object, None] = {}
    texts: dict[object, list[tuple[int, Literal]]] = {}
    for quad in statements:
        if quad.predicate == kind and quad.object == practice:
            practices.setdefault(quad.subject)
        elif quad.predicate in wanted and isinstance(quad.object, Literal):
            texts.setdefault(quad.subject, []).append((wanted.index(quad.predicate), quad.object))
    found = [sorted(texts.get(one, []), key=lambda pair: pair[0]) for one in practices]
    return [
        PracticeText(
            Texts.of_terms(text for order, text in ones if order == 0), "\n".join(text.value for _, text in ones)
        )
        for ones in found[:MOST]
    ]
