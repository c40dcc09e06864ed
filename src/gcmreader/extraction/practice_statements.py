"""A practice's reading as statements with evidence."""

from __future__ import annotations

from slugify import slugify

from gcmgraph.documents.views import Span
from gcmgraph.kinds import LONGEST_SLUG
from gcmgraph.model.terms import IRI, Literal, text, typed
from gcmgraph.names import fold
from gcmgraph.namespaces import Addresses
from gcmgraph.text.partial_dates import Moment
from gcmreader.extraction.clauses import Found
from gcmreader.extraction.document_reading import ReferenceData
from gcmreader.extraction.entities.named import Organisation
from gcmreader.extraction.evidence import Evidenced
from gcmreader.extraction.practices import PracticeReading


class PracticeWriter:
    """States the practices of one document."""

    def __init__(self, said: Evidenced, objective: IRI, reference: ReferenceData, addresses: Addresses) -> None:
        self._said = said
        self._objective = objective
        self._reference = reference
        self._addresses = addresses
        self._language = said.outline.language
        self._taken: dict[str, str] = {}
        self._not_reviewed = IRI(addresses.thing("concept", "review-status/not-reviewed"))

    def state(self, practice: PracticeReading) -> IRI:
        """State all that was read of a practice; its IRI."""
        said, v = self._said, self._said.v
        title = practice.title
        iri = self._candidate(_slug_of(title.value), str(title.span))
        said.state(iri, "rdf:type", v("gcm:Practice"), title.span)
        said.state(iri, "gcm:objective", self._objective, title.span)
        self._text(iri, "dct:title", title)
        self._text(iri, "dct:description", practice.description)
        if practice.short_name and practice.short_name.value != title.value:
            self._text(iri, "skos:altLabel", practice.short_name)
        for kind in practice.kinds:
            concept = IRI(self._addresses.thing("concept", f"practice-type/{kind.value}"))
            said.state(iri, "dct:type", concept, kind.span)
        self._roles(iri, practice)
        for country in practice.countries:
            said.state(iri, "gcm:country", country.value, country.span)
        self._moments(iri, practice.period.start, practice.period.end)
        self._funding(iri, practice)
        for outcome in practice.outcomes:
            self._text(iri, "gcm:outcome", outcome)
        if practice.binding:
            value = typed("true" if practice.binding.value else "false", "boolean")
            said.state(iri, "gcm:binding", value, practice.binding.span)
        self._event(iri, practice)
        self._citations(iri, practice)
        return iri

    def _roles(self, iri: IRI, practice: PracticeReading) -> None:
        """State leads and participants; who held an event within the practice is a participant."""
        told = _told(practice)
        for predicate, found in (
            *(("gcm:leadOrganisation", lead) for lead in practice.leads),
            *(("gcm:partnerOrganisation", partner) for partner in practice.partners),
        ):
            role = "gcm:involvesOrganisation" if told and found.span in told else predicate
            self._said.state(iri, role, self._organisation(found), found.span)
        for involved in practice.involved:
            self._said.state(iri, "gcm:involvesOrganisation", self._organisation(involved), involved.span)
        for itself in practice.itself:
            self._said.state(iri, "gcm:involvesOrganisation", itself.value, itself.span)

    def _candidate(self, slug: str, identity: str) -> IRI:
        """The address of something that no editor has reviewed: below this document, its own there."""
        return IRI(f"{self._said.document.value}/candidate/{self._own(slug, identity)}")

    def _own(self, slug: str, identity: str) -> str:
        """A slug that only one resource of this document has, numbered where two share it."""
        number = 1
        while self._taken.setdefault(slug + (f"-{number}" if number > 1 else ""), identity) != identity:
            number += 1
        return slug + (f"-{number}" if number > 1 else "")

    def _text(self, subject: IRI, predicate: str, found: Found[str]) -> None:
        self._said.state(subject, predicate, text(found.value, self._language), found.span)

    def _moments(self, subject: IRI, start: Found[Moment] | None, end: Found[Moment] | None) -> None:
        for predicate, found in (("schema:startDate", start), ("schema:endDate", end)):
            if found:
                self._said.state(subject, predicate, typed(str(found.value), found.value.datatype), found.span)

    def _funding(self, practice: IRI, reading: PracticeReading) -> None:
        if reading.amount is None:
            return
        said, v, span = self._said, self._said.v, reading.amount.span
        grant, amount = IRI(f"{practice.value}#funding"), IRI(f"{practice.value}#funding-amount")
        value = reading.amount.value.value
        number = typed(f"{value:f}", "integer" if value == value.to_integral_value() else "decimal")
        said.state(practice, "schema:funding", grant, span)
        said.state(grant, "rdf:type", v("schema:MonetaryGrant"), span)
        said.state(grant, "schema:amount", amount, span)
        said.state(amount, "rdf:type", v("schema:MonetaryAmount"), span)
        said.state(amount, "schema:value", number, span)
        said.state(amount, "schema:currency", Literal(reading.amount.value.currency), span)

    def _organisation(self, found: Found[Organisation]) -> IRI:
        """A known organisation's IRI; an unknown one becomes a candidate of this document, marked as not reviewed.

        A candidate never has the address of an organisation: it is `…/source/{document}/candidate/{name}`. A state has
        that of its government, `government-col`.
        """
        organisation = found.value
        if organisation.iri is not None:
            return organisation.iri
        said, v = self._said, self._said.v
        slug = organisation.slug
        government = IRI(self._addresses.thing("organisation", slug))
        if organisation.state is not None and government in self._reference.names.iris:
            return government
        identity = slug if organisation.state else fold(organisation.name).casefold()
        iri = self._candidate(slug, identity)
        said.state(iri, "rdf:type", v("gcm:Organisation"), found.span)
        said.state(iri, "adms:status", self._not_reviewed, found.span)
        said.state(iri, "skos:prefLabel", text(organisation.name, self._language), found.span)
        if organisation.acronym:
            said.state(iri, "gcm:acronym", text(organisation.acronym, self._language), found.span)
        return iri

    def _event(self, practice: IRI, reading: PracticeReading) -> None:
        if reading.event is None:
            return
        said, event = self._said, reading.event.value
        span = reading.event.span
        iri = IRI(f"{practice.value}#event-1")
        said.state(practice, "dct:hasPart", iri, span)
        said.state(iri, "rdf:type", said.v("schema:Event"), span)
        said.state(iri, "dct:title", text(event.title[0].upper() + event.title[1:], self._language), span)
        self._moments(iri, event.moment, event.moment)
        told = _told(reading)
        for predicate, found in (
            *(("schema:organizer", lead) for lead in reading.leads),
            *(("schema:contributor", partner) for partner in reading.partners),
        ):
            if told and found.span in told:
                said.state(iri, predicate, self._organisation(found), found.span)

    def _citations(self, practice: IRI, reading: PracticeReading) -> None:
        said = self._said
        for number, found in enumerate(reading.citations, start=1):
            iri = IRI(f"{practice.value}#reference-{number}")
            said.state(practice, "dct:references", iri, found.span)
            said.state(iri, "rdf:type", said.v("dct:BibliographicResource"), found.span)
            said.state(iri, "dct:bibliographicCitation", text(found.value.text, self._language), found.span)
            if found.value.creator is not None:
                said.state(iri, "dct:creator", found.value.creator, found.span)
            if found.value.year:
                said.state(iri, "dct:date", typed(found.value.year, "gYear"), found.span)


def _slug_of(name: str) -> str:
    return slugify(name, max_length=LONGEST_SLUG, word_boundary=True) or "unnamed"


def _told(practice: PracticeReading) -> Span | None:
    """Span of the event within a practice, from its date to its title; None without one."""
    if practice.event is None:
        return None
    title, date = practice.event.span, practice.event.value.moment.span
    return Span(min(date.start, title.start), max(date.end, title.end))
