"""The page of a described resource: its facts in reading order, and their evidence.

A page shows one dataset version in one language. Its blocks are rows of a fact box with the
statements that they show, amounts and numbers in words, and practices as cards.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import NamedTuple
from urllib.parse import quote

from flask_babel import gettext
from pyroaring import BitMap

from gcmgraph.model.kinds import KINDS
from gcmgraph.model.properties import PROPERTIES, SUMMARIES, ValueForm, box_of
from gcmgraph.platform.dates import Moment, Period
from gcmgraph.platform.text import beginning, natural
from gcmgraph.publication import descriptions
from gcmgraph.publication.descriptions import Description, Evidence, Fact, Label, choose
from gcmgraph.publication.lists.index import Filters, KindIndex, Listed
from gcmgraph.publication.lists.related import FacetValue, Related, SharedFacetValue, related
from gcmgraph.publication.provenance import (
    Notes,
    OriginKind,
    Origins,
    StatementEvidence,
    StatementOrigin,
)
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, BlankNode, Literal, Term, Vocabulary
from gcmgraph.store.port import Store
from gcmgraph.translations import SOURCE_LANGUAGE, preference
from gcmgraph.web.browse.page import ListPage, ListRequest
from gcmgraph.web.http.links import foreign_link, local_path
from gcmgraph.web.i18n import money, readable
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page


@dataclass(frozen=True)
class PropertyFacts:
    """The facts of one property."""

    predicate: IRI
    label: Label
    long: bool
    facts: tuple[Fact, ...]


class EvidencePage(Page):
    """Terms and statements of one dataset version in one language, with the evidence of the statements."""

    def __init__(self, site: Site, snapshot: Snapshot, language: str) -> None:
        super().__init__(site, snapshot, language)
        self.evidence = PageEvidence(snapshot.store, site.addresses, snapshot.notes, language)
        v = Vocabulary(site.addresses)
        self._rank = {v(row.curie): rank for rank, row in enumerate(PROPERTIES)}
        self._long = {v(row.curie) for row in PROPERTIES if row.long}
        self._naming = {v(curie) for curie in descriptions.LABEL_PROPERTIES}
        self._type = v("rdf:type")

    def feedback(self, fact: Fact, graph: IRI) -> str | None:
        """The path of the form for a remark on a statement; None for one that is not published or of another site."""
        page = (
            local_path(self.site.addresses, fact.subject.value) if self.snapshot.published else None
        )
        if page is None:
            return None
        key = statement_key(fact.subject, fact.predicate, fact.object, graph)
        return f"/feedback?page={quote(page)}&statement={key}"

    def by_property(self, facts: Iterable[Fact], *, names: bool = False) -> list[PropertyFacts]:
        """Stated facts grouped by property in reading order, without types and inferred facts.

        The label in the heading is only included with `names`, so that its evidence has a row.
        """
        # lists in shapes are blank nodes, which only the RDF has
        shown = (
            fact
            for fact in facts
            if not isinstance(fact.object, BlankNode) and fact.predicate != self._type
        )
        groups = _by_predicate(shown)
        if not names:
            groups = {p: g for p, g in groups.items() if len(g) > 1 or p not in self._naming}
        return [
            PropertyFacts(
                p,
                self.term_label(p),
                p in self._long,
                tuple(sorted(groups[p], key=self._value_order)),
            )
            for p in sorted(groups, key=self._reading_order)
        ]

    def loose_parts(
        self, description: Description
    ) -> tuple[dict[IRI, Label], dict[IRI, dict[IRI, PropertyFacts]]] | None:
        """Parts that refer to their whole, and to which neither the whole nor a part refers.

        Their properties are the columns of a table, they are its rows.
        """
        facts = [
            *description.facts,
            *(fact for part in description.parts.values() for fact in part),
        ]
        named = {fact.object for fact in facts}
        rows = {
            part: {
                group.predicate: group
                for group in self.by_property(
                    (f for f in own if f.object != description.iri), names=True
                )
            }
            for part, own in description.parts.items()
            if part not in named
        }
        columns = {
            predicate: group.label for row in rows.values() for predicate, group in row.items()
        }
        return (
            ({p: columns[p] for p in sorted(columns, key=self._reading_order)}, rows)
            if rows
            else None
        )

    def _reading_order(self, predicate: IRI) -> tuple[int, str]:
        return self._rank.get(predicate, len(self._rank)), self.term_label(
            predicate
        ).text.casefold()

    def inbound(self, facts: Iterable[Fact]) -> list[PropertyFacts]:
        """Facts with the resource as object, by property, then by label of the subject."""
        groups = _by_predicate(facts)
        return [
            PropertyFacts(
                predicate,
                self.term_label(predicate),
                False,
                tuple(sorted(groups[predicate], key=self._subject)),
            )
            for predicate in sorted(groups, key=lambda predicate: self.term_label(predicate).text)
        ]

    def _subject(self, fact: Fact) -> tuple[str, str]:
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


#: Maximum number of characters before and after a quotation.
_AROUND = 200

#: End of a sentence or a line.
_STOP = re.compile(r"[.!?…؟。！？](?=\s)|\n")


_Key = tuple[IRI, IRI, Term, tuple[str, ...]]


def _key_of(fact: Fact) -> _Key:
    return fact.subject, fact.predicate, fact.object, fact.graphs


class PageEvidence:
    """Evidence of the statements of one page."""

    def __init__(
        self, store: Store, addresses: Addresses, notes: Notes, language: str = SOURCE_LANGUAGE
    ) -> None:
        """`language`: that of the reader, whose quotations are first."""
        self._addresses = addresses
        self._rank = preference(language)
        self._origins = Origins(store, addresses, notes)
        self._passage = cache(descriptions.EvidenceIndex(store, addresses).passage)
        self._found: dict[_Key, tuple[StatementOrigin, ...]] = {}
        self._written: dict[_Key, str] = {}
        self._store = store
        v = Vocabulary(addresses)
        self._files, self._pages = v("dcat:downloadURL"), v("foaf:page")

    def of(self, fact: Fact) -> tuple[StatementOrigin, ...]:
        """Origins of a statement, those with passages first; passages in the language of the reader first."""
        key = _key_of(fact)
        if key not in self._found:
            origins = self._origins.of(fact)
            self._found[key] = tuple(
                replace(each, evidence=self._ordered(each.evidence)) for each in origins
            )
        return self._found[key]

    def written(self, fact: Fact, macro: Callable[..., str], *values: object) -> str:
        """The text of a macro about a statement, written once for the box above and the list of all statements."""
        key = _key_of(fact)
        if key not in self._written:
            self._written[key] = macro(fact, *values)
        return self._written[key]

    def _ordered(self, proofs: tuple[StatementEvidence, ...]) -> tuple[StatementEvidence, ...]:
        return tuple(
            sorted(proofs, key=lambda proof: self._rank(proof.evidence.passage.language or ""))
        )

    def graphs(self, facts: Iterable[Fact]) -> list[IRI]:
        """Graphs of some statements, without those of inferred statements."""
        found = {IRI(graph) for fact in facts for graph in fact.graphs if graph}
        stated = [
            graph for graph in found if self._origins.kind(graph)[0] is not OriginKind.INFERRED
        ]
        return sorted(stated, key=lambda graph: graph.value)

    def link(self, evidence: Evidence) -> str | None:
        """The path of the passage in the page of its document; None for an external document."""
        source = evidence.passage.source
        path = local_path(self._addresses, source.value) if source is not None else None
        return path + self.reference(evidence) if path is not None else None

    def published(self, passage: descriptions.DocumentPassage) -> str | None:
        """The web address of the document of a passage; None where none is stated.

        A PDF opens at the page of the passage by its fragment, `#page=3`
        (https://www.rfc-editor.org/rfc/rfc3778#section-3).
        """
        if passage.source is None:
            return None
        for predicate in (self._files, self._pages):
            stated = (triple.object for triple in self._store.triples(passage.source, predicate))
            links = sorted(
                link for iri in stated if isinstance(iri, IRI) and (link := foreign_link(iri.value))
            )
            if links:
                at_page = predicate == self._files and passage.page and "#" not in links[0]
                return f"{links[0]}#page={passage.page}" if at_page else links[0]
        return None

    def reference(self, evidence: Evidence) -> str:
        """The relative reference from the page of a document to a passage in it."""
        name, key = evidence.passage.name, descriptions.evidence_key(evidence.iri)
        query = f"statement={key}" if re.fullmatch(r"[\w.-]+", key, re.ASCII) else f"passage={name}"
        return f"?{query}#passage-{name}"

    def around(self, passage: descriptions.DocumentPassage) -> tuple[str, str]:
        """The words of its sentence before and after a quotation, within its block."""
        block = self._passage(passage.within) if passage.within is not None else None
        text, start = (block.exact or "", block.start) if block is not None else ("", 0)
        begin, end = passage.start - start, passage.end - start
        if begin < 0 or text[begin:end] != passage.exact:  # offsets of another text
            return "", ""
        return _tail(text[:begin]), _head(text[end:])


def _tail(text: str) -> str:
    """The incomplete last sentence of a text."""
    stops = [stop.end() for stop in _STOP.finditer(text)]
    tail = text[stops[-1] :].lstrip() if stops else text
    return (
        tail
        if len(tail) <= _AROUND
        else f"… {tail[-_AROUND:].partition(' ')[2] or tail[-_AROUND:]}"
    )


def _head(text: str) -> str:
    """The rest of the sentence in which a text begins."""
    stop = _STOP.search(text)
    head = text[: stop.end()].rstrip("\n") if stop else text
    return (
        head if len(head) <= _AROUND else f"{head[:_AROUND].rpartition(' ')[0] or head[:_AROUND]} …"
    )


def statement_key(subject: object, predicate: IRI, value: object, graph: IRI) -> str:
    """The key of a statement among those of its subject."""
    return hashlib.blake2b(
        f"{subject} {predicate} {value} {graph}".encode(), digest_size=6
    ).hexdigest()


#: Maximum number of characters of a summary.
_SUMMARY = 200

#: Limit on the cards of a page: a list of more has a page of its own.
MAX_CARDS = 12

#: Countries of a corridor whose direction is stated, from and to.
_ENDS = ("gcm:originCountry", "gcm:destinationCountry")

#: Start and end of a period.
_DATES = ("schema:startDate", "schema:endDate")


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


class BoxRow(NamedTuple):
    """The statements of one property, whose values are written in one form."""

    label: Label
    form: ValueForm
    facts: tuple[Fact, ...]


class FactsPage(EvidencePage):
    """The page of a described resource."""

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
        """The stated facts of a property of the resource, or of one of its parts, ordered by code and name."""
        facts = self.description.facts if of is None else self.description.parts.get(of, ())
        predicate = self.term(curie)
        found = [fact for fact in facts if fact.predicate == predicate and not fact.inferred]
        return tuple(sorted(found, key=lambda fact: self.order(fact.object)))

    def documents(self) -> tuple[Fact, ...]:
        """The facts about source documents, those in the language of the page first."""
        facts = self.facts("dct:source")
        ours = [
            f
            for f in facts
            if isinstance(f.object, IRI) and self.label(f.object).language == self.language
        ]
        return (*ours, *(fact for fact in facts if fact not in ours))

    def texts(self, curie: str, of: IRI | None = None) -> tuple[Fact, ...]:
        """The texts of a property in the language of the page, or in the next best one."""
        facts = self.facts(curie, of)
        best = choose(
            (fact.object for fact in facts if isinstance(fact.object, Literal)), self.language
        )
        return tuple(
            f
            for f in facts
            if best and isinstance(f.object, Literal) and f.object.language == best.language
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
        texts = (
            choose(self.description.texts(self.term(curie)), self.language) for curie in SUMMARIES
        )
        text = next((text.value for text in texts if text), None) or self.label(self.iri).text
        return beginning(text, _SUMMARY)

    # lists

    def having(self, facet: str, key: str | None = None) -> BitMap:
        """The row numbers of the practices that have a value of a facet: by default this resource."""
        return self.practices.postings(facet).get(self.key if key is None else key) or BitMap()

    def referring(self, kind: str, facet: str) -> tuple[IRI, ...]:
        """The resources of a kind that have this resource as a value of a facet, ordered by code and name."""
        index = self.snapshot.listings.of(kind)
        keys = (
            found.key(self.iri.value, self.site.addresses)
            for found in index.facets
            if found.name == facet
        )
        return self.sorted(
            index.iris(row for key in keys for row in index.postings(facet).get(key, ()))
        )

    def facet_values(self, item: Listed, name: str) -> tuple[IRI, ...]:
        """The resources that are values of a facet of a listed practice."""
        return tuple(self.practices.values(name, item.values.get(name, ())))

    def counted(self, facet: str, among: BitMap) -> tuple[tuple[IRI, int], ...]:
        """The values of a facet of some practices with the number of those that have it, the most frequent first."""
        index = self.practices
        having = {key: rows & among for key, rows in index.postings(facet).items() if rows & among}
        counts = zip(index.values(facet, having), map(index.count, having.values()), strict=True)
        return tuple(sorted(counts, key=lambda item: (-item[1], self.order(item[0]))))

    def list_address(self, facet: str, key: str | None = None) -> str:
        """The address of the list of the practices that have a value of a facet: by default this resource."""
        return self._list({facet: (self.key if key is None else key,)}).address()

    @cached_property
    def related(self) -> Related:
        """Related resources; none of a resource outside of all kinds, such as a concept scheme."""
        kind = self.iri.value.removeprefix(f"{self.site.addresses.base}id/").partition("/")[0]
        known = kind in KINDS and self.snapshot.listings.of(kind).rows([self.iri])
        return related(self.snapshot.listings, kind, self.iri) if known else Related()

    def facet_values_in_common(self) -> dict[str, list[tuple[SharedFacetValue, str | None]]]:
        """Resources in the same practices, by facet, each with the address of the list of these practices."""
        listed_by = self._listed_by
        groups: dict[str, list[tuple[SharedFacetValue, str | None]]] = {}
        for value in self.related.facet_values_in_common:
            address = None
            # the values of one facet are alternatives: no list has the practices with two given
            # countries
            if value.facet != listed_by.facet:
                keys = {listed_by.facet: (listed_by.key,), value.facet: (value.key,)}
                address = self._list(keys).address()
            groups.setdefault(value.facet, []).append((value, address))
        return groups

    def year_address(self, year: int) -> str:
        """The address of the list of the practices of this resource in a year."""
        practices = self._list({self._listed_by.facet: (self._listed_by.key,)})
        return practices.but(first_year=year, last_year=year).address()

    @property
    def _listed_by(self) -> FacetValue:
        """The facet value by which the practices of this resource are listed; empty for none."""
        return self.related.listed_by or FacetValue("", "")

    def _list(self, values: Mapping[str, tuple[str, ...]]) -> ListRequest:
        return ListRequest("practice", values, language=self.address_language)

    # fact boxes

    def box(self) -> tuple[BoxRow, ...]:
        """The rows of the fact box that have values, in the order of `properties`."""
        kind = self.site.addresses.kind_of(self.iri.value) or ""
        rows = (self._row(curie, form) for curie, form in box_of(kind))
        return tuple(row for row in rows if row.facts)

    def _row(self, curie: str, form: ValueForm) -> BoxRow:
        if form is ValueForm.PERIOD:
            dates = (fact for end in _DATES for fact in self.facts(end)[:1] if self.period().dated)
            return BoxRow(Label(gettext("When"), self.language), form, tuple(dates))
        facts = self.texts(curie) if form is ValueForm.TEXT else self.facts(curie)
        if form is ValueForm.QUANTITY:  # a sum precedes its parts
            facts = tuple(
                sorted(facts, key=lambda fact: natural(getattr(fact.object, "value", "")))
            )
        return BoxRow(self.term_label(self.term(curie)), form, facts)

    def corridor(self, part: Term) -> tuple[tuple[IRI, ...], bool]:
        """The countries of a corridor, and whether they are those of origin and destination."""
        iri = part if isinstance(part, IRI) else self.iri
        ends = tuple(country for role in _ENDS for country in self.values(role, iri))
        return ends or self.values("gcm:connectsCountry", iri), bool(ends)

    def period(self, of: IRI | None = None) -> Period:
        """The period of the resource or of one of its parts, as precise as it is stated."""
        stated = (self.facts(curie, of) for curie in _DATES)
        return Period(*(Moment.parse(facts[0].object.value) if facts else None for facts in stated))

    def quantity(self, fact: Fact) -> Quantity:
        """The quantity in the part that a fact names, or in its value."""
        part = fact.object
        if not isinstance(part, IRI):
            return Quantity(
                readable(part, self.language) if isinstance(part, Literal) else "", fact
            )
        # a grant has an amount; a cost or result is one
        stated = next(iter(self.values("schema:amount", part)), part)
        number = next(iter(self.facts("schema:value", stated)), None)
        bounds = (*self.values("gcm:bound", stated), *self.values("gcm:bound", part))
        units = [
            fact.object
            for fact in self.texts("schema:unitText", stated)
            if isinstance(fact.object, Literal)
        ]
        return Quantity(
            self._amount(number, next(iter(self.facts("schema:currency", stated)), None)),
            number if number is not None and number.evidence else fact,
            next(iter(bounds), None),
            next(iter(units), None),
            self.values("schema:funder", part),
        )

    def _amount(self, number: Fact | None, currency: Fact | None) -> str:
        if number is None or not isinstance(number.object, Literal):
            return ""
        if currency is None or not isinstance(currency.object, Literal):
            return readable(number.object, self.language)
        return money(number.object.value, currency.object.value, self.language)

    # cards

    def cards(self, facet: str, most: int = MAX_CARDS, *, without: str = "") -> ListPage:
        """The practices that have this resource as a value of a facet, and not as one of another, by title."""
        asked = self._list({facet: (self.key,)})
        only = self.practices.everything - self.having(without) if without else None
        return ListPage(self, asked, Filters(asked.values, only=only), most)
