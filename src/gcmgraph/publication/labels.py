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


@dataclass(frozen=True)
class Label:
    """A label; `language` is None for a code or an address."""

    text: str
    language: str | None = None
    #: suffix of the text that names a part of its whole, in English as in addresses: ` (reference 1)`
    part: str = ""


@dataclass(frozen=True)
class ResourceNames:
    """Names of a resource: its preferred naming property (a CURIE) with the texts, and its code.

    `objective` is the number of the objective of a practice that has a title in common with another.
    """

    naming: str | None = None
    texts: tuple[Literal, ...] = ()
    notation: str | None = None
    objective: str | None = None

    def __bool__(self) -> bool:
        """Whether there is a name or a code."""
        return self.naming is not None or self.notation is not None

    def label(self, language: str) -> Label | None:
        """The name in a language or the next best, else the code, else None."""
        if (found := choose(self.texts, language)) is not None:
            return _distinguished(found, self.objective) if self.objective else Label(found.value, found.language)
        return Label(self.notation) if self.notation else None


#: Words that distinguish practices of one title, by the language of the title.
_OF_OBJECTIVE = {
    "en": "objective {}", "fr": "objectif {}", "es": "objetivo {}", "ar": "الهدف {}", "ru": "цель {}", "zh": "目标{}",
}  # fmt: skip


def _distinguished(title: Literal, objective: str) -> Label:
    """The label of a practice whose title another practice has, too, with the number of its objective."""
    words = _OF_OBJECTIVE.get(title.language or "", _OF_OBJECTIVE["en"]).format(objective)
    return Label(f"{title.value} ({words})", title.language)


def choose(texts: Iterable[Literal], language: str) -> Literal | None:
    """The text in a language or the next best by `preference`; None if there is none."""
    rank = preference(language)
    return min(texts, key=lambda text: (rank(text.language or ""), text.value), default=None)


class Labels:
    """Labels of one dataset version, cached."""

    #: the names of a resource; an external one has those of our graphs only, never those of a contribution
    names: Callable[[IRI], ResourceNames]
    #: the label of a resource in a language, else its code, else its address; a part is named after its whole
    of: Callable[[IRI, str], Label]

    def __init__(
        self, store: Store, addresses: Addresses, known: Callable[[IRI], ResourceNames | None] = lambda _: None
    ) -> None:
        """`known` returns the names of a resource if they need not be read from the store."""
        self._addresses = addresses
        self._v = Vocabulary(addresses)
        read = NameReader(store, addresses).read
        # caches of methods would be a reference cycle, and keep the files of the version open
        self.names = lru_cache(REMEMBERED)(lambda iri: known(iri) or read(iri))
        self.of = lru_cache(REMEMBERED)(partial(_label, addresses, self.names))

    def statements(self, iri: IRI) -> list[tuple[IRI, Literal]]:
        """Property and text of the statements that name a resource: all languages of its preferred property."""
        named = self.names(iri)
        return [(self._v(named.naming), text) for text in named.texts] if named.naming else []

    def notation(self, iri: IRI) -> str | None:
        """The code of a resource (`skos:notation`), such as 9a or 10.7."""
        return self.names(iri).notation

    def address(self, term: Term) -> str:
        """The address of a resource as people write it: a CURIE, else the IRI without the base."""
        return _address(self._addresses, term)


def _address(addresses: Addresses, term: Term) -> str:
    return addresses.compress(term.value) or term.value.removeprefix(addresses.base)


def _label(addresses: Addresses, names: Callable[[IRI], ResourceNames], iri: IRI, language: str) -> Label:
    if label := names(iri).label(language):
        return label
    whole, hash_sign, fragment = iri.value.partition("#")
    if hash_sign and whole.startswith(f"{addresses.base}id/"):
        label = _label(addresses, names, IRI(whole), language)
        part = f" ({fragment.replace('-', ' ')})"
        return Label(label.text + part, label.language, part)
    return Label(_address(addresses, iri))


class NameReader:
    """Names of resources in a store."""

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self._store = store
        self._addresses = addresses
        self._v = Vocabulary(addresses)

    def read(self, iri: IRI) -> ResourceNames:
        """The names of a resource; none where it has none."""
        notation = self._code(iri)
        for curie in LABEL_PROPERTIES:
            if texts := self._texts(iri, curie):
                return ResourceNames(
                    curie, tuple(sorted(texts, key=str)), notation, self._objective_apart(iri, curie, texts)
                )
        return ResourceNames(notation=notation)

    def _objective_apart(self, iri: IRI, naming: str, titles: Iterable[Literal]) -> str | None:
        """The number of the objective of a practice that has one of its titles in common with another; else None."""
        if not self._is_practice(iri):
            return None
        same = {triple.subject for title in titles for triple in self._store.triples(None, self._v(naming), title)}
        if not any(isinstance(one, IRI) and self._is_practice(one) for one in same - {iri}):
            return None
        objectives = (triple.object for triple in self._store.triples(iri, self._v("gcm:objective")))
        return min((code for one in objectives if isinstance(one, IRI) and (code := self._code(one))), default=None)

    def _is_practice(self, iri: IRI) -> bool:
        return self._addresses.kind_of(iri.value) == "practice"

    def _code(self, iri: IRI) -> str | None:
        return min((code.value for code in self._texts(iri, "skos:notation")), default=None)

    def _texts(self, iri: IRI, curie: str) -> set[Literal]:
        """The texts of a property of a resource; those of an external one without contributions, which may name any."""
        naming = self._v(curie)
        if iri.value.startswith(self._addresses.base):
            return {triple.object for triple in self._store.triples(iri, naming) if isinstance(triple.object, Literal)}
        contributed = self._addresses.graph("contribution/")
        found = ((quad.object, quad.graph_name) for quad in self._store.quads(iri, naming))
        return {
            text
            for text, graph in found
            if isinstance(text, Literal) and not (isinstance(graph, IRI) and graph.value.startswith(contributed))
        }
