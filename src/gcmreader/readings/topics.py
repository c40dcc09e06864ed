"""Topics of passages: words that name a topic, found in the texts of documents, as a table of places without words.

A topic is found by its preferred and alternative labels in the language of the text, and by the
wordings of the lexicon (`[topics]`); hidden labels are for searches only. Words are compared
without case, accents, articles and endings of the plural; a name within a longer one does not
count.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from itertools import pairwise
from pathlib import Path

from gcmgraph.platform.text import fold_words
from gcmgraph.rdf.media import read_text, write_whole
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.readings.files import ReviewedPage, ReviewedPractice
from gcmgraph.readings.forms import digest
from gcmgraph.sources.source_texts import BlockKind, DocumentText
from gcmreader.lexicon import lexicon_for, readable_tags

#: Kinds of passages that are searched: not headings, and not the list of SDG targets that each page
#: ends with.
_KINDS = frozenset(
    (
        BlockKind.COMMITMENT,
        BlockKind.ACTION,
        BlockKind.PRACTICE_TITLE,
        BlockKind.PARAGRAPH,
        BlockKind.NOTE,
    )
)

#: Words that a name may have or leave out: `droits de l’enfant`, `droits des enfants`.
_ARTICLES = frozenset("a an d de del des du el l la las le les los of the un una une".split())

#: Words that join what is enumerated, and the most words of an enumeration within a name.
_JOINING = frozenset("and e et nor o or ou u y".split())
_ENUMERATED = 3

#: Headings that end the section of a practice.
_OTHER_HEADINGS = frozenset((BlockKind.HEADING, BlockKind.GOAL))

_SENTENCE = re.compile(r"[.;:!?]\s")

#: Words of fewer letters have no plural here: `gas`, `vis`.
_SHORT = 4


@dataclass(frozen=True, order=True)
class TopicPassage:
    """A row of the table: a topic of a passage, and the resource that the passage is about."""

    document: str
    #: characters of the canonical text, the end exclusive
    start: int
    end: int
    topic: str
    #: `practice/slug`, `action/13a` or `objective/13`
    about: str
    kind: str
    language: str
    #: 1-based page, and the part of the passage that states it; empty for a text without pages
    page: str
    selector: str
    #: the first 16 digits of the SHA-256 of the passage
    digest: str


class TopicNames:
    """The names of topics by language, as they are compared."""

    def __init__(
        self,
        known: Iterable[Quad],
        addresses: Addresses,
        wordings: Iterable[tuple[str, str, str]] = (),
    ) -> None:
        """Take the labels from the reference data, and other wordings as language, words and topic."""
        #: by language and first word: the words of each name, and its topic; empty for words that
        #: name none
        self._names: dict[tuple[str, str], dict[tuple[str, ...], str]] = {}
        for language, name, topic in (*wordings, *_labels(known, addresses)):
            if words := _words(name, language):
                self._names.setdefault((language, words[0]), {})[words] = topic

    def find(self, text: str, language: str) -> set[str]:
        """The topics that a text names. A name within a longer one does not count."""
        sentences = (_words(sentence, language) for sentence in _SENTENCE.split(text))
        return {topic for words in sentences for topic in self._find(words, language)}

    def _find(self, words: tuple[str, ...], language: str) -> Iterator[str]:
        found = [
            (frozenset(places), topic)
            for start, word in enumerate(words)
            for name, topic in self._names.get((language, word), {}).items()
            if (places := _places(name, words, start))
        ]
        for taken, topic in found:
            if topic and not any(taken < others for others, _ in found):
                yield topic


def _labels(known: Iterable[Quad], addresses: Addresses) -> Iterator[tuple[str, str, str]]:
    """The preferred and alternative labels of topics, with their languages and topics."""
    start = f"{addresses.base}id/concept/topic/"
    v = Vocabulary(addresses)
    labels = {v("skos:prefLabel"), v("skos:altLabel")}
    for quad in known:
        topic, label = quad.subject, quad.object
        if (
            quad.predicate not in labels
            or not isinstance(topic, IRI)
            or not isinstance(label, Literal)
        ):
            continue
        if topic.value.startswith(start):
            yield label.language or "", label.value, topic.value.removeprefix(start)


def wordings() -> Iterator[tuple[str, str, str]]:
    """Language, words and topic of the wordings in the lexicon; the topic is empty for words that name none."""
    for language in readable_tags():
        for topic, names in lexicon_for(language).table("topics").items():
            yield from (
                (language, name, "" if topic == "none" else topic) for name in names.split("|")
            )


def _places(name: tuple[str, ...], words: tuple[str, ...], start: int) -> list[int]:
    """Places of the words of a name whose first word is at a place; none if it is not there.

    Once, an enumeration may be between two words: "regional and international cooperation" has
    "regional cooperation".
    """
    places, gap = [start], False
    for word in name[1:]:
        rest = words[places[-1] + 1 : places[-1] + 2 + _ENUMERATED]
        between = rest[: rest.index(word)] if word in rest else rest
        if len(between) == len(rest) or (between and (gap or not _joins(between))):
            return []
        gap = gap or bool(between)
        places.append(places[-1] + 1 + len(between))
    return places


def _joins(between: tuple[str, ...]) -> bool:
    """Whether words are the rest of an enumeration: `and international`, `bilatérale et`, `local and international`."""
    return not _JOINING.isdisjoint(between) and not (
        len(between) == _ENUMERATED and between[0] in _JOINING
    )


def _words(text: str, language: str) -> tuple[str, ...]:
    """The folded words of a text without the endings of the plural and without articles."""
    return tuple(
        _singular(word, language) for word in fold_words(text).split() if word not in _ARTICLES
    )


def _singular(word: str, language: str) -> str:
    if len(word) < _SHORT or word.endswith("ss"):
        return word
    if language == "en":
        return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
    return word.rstrip("sx") if language == "fr" else word.removesuffix("s").removesuffix("e")


def topic_passages(
    page: ReviewedPage, language: str, text: DocumentText, names: TopicNames
) -> Iterator[TopicPassage]:
    """The topics of the passages of a document of a page, as rows."""
    document = text.document
    subjects = _Subjects(page, language, text)
    for block in text.blocks:
        if block.kind not in _KINDS:
            continue
        for start, end in subjects.passages(block.span.start, block.span.end):
            words = document.text[start:end]
            number = str(document.page_at(start) or "")
            for topic in sorted(names.find(words, language)):
                yield TopicPassage(
                    document=document.slug,
                    start=start,
                    end=end,
                    topic=topic,
                    about=subjects.of(start),
                    kind=block.kind,
                    language=language,
                    page=number and f"page={number}",
                    selector="page" if number else "",
                    digest=digest(words),
                )


class _Subjects:
    """Subjects of the passages of a document: an action, a practice, or the objective of the page.

    A title of a practice begins a section that is about the practice, and any other heading one
    that is about the objective. Where a page lacks the title of a practice, its section begins with
    the first of its facts:

        1200  ### Blue Dots                       practice/blue-dots
        1213  In 2016, UNHCR and UNICEF …         practice/blue-dots
        1850  ## Relevant SDGs                    objective/3
        1868  Partnerships help to …              objective/3
    """

    def __init__(self, page: ReviewedPage, language: str, text: DocumentText) -> None:
        #: start and end of the text of each action
        self._actions: list[tuple[int, int, str]] = []
        for action in page.actions:
            for place in action.places.get(language, ()):
                self._actions.append(
                    (place.start, place.end, f"action/{page.objective}{action.letter}")
                )
        objective = f"objective/{page.objective}"
        #: start of each section, in the order of the document
        self._sections = [(0, objective)]
        for block in text.blocks:
            if block.kind in _OTHER_HEADINGS:
                self._sections.append((block.span.start, objective))
        for practice in page.practices:
            for start in _starts_of(practice, language, text):
                self._sections.append((start, f"practice/{practice.slug}"))
        self._sections.sort()

    def of(self, offset: int) -> str:
        """Return the subject at an offset: the action around it, else that of the section."""
        for start, end, action in self._actions:
            if start <= offset < end:
                return action
        return [subject for start, subject in self._sections if start <= offset][-1]

    def passages(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the start and end of each part of a block: one, or more where a section begins within the block."""
        inner_starts = [section for section, _ in self._sections if start < section < end]
        return list(pairwise([start, *inner_starts, end]))


def _starts_of(practice: ReviewedPractice, language: str, text: DocumentText) -> list[int]:
    """Return the start of the block with the title of a practice, else of its first fact; none if it has neither."""
    title = practice.title.get(language)
    if title and title.places:
        offset = title.places[0].start
        return [
            block.span.start for block in text.blocks if block.span.start <= offset < block.span.end
        ]
    fact_places = [
        place.start for fact in practice.facts for place in fact.places.get(language, ())
    ]
    return sorted(fact_places)[:1]


def read_rows(path: Path) -> dict[str, list[str]]:
    """The lines of the table by document; empty if there is no table."""
    lines: dict[str, list[str]] = {}
    for line in read_text(path).splitlines()[1:] if path.exists() else ():
        lines.setdefault(line.partition(",")[0], []).append(line)
    return lines


def written(rows: Iterable[TopicPassage]) -> list[str]:
    """Rows as lines of the table."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(astuple(row) for row in sorted(rows))
    return buffer.getvalue().splitlines()


def write_rows(path: Path, lines: Mapping[str, list[str]]) -> None:
    """Write the table. Raises `UnwritableError`."""
    header = ",".join(field.name for field in fields(TopicPassage))
    body = [line for name in sorted(lines) for line in lines[name]]
    write_whole(path, "".join(f"{line}\n" for line in (header, *body)).encode())
