"""Readings as records: quads by page and practice, so that one with a problem can be held back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gcmgraph.documents.texts import DocumentText
from gcmgraph.documents.views import Span, View
from gcmgraph.errors import DataError, GcmGraphError, Place
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.evidence import Statements, whole_text
from gcmgraph.readings.files import Readings
from gcmgraph.readings.model import ReviewedPage, ReviewedPractice
from gcmgraph.readings.source_documents import block_quads, unverified_quads, version_quads
from gcmgraph.readings.sources import PresentDocuments
from gcmgraph.readings.statements import KnownResources, page_quads, practice_quads
from gcmgraph.readings.wordings import GUIDANCE, Wordings
from gcmgraph.sources.register import Source

#: The letter of an action, and the marks of a list around it.
_LETTER = re.compile(r"\s*(?:[-•*–■▪◦●]\s+)?\(?[a-zA-Z]\s*[.)]\s*")


@dataclass(frozen=True)
class Record:
    """One reading as quads: its file, and its name in messages."""

    file: str
    name: str
    quads: tuple[Quad, ...]

    @cached_property
    def subjects(self) -> frozenset[IRI]:
        """Everything that the record states something of."""
        return frozenset(quad.subject for quad in self.quads if isinstance(quad.subject, IRI))


@dataclass(frozen=True)
class Records:
    """The records of all readings, what is wrong with those left out, and what is worth a warning."""

    records: tuple[Record, ...]
    problems: tuple[GcmGraphError, ...]
    warnings: tuple[str, ...]


def read_records(
    readings: Readings,
    present: PresentDocuments,
    known: Iterable[Quad],
    addresses: Addresses,
    register: Iterable[Source] = (),
    wordings: Wordings | None = None,
) -> Records:
    """The records of readings, given the reference data. A reading without a review is left out.

    `wordings` has the texts of the Compact that were stated before, and receives those of the guidance.
    """
    wordings = wordings or Wordings(addresses, known)
    sources = {source.name: source for source in register}
    resources = KnownResources(frozenset(q.subject for q in known if isinstance(q.subject, IRI)))
    records: list[Record] = []
    problems = list(readings.problems)
    warnings: list[str] = []
    for page in readings.pages:
        documents = _PageDocuments.of(page, present, sources, resources, wordings, addresses)
        warnings += documents.warnings
        try:
            _require_review(page)
            quads = (*page_quads(page, documents.statements(), wordings, resources, addresses), *documents.quads())
        except GcmGraphError as error:
            problems.append(error)
            continue
        records.append(Record(page.file, f"objective {page.objective}", tuple(dict.fromkeys(quads))))
        for practice in page.practices:
            try:
                _require_review(practice)
                quads = tuple(practice_quads(practice, documents.statements(), resources, addresses))
            except GcmGraphError as error:
                problems.append(error)
            else:
                records.append(Record(practice.file, f"practice {practice.slug}", tuple(dict.fromkeys(quads))))
    return Records(tuple(records), tuple(problems), tuple(warnings))


def action_labels(readings: Readings, addresses: Addresses) -> dict[tuple[IRI, str], str]:
    """The short label of each action by language: the preferred names for whoever reads a document again."""
    return {
        (IRI(addresses.thing("action", f"{page.objective}{action.letter}")), language): label
        for page in readings.pages
        for action in page.actions
        for language, label in action.label.items()
    }


def _require_review(reading: ReviewedPage | ReviewedPractice) -> None:
    if reading.review is None:
        raise DataError(
            "The reading is not reviewed.",
            place=Place(reading.file, 1),
            hint="Check it against the document and add 'reviewed: {by: …, on: YYYY-MM-DD}'.",
        )


@dataclass(frozen=True)
class _PageDocuments:
    """The documents of a page: all of them by version, and those present with the recorded text."""

    page: ReviewedPage
    addresses: Addresses
    register: Mapping[str, Source]
    known: KnownResources
    wordings: Wordings
    present: Mapping[str, DocumentText]
    #: languages whose document is present with another text than the recorded one
    unverified: frozenset[str]
    warnings: tuple[str, ...]

    @classmethod
    def of(
        cls,
        page: ReviewedPage,
        present: PresentDocuments,
        register: Mapping[str, Source],
        known: KnownResources,
        wordings: Wordings,
        addresses: Addresses,
    ) -> _PageDocuments:
        found: dict[str, DocumentText] = {}
        warnings: list[str] = []
        unverified: set[str] = set()
        for language, version in page.documents.items():
            text = present.get(version.slug)
            if text is None:
                continue
            if text.document.text_sha256 == version.text_sha256:
                found[language] = text
                continue
            unverified.add(language)
            warnings.append(
                f"{page.file}: The text of {version.slug} that is present is not the one that was read; the reading is "
                "published without its words. Run `gcmgraph read` on the document to see what moved."
            )
        return cls(page, addresses, register, known, wordings, found, frozenset(unverified), tuple(warnings))

    def statements(self) -> Statements:
        """An empty collection of statements over the documents."""
        return Statements(self.addresses, self.page.documents, self.present)

    def quads(self) -> Iterator[Quad]:
        """Descriptions of the documents, and the texts and blocks of those that are present."""
        for language, version in self.page.documents.items():
            text = self.present.get(language)
            yield from version_quads(
                version,
                self.register.get(version.slug),
                _titles(self.page, language),
                language,
                text.document if text else None,
                self.addresses,
                GUIDANCE,
                described=IRI(self.addresses.thing("source", version.slug)) in self.known.iris,
            )
            if language in self.unverified:
                yield from unverified_quads(version, self.addresses)
            if text is not None:
                yield from block_quads(text, language, self.addresses)
                yield from self._definitions(language, text)

    def _definitions(self, language: str, text: DocumentText) -> Iterator[Quad]:
        """The full texts of the actions, from their places."""
        statements = self.statements()
        for action in self.page.actions:
            for locator in action.places.get(language, ()):
                words = View.of(text.document, [Span(locator.start, locator.end)]).shown
                words = words[match.end() :] if (match := _LETTER.match(words)) else words
                iri = IRI(self.addresses.thing("action", f"{self.page.objective}{action.letter}"))
                places = {language: (locator,)}
                self.wordings.state(statements, GUIDANCE, iri, "skos:definition", whole_text(words), places)
        yield from statements.quads()


#: The title of a guidance page in the languages of the guidance.
_TITLES = {
    "en": "Objective {}: {} (guidance page)",
    "fr": "Objectif {} : {} (page d’orientation)",
    "es": "Objetivo {}: {} (página de orientación)",
}


def _titles(page: ReviewedPage, language: str) -> Mapping[str, str]:
    """The title of a page's document, in its language."""
    placed = page.title.get(language)
    words = _TITLES.get(language, "Objective {}: {}")
    return {language: words.format(page.objective, placed.text)} if placed else {}
