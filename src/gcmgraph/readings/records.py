"""Readings as records: quads by page and practice, so that one with a problem can be held back.

The texts of documents that are present on this machine are read when first needed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from gcmgraph.platform.errors import DataError, GcmGraphError, Place
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad
from gcmgraph.readings.compact_texts import GUIDANCE, Wordings, whole_text
from gcmgraph.readings.evidence import Statements
from gcmgraph.readings.files import (
    Reading,
    Readings,
    ReviewedAction,
    ReviewedPage,
    ReviewedPractice,
)
from gcmgraph.readings.reading_writer import ReadingWriter
from gcmgraph.sources.register import Source
from gcmgraph.sources.source_texts import DocumentText, Span
from gcmgraph.sources.text_files import read_texts
from gcmgraph.sources.text_views import View

_UNVERIFIED = {
    "en": "The copy present at the build has another text than the one that was read: "
    "places were not verified.",
    "fr": "L’exemplaire présent lors de la construction a un autre texte que celui qui a été lu : "
    "lieux non vérifiés.",
    "es": "El ejemplar presente en la construcción tiene otro texto que el que se leyó: "
    "los lugares no se verificaron.",
}
#: Maximum number of names in one warning.
_NAMES = 6
#: The title of a guidance page in the languages of the guidance.
_TITLES = {
    "en": "Objective {}: {} (guidance page)",
    "fr": "Objectif {} : {} (page d’orientation)",
    "es": "Objetivo {}: {} (página de orientación)",
}
#: The letter of an action, and the marks of a list around it.
_LETTER = re.compile(r"\A\s*(?:[-•*–■▪◦●]\s+)?\(?[a-zA-Z]\s*[.)]\s*")


class PresentDocuments:
    """Texts of documents by slug, from files that may be missing."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._read: dict[str, tuple[DocumentText, ...]] = {}

    def all_of(self, slug: str) -> tuple[DocumentText, ...]:
        """The texts of a source: one of a guidance page, several of the Compact.

        Empty where it has no text here.
        """
        if slug not in self._files:
            return ()
        if slug not in self._read:
            self._read[slug] = read_texts(self._files[slug])
        return self._read[slug]

    def get(self, slug: str) -> DocumentText | None:
        """The text of a document; None where it has none here."""
        return next(iter(self.all_of(slug)), None)

    def warnings(self) -> Iterator[str]:
        """One sentence on the documents that were requested and are present without their text."""
        missing = sorted(slug for slug, texts in self._read.items() if not texts)
        if missing:
            more = f" and {len(missing) - _NAMES} more" if len(missing) > _NAMES else ""
            names = ", ".join(missing[:_NAMES])
            yield (
                "Documents without their text, which are used as if they were not present: "
                f"{names}{more}. Run `gcmreader text` (pip install 'gcmgraph[reader]')."
            )


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
    """The records of all readings, the problems of those left out, and warnings."""

    records: tuple[Record, ...]
    problems: tuple[GcmGraphError, ...]
    warnings: tuple[str, ...]


def read_records(
    readings: Readings,
    present: PresentDocuments,
    reference_quads: Iterable[Quad],
    addresses: Addresses,
    register: Iterable[Source] = (),
    wordings: Wordings | None = None,
) -> Records:
    """The records of readings, which may name what `reference_quads` describe. A reading without a review is left out.

    `wordings` has the texts of the Compact that were stated before, and receives those of the
    guidance.
    """
    wordings = wordings or Wordings(addresses, reference_quads)
    sources = {source.name: source for source in register}
    resources = frozenset(quad.subject for quad in reference_quads if isinstance(quad.subject, IRI))
    context = _Context(present, resources, sources, wordings, addresses)
    records: list[Record] = []
    problems = list(readings.problems)
    warnings: list[str] = []
    for page in readings.pages:
        texts = context.texts_of(page)
        warnings += texts.warnings()
        try:
            records.append(context.page_record(page, texts))
        except GcmGraphError as error:
            problems.append(error)
            continue
        for practice in page.practices:
            try:
                records.append(context.practice_record(practice, page, texts))
            except GcmGraphError as error:
                problems.append(error)
    return Records(tuple(records), tuple(problems), tuple(warnings))


@dataclass(frozen=True)
class _PageTexts:
    """The texts of a page that are present, by language: those that were read, and other ones."""

    page: ReviewedPage
    verified: Mapping[str, DocumentText]
    unverified: Collection[str]

    def warnings(self) -> Iterator[str]:
        """One sentence for each text that is not the one that was read."""
        for language in self.unverified:
            slug = self.page.documents[language].slug
            yield (
                f"{self.page.file}: The text of {slug} that is present is not the one that was "
                "read; the reading is published without its words. Run `gcmgraph read` on the "
                "document to see what moved."
            )


@dataclass(frozen=True)
class _Context:
    """Values that the records of all readings are made with."""

    present: PresentDocuments
    #: what the reference data describes
    resources: Collection[IRI]
    #: rows of the register by name
    register: Mapping[str, Source]
    wordings: Wordings
    addresses: Addresses

    def texts_of(self, page: ReviewedPage) -> _PageTexts:
        """The texts of a page that are present."""
        verified: dict[str, DocumentText] = {}
        unverified: list[str] = []
        for language, version in page.documents.items():
            text = self.present.get(version.slug)
            if text is None:
                continue
            if text.document.text_sha256 == version.text_sha256:
                verified[language] = text
            else:
                unverified.append(language)
        return _PageTexts(page, verified, unverified)

    def page_record(self, page: ReviewedPage, texts: _PageTexts) -> Record:
        """The record of a page without its practices. Raises `DataError`."""
        _require_review(page)
        quads = chain(
            self._writer(page, page, texts).page_quads(page, self.wordings),
            self._document_quads(page, texts),
        )
        return Record(page.file, f"objective {page.objective}", tuple(dict.fromkeys(quads)))

    def practice_record(
        self, practice: ReviewedPractice, page: ReviewedPage, texts: _PageTexts
    ) -> Record:
        """The record of a practice of a page. Raises `DataError`."""
        _require_review(practice)
        quads = self._writer(practice, page, texts).practice_quads(practice)
        return Record(practice.file, f"practice {practice.slug}", tuple(dict.fromkeys(quads)))

    def _writer(self, reading: Reading, page: ReviewedPage, texts: _PageTexts) -> ReadingWriter:
        return ReadingWriter(
            reading, page.documents, texts.verified, self.resources, self.addresses
        )

    def _document_quads(self, page: ReviewedPage, texts: _PageTexts) -> Iterator[Quad]:
        """Descriptions of a page's documents.

        Blocks and actions of those that are as they were read.
        """
        statements = Statements(self.addresses, page.documents, texts.verified)
        for language, version in page.documents.items():
            yield from statements.document_quads(
                language,
                _title_of_document(page, language),
                GUIDANCE,
                self.register.get(version.slug),
                described=statements.source(language) in self.resources,
            )
            if language in texts.unverified:
                yield from statements.note(language, _UNVERIFIED)
        for language, document_text in texts.verified.items():
            for action in page.actions:
                self._state_action(statements, page, action, language, document_text)
        yield from statements.quads()

    def _state_action(
        self,
        statements: Statements,
        page: ReviewedPage,
        action: ReviewedAction,
        language: str,
        document_text: DocumentText,
    ) -> None:
        """State the text of an action in a language, without its letter."""
        iri = statements.iri("action", f"{page.objective}{action.letter}")
        for locator in action.places.get(language, ()):
            span = Span(locator.start, locator.end)
            words = _LETTER.sub("", View.of(document_text.document, [span]).shown)
            self.wordings.state(
                statements,
                GUIDANCE,
                iri,
                "skos:definition",
                whole_text(words),
                {language: (locator,)},
            )


def _require_review(reading: Reading) -> None:
    if reading.review is None:
        raise DataError(
            "The reading is not reviewed.",
            place=Place(reading.file, 1),
            hint="Check it against the document and add 'reviewed: {by: …, on: YYYY-MM-DD}'.",
        )


def _title_of_document(page: ReviewedPage, language: str) -> str | None:
    """The title of a guidance page: `Objective 3: … (guidance page)`; None without a title."""
    title = page.title.get(language)
    if title is None:
        return None
    return _TITLES.get(language, "Objective {}: {}").format(page.objective, title.text)
