"""The page of a described resource: its facts in reading order, and their evidence.

A page shows one dataset version in one language. Its blocks are rows of a fact box with the
statements that they show, amounts and numbers in words, and practices as cards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote

from flask_babel import gettext
from pyroaring import BitMap

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.properties import PROPERTIES, SUMMARIES, ValueForm, box_of
from gcmgraph.platform.dates import Moment, Period
from gcmgraph.platform.text import beginning, natural
from gcmgraph.publication.descriptions import LABEL_PROPERTIES, Description, Fact, Label, choose
from gcmgraph.publication.lists.facets import UNDATED
from gcmgraph.publication.lists.index import Filters, KindIndex, Listed
from gcmgraph.publication.lists.related import FacetValue, Related, SharedFacetValue, related
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term, Vocabulary
from gcmgraph.web.browse.list_request import ListRequest
from gcmgraph.web.browse.page import ListPage
from gcmgraph.web.http.links import local_path
from gcmgraph.web.i18n import money, readable
from gcmgraph.web.resources.evidence import PageEvidence, statement_key
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page

#: Maximum number of characters of a summary.
_SUMMARY_LENGTH = 200

#: Limit on the cards of a page: a list of more has a page of its own.
MAX_CARDS = 12

#: Countries of a corridor whose direction is stated, from and to.
_CORRIDOR_ENDS = ("gcm:originCountry", "gcm:destinationCountry")

#: Start and end of a period.
_PERIOD_DATES = ("schema:startDate", "schema:endDate")


@dataclass(frozen=True)
class PropertyFacts:
    """The facts of one property."""

    predicate: IRI
    label: Label
    long: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class PartsTable:
    """Parts of a resource as rows of a table, whose columns are their properties."""

    #: in reading order
    columns: Mapping[IRI, Label]
    #: part to its facts by property
    rows: Mapping[IRI, Mapping[IRI, PropertyFacts]]


@dataclass(frozen=True)
class Quantity:
    """A number with its unit or currency, as people write it."""

    #: empty where no number is stated
    text: str
    #: the statement with the number, or the one that names the part
    fact: Fact
    #: "at least", "about" …
    bound: IRI | None = None
    unit: Literal | None = None
    funders: tuple[IRI, ...] = ()


@dataclass(frozen=True)
class Corridor:
    """The countries of a corridor."""

    countries: tuple[IRI, ...]
    #: whether they are those of origin and destination
    directed: bool


class BoxRow(NamedTuple):
    """The statements of one property, whose values are written in one form."""

    label: Label
    form: ValueForm
    facts: tuple[Fact, ...]


class EvidencePage(Page):
    """Terms and statements of one dataset version in one language, with the evidence of the statements."""

    def __init__(self, site: Site, snapshot: Snapshot, language: str) -> None:
        super().__init__(site, snapshot, language)
        v = Vocabulary(site.addresses)
        self.evidence = PageEvidence(snapshot.store, site.addresses, snapshot.notes, language)
        self._rank = {v(row.curie): rank for rank, row in enumerate(PROPERTIES)}
        self._long = {v(row.curie) for row in PROPERTIES if row.long}
        self._naming = {v(curie) for curie in LABEL_PROPERTIES}
        self._type = v("rdf:type")

    def feedback(self, fact: Fact, graph: IRI) -> str | None:
        """The path of the form for a remark on a statement; None for one that is not published or of another site."""
        if not self.snapshot.published:
            return None
        page_path = local_path(self.site.addresses, fact.subject.value)
        if page_path is None:
            return None
        key = statement_key(fact.subject, fact.predicate, fact.object, graph)
        return f"/feedback?page={quote(page_path)}&statement={key}"

    def by_property(self, facts: Iterable[Fact], *, names: bool = False) -> list[PropertyFacts]:
        """Stated facts grouped by property in reading order, without types and inferred facts.

        The label in the heading is only included with `names`, so that its evidence has a row.
        """
        # lists in shapes are blank nodes, which only the RDF has
        displayed_facts = (
            fact
            for fact in facts
            if not isinstance(fact.object, BlankNode) and fact.predicate != self._type
        )
        groups = _by_predicate(displayed_facts)
        property_facts = []
        for predicate in sorted(groups, key=self._reading_order):
            group = groups[predicate]
            is_heading = predicate in self._naming and len(group) == 1
            if names or not is_heading:
                property_facts.append(
                    PropertyFacts(
                        predicate,
                        self.term_label(predicate),
                        predicate in self._long,
                        tuple(sorted(group, key=self._value_order)),
                    )
                )
        return property_facts

    def loose_parts(self, description: Description) -> PartsTable | None:
        """Parts that refer to their whole, and to which neither the whole nor a part refers; None without any."""
        objects = {fact.object for fact in description.facts}
        for part_facts in description.parts.values():
            objects.update(fact.object for fact in part_facts)
        rows: dict[IRI, dict[IRI, PropertyFacts]] = {}
        labels: dict[IRI, Label] = {}
        for part, part_facts in description.parts.items():
            if part not in objects:
                own_facts = (fact for fact in part_facts if fact.object != description.iri)
                groups = self.by_property(own_facts, names=True)
                rows[part] = {group.predicate: group for group in groups}
                labels |= {group.predicate: group.label for group in groups}
        if not rows:
            return None
        predicates = sorted(labels, key=self._reading_order)
        return PartsTable({predicate: labels[predicate] for predicate in predicates}, rows)

    def _reading_order(self, predicate: IRI) -> tuple[int, str]:
        rank_of_others = len(self._rank)
        name = self.term_label(predicate).text.casefold()
        return self._rank.get(predicate, rank_of_others), name

    def inbound(self, facts: Iterable[Fact]) -> list[PropertyFacts]:
        """Facts with the resource as object, by property, then by label of the subject."""
        groups = _by_predicate(facts)
        predicates = sorted(groups, key=lambda predicate: self.term_label(predicate).text)
        return [
            PropertyFacts(
                predicate,
                self.term_label(predicate),
                False,
                tuple(sorted(groups[predicate], key=self._subject_order)),
            )
            for predicate in predicates
        ]

    def _subject_order(self, fact: Fact) -> tuple[str, str]:
        return self.notation(fact.subject) or "", self.label(fact.subject).text

    def _value_order(self, fact: Fact) -> tuple[bool, str, list[tuple[int, str]], str]:
        value = fact.object
        if isinstance(value, IRI):
            return False, "", natural(self.notation(value) or ""), self.label(value).text
        language = value.language if isinstance(value, Literal) else self.language
        return language != self.language, language or "", [], str(getattr(value, "value", value))


def _by_predicate(facts: Iterable[Fact]) -> dict[IRI, list[Fact]]:
    """Stated facts by property."""
    groups: dict[IRI, list[Fact]] = {}
    for fact in facts:
        if not fact.inferred:
            groups.setdefault(fact.predicate, []).append(fact)
    return groups


class FactsPage(EvidencePage):
    """The page of a described resource.

    A property is named by its CURIE. Methods with the parameter `of` read the resource by default,
    else one of its parts.
    """

    def __init__(
        self,
        site: Site,
        snapshot: Snapshot,
        language: str,
        description: Description,
        address_language: str | None = None,
    ) -> None:
        """`address_language`: the language in addresses of lists; None for none."""
        super().__init__(site, snapshot, language)
        self.description = description
        self.address_language = address_language
        self.iri = description.iri
        #: the last part of the resource's address: the value of a facet
        self.key = self.local_name(self.iri)

    @property
    def practices(self) -> KindIndex:
        """The index of practices."""
        return self.snapshot.listings.of("practice")

    def facts(self, curie: str, of: IRI | None = None) -> tuple[Fact, ...]:
        """The stated facts of a property, ordered by code and name of their values."""
        described = self.description.facts if of is None else self.description.parts.get(of, ())
        predicate = self.term(curie)
        facts = [fact for fact in described if fact.predicate == predicate and not fact.inferred]
        return tuple(sorted(facts, key=lambda fact: self.order(fact.object)))

    def documents(self) -> tuple[Fact, ...]:
        """The facts about source documents, those in the language of the page first."""
        return tuple(sorted(self.facts("dct:source"), key=self._is_in_other_language))

    def _is_in_other_language(self, fact: Fact) -> bool:
        """Whether a fact names no resource whose label is in the language of the page."""
        document = fact.object
        return not isinstance(document, IRI) or self.label(document).language != self.language

    def texts(self, curie: str, of: IRI | None = None) -> tuple[Fact, ...]:
        """The texts of a property in the language of the page, or in the next best one."""
        facts = self.facts(curie, of)
        best_text = choose(_literals(facts), self.language)
        if best_text is None:
            return ()
        return tuple(
            fact
            for fact in facts
            if isinstance(fact.object, Literal) and fact.object.language == best_text.language
        )

    def values(self, curie: str, of: IRI | None = None) -> tuple[IRI, ...]:
        """The resources that are values of a property."""
        return tuple(fact.object for fact in self.facts(curie, of) if isinstance(fact.object, IRI))

    def order(self, term: Term) -> tuple[list[tuple[int, str]], str]:
        """A sort key: the code of a resource, then its name; of a literal its text."""
        if isinstance(term, IRI):
            return natural(self.notation(term) or ""), self.label(term).text.casefold()
        return [], str(getattr(term, "value", term))

    def sorted(self, iris: Iterable[IRI]) -> tuple[IRI, ...]:
        """Resources ordered by code, then by name."""
        return tuple(sorted(iris, key=self.order))

    def summary(self) -> str:
        """The beginning of the resource's description, for link previews; else its label."""
        for curie in SUMMARIES:
            text = choose(self.description.texts(self.term(curie)), self.language)
            if text and text.value:
                return beginning(text.value, _SUMMARY_LENGTH)
        return beginning(self.label(self.iri).text, _SUMMARY_LENGTH)

    def having(self, facet: str, key: str | None = None) -> BitMap:
        """The row numbers of the practices that have a value of a facet: by default this resource."""
        return self.practices.postings(facet).get(self.key if key is None else key) or BitMap()

    def referring(self, kind: str, facet: str) -> tuple[IRI, ...]:
        """The resources of a kind that have this resource as a value of a facet, ordered by code and name."""
        index = self.snapshot.listings.of(kind)
        rows = BitMap()
        for column in index.facets:
            if column.name == facet:
                key = column.key(self.iri.value, self.site.addresses)
                rows |= index.postings(facet).get(key, BitMap())
        return self.sorted(index.iris(rows))

    def facet_values(self, item: Listed, name: str) -> tuple[IRI, ...]:
        """The resources that are values of a facet of a listed practice."""
        return tuple(self.practices.values(name, item.values.get(name, ())))

    def counted(self, facet: str, among: BitMap) -> tuple[tuple[IRI, int], ...]:
        """The values of a facet of some practices with the number of those that have it, the most frequent first."""
        index = self.practices
        rows_by_key = {key: rows & among for key, rows in index.postings(facet).items()}
        rows_by_key = {key: rows for key, rows in rows_by_key.items() if rows}
        counts = map(index.count, rows_by_key.values())
        counted_values = zip(index.values(facet, rows_by_key), counts, strict=True)
        return tuple(sorted(counted_values, key=lambda item: (-item[1], self.order(item[0]))))

    def list_address(self, facet: str, key: str | None = None) -> str:
        """The address of the list of the practices that have a value of a facet: by default this resource."""
        return self._list({facet: (self.key if key is None else key,)}).address()

    @cached_property
    def related(self) -> Related:
        """Related resources; none of a resource outside of all kinds, such as a concept scheme."""
        listings = self.snapshot.listings
        kind = self.iri.value.removeprefix(f"{self.site.addresses.base}id/").partition("/")[0]
        if kind not in KINDS or not listings.of(kind).rows([self.iri]):
            return Related()
        return related(listings, kind, self.iri)

    def facet_values_in_common(self) -> dict[str, list[tuple[SharedFacetValue, str | None]]]:
        """Resources in the same practices, by facet, each with the address of the list of these practices.

        The values of one facet are alternatives: no list has the practices with two given
        countries, so they have no address.
        """
        listed_by = self._listed_by
        groups: dict[str, list[tuple[SharedFacetValue, str | None]]] = {}
        for value in self.related.facet_values_in_common:
            address = None
            if value.facet != listed_by.facet:
                keys = {listed_by.facet: (listed_by.key,), value.facet: (value.key,)}
                address = self._list(keys).address()
            groups.setdefault(value.facet, []).append((value, address))
        return groups

    def year_address(self, year: int) -> str:
        """The address of the list of the practices of this resource in a year."""
        practices = self._list({self._listed_by.facet: (self._listed_by.key,)})
        return practices.changed(first_year=year, last_year=year).address()

    @property
    def undated_address(self) -> str:
        """The address of the list of the practices of this resource without dates."""
        keys = {self._listed_by.facet: (self._listed_by.key,), "state": (UNDATED,)}
        return self._list(keys).address()

    @property
    def _listed_by(self) -> FacetValue:
        """The facet value by which the practices of this resource are listed; empty for none."""
        return self.related.listed_by or FacetValue("", "")

    def _list(self, values: Mapping[str, tuple[str, ...]]) -> ListRequest:
        return ListRequest("practice", values, language=self.address_language)

    def box(self) -> tuple[BoxRow, ...]:
        """The rows of the fact box that have values, in the order of `properties`."""
        kind = self.site.addresses.kind_of(self.iri.value) or ""
        rows = (self._row(curie, form) for curie, form in box_of(kind))
        return tuple(row for row in rows if row.facts)

    def _row(self, curie: str, form: ValueForm) -> BoxRow:
        if form is ValueForm.PERIOD:
            return BoxRow(Label(gettext("When"), self.language), form, self._period_facts())
        facts = self.texts(curie) if form is ValueForm.TEXT else self.facts(curie)
        if form is ValueForm.QUANTITY:  # a sum precedes its parts
            facts = tuple(
                sorted(facts, key=lambda fact: natural(getattr(fact.object, "value", "")))
            )
        return BoxRow(self.term_label(self.term(curie)), form, facts)

    def _period_facts(self) -> tuple[Fact, ...]:
        """The facts of start and end of the resource; none where neither can be read as a date."""
        if not self.period().dated:
            return ()
        return tuple(fact for curie in _PERIOD_DATES for fact in self.facts(curie)[:1])

    def corridor(self, part: Term) -> Corridor:
        """The corridor of a part of the resource; of the resource itself for a literal."""
        iri = part if isinstance(part, IRI) else self.iri
        ends = tuple(country for curie in _CORRIDOR_ENDS for country in self.values(curie, iri))
        if ends:
            return Corridor(ends, directed=True)
        return Corridor(self.values("gcm:connectsCountry", iri), directed=False)

    def period(self, of: IRI | None = None) -> Period:
        """The period, as precise as it is stated."""
        start, end = (self._moment_of(curie, of) for curie in _PERIOD_DATES)
        return Period(start, end)

    def _moment_of(self, curie: str, of: IRI | None) -> Moment | None:
        """The first value of a property as a date."""
        facts = self.facts(curie, of)
        return Moment.parse(facts[0].object.value) if facts else None

    def quantity(self, fact: Fact) -> Quantity:
        """The quantity in the part that a fact names, or in its value."""
        part = fact.object
        if isinstance(part, Literal):
            return Quantity(readable(part, self.language), fact)
        if not isinstance(part, IRI):
            return Quantity("", fact)
        # a grant has an amount; a cost or result is one
        amount = next(iter(self.values("schema:amount", part)), part)
        number = next(iter(self.facts("schema:value", amount)), None)
        currency = next(iter(self.facts("schema:currency", amount)), None)
        bounds = (*self.values("gcm:bound", amount), *self.values("gcm:bound", part))
        units = _literals(self.texts("schema:unitText", amount))
        return Quantity(
            self._amount_text(number, currency),
            number if number is not None and number.evidence else fact,
            next(iter(bounds), None),
            next(iter(units), None),
            self.values("schema:funder", part),
        )

    def _amount_text(self, number: Fact | None, currency: Fact | None) -> str:
        if number is None or not isinstance(number.object, Literal):
            return ""
        if currency is None or not isinstance(currency.object, Literal):
            return readable(number.object, self.language)
        return money(number.object.value, currency.object.value, self.language)

    def cards(self, facet: str, limit: int = MAX_CARDS, *, without: str = "") -> ListPage:
        """The practices that have this resource as a value of a facet, by title.

        Those that have the resource also as a value of the facet `without` are left out.
        """
        list_request = self._list({facet: (self.key,)})
        permitted_rows = self.practices.everything - self.having(without) if without else None
        filters = Filters(list_request.values, only=permitted_rows)
        return ListPage(self, list_request, filters, limit)


def _literals(facts: Iterable[Fact]) -> list[Literal]:
    """The values of some facts that are literals."""
    return [fact.object for fact in facts if isinstance(fact.object, Literal)]
