"""Texts of the practices of a submission: what suggestions are made for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from gcmgraph.rdf.language_texts import Texts
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.store.port import Store

#: Limit on the practices of a file whose texts are read.
MAX_PRACTICES = 100

#: Properties of the texts, in the order of the text of a practice.
_TITLE = "dct:title"
_TEXTS = (_TITLE, "dct:description", "gcm:outcome")


class TitledText(NamedTuple):
    """The text of a practice, with its titles."""

    titles: Texts
    #: its titles, descriptions, results and the names of its types
    text: str


@dataclass
class _Practice:
    """The texts of a practice by property, and its types."""

    texts: dict[str, list[Literal]] = field(default_factory=lambda: {name: [] for name in _TEXTS})
    types: dict[IRI, None] = field(default_factory=dict)


def practice_texts(
    statements: Iterable[Quad], addresses: Addresses, published: Store
) -> list[TitledText]:
    """The texts of the first practices among statements, in their order.

    The names of types are those of the published graph.
    """
    v = Vocabulary(addresses)
    properties = {v(curie): curie for curie in _TEXTS}
    practices: dict[object, None] = {}
    resources: defaultdict[object, _Practice] = defaultdict(_Practice)
    for quad in statements:
        resource = resources[quad.subject]
        if quad.predicate == v("rdf:type") and quad.object == v("gcm:Practice"):
            practices.setdefault(quad.subject)
        elif quad.predicate in properties and isinstance(quad.object, Literal):
            resource.texts[properties[quad.predicate]].append(quad.object)
        elif quad.predicate == v("dct:type") and isinstance(quad.object, IRI):
            resource.types[quad.object] = None
    first_practices = islice(practices, MAX_PRACTICES)
    return [_titled_text(resources[practice], published, v) for practice in first_practices]


def _titled_text(practice: _Practice, published: Store, v: Vocabulary) -> TitledText:
    """The text of a practice, with the names of its types in the languages of its texts."""
    texts = [text for curie in _TEXTS for text in practice.texts[curie]]
    languages = {text.language for text in texts}
    names: dict[str, None] = {}
    for practice_type in practice.types:
        for triple in published.triples(practice_type, v("skos:prefLabel")):
            name = triple.object
            if isinstance(name, Literal) and name.language in languages:
                names[name.value] = None
    lines = [text.value for text in texts]
    return TitledText(Texts.of_terms(practice.texts[_TITLE]), "\n".join([*lines, *names]))
