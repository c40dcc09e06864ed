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

from gcmgraph.documents import DocumentText, Span, View, read_texts
from gcmgraph.errors import DataError, GcmGraphError, Place
from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.readings.compact import GUIDANCE, Wordings
from gcmgraph.readings.evidence import Statements, whole_text
from gcmgraph.readings.files import Reading, Readings, ReviewedPage
from gcmgraph.readings.statements import ReadingWriter
from gcmgraph.sources.register import Source

_UNVERIFIED = {
    "en": "The copy present at the build has another text than the one that was read: places were not verified.",
    "fr": "L’exemplaire présent lors de la construction a un autre texte que celui qui a été lu : lieux non vérifiés.",
    "es": "El ejemplar presente en la construcción tiene otro texto que el que se leyó: los lugares no se verificaron.",
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
_LETTER = re.compile(r"\s*(?:[-•*–■▪◦●]\s+)?\(?[a-zA-Z]\s*[.)]\s*")


class PresentDocuments:
    """Texts of documents by slug, from files that may be missing."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._read: dict[str, tuple[DocumentText, ...]] = {}

    def all_of(self, slug: str) -> tuple[DocumentText, ...]:
        """The texts of a source: one of a guidance page, several of the Compact; none where it has no text here."""
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
            yield (
                f"Documents without their text, which are used as if they were not present: "
                f"{', '.join(missing[:_NAMES])}{more}. Run `gcmreader text` (pip install 'gcmgraph[reader]')."
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
    resources = frozenset(q.subject for q in known if isinstance(q.subject, IRI))
    records: list[Record] = []
    problems = list(readings.problems)
    warnings: list[str] = []

    def add(reading: Reading, name: str, quads: Iterator[Quad]) -> bool:
        """Whether a record could be made of a reading."""
        try:
            _require_review(reading)
            records.append(Record(reading.file, name, tuple(dict.fromkeys(quads))))
        except GcmGraphError as error:
            problems.append(error)
            return False
        return True

    for page in readings.pages:
        texts = {language: text for language, v in page.documents.items() if (text := present.get(v.slug))}
        hashes = {language: text.document.text_sha256 for language, text in texts.items()}
        verified = {one: text for one, text in texts.items() if hashes[one] == page.documents[one].text_sha256}
        warnings += (
            f"{page.file}: The text of {page.documents[language].slug} that is present is not the one that was read; "
            "the reading is published without its words. Run `gcmgraph read` on the document to see what moved."
            for language in texts.keys() - verified
        )
        writer = ReadingWriter(page, page.documents, verified, resources, addresses)
        stated = writer.page_quads(page, wordings)
        documents = _document_quads(page, verified, texts.keys() - verified, wordings, sources, resources, addresses)
        if add(page, f"objective {page.objective}", chain(stated, documents)):
            for practice in page.practices:
                writer = ReadingWriter(practice, page.documents, verified, resources, addresses)
                add(practice, f"practice {practice.slug}", writer.practice_quads(practice))
    return Records(tuple(records), tuple(problems), tuple(warnings))


def _require_review(reading: Reading) -> None:
    if reading.review is None:
        raise DataError(
            "The reading is not reviewed.",
            place=Place(reading.file, 1),
            hint="Check it against the document and add 'reviewed: {by: …, on: YYYY-MM-DD}'.",
        )


def _document_quads(
    page: ReviewedPage,
    verified: Mapping[str, DocumentText],
    unverified: Collection[str],
    wordings: Wordings,
    register: Mapping[str, Source],
    known: Collection[IRI],
    addresses: Addresses,
) -> Iterator[Quad]:
    """Descriptions of a page's documents, and the blocks and actions of those that are present with the text read."""
    statements = Statements(addresses, page.documents, verified)
    for language, version in page.documents.items():
        title = page.title.get(language)
        words = _TITLES.get(language, "Objective {}: {}").format(page.objective, title.text) if title else None
        described = statements.source(language) in known
        source = register.get(version.slug)
        yield from statements.document_quads(language, words, GUIDANCE, source, described=described)
        if language in unverified:
            yield from statements.note(language, _UNVERIFIED)
    for language, entire in verified.items():
        for action in page.actions:
            iri = IRI(addresses.thing("action", f"{page.objective}{action.letter}"))
            for locator in action.places.get(language, ()):
                words = View.of(entire.document, [Span(locator.start, locator.end)]).shown
                words = words[match.end() :] if (match := _LETTER.match(words)) else words
                places = {language: (locator,)}
                wordings.state(statements, GUIDANCE, iri, "skos:definition", whole_text(words), places)
    yield from statements.quads()
