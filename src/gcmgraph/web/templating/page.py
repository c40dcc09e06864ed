"""Terms of one dataset version in templates: labels, links, values."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gcmgraph.model.terms import IRI, Literal, Quad, Term, Vocabulary, typed
from gcmgraph.publication.describe.description import Description, Fact
from gcmgraph.publication.naming.labels import Label, Labels, choose
from gcmgraph.store.stores import in_memory
from gcmgraph.text.partial_dates import Moment
from gcmgraph.web.http.urls import foreign_link, local_path
from gcmgraph.web.i18n.languages import readable
from gcmgraph.web.i18n.names import TERM_NAMES
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot

#: Numbers of the SDG goals.
_GOALS = frozenset(str(number) for number in range(1, 18))


class Page:
    """Labels, links and values of the terms of one dataset version, in one language."""

    def __init__(self, site: Site, snapshot: Snapshot, language: str, unpublished: Iterable[Quad] = ()) -> None:
        """`unpublished`: statements that name resources which are not published (yet)."""
        self._site = site
        self._snapshot = snapshot
        self._unpublished = Labels(in_memory(unpublished), site.addresses) if unpublished else None
        self.language = language
        self._term_labels: dict[IRI, Label] = {}
        self._type = Vocabulary(site.addresses)("rdf:type")

    def label(self, iri: IRI) -> Label:
        """The label of a resource."""
        own = self._unpublished
        if own is not None and own.statements(iri) and not self._snapshot.labels.statements(iri):
            return own.of(iri, self.language)
        return self._snapshot.labels.of(iri, self.language)

    def notation(self, iri: IRI) -> str | None:
        """The code of a resource."""
        return self._snapshot.labels.notation(iri)

    def moment(self, moment: Moment) -> str:
        """A date as people write it, no more precise than it is."""
        return readable(typed(str(moment), moment.datatype), self.language)

    def sdg_goal(self, iri: IRI) -> str | None:
        """The number of an SDG goal, or of the goal of a target; None for other resources."""
        start = f"{self._site.addresses.base}id/sdg/"
        number = iri.value.removeprefix(start).partition(".")[0] if iri.value.startswith(start) else ""
        return number if number in _GOALS else None

    def term_label(self, iri: IRI) -> Label:
        """The label of a property or class: our translation, from the dataset, or its name taken apart."""
        if iri not in self._term_labels:
            self._term_labels[iri] = self._term_label(iri)
        return self._term_labels[iri]

    def term_label_of(self, curie: str) -> Label:
        """The label of a property or class by its short name."""
        return self.term_label(IRI(self._site.addresses.expand(curie)))

    def _term_label(self, iri: IRI) -> Label:
        curie = self._site.addresses.compress(iri.value) or iri.value
        if curie in TERM_NAMES:
            return Label(str(TERM_NAMES[curie]), self.language)
        if self._snapshot.labels.statements(iri):
            return self.label(iri)
        name = re.split(r"[#/:]", curie)[-1]
        return Label(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() or curie, "en")

    def address(self, iri: IRI) -> str:
        """The address of a term as people write it."""
        return self._snapshot.labels.address(iri)

    def link(self, term: Term) -> str | None:
        """The path of a term on this server; None for other terms."""
        if not isinstance(term, IRI):
            return None
        return local_path(self._site.addresses, term.value)

    def foreign(self, term: Term) -> str | None:
        """The web address of a term of another vocabulary; None without one."""
        return foreign_link(term.value) if isinstance(term, IRI) else None

    def readable(self, value: Literal) -> str:
        """A value without language as people write it."""
        return readable(value, self.language)

    def types(self, facts: Iterable[Fact]) -> list[Label]:
        """The labels of the stated classes of a resource."""
        return [
            self.term_label(fact.object)
            for fact in facts
            if fact.predicate == self._type and isinstance(fact.object, IRI) and not fact.inferred
        ]

    def in_language(self, texts: Iterable[Literal]) -> list[Literal]:
        """The text in the language of the page or the next best; an empty list of none."""
        chosen = choose(texts, self.language)
        return [chosen] if chosen is not None else []

    def sources(self, terms: Iterable[Term]) -> list[Term]:
        """Sources as texts and IRIs, without texts in other languages than that of the page or the next best."""
        texts = [term for term in terms if isinstance(term, Literal) and term.language]
        languages = {chosen.language for chosen in self.in_language(texts)}
        return [term for term in terms if not isinstance(term, Literal) or term.language in {None, *languages}]

    def values(self, description: Description, curie: str) -> list[Term]:
        """The values of a property of a resource."""
        return description.values(IRI(self._site.addresses.expand(curie)))

    def language_of(self, description: Description) -> str | None:
        """The language of a document; None if it is not stated."""
        texts = description.texts(IRI(self._site.addresses.expand("dct:language")))
        return texts[0].value if texts else None

    def by_name(self, things: Iterable[IRI]) -> list[IRI]:
        """Resources in the order of their names."""
        return sorted(things, key=lambda iri: (self.label(iri).text.casefold(), iri.value))
