"""Facts of a document as quads, with the passages that support each.

They are a proposal, which is not published. Terms are those of `docs/model.md`. What no editor has
reviewed has an address below its document. Facts are in `graph/source/{document}`, passages and
evidence in `graph/evidence`, the description of the document in `graph/provenance`.
"""

from __future__ import annotations

from collections.abc import Iterator

from slugify import slugify

from gcmgraph.lexicon.names_in_texts import fold
from gcmgraph.model.kinds import LONGEST_SLUG
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, text, typed
from gcmgraph.readings.evidence import Statements
from gcmgraph.readings.files import DocumentVersion
from gcmgraph.readings.locators import Locator, Places
from gcmgraph.sources.source_texts import DocumentText, Span
from gcmreader.extraction.budgets import Amount
from gcmreader.extraction.citations import CitedWork
from gcmreader.extraction.document_facts import ActionReading, DocumentReading
from gcmreader.extraction.organisations import Organisation
from gcmreader.extraction.passages import Extracted
from gcmreader.extraction.periods import Period
from gcmreader.extraction.practices import PracticeReading
from gcmreader.extraction.reference_data import ReferenceData


def reading_quads(
    reading: DocumentReading, reference: ReferenceData, addresses: Addresses
) -> Iterator[Quad]:
    """All quads of a document that was read."""
    proposal = _Proposal(reading, reference, addresses)
    proposal.state_objective()
    for practice in reading.practices:
        proposal.state_practice(practice)
    yield from proposal.quads()
    source = proposal.source(reading.language)
    title = reading.title.value if reading.title else reading.outline.document.slug
    described = source in reference.documents
    yield from proposal.document_quads(reading.language, title, None, None, described=described)
    provenance = IRI(addresses.graph("provenance"))
    for subject in proposal.subjects:
        yield Quad(subject, proposal.v("dct:source"), source, provenance)


class _Proposal(Statements):
    """The statements of one document."""

    def __init__(
        self, reading: DocumentReading, reference: ReferenceData, addresses: Addresses
    ) -> None:
        self.language = reading.language
        self.document = reading.outline.document
        version = DocumentVersion(
            self.document.slug, self.document.sha256, self.document.text_sha256
        )
        document_text = DocumentText(self.document, self.language, reading.outline.blocks)
        super().__init__(addresses, {self.language: version}, {self.language: document_text})
        self.reading = reading
        self.reference = reference
        self.number = str(reading.objective.value)
        self.objective = self.iri("objective", self.number)
        #: resources that have a statement and an address of their own
        self.subjects: dict[IRI, None] = {}
        #: what the resources below the document are, by slug
        self._identities: dict[str, str] = {}

    def state_extracted(self, subject: IRI, predicate: str, obj: Term | str, span: Span) -> None:
        """State a fact of a passage; a `str` is a text in the language of the document."""
        if "#" not in subject.value:
            self.subjects[subject] = None
        value = text(obj, self.language) if isinstance(obj, str) else obj
        self.state(subject, predicate, value, self._places(span))

    def _places(self, span: Span) -> Places:
        return {self.language: (Locator.of(self.document, span.start, span.end),)}

    def state_objective(self) -> None:
        """State the objective, its actions, and the goals and targets of its page."""
        state = self.state_extracted
        objective = self.objective
        span = self.reading.objective.span
        state(objective, "rdf:type", self.v("gcm:Objective"), span)
        state(objective, "skos:notation", Literal(self.number), span)
        title = self.reading.title
        if title:
            state(objective, "skos:prefLabel", title.value, title.span)
        outline = self.reading.outline
        commitment = outline.head.commitment
        if commitment is not None:
            state(objective, "gcm:commitment", commitment.shown, commitment.span())
        for action in self.reading.actions:
            self._state_action(action)
        for goal in outline.goals:
            state(objective, "gcm:relevantGoal", self.iri("sdg", str(goal.number)), goal.span)
        for target in outline.targets:
            state(objective, "gcm:relevantTarget", self.iri("sdg", target.code), target.span)

    def _state_action(self, action: ActionReading) -> None:
        state = self.state_extracted
        notation = f"{self.number}{action.letter}"
        iri = self.iri("action", notation)
        state(iri, "rdf:type", self.v("gcm:Action"), action.span)
        state(iri, "skos:notation", Literal(notation), action.span)
        state(iri, "gcm:objective", self.objective, action.span)
        state(iri, "skos:definition", action.text.value, action.text.span)
        if action.label:  # the preferred label is the editors'
            state(iri, "skos:altLabel", action.label.value, action.label.span)
        for instrument in action.instruments:
            state(iri, "gcm:instrument", instrument.value, instrument.span)

    def state_practice(self, practice: PracticeReading) -> None:
        """State all that was read of a practice."""
        state = self.state_extracted
        title = practice.title
        iri = self._candidate_iri(_slug_of(title.value), str(title.span))
        state(iri, "rdf:type", self.v("gcm:Practice"), title.span)
        state(iri, "gcm:objective", self.objective, title.span)
        state(iri, "dct:title", title.value, title.span)
        state(iri, "dct:description", practice.description.value, practice.description.span)
        for kind in practice.kinds:
            concept = self.iri("concept", f"practice-type/{kind.value}")
            state(iri, "dct:type", concept, kind.span)
        self._state_organisations(iri, practice)
        for country in practice.countries:
            state(iri, "gcm:country", country.value, country.span)
        self._state_period(iri, practice.period)
        if practice.amount is not None:
            self._state_amount(iri, practice.amount)
        for number, work in enumerate(practice.citations, start=1):
            self._state_citation(iri, f"reference-{number}", work)

    def _state_organisations(self, practice_iri: IRI, practice: PracticeReading) -> None:
        organisations_by_role = {
            "gcm:leadOrganisation": practice.leads,
            "gcm:partnerOrganisation": practice.partners,
            "gcm:involvesOrganisation": practice.involved,
        }
        for predicate, organisations in organisations_by_role.items():
            for organisation in organisations:
                iri = self._organisation(organisation)
                self.state_extracted(practice_iri, predicate, iri, organisation.span)
        for itself in practice.itself:
            self.state_extracted(
                practice_iri, "gcm:involvesOrganisation", itself.value, itself.span
            )

    def _state_period(self, practice_iri: IRI, period: Period) -> None:
        dates = {"schema:startDate": period.start, "schema:endDate": period.end}
        for predicate, date in dates.items():
            if date:
                literal = typed(str(date.value), date.value.datatype)
                self.state_extracted(practice_iri, predicate, literal, date.span)

    def _state_amount(self, practice_iri: IRI, extracted: Extracted[Amount]) -> None:
        amount = extracted.value
        places = self._places(extracted.span)
        grant = self.node(practice_iri, "schema:funding", "funding", "schema:MonetaryGrant", places)
        node = IRI(f"{grant.value}-amount")
        self.state(grant, "schema:amount", node, places)
        self.money(node, places, f"{amount.value:f}", amount.currency)

    def _state_citation(self, practice_iri: IRI, name: str, work: Extracted[CitedWork]) -> None:
        state = self.state_extracted
        places = self._places(work.span)
        node = self.node(practice_iri, "dct:references", name, "dct:BibliographicResource", places)
        state(node, "dct:bibliographicCitation", work.value.text, work.span)
        if work.value.creator is not None:
            state(node, "dct:creator", work.value.creator, work.span)
        if work.value.year:
            state(node, "dct:date", typed(work.value.year, "gYear"), work.span)

    def _candidate_iri(self, slug: str, identity: str) -> IRI:
        """An address below the document, for a resource that is known by `identity`.

        Of two resources with one slug, the second has a number.
        """
        number = 1
        unique_slug = slug
        while self._identities.setdefault(unique_slug, identity) != identity:
            number += 1
            unique_slug = f"{slug}-{number}"
        return IRI(f"{self.source(self.language).value}/candidate/{unique_slug}")

    def _organisation(self, extracted: Extracted[Organisation]) -> IRI:
        """A known organisation's address.

        An unknown one becomes a candidate of the document, not reviewed.

        A state has the address of its government, `government-col`.
        """
        organisation = extracted.value
        if organisation.iri is not None:
            return organisation.iri
        identity = fold(organisation.name).casefold()
        if organisation.state is not None:
            government = self.iri("organisation", organisation.slug)
            if government in self.reference.names.iris:
                return government
            identity = organisation.slug
        state = self.state_extracted
        iri = self._candidate_iri(organisation.slug, identity)
        not_reviewed = self.iri("concept", "review-status/not-reviewed")
        state(iri, "rdf:type", self.v("gcm:Organisation"), extracted.span)
        state(iri, "adms:status", not_reviewed, extracted.span)
        state(iri, "skos:prefLabel", organisation.name, extracted.span)
        if organisation.acronym:
            state(iri, "gcm:acronym", organisation.acronym, extracted.span)
        return iri


def _slug_of(name: str) -> str:
    return slugify(name, max_length=LONGEST_SLUG, word_boundary=True) or "unnamed"
