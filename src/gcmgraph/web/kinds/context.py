"""A resource in one dataset version and one language, for view models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyroaring import BitMap

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.describe.description import Description, Fact
from gcmgraph.publication.lists.index import KindIndex
from gcmgraph.publication.naming.labels import choose
from gcmgraph.text.ordering import natural
from gcmgraph.web.browse.request import ListRequest
from gcmgraph.web.snapshot import Snapshot
from gcmgraph.web.templating.page import Page


@dataclass(frozen=True)
class KindContext:
    """A described resource, the dataset version and the page in whose language it is shown."""

    addresses: Addresses
    snapshot: Snapshot
    page: Page
    description: Description
    #: the language in addresses of lists; None for none
    address_language: str | None = None

    @property
    def iri(self) -> IRI:
        """The resource."""
        return self.description.iri

    @property
    def key(self) -> str:
        """The last part of the resource's address: the value of a facet."""
        return self.iri.value.removeprefix(f"{self.addresses.base}id/").partition("/")[2]

    @property
    def practices(self) -> KindIndex:
        """The index of practices."""
        return self.snapshot.listings.of("practice")

    def term(self, curie: str) -> IRI:
        """The IRI of a property or class."""
        return IRI(self.addresses.expand(curie))

    def facts(self, curie: str, of: IRI | None = None) -> tuple[Fact, ...]:
        """The stated facts of a property of the resource, or of one of its parts, ordered by code and name."""
        facts = self.description.facts if of is None else self.description.parts.get(of, ())
        predicate = self.term(curie)
        found = [fact for fact in facts if fact.predicate == predicate and not fact.inferred]
        return tuple(sorted(found, key=lambda fact: self.order(fact.object)))

    def documents(self) -> tuple[Fact, ...]:
        """The facts about source documents, those in the language of the page first."""

        def other_language(fact: Fact) -> bool:
            label = self.page.label(fact.object) if isinstance(fact.object, IRI) else None
            return label is None or label.language != self.page.language

        return tuple(sorted(self.facts("dct:source"), key=other_language))

    def texts(self, curie: str, of: IRI | None = None) -> tuple[Fact, ...]:
        """The texts of a property in the language of the page, or in the next best one."""
        facts = self.facts(curie, of)
        best = choose((fact.object for fact in facts if isinstance(fact.object, Literal)), self.page.language)
        if best is None:
            return ()
        return tuple(f for f in facts if isinstance(f.object, Literal) and f.object.language == best.language)

    def values(self, curie: str, of: IRI | None = None) -> tuple[IRI, ...]:
        """The resources that are values of a property."""
        return tuple(fact.object for fact in self.facts(curie, of) if isinstance(fact.object, IRI))

    def order(self, term: Term) -> tuple[list[tuple[int, str]], str]:
        """A sort key: the code of a resource, then its name; of a literal its text."""
        if isinstance(term, IRI):
            return natural(self.page.notation(term) or ""), self.page.label(term).text.casefold()
        return [], str(getattr(term, "value", term))

    def having(self, facet: str, key: str | None = None) -> BitMap:
        """The places of the practices that have a value of a facet: by default this resource."""
        return self.practices.postings(facet).get(self.key if key is None else key) or BitMap()

    def referring(self, kind: str, facet: str) -> tuple[IRI, ...]:
        """The resources of a kind that have this resource as a value of a facet, ordered by code and name."""
        index = self.snapshot.listings.of(kind)
        places = index.postings(facet).get(self.key) or BitMap()
        return self.sorted(index.iris(places).values())

    def counted(self, facet: str, among: BitMap) -> tuple[tuple[IRI, int], ...]:
        """The values of a facet of some practices with the number of those that have it, the most frequent first."""
        found, index = self.practices.facet(facet), self.practices
        if found is None:
            return ()
        counts = {
            IRI(found.value(key, self.addresses)): index.count(places & among)
            for key, places in index.postings(facet).items()
            if places & among
        }
        return tuple(sorted(counts.items(), key=lambda item: (-item[1], self.order(item[0]))))

    def sorted(self, iris: Iterable[IRI]) -> tuple[IRI, ...]:
        """Resources ordered by code, then by name."""
        found = list(iris)
        return tuple(sorted(found, key=self.order))

    def list_address(self, **values: str) -> str:
        """The address of the list of practices with these values of facets (`_` for `-`)."""
        filters = {name.replace("_", "-"): (key,) for name, key in values.items()}
        return ListRequest("practice", filters, language=self.address_language).address()
