"""Facts of a resource in reading order."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gcmgraph.model.terms import IRI, BlankNode, Literal, Vocabulary
from gcmgraph.publication.describe.description import Description, Fact
from gcmgraph.publication.describe.provenance import Proof, StatementOrigin
from gcmgraph.publication.naming.labels import LABEL_PROPERTIES, Label, choose
from gcmgraph.store.embedded.changed import ChangedStore
from gcmgraph.text.ordering import natural
from gcmgraph.web.i18n.names import ORIGIN_NAMES, READER_NAMES
from gcmgraph.web.resources.evidence import PageEvidence
from gcmgraph.web.resources.statement_links import feedback_link
from gcmgraph.web.services import Site
from gcmgraph.web.snapshot import Snapshot
from gcmgraph.web.templating.page import Page
from gcmgraph.web.visualisation.maps import CountryMap, resource_map
from gcmgraph.web.visualisation.network import NetworkDrawing, drawing_around

#: Properties in reading order; all others follow by their labels.
READING_ORDER = (
    "oa:exact", "skos:prefLabel", "dct:title", "rdfs:label", "skos:altLabel", "gcm:acronym", "skos:notation",
    "gcm:commitment", "skos:definition", "gcm:wording", "dct:description", "gcm:outcome", "gcm:objective",
    "dct:isPartOf", "gcm:supportsAction", "dct:type", "eli:type_document", "gcm:leadOrganisation",
    "gcm:partnerOrganisation", "gcm:involvesOrganisation", "gcm:country", "dct:spatial", "schema:containedInPlace",
    "gcm:originCountry", "gcm:destinationCountry", "gcm:donorCountry", "gcm:connectsCountry", "gcm:involvesCountry",
    "gcm:corridor",
    "eli:jurisdiction", "gcm:legalBasis", "gcm:instrument", "gcm:principle",
    "org:member", "org:role", "gcm:participant", "gcm:bindingAction", "gcm:signatureDate", "gcm:bindingDate",
    "gcm:asOf", "schema:startDate", "schema:endDate", "schema:funding", "schema:funder", "schema:amount", "gcm:bound",
    "schema:value", "schema:currency", "schema:unitText", "schema:result", "gcm:plannedResult", "gcm:cost",
    "gcm:areaOfWork", "gcm:targetAudience", "dct:hasPart", "dct:replaces", "dct:references", "dct:source",
    "dct:dateAccepted", "skos:editorialNote", "sh:message", "sh:description",
)  # fmt: skip

#: Properties with long texts as values.
_LONG = (
    *("oa:exact", "gcm:commitment", "skos:definition", "dct:description", "gcm:outcome"),
    "skos:editorialNote",
)

#: Maximum number of characters of a summary.
_SUMMARY = 200


@dataclass(frozen=True)
class PropertyFacts:
    """The facts of one property."""

    predicate: IRI
    label: Label
    long: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class PartTable:
    """Parts of a resource as rows, their properties as columns."""

    columns: dict[IRI, Label]
    rows: dict[IRI, dict[IRI, PropertyFacts]]


class ResourcePage(Page):
    """Facts of a resource for its page, with their evidence."""

    def __init__(self, site: Site, snapshot: Snapshot, language: str) -> None:
        super().__init__(site, snapshot, language)
        self.evidence = PageEvidence(snapshot.store, site.addresses, snapshot.notes, language)
        v = Vocabulary(site.addresses)
        self._rank = {v(curie): rank for rank, curie in enumerate(READING_ORDER)}
        self._long = {v(curie) for curie in _LONG}
        self._naming = {v(curie) for curie in LABEL_PROPERTIES}
        self._organisation = v("gcm:Organisation")
        self._summaries = [v(curie) for curie in ("dct:description", "gcm:commitment", "skos:definition", "oa:exact")]

    def origin_name(self, origin: StatementOrigin) -> str:
        """The name of an origin."""
        return str(ORIGIN_NAMES[origin.kind])

    def reader_name(self, proof: Proof) -> str:
        """The name of the reader of a statement."""
        return str(READER_NAMES[proof.reader])

    def feedback(self, fact: Fact, graph: IRI) -> str | None:
        """The path of the form for a remark on a statement; None for one that is not published or of another site."""
        if isinstance(self._snapshot.store, ChangedStore):
            return None
        return feedback_link(self._site.addresses, fact, graph)

    def row_graphs(self, row: Mapping[IRI, PropertyFacts]) -> list[IRI]:
        """The graphs of the facts in a row of a table of parts."""
        return self.evidence.graphs(fact for group in row.values() for fact in group.facts)

    def fact_graphs(self, facts: Iterable[Fact]) -> list[IRI]:
        """The graphs of some facts."""
        return self.evidence.graphs(facts)

    def by_property(self, facts: Iterable[Fact], *, names: bool = False) -> list[PropertyFacts]:
        """Stated facts grouped by property in reading order, without types and inferred facts.

        The label in the heading is only included with `names`, so that its evidence has a row.
        """
        groups: dict[IRI, list[Fact]] = {}
        for fact in facts:
            nameless = isinstance(fact.object, BlankNode)  # lists in shapes, which only the RDF has
            if not (fact.inferred or nameless or fact.predicate == self._type):
                groups.setdefault(fact.predicate, []).append(fact)
        if not names:
            groups = {p: g for p, g in groups.items() if len(g) > 1 or p not in self._naming}
        return sorted(
            (
                PropertyFacts(predicate, self.term_label(predicate), predicate in self._long, self._ordered(group))
                for predicate, group in groups.items()
            ),
            key=lambda group: self._reading_order(group.predicate),
        )

    def loose_parts(self, description: Description) -> PartTable | None:
        """A table of the parts that refer to their whole, and to which neither the whole nor a part refers."""
        facts = [*description.facts, *(fact for part in description.parts.values() for fact in part)]
        named = {fact.object for fact in facts}
        rows = {
            part: {
                group.predicate: group
                for group in self.by_property((f for f in own if f.object != description.iri), names=True)
            }
            for part, own in description.parts.items()
            if part not in named
        }
        columns = {predicate: group.label for row in rows.values() for predicate, group in row.items()}
        ordered = sorted(columns, key=self._reading_order)
        return PartTable({predicate: columns[predicate] for predicate in ordered}, rows) if rows else None

    def _reading_order(self, predicate: IRI) -> tuple[int, str]:
        return self._rank.get(predicate, len(self._rank)), self.term_label(predicate).text.casefold()

    def inbound(self, facts: Iterable[Fact]) -> list[PropertyFacts]:
        """Facts with the resource as object, by property, then by label of the subject."""
        groups: dict[IRI, list[Fact]] = {}
        for fact in facts:
            if not fact.inferred:
                groups.setdefault(fact.predicate, []).append(fact)
        return [
            PropertyFacts(
                predicate,
                self.term_label(predicate),
                False,
                tuple(sorted(group, key=lambda f: (self.notation(f.subject) or "", self.label(f.subject).text))),
            )
            for predicate, group in sorted(groups.items(), key=lambda item: self.term_label(item[0]).text)
        ]

    def summary(self, description: Description) -> str:
        """The beginning of the resource's description, for link previews; else its label."""
        texts = (choose(description.texts(predicate), self.language) for predicate in self._summaries)
        text = next((text.value for text in texts if text), None) or self.label(description.iri).text
        return textwrap.shorten(text, _SUMMARY, placeholder=" …")

    def map_of(self, description: Description) -> CountryMap | None:
        """The map of a resource; None where it has none."""
        return resource_map(self._site, self._snapshot, description)

    def network_of(self, description: Description) -> NetworkDrawing | None:
        """The drawing of an organisation's partners; None for other resources, or without partners."""
        if self._organisation not in description.values(self._type):
            return None
        return drawing_around(self._site, self._snapshot, description.iri, self.language)

    def _ordered(self, facts: list[Fact]) -> tuple[Fact, ...]:
        def key(fact: Fact) -> tuple[bool, str, list[tuple[int, str]], str]:
            value = fact.object
            if isinstance(value, Literal):
                return value.language != self.language, value.language or "", [], value.value
            if isinstance(value, IRI):
                return False, "", natural(self.notation(value) or ""), self.label(value).text
            return False, "", [], value.value

        return tuple(sorted(facts, key=key))
