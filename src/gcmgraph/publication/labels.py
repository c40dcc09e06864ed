"""Labels of resources, in the requested language or the next best."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial

from gcmgraph.model.terms import IRI, Literal, Term, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.store.port import Store
from gcmgraph.translations import preference

#: Properties whose values are labels, preferred ones first.
LABEL_PROPERTIES = ("skos:prefLabel", "dct:title", "rdfs:label", "foaf:name", "schema:name")

#: Limit on the resources whose labels are cached. Pages often name the same countries, organisations and terms.
REMEMBERED = 2_000

#: Property and text of each label of a resource.
Statements = tuple[tuple[IRI, Literal], ...]


@dataclass(frozen=True)
class Label:
    """A label; `language` is None for a code or an address."""

    text: str
    language: str | None = None
    #: suffix of the text that names a part of its whole, in English as in addresses: ` (reference 1)`
    part: str = ""


#: Words that distinguish practices of one title, by the language of the title.
_OF_OBJECTIVE = {
    "en": "objective {}", "fr": "objectif {}", "es": "objetivo {}", "ar": "الهدف {}", "ru": "цель {}", "zh": "目标{}",
}  # fmt: skip


def distinguished(title: Literal, objective: str) -> Label:
    """The label of a practice whose title another practice has, too, with the number of its objective."""
    words = _OF_OBJECTIVE.get(title.language or "", _OF_OBJECTIVE["en"]).format(objective)
    return Label(f"{title.value} ({words})", title.language)


def choose(texts: Iterable[Literal], language: str) -> Literal | None:
    """The text in a language or the next best by `preference`; None if there is none."""
    rank = preference(language)
    return min(texts, key=lambda text: (rank(text.language or ""), text.value), default=None)


class Labels:
    """Labels of one dataset version, cached."""

    #: the label statements of a resource: all languages of its preferred property; an external resource has the
    #: names of our graphs only, never those of a contribution
    statements: Callable[[IRI], Statements]
    #: the code of a resource (`skos:notation`), such as 9a or 10.7
    notation: Callable[[IRI], str | None]
    #: the label of a resource in a language, else its code, else its address; a part is named after its whole
    of: Callable[[IRI, str], Label]

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._addresses = addresses
        vocabulary = Vocabulary(addresses)
        properties = [vocabulary(curie) for curie in LABEL_PROPERTIES]
        # caches of methods would be a reference cycle, and keep the files of the version open
        texts = partial(_texts, store, addresses)
        self.statements = lru_cache(REMEMBERED)(partial(_statements, texts, properties))
        self.notation = lru_cache(REMEMBERED)(partial(_notation, texts, vocabulary("skos:notation")))
        apart = partial(_objective_apart, store, addresses, self.statements, self.notation)
        self.of = lru_cache(REMEMBERED)(partial(_label, addresses, self.statements, self.notation, apart))

    def address(self, term: Term) -> str:
        """The address of a resource as people write it: a CURIE, else the IRI without the base."""
        return _address(self._addresses, term)


def _address(addresses: Addresses, term: Term) -> str:
    return addresses.compress(term.value) or term.value.removeprefix(addresses.base)


def _label(
    addresses: Addresses,
    statements: Callable[[IRI], Statements],
    notation: Callable[[IRI], str | None],
    objective_apart: Callable[[IRI], str | None],
    iri: IRI,
    language: str,
) -> Label:
    found = choose((label for _, label in statements(iri)), language)
    if found is not None:
        objective = objective_apart(iri)
        return distinguished(found, objective) if objective else Label(found.value, found.language)
    if code := notation(iri):
        return Label(code)
    whole, hash_sign, fragment = iri.value.partition("#")
    if hash_sign and whole.startswith(f"{addresses.base}id/"):
        label = _label(addresses, statements, notation, objective_apart, IRI(whole), language)
        part = f" ({fragment.replace('-', ' ')})"
        return Label(label.text + part, label.language, part)
    return Label(_address(addresses, iri))


def objective_apart(
    store: Store,
    addresses: Addresses,
    titles: Iterable[tuple[IRI, Literal]],
    notation: Callable[[IRI], str | None],
    iri: IRI,
) -> str | None:
    """The number of the objective of a practice that has one of its titles in common with another; else None."""
    same = {triple.subject for naming, title in titles for triple in store.triples(None, naming, title)}
    if not any(isinstance(one, IRI) and addresses.kind_of(one.value) == "practice" for one in same - {iri}):
        return None
    objectives = (triple.object for triple in store.triples(iri, Vocabulary(addresses)("gcm:objective")))
    return min((code for one in objectives if isinstance(one, IRI) and (code := notation(one))), default=None)


def _objective_apart(
    store: Store,
    addresses: Addresses,
    statements: Callable[[IRI], Statements],
    notation: Callable[[IRI], str | None],
    iri: IRI,
) -> str | None:
    """See `objective_apart`; None for other resources than practices."""
    practice = addresses.kind_of(iri.value) == "practice"
    return objective_apart(store, addresses, statements(iri), notation, iri) if practice else None


def _texts(store: Store, addresses: Addresses, iri: IRI, naming: IRI) -> set[Literal]:
    """The texts of a property of a resource; those of an external one without contributions, which may name any."""
    if iri.value.startswith(addresses.base):
        return {triple.object for triple in store.triples(iri, naming) if isinstance(triple.object, Literal)}
    contributed = addresses.graph("contribution/")
    found = ((quad.object, quad.graph_name) for quad in store.quads(iri, naming))
    return {
        text
        for text, graph in found
        if isinstance(text, Literal) and not (isinstance(graph, IRI) and graph.value.startswith(contributed))
    }


def _statements(texts: Callable[[IRI, IRI], set[Literal]], properties: Iterable[IRI], iri: IRI) -> Statements:
    for naming in properties:
        if found := texts(iri, naming):
            return tuple((naming, label) for label in sorted(found, key=str))
    return ()


def _notation(texts: Callable[[IRI, IRI], set[Literal]], naming: IRI, iri: IRI) -> str | None:
    return min((code.value for code in texts(iri, naming)), default=None)
