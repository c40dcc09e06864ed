"""All facts of one document: its objective, actions, practices and SDG targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from gcmgraph.lexicon.names_in_texts import fold
from gcmgraph.platform.errors import ExtractionError
from gcmgraph.platform.similarity import nearest
from gcmgraph.rdf.terms import IRI
from gcmgraph.sources.source_texts import Document, Span
from gcmgraph.sources.text_views import View
from gcmreader.documents.outline import ActionItem, Outline
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.passages import Extracted, once
from gcmreader.extraction.practices import PracticeReading, read_practice
from gcmreader.extraction.reference_data import ReferenceData
from gcmreader.lexicon import in_all_languages, lexicon_for

#: Minimum similarity (0 to 100) of a title and an objective's known title.
TITLE_SIMILARITY = 90
#: Minimum share of a heading that a known title within it must have.
TITLE_SHARE = 0.6
#: Minimum similarity (0 to 100) of a printed target and the United Nations' text; below it, the
#: text deviates.
TARGET_SIMILARITY = 80

_OBJECTIVE_IN_SLUG = re.compile(rf"(?:{in_all_languages('headings', 'objective')})-0*(\d+)")


@dataclass(frozen=True)
class ActionReading:
    """Facts of one action."""

    letter: str
    #: the whole item, which states that there is such an action
    span: Span
    label: Extracted[str] | None
    text: Extracted[str]
    instruments: tuple[Extracted[IRI], ...]


@dataclass(frozen=True)
class Deviation:
    """A difference between the page and the reference data.

    The text of a target, the letter of an action.
    """

    #: `target 10.7`, `action j`
    about: str
    printed: str
    #: the text or letter of the reference data
    expected: str
    span: Span
    #: the target whose text the page prints under this number; None where no target has it
    instead: str | None = None


@dataclass(frozen=True)
class DocumentReading:
    """Facts of a document."""

    outline: Outline
    objective: Extracted[int]
    #: the title in the spelling of the reference data, if it has the title
    title: Extracted[str] | None
    actions: tuple[ActionReading, ...]
    practices: tuple[PracticeReading, ...]
    deviations: tuple[Deviation, ...] = ()

    @property
    def language(self) -> str:
        """The language of the document."""
        return self.outline.language


@dataclass(frozen=True)
class _KnownTitle:
    """A heading that is the title of an objective, in the spelling of the reference data."""

    number: int
    title: Extracted[str]


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
    known_title = _known_title(outline, reference)
    number = _objective(outline, reference, known_title, objective)
    _require_known_targets(outline, reference)
    lexicon = lexicon_for(outline.language)
    practices = [
        read_practice(practice, outline.document, reference, lexicon)
        for practice in outline.practices
    ]
    return DocumentReading(
        outline,
        _with_span(number, outline, known_title),
        _objective_title(number, outline, known_title),
        tuple(_action(item, reference) for item in outline.actions),
        tuple(practices),
        tuple(_deviations(outline, reference)),
    )


def _action(item: ActionItem, reference: ReferenceData) -> ActionReading:
    label = Extracted(item.label.shown, item.label.span()) if item.label else None
    text = Extracted(item.text.shown, item.text.span())
    instruments = [
        Extracted(mention.iri, item.text.span(mention.start, mention.end))
        for mention in reference.instruments.mentions(item.text.text)
    ]
    return ActionReading(item.letter, item.span, label, text, tuple(once(instruments)))


def _objective(
    outline: Outline,
    reference: ReferenceData,
    known_title: _KnownTitle | None,
    requested: int | None,
) -> int:
    """The number of the objective.

    Raises `ExtractionError` where it is unknown, or the title is another's.
    """
    head = outline.head
    document = outline.document
    number_of_title = known_title.number if known_title else None
    number_in_slug = _OBJECTIVE_IN_SLUG.search(document.slug)
    number = requested or head.number or number_of_title
    if not number and number_in_slug:
        number = int(number_in_slug[1])
    if number is None or number not in {number for number, _ in reference.titles}:
        message = "The objective of this document cannot be recognised."
        if number:
            message = f"There is no objective {number}."
        spans = _spans_of_objective(outline)
        raise ExtractionError(
            message,
            place=document.place(spans[0].start if spans else 0),
            hint="Objectives go from 1 to 23: give --objective N, or name the file "
            "objective-NN.LANGUAGE.md.",
        )
    if known_title and known_title.number != number and not requested:
        raise ExtractionError(
            f"The document says objective {number}, but its title is that of objective "
            f"{known_title.number}.",
            place=document.place(known_title.title.span.start),
            hint="Correct the one or the other, or give --objective N.",
        )
    return number


def _spans_of_objective(outline: Outline) -> list[Span]:
    """The passages that name the number of the objective, then those of its title."""
    head = outline.head
    return [*head.number_spans, *(title.span() for title in head.titles)]


def _with_span(number: int, outline: Outline, known_title: _KnownTitle | None) -> Extracted[int]:
    """The number of the objective with the passage that states it."""
    spans = _spans_of_objective(outline)
    if known_title and known_title.number == number and not outline.head.number_spans:
        return Extracted(number, known_title.title.span)
    return Extracted(number, spans[0] if spans else outline.blocks[0].span)


def _objective_title(
    objective_number: int, outline: Outline, known_title: _KnownTitle | None
) -> Extracted[str] | None:
    """The known title of the objective; else the first printed one, preferably not in capitals."""
    if known_title and known_title.number == objective_number:
        return known_title.title
    titles = outline.head.titles
    if not titles:
        return None
    title = min(titles, key=_is_in_capitals)
    shown = title.shown.capitalize() if _is_in_capitals(title) else title.shown
    return Extracted(shown, title.span())


def _is_in_capitals(title: View) -> bool:
    return title.shown.isupper()


def _known_title(outline: Outline, reference: ReferenceData) -> _KnownTitle | None:
    """The first heading, or all of them together, that is the title of an objective."""
    titles = list(outline.head.titles)
    if len(titles) > 1:
        titles.append(View.joined(outline.head.titles))
    for title in titles:
        known_title = _objective_with_title(title, outline.language, reference)
        if known_title is not None:
            return known_title
    return None


def _objective_with_title(
    title: View, language: str, reference: ReferenceData
) -> _KnownTitle | None:
    """The objective whose title in this language a heading is; None where there is none."""
    known_titles = {
        index: fold(literal.value).casefold()
        for index, (_, literal) in enumerate(reference.titles)
        if literal.language == language
    }
    text = fold(title.text).casefold()
    match = process.extractOne(text, known_titles, scorer=fuzz.ratio, score_cutoff=TITLE_SIMILARITY)
    if match is None:
        # a badge, such as a number and a short name, may precede a title
        min_length = TITLE_SHARE * len(text)
        long_titles = {
            index: known_title
            for index, known_title in known_titles.items()
            if len(known_title) > min_length
        }
        match = process.extractOne(
            text, long_titles, scorer=fuzz.partial_ratio, score_cutoff=TITLE_SIMILARITY
        )
    if match is None:
        return None
    _, _, index = match
    number, literal = reference.titles[index]
    return _KnownTitle(number, Extracted(literal.value, title.span()))


def _deviations(outline: Outline, reference: ReferenceData) -> Iterator[Deviation]:
    """The differences between the page and the reference data; the page never overrules that."""
    for misprint in outline.misprints:
        yield Deviation(f"action {misprint.read}", misprint.printed, misprint.read, misprint.span)
    official_texts = {
        code: fold(text).casefold()
        for (code, language), text in reference.target_texts.items()
        if language == outline.language and _is_target(code)
    }
    for target in outline.targets:
        if target.text is None or target.code not in official_texts:
            continue
        printed = fold(target.text.text).casefold()
        if fuzz.ratio(printed, official_texts[target.code]) >= TARGET_SIMILARITY:
            continue
        match = process.extractOne(
            printed, official_texts, scorer=fuzz.ratio, score_cutoff=TARGET_SIMILARITY
        )
        code_of_similar_text = match[2] if match else None
        yield Deviation(
            f"target {target.code}",
            target.text.shown,
            reference.target_texts[target.code, outline.language],
            target.text.span(),
            code_of_similar_text,
        )


def _is_target(code: str) -> bool:
    """Whether a code of the SDGs is that of a target, such as `10.7`; goals have whole numbers."""
    return "." in code


def _require_known_targets(outline: Outline, reference: ReferenceData) -> None:
    for target in outline.targets:
        if target.code not in reference.targets:
            similar_codes = nearest(target.code, sorted(reference.targets))
            raise ExtractionError(
                f"{target.code} is no SDG target.",
                place=outline.document.place(target.span.start),
                hint=f"Did you mean {similar_codes[0]}?" if similar_codes else None,
            )
