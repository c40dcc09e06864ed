"""The facts of a document as quads, each with the passages that support it: a proposal, which is not published.

Terms are those of `docs/model.md`. What no editor has reviewed has an address below its document. Facts are in
`graph/source/{document}`, passages and evidence in `graph/evidence`, the description of the document in
`graph/provenance`.
"""

from __future__ import annotations

from collections.abc import Iterator

from slugify import slugify

from gcmgraph.documents import DocumentText, Span
from gcmgraph.kinds import LONGEST_SLUG
from gcmgraph.model.terms import IRI, Literal, Quad, Term, text, typed
from gcmgraph.names import fold
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.evidence import Statements
from gcmgraph.readings.files import DocumentVersion
from gcmgraph.readings.forms import Locator, Places
from gcmreader.extraction.clauses import Found
from gcmreader.extraction.document_reading import DocumentReading
from gcmreader.extraction.names import Organisation
from gcmreader.extraction.practices import PracticeReading, ReferenceData


def reading_quads(reading: DocumentReading, reference: ReferenceData, addresses: Addresses) -> Iterator[Quad]:
    """All quads of a document that was read."""
    proposal = _Proposal(reading, reference, addresses)
    proposal.state_objective()
    for practice in reading.practices:
        proposal.state_practice(practice)
    yield from proposal.quads()
    source, provenance = proposal.source(reading.language), IRI(addresses.graph("provenance"))
    title = reading.title.value if reading.title else reading.outline.document.slug
    yield from proposal.document_quads(reading.language, title, None, None, described=source in reference.documents)
    for subject in proposal.subjects:
        yield Quad(subject, proposal.v("dct:source"), source, provenance)


class _Proposal(Statements):
    """The statements of one document."""

    def __init__(self, reading: DocumentReading, reference: ReferenceData, addresses: Addresses) -> None:
        self.language, outline = reading.language, reading.outline
        self.document = outline.document
        version = DocumentVersion(self.document.slug, self.document.sha256, self.document.text_sha256)
        entire = DocumentText(self.document, self.language, outline.blocks)
        super().__init__(addresses, {self.language: version}, {self.language: entire})
        self.reading = reading
        self.reference = reference
        self.objective = self._iri("objective", str(reading.objective.value))
        #: what has a statement and an address of its own
        self.subjects: dict[IRI, None] = {}
        self._taken: dict[str, str] = {}

    def say(self, subject: IRI, predicate: str, obj: Term | str, span: Span) -> None:
        """State what the document says in a passage; a `str` is a text in its language."""
        if "#" not in subject.value:
            self.subjects[subject] = None
        value = text(obj, self.language) if isinstance(obj, str) else obj
        self.state(subject, predicate, value, self._at(span))

    def _at(self, span: Span) -> Places:
        return {self.language: (Locator.of(self.document, span.start, span.end),)}

    def _iri(self, kind: str, local: str) -> IRI:
        return IRI(self.addresses.thing(kind, local))

    def state_objective(self) -> None:
        """State the objective, its actions, and the goals and targets of the page, which a page never names."""
        reading, outline, number = self.reading, self.reading.outline, str(self.reading.objective.value)
        self.say(self.objective, "rdf:type", self.v("gcm:Objective"), reading.objective.span)
        self.say(self.objective, "skos:notation", Literal(number), reading.objective.span)
        if reading.title:
            self.say(self.objective, "skos:prefLabel", reading.title.value, reading.title.span)
        if outline.head.commitment is not None:
            commitment = outline.head.commitment
            self.say(self.objective, "gcm:commitment", commitment.shown, commitment.span())
        for action in reading.actions:
            iri = self._iri("action", f"{number}{action.letter}")
            self.say(iri, "rdf:type", self.v("gcm:Action"), action.span)
            self.say(iri, "skos:notation", Literal(f"{number}{action.letter}"), action.span)
            self.say(iri, "gcm:objective", self.objective, action.span)
            self.say(iri, "skos:definition", action.text.value, action.text.span)
            if action.label:  # the preferred label is the editors'
                self.say(iri, "skos:altLabel", action.label.value, action.label.span)
            for instrument in action.instruments:
                self.say(iri, "gcm:instrument", instrument.value, instrument.span)
        for goal in outline.goals:
            self.say(self.objective, "gcm:relevantGoal", self._iri("sdg", str(goal.number)), goal.span)
        for target in outline.targets:
            self.say(self.objective, "gcm:relevantTarget", self._iri("sdg", target.code), target.span)

    def state_practice(self, practice: PracticeReading) -> None:
        """State all that was read of a practice."""
        title = practice.title
        iri = self._candidate(_slug_of(title.value), str(title.span))
        self.say(iri, "rdf:type", self.v("gcm:Practice"), title.span)
        self.say(iri, "gcm:objective", self.objective, title.span)
        self.say(iri, "dct:title", title.value, title.span)
        self.say(iri, "dct:description", practice.description.value, practice.description.span)
        for kind in practice.kinds:
            self.say(iri, "dct:type", self._iri("concept", f"practice-type/{kind.value}"), kind.span)
        for predicate, organisations in (
            ("gcm:leadOrganisation", practice.leads),
            ("gcm:partnerOrganisation", practice.partners),
            ("gcm:involvesOrganisation", practice.involved),
        ):
            for found in organisations:
                self.say(iri, predicate, self._organisation(found), found.span)
        for itself in practice.itself:
            self.say(iri, "gcm:involvesOrganisation", itself.value, itself.span)
        for country in practice.countries:
            self.say(iri, "gcm:country", country.value, country.span)
        for predicate, date in (("schema:startDate", practice.period.start), ("schema:endDate", practice.period.end)):
            if date:
                self.say(iri, predicate, typed(str(date.value), date.value.datatype), date.span)
        self._funding(iri, practice)
        self._citations(iri, practice)

    def _candidate(self, slug: str, identity: str) -> IRI:
        """An address below the document; of two resources with one slug, the second has a number."""
        number, own = 1, slug
        while self._taken.setdefault(own, identity) != identity:
            number += 1
            own = f"{slug}-{number}"
        return IRI(f"{self.source(self.language).value}/candidate/{own}")

    def _organisation(self, found: Found[Organisation]) -> IRI:
        """A known organisation's address; an unknown one becomes a candidate of the document, not reviewed.

        A state has the address of its government, `government-col`.
        """
        organisation = found.value
        government = self._iri("organisation", organisation.slug)
        if organisation.iri is not None:
            return organisation.iri
        if organisation.state is not None and government in self.reference.names.iris:
            return government
        iri = self._candidate(
            organisation.slug, organisation.slug if organisation.state else fold(organisation.name).casefold()
        )
        self.say(iri, "rdf:type", self.v("gcm:Organisation"), found.span)
        self.say(iri, "adms:status", self._iri("concept", "review-status/not-reviewed"), found.span)
        self.say(iri, "skos:prefLabel", organisation.name, found.span)
        if organisation.acronym:
            self.say(iri, "gcm:acronym", organisation.acronym, found.span)
        return iri

    def _funding(self, practice: IRI, reading: PracticeReading) -> None:
        if reading.amount is not None:
            places, amount = self._at(reading.amount.span), reading.amount.value
            grant = self.node(practice, "schema:funding", "funding", "schema:MonetaryGrant", places)
            node = IRI(f"{grant.value}-amount")
            self.state(grant, "schema:amount", node, places)
            self.money(node, places, f"{amount.value:f}", amount.currency)

    def _citations(self, practice: IRI, reading: PracticeReading) -> None:
        for position, found in enumerate(reading.citations, start=1):
            name, places = f"reference-{position}", self._at(found.span)
            node = self.node(practice, "dct:references", name, "dct:BibliographicResource", places)
            self.say(node, "dct:bibliographicCitation", found.value.text, found.span)
            if found.value.creator is not None:
                self.say(node, "dct:creator", found.value.creator, found.span)
            if found.value.year:
                self.say(node, "dct:date", typed(found.value.year, "gYear"), found.span)


def _slug_of(name: str) -> str:
    return slugify(name, max_length=LONGEST_SLUG, word_boundary=True) or "unnamed"
