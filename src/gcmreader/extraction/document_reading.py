"""All facts of one document: its objective, its actions, its practices and its SDG targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from gcmgraph.documents import Document, Span, View
from gcmgraph.errors import ExtractionError
from gcmgraph.model.terms import IRI
from gcmgraph.names import fold
from gcmgraph.text import nearest
from gcmreader.documents.parts import Outline
from gcmreader.documents.segmentation import segment
from gcmreader.extraction.clauses import Found
from gcmreader.extraction.practices import PracticeReading, ReferenceData, read_practice
from gcmreader.lexicon import in_all_languages, lexicon_for

#: Minimum similarity (0 to 100) of a title and an objective's known title.
_ALIKE = 90
#: The least part of a heading that a known title within it must be.
_LEAST_SHARE = 0.6
#: Minimum similarity (0 to 100) of a printed target and the United Nations' text; below it, the text deviates.
_SAME_TARGET = 80


@dataclass(frozen=True)
class ActionReading:
    """Facts of one action."""

    letter: str
    #: the whole item, which says that there is such an action
    span: Span
    label: Found[str] | None
    text: Found[str]
    instruments: tuple[Found[IRI], ...]


@dataclass(frozen=True)
class Deviation:
    """A difference between the page and the reference data: the text of a target, the letter of an action."""

    #: `target 10.7`, `action j`
    about: str
    printed: str
    known: str
    span: Span
    #: the target whose text the page prints under this number; None where it is like no other's
    instead: str | None = None


@dataclass(frozen=True)
class DocumentReading:
    """Facts of a document."""

    outline: Outline
    objective: Found[int]
    #: the title in the spelling of the reference data where that knows it
    title: Found[str] | None
    actions: tuple[ActionReading, ...]
    practices: tuple[PracticeReading, ...]
    deviations: tuple[Deviation, ...] = ()

    @property
    def language(self) -> str:
        """The language of the document."""
        return self.outline.language


def read_facts(
    document: Document, reference: ReferenceData, objective: int | None = None, language: str | None = None
) -> DocumentReading:
    """Facts of a document. Raises `DocumentError` or `ExtractionError`; then nothing was read.

    `objective` and `language` settle what the document does not say clearly itself.
    """
    return read_outline(segment(document, language), reference, objective)


def read_outline(outline: Outline, reference: ReferenceData, objective: int | None = None) -> DocumentReading:
    """Read a document. Raises `ExtractionError` where it contradicts itself or the reference data.

    `objective` settles which objective the document is of; without it the document's own words do, then its
    name (`objective-14.fr`).
    """
    number, title = _objective(outline, reference, objective)
    _require_known_targets(outline, reference)
    lexicon = lexicon_for(outline.language)
    return DocumentReading(
        outline,
        number,
        title,
        tuple(
            ActionReading(
                item.letter,
                item.span,
                Found(item.label.shown, item.label.span()) if item.label else None,
                Found(item.text.shown, item.text.span()),
                tuple(
                    {
                        m.iri: Found(m.iri, item.text.span(m.start, m.end))
                        for m in reversed(reference.instruments.mentions(item.text.text))
                    }.values()
                )[::-1],
            )
            for item in outline.actions
        ),
        tuple(read_practice(practice, outline.document, reference, lexicon) for practice in outline.practices),
        tuple(_deviations(outline, reference)),
    )


def _objective(outline: Outline, reference: ReferenceData, given: int | None) -> tuple[Found[int], Found[str] | None]:
    head = outline.head
    known = {number for number, _ in reference.titles}
    titles = [*head.titles, *([View.joined(head.titles)] if len(head.titles) > 1 else [])]
    by_title = next((hit for title in titles if (hit := _title_hit(title, outline.language, reference))), None)
    anchor = next(iter((*head.number_spans, *(title.span() for title in head.titles))), None)
    named = re.search(rf"(?:{in_all_languages('headings', 'objective')})-0*(\d+)", outline.document.slug)
    number = given or head.number or (by_title[0] if by_title else None) or (int(named[1]) if named else None)
    if number is None or number not in known:
        raise ExtractionError(
            f"There is no objective {number}." if number else "The objective of this document cannot be recognised.",
            place=outline.document.place(anchor.start if anchor else 0),
            hint="Objectives go from 1 to 23: give --objective N, or name the file objective-NN.LANGUAGE.md.",
        )
    if by_title and by_title[0] != number and not given:
        raise ExtractionError(
            f"The document says objective {number}, but its title is that of objective {by_title[0]}.",
            place=outline.document.place(by_title[2].start),
            hint="Correct the one or the other, or give --objective N.",
        )
    anchor = anchor or outline.blocks[0].span
    if by_title and by_title[0] == number:
        return Found(number, head.number_spans[0] if head.number_spans else by_title[2]), Found(
            by_title[1], by_title[2]
        )
    best = next(iter(sorted(head.titles, key=lambda title: title.shown.isupper())), None)
    title = Found(_sentence_case(best.shown), best.span()) if best else None
    return Found(number, anchor), title


def _title_hit(title: View, language: str, reference: ReferenceData) -> tuple[int, str, Span] | None:
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
        {index: choice for index, choice in choices.items() if len(choice) > _LEAST_SHARE * len(text)},
        scorer=fuzz.partial_ratio,
        score_cutoff=_ALIKE,
    )
    if hit is None:
        return None
    number, literal = reference.titles[hit[2]]
    return number, literal.value, title.span()


def _sentence_case(text: str) -> str:
    return text[0] + text[1:].lower() if text.isupper() else text


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
        if target.text is None or target.code not in texts:
            continue
        printed = fold(target.text.text).casefold()
        if fuzz.ratio(printed, texts[target.code]) >= _SAME_TARGET:
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
