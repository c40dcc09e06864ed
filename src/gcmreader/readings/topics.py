"""Topics of passages: words that name a topic, found in the texts of documents, as a table of places without words.

A topic is found by its preferred and alternative labels in the language of the text, and by the wordings of the
lexicon (`[topics]`); hidden labels are for searches only. Words are compared without case, accents, articles and
endings of the plural; a name within a longer one does not count.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from gcmgraph.documents import BlockKind, DocumentText
from gcmgraph.model.terms import IRI, Literal, Quad, Vocabulary
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.media import read_text, write_whole
from gcmgraph.readings.files import ReviewedPage
from gcmgraph.readings.forms import digest
from gcmgraph.text import fold_words
from gcmreader.lexicon import lexicon_for, readable_tags

#: Kinds of passages that are searched: not headings, and not the list of SDG targets that each page ends with.
_KINDS = frozenset(
    (BlockKind.COMMITMENT, BlockKind.ACTION, BlockKind.PRACTICE_TITLE, BlockKind.PARAGRAPH, BlockKind.NOTE)
)

#: Words that a name may have or leave out: `droits de l’enfant`, `droits des enfants`.
_ARTICLES = frozenset("a an d de del des du el l la las le les los of the un una une".split())

#: Words that join what is enumerated, and the most words of an enumeration within a name.
_JOINING = frozenset("and e et nor o or ou u y".split())
_ENUMERATED = 3

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
        self, known: Iterable[Quad], addresses: Addresses, wordings: Iterable[tuple[str, str, str]] = ()
    ) -> None:
        """Take the labels from the reference data, and other wordings as language, words and topic."""
        #: by language and first word: the words of each name, and its topic; empty for words that name none
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
        if quad.predicate not in labels or not isinstance(topic, IRI) or not isinstance(label, Literal):
            continue
        if topic.value.startswith(start):
            yield label.language or "", label.value, topic.value.removeprefix(start)


def wordings() -> Iterator[tuple[str, str, str]]:
    """Language, words and topic of the wordings in the lexicon; the topic is empty for words that name none."""
    for language in readable_tags():
        for topic, names in lexicon_for(language).table("topics").items():
            yield from ((language, name, "" if topic == "none" else topic) for name in names.split("|"))


def _places(name: tuple[str, ...], words: tuple[str, ...], start: int) -> list[int]:
    """Places of the words of a name whose first word is at a place; none if it is not there.

    Once, an enumeration may be between two words: "regional and international cooperation" has "regional cooperation".
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
    return not _JOINING.isdisjoint(between) and not (len(between) == _ENUMERATED and between[0] in _JOINING)


def _words(text: str, language: str) -> tuple[str, ...]:
    """The folded words of a text without the endings of the plural and without articles."""
    return tuple(_singular(word, language) for word in fold_words(text).split() if word not in _ARTICLES)


def _singular(word: str, language: str) -> str:
    if len(word) < _SHORT or word.endswith("ss"):
        return word
    if language == "en":
        return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
    return word.rstrip("sx") if language == "fr" else word.removesuffix("s").removesuffix("e")


def topic_passages(page: ReviewedPage, language: str, text: DocumentText, names: TopicNames) -> Iterator[TopicPassage]:
    """The topics of the passages of a document of a page, as rows."""
    document = text.document
    about = _Subjects(page, language)
    for block in text.blocks:
        if block.kind not in _KINDS:
            continue
        start, end = block.span.start, block.span.end
        number = str(document.page_at(start) or "")
        for topic in sorted(names.find(document.text[start:end], language)):
            yield TopicPassage(
                document=document.slug,
                start=start,
                end=end,
                topic=topic,
                about=about.of(start),
                kind=block.kind,
                language=language,
                page=number and f"page={number}",
                selector="page" if number else "",
                digest=digest(document.text[start:end]),
            )


class _Subjects:
    """Subjects of the passages of a document, by the places of actions and practices that a reading has."""

    def __init__(self, page: ReviewedPage, language: str) -> None:
        self._page = f"objective/{page.objective}"
        self._actions = {
            place.start: (place.end, f"action/{page.objective}{action.letter}")
            for action in page.actions
            for place in action.places.get(language, ())
        }
        titles = ((practice.title.get(language), practice.slug) for practice in page.practices)
        self._practices = sorted(
            (title.places[0].start, f"practice/{slug}") for title, slug in titles if title and title.places
        )

    def of(self, offset: int) -> str:
        """The action around an offset, else the practice whose title is the last before it, else the objective."""
        for start, (end, action) in self._actions.items():
            if start <= offset < end:
                return action
        before = [practice for start, practice in self._practices if start <= offset]
        return before[-1] if before else self._page


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
