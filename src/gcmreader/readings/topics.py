"""Topics of passages: a table of places in documents where words name a topic.

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
from gcmgraph.readings.locators import digest
from gcmgraph.sources.source_texts import BlockKind, DocumentText
from gcmreader.lexicon import lexicon_for, readable_tags

#: Kinds of passages that are searched: not headings, and not the list of SDG targets that each page
#: ends with.
_SEARCHED_KINDS = frozenset(
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

#: Words that join what is enumerated, and the largest number of words of an enumeration within
#: a name.
_JOINING = frozenset("and e et nor o or ou u y".split())
_ENUMERATED = 3

#: Headings that end the section of a practice.
_OTHER_HEADINGS = frozenset((BlockKind.HEADING, BlockKind.GOAL))

#: A name does not go on from one sentence, or part of a sentence, into the next.
_SENTENCE_END = re.compile(r"[.;:!?]\s")

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


@dataclass(frozen=True)
class TopicName:
    """Words of a language that name a topic.

    `topic` is empty for words that look like a name and are none.
    """

    language: str
    words: str
    topic: str


@dataclass(frozen=True)
class _Match:
    """A topic that some words of a text name, by the indexes of the words."""

    indexes: frozenset[int]
    topic: str


class TopicNames:
    """The names of topics by language, as they are compared."""

    def __init__(
        self, quads: Iterable[Quad], addresses: Addresses, wordings: Iterable[TopicName] = ()
    ) -> None:
        """Take the labels from the reference data, and other wordings."""
        #: by language and first word: the topic of each name, by the words of the name
        self._topics: dict[tuple[str, str], dict[tuple[str, ...], str]] = {}
        for name in (*wordings, *_labels(quads, addresses)):
            words = _words(name.words, name.language)
            if words:
                self._topics.setdefault((name.language, words[0]), {})[words] = name.topic

    def find(self, text: str, language: str) -> set[str]:
        """The topics that a text names. A name within a longer one does not count."""
        topics: set[str] = set()
        for sentence in _SENTENCE_END.split(text):
            matches = list(self._matches(_words(sentence, language), language))
            topics.update(
                match.topic for match in matches if not _is_within_another(match, matches)
            )
        return topics - {""}

    def _matches(self, words: tuple[str, ...], language: str) -> Iterator[_Match]:
        """The names in the words of a sentence, also those within longer ones."""
        for start, word in enumerate(words):
            for name, topic in self._topics.get((language, word), {}).items():
                indexes = _indexes(name, words, start)
                if indexes:
                    yield _Match(frozenset(indexes), topic)


def _is_within_another(match: _Match, matches: Iterable[_Match]) -> bool:
    return any(match.indexes < longer.indexes for longer in matches)


def _labels(quads: Iterable[Quad], addresses: Addresses) -> Iterator[TopicName]:
    """The preferred and alternative labels of topics."""
    start = addresses.resource("concept", "topic/")
    vocabulary = Vocabulary(addresses)
    label_properties = {vocabulary("skos:prefLabel"), vocabulary("skos:altLabel")}
    for quad in quads:
        topic = quad.subject
        label = quad.object
        if (
            quad.predicate in label_properties
            and isinstance(topic, IRI)
            and topic.value.startswith(start)
            and isinstance(label, Literal)
        ):
            yield TopicName(label.language or "", label.value, topic.value.removeprefix(start))


def wordings() -> Iterator[TopicName]:
    """The wordings in the lexicon. Those of its entry `none` name no topic."""
    for language in readable_tags():
        for topic, alternatives in lexicon_for(language).table("topics").items():
            for words in alternatives.split("|"):
                yield TopicName(language, words, "" if topic == "none" else topic)


def _indexes(name: tuple[str, ...], words: tuple[str, ...], start: int) -> list[int]:
    """Indexes of the words of a name from the index `start` on; empty if the name is not there.

    Once, an enumeration may be between two words:

    >>> name = ("regional", "cooperation")
    >>> _indexes(name, ("regional", "and", "international", "cooperation"), 0)
    [0, 3]
    >>> _indexes(name, ("regional", "trade", "cooperation"), 0)
    []
    """
    indexes = [start]
    has_enumeration = False
    for word in name[1:]:
        next_index = indexes[-1] + 1
        candidates = words[next_index : next_index + _ENUMERATED + 1]
        if word not in candidates:
            return []
        words_between = candidates[: candidates.index(word)]
        if words_between:
            if has_enumeration or not _joins(words_between):
                return []
            has_enumeration = True
        indexes.append(next_index + len(words_between))
    return indexes


def _joins(words_between: tuple[str, ...]) -> bool:
    """Whether words are the rest of an enumeration.

    `and international`, `bilatérale et`, `local and international`.
    """
    if _JOINING.isdisjoint(words_between):
        return False
    return len(words_between) < _ENUMERATED or words_between[0] not in _JOINING


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
    if language == "fr":
        return word.rstrip("sx")
    return word.removesuffix("s").removesuffix("e")


def topic_passages(
    page: ReviewedPage, language: str, text: DocumentText, names: TopicNames
) -> Iterator[TopicPassage]:
    """The topics of the passages of a document of a page, as rows."""
    document = text.document
    subjects = _Subjects(page, language, text)
    for block in text.blocks:
        if block.kind not in _SEARCHED_KINDS:
            continue
        for start, end in subjects.passages(block.span.start, block.span.end):
            words = document.text[start:end]
            page_number = document.page_at(start)
            for topic in sorted(names.find(words, language)):
                yield TopicPassage(
                    document=document.slug,
                    start=start,
                    end=end,
                    topic=topic,
                    about=subjects.of(start),
                    kind=block.kind,
                    language=language,
                    page=f"page={page_number}" if page_number else "",
                    selector="page" if page_number else "",
                    digest=digest(words),
                )


@dataclass(frozen=True)
class _Action:
    """The text of an action: start, end, and the action."""

    start: int
    end: int
    subject: str


@dataclass(frozen=True, order=True)
class _Section:
    """A section of a document: its start, and the practice or objective that it is about."""

    start: int
    subject: str


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
        self._actions: list[_Action] = []
        for action in page.actions:
            for locator in action.places.get(language, ()):
                address = f"action/{page.objective}{action.letter}"
                self._actions.append(_Action(locator.start, locator.end, address))
        objective = f"objective/{page.objective}"
        #: in the order of the document
        self._sections = [_Section(0, objective)]
        for block in text.blocks:
            if block.kind in _OTHER_HEADINGS:
                self._sections.append(_Section(block.span.start, objective))
        for practice in page.practices:
            for start in _starts_of(practice, language, text):
                self._sections.append(_Section(start, f"practice/{practice.slug}"))
        self._sections.sort()

    def of(self, offset: int) -> str:
        """Return the subject at an offset: the action around it, else that of the section."""
        for action in self._actions:
            if action.start <= offset < action.end:
                return action.subject
        preceding = [section for section in self._sections if section.start <= offset]
        return preceding[-1].subject

    def passages(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the start and end of each part of a block.

        A block has several parts where a section begins within the block.
        """
        inner_starts = [section.start for section in self._sections if start < section.start < end]
        return list(pairwise([start, *inner_starts, end]))


def _starts_of(practice: ReviewedPractice, language: str, text: DocumentText) -> list[int]:
    """Return the start of the block with the title of a practice, else of its first fact.

    Empty if it has neither.
    """
    title = practice.title.get(language)
    if title and title.places:
        offset = title.places[0].start
        return [
            block.span.start for block in text.blocks if block.span.start <= offset < block.span.end
        ]
    fact_starts = [
        locator.start for fact in practice.facts for locator in fact.places.get(language, ())
    ]
    return sorted(fact_starts)[:1]


def read_lines(path: Path) -> dict[str, list[str]]:
    """The lines of the table by document; empty if there is no table."""
    if not path.exists():
        return {}
    lines_of: dict[str, list[str]] = {}
    for line in read_text(path).splitlines()[1:]:
        document = line.partition(",")[0]
        lines_of.setdefault(document, []).append(line)
    return lines_of


def table_lines(rows: Iterable[TopicPassage]) -> list[str]:
    """Rows as lines of the table."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(astuple(row) for row in sorted(rows))
    return buffer.getvalue().splitlines()


def write_lines(path: Path, lines_of: Mapping[str, list[str]]) -> None:
    """Write the table, of which the lines are given by document. Raises `UnwritableError`."""
    lines = [",".join(field.name for field in fields(TopicPassage))]
    for document in sorted(lines_of):
        lines += lines_of[document]
    write_whole(path, "".join(f"{line}\n" for line in lines).encode())
