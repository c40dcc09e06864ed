"""All facts of one document (objective, actions, practices, SDG targets), as quads with the passages that support each.

They are a proposal, which is not published. Terms are those of `docs/model.md`. What no editor has
reviewed has an address below its document. Facts are in `graph/source/{document}`, passages and
evidence in `graph/evidence`, the description of the document in `graph/provenance`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from slugify import slugify

from gcmgraph.lexicon.names_in_texts import fold
from gcmgraph.model.kinds import LONGEST_SLUG
from gcmgraph.platform.errors import ExtractionError
from gcmgraph.platform.similarity import nearest
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Term, text, typed
from gcmgraph.readings.evidence import Statements
from gcmgraph.readings.files import DocumentVersion
from gcmgraph.readings.forms import Locator, Places
from gcmgraph.sources.source_texts import Document, DocumentText, Span, View
from gcmreader.documents.parts import ActionItem, Outline
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.organisations import Organisation
from gcmreader.extraction.passages import Extracted
from gcmreader.extraction.practices import PracticeReading, read_practice
from gcmreader.extraction.reference_data import ReferenceData
from gcmreader.lexicon import in_all_languages, lexicon_for

#: Minimum similarity (0 to 100) of a title and an objective's known title.
_ALIKE = 90
#: The least part of a heading that a known title within it must be.
_LEAST_SHARE = 0.6
#: Minimum similarity (0 to 100) of a printed target and the United Nations' text; below it, the
#: text deviates.
_SAME_TARGET = 80


@dataclass(frozen=True)
class ActionReading:
    """Facts of one action."""

    letter: str
    #: the whole item, which says that there is such an action
    span: Span
    label: Extracted[str] | None
    text: Extracted[str]
    instruments: tuple[Extracted[IRI], ...]


@dataclass(frozen=True)
class Deviation:
    """A difference between the page and the reference data: the text of a target, the letter of an action."""

    #: `target 10.7`, `action j`
    about: str
    printed: str
    #: the text or letter of the reference data
    expected: str
    span: Span
    #: the target whose text the page prints under this number; None where it is like no other's
    instead: str | None = None


@dataclass(frozen=True)
class DocumentReading:
    """Facts of a document."""

    outline: Outline
    objective: Extracted[int]
    #: the title in the spelling of the reference data where that knows it
    title: Extracted[str] | None
    actions: tuple[ActionReading, ...]
    practices: tuple[PracticeReading, ...]
    deviations: tuple[Deviation, ...] = ()

    @property
    def language(self) -> str:
        """The language of the document."""
        return self.outline.language


def read_facts(
    document: Document,
    reference: ReferenceData,
    objective: int | None = None,
    language: str | None = None,
) -> DocumentReading:
    """Facts of a document. Raises `DocumentError` or `ExtractionError`; then nothing was read.

    `objective` and `language` settle what the document does not say clearly itself.
    """
    return read_outline(segment(document, language), reference, objective)


def read_outline(
    outline: Outline, reference: ReferenceData, objective: int | None = None
) -> DocumentReading:
    """Read a document. Raises `ExtractionError` where it contradicts itself or the reference data.

    `objective` settles which objective the document is of; without it the document's own words do,
    then its name (`objective-14.fr`).
    """
    number, title = _objective(outline, reference, objective)
    _require_known_targets(outline, reference)
    lexicon = lexicon_for(outline.language)
    return DocumentReading(
        outline,
        number,
        title,
        tuple(_action(item, reference) for item in outline.actions),
        tuple(
            read_practice(practice, outline.document, reference, lexicon)
            for practice in outline.practices
        ),
        tuple(_deviations(outline, reference)),
    )


def _action(item: ActionItem, reference: ReferenceData) -> ActionReading:
    label = Extracted(item.label.shown, item.label.span()) if item.label else None
    mentions = reversed(reference.instruments.mentions(item.text.text))
    instruments = {m.iri: Extracted(m.iri, item.text.span(m.start, m.end)) for m in mentions}
    text = Extracted(item.text.shown, item.text.span())
    return ActionReading(item.letter, item.span, label, text, tuple(instruments.values())[::-1])


def _objective(
    outline: Outline, reference: ReferenceData, given: int | None
) -> tuple[Extracted[int], Extracted[str] | None]:
    head = outline.head
    known = {number for number, _ in reference.titles}
    titles = [*head.titles, *([View.joined(head.titles)] if len(head.titles) > 1 else [])]
    by_title = next(
        (hit for title in titles if (hit := _title_hit(title, outline.language, reference))), None
    )
    anchor = next(iter((*head.number_spans, *(title.span() for title in head.titles))), None)
    named = re.search(
        rf"(?:{in_all_languages('headings', 'objective')})-0*(\d+)", outline.document.slug
    )
    number = (
        given
        or head.number
        or (by_title[0] if by_title else None)
        or (int(named[1]) if named else None)
    )
    if number is None or number not in known:
        raise ExtractionError(
            f"There is no objective {number}."
            if number
            else "The objective of this document cannot be recognised.",
            place=outline.document.place(anchor.start if anchor else 0),
            hint="Objectives go from 1 to 23: give --objective N, or name the file objective-NN.LANGUAGE.md.",
        )
    if by_title and by_title[0] != number and not given:
        raise ExtractionError(
            f"The document says objective {number}, but its title is that of objective {by_title[0]}.",
            place=outline.document.place(by_title[2].start),
            hint="Correct the one or the other, or give --objective N.",
        )
    if by_title and by_title[0] == number:
        span = head.number_spans[0] if head.number_spans else by_title[2]
        return Extracted(number, span), Extracted(by_title[1], by_title[2])
    best = min(head.titles, key=lambda title: title.shown.isupper(), default=None)
    shown = best.shown.capitalize() if best and best.shown.isupper() else best.shown if best else ""
    return Extracted(number, anchor or outline.blocks[0].span), Extracted(
        shown, best.span()
    ) if best else None


def _title_hit(
    title: View, language: str, reference: ReferenceData
) -> tuple[int, str, Span] | None:
    """The objective whose title in this language a heading is, with the title as the reference data spells it."""
    choices = {
        index: fold(literal.value).casefold()
        for index, (_, literal) in enumerate(reference.titles)
        if literal.language == language
    }
    text = fold(title.text).casefold()
    hit = process.extractOne(text, choices, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    # a badge, such as a number and a short name, may go before a title
    hit = hit or process.extractOne(
        text,
        {
            index: choice
            for index, choice in choices.items()
            if len(choice) > _LEAST_SHARE * len(text)
        },
        scorer=fuzz.partial_ratio,
        score_cutoff=_ALIKE,
    )
    if hit is None:
        return None
    number, literal = reference.titles[hit[2]]
    return number, literal.value, title.span()


def _deviations(outline: Outline, reference: ReferenceData) -> Iterator[Deviation]:
    """The differences between the page and the reference data; the page never overrules that."""
    for misprint in outline.misprints:
        yield Deviation(f"action {misprint.read}", misprint.printed, misprint.read, misprint.span)
    texts = {
        code: fold(text).casefold()
        for (code, language), text in reference.target_texts.items()
        if language == outline.language and "." in code
    }
    for target in outline.targets:
        printed = fold(target.text.text).casefold() if target.text else ""
        if (
            target.text is None
            or fuzz.ratio(printed, texts.get(target.code, printed)) >= _SAME_TARGET
        ):
            continue
        like = process.extractOne(printed, texts, scorer=fuzz.ratio, score_cutoff=_SAME_TARGET)
        yield Deviation(
            f"target {target.code}",
            target.text.shown,
            reference.target_texts[target.code, outline.language],
            target.text.span(),
            like[2] if like else None,
        )


def _require_known_targets(outline: Outline, reference: ReferenceData) -> None:
    for target in outline.targets:
        if target.code not in reference.targets:
            near = nearest(target.code, sorted(reference.targets))
            raise ExtractionError(
                f"{target.code} is no SDG target.",
                place=outline.document.place(target.span.start),
                hint=f"Did you mean {near[0]}?" if near else None,
            )


def reading_quads(
    reading: DocumentReading, reference: ReferenceData, addresses: Addresses
) -> Iterator[Quad]:
    """All quads of a document that was read."""
    proposal = _Proposal(reading, reference, addresses)
    proposal.state_objective()
    for practice in reading.practices:
        proposal.state_practice(practice)
    yield from proposal.quads()
    source, provenance = proposal.source(reading.language), IRI(addresses.graph("provenance"))
    title = reading.title.value if reading.title else reading.outline.document.slug
    yield from proposal.document_quads(
        reading.language, title, None, None, described=source in reference.documents
    )
    for subject in proposal.subjects:
        yield Quad(subject, proposal.v("dct:source"), source, provenance)


class _Proposal(Statements):
    """The statements of one document."""

    def __init__(
        self, reading: DocumentReading, reference: ReferenceData, addresses: Addresses
    ) -> None:
        self.language, outline = reading.language, reading.outline
        self.document = outline.document
        version = DocumentVersion(
            self.document.slug, self.document.sha256, self.document.text_sha256
        )
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
        return IRI(self.addresses.resource(kind, local))

    def state_objective(self) -> None:
        """State the objective, its actions, and the goals and targets of the page, which a page never names."""
        reading, outline, number = (
            self.reading,
            self.reading.outline,
            str(self.reading.objective.value),
        )
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
            self.say(
                self.objective, "gcm:relevantGoal", self._iri("sdg", str(goal.number)), goal.span
            )
        for target in outline.targets:
            self.say(
                self.objective, "gcm:relevantTarget", self._iri("sdg", target.code), target.span
            )

    def state_practice(self, practice: PracticeReading) -> None:
        """State all that was read of a practice."""
        title = practice.title
        iri = self._candidate(_slug_of(title.value), str(title.span))
        self.say(iri, "rdf:type", self.v("gcm:Practice"), title.span)
        self.say(iri, "gcm:objective", self.objective, title.span)
        self.say(iri, "dct:title", title.value, title.span)
        self.say(iri, "dct:description", practice.description.value, practice.description.span)
        for kind in practice.kinds:
            self.say(
                iri, "dct:type", self._iri("concept", f"practice-type/{kind.value}"), kind.span
            )
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
        for predicate, date in (
            ("schema:startDate", practice.period.start),
            ("schema:endDate", practice.period.end),
        ):
            if date:
                self.say(iri, predicate, typed(str(date.value), date.value.datatype), date.span)
        if practice.amount is not None:
            places, amount = self._at(practice.amount.span), practice.amount.value
            grant = self.node(iri, "schema:funding", "funding", "schema:MonetaryGrant", places)
            node = IRI(f"{grant.value}-amount")
            self.state(grant, "schema:amount", node, places)
            self.money(node, places, f"{amount.value:f}", amount.currency)
        for position, work in enumerate(practice.citations, start=1):
            name, places = f"reference-{position}", self._at(work.span)
            node = self.node(iri, "dct:references", name, "dct:BibliographicResource", places)
            self.say(node, "dct:bibliographicCitation", work.value.text, work.span)
            if work.value.creator is not None:
                self.say(node, "dct:creator", work.value.creator, work.span)
            if work.value.year:
                self.say(node, "dct:date", typed(work.value.year, "gYear"), work.span)

    def _candidate(self, slug: str, identity: str) -> IRI:
        """An address below the document; of two resources with one slug, the second has a number."""
        number, own = 1, slug
        while self._taken.setdefault(own, identity) != identity:
            number += 1
            own = f"{slug}-{number}"
        return IRI(f"{self.source(self.language).value}/candidate/{own}")

    def _organisation(self, found: Extracted[Organisation]) -> IRI:
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
            organisation.slug,
            organisation.slug if organisation.state else fold(organisation.name).casefold(),
        )
        self.say(iri, "rdf:type", self.v("gcm:Organisation"), found.span)
        self.say(iri, "adms:status", self._iri("concept", "review-status/not-reviewed"), found.span)
        self.say(iri, "skos:prefLabel", organisation.name, found.span)
        if organisation.acronym:
            self.say(iri, "gcm:acronym", organisation.acronym, found.span)
        return iri


def _slug_of(name: str) -> str:
    return slugify(name, max_length=LONGEST_SLUG, word_boundary=True) or "unnamed"
