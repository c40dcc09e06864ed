"""Topics of passages: words that name a topic, found in the texts of documents, as a table of places without words.

A topic is found by its preferred and alternative labels in the language of the text; hidden labels are for searches
only. Words are compared without case, accents and endings of the plural; of overlapping names, the longest counts.
"""

from __future__ import annotations

import csv
import io
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

#: Kinds of passages that are searched: not headings, and not the list of SDG targets that each page ends with.
_KINDS = frozenset(
    (BlockKind.COMMITMENT, BlockKind.ACTION, BlockKind.PRACTICE_TITLE, BlockKind.PARAGRAPH, BlockKind.NOTE)
)

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

    def __init__(self, known: Iterable[Quad], addresses: Addresses) -> None:
        """Take the labels from the reference data."""
        start = f"{addresses.base}id/concept/topic/"
        v = Vocabulary(addresses)
        labels = {v("skos:prefLabel"), v("skos:altLabel")}
        #: by language and first word: the words of each name, and its topic
        self._names: dict[tuple[str, str], dict[tuple[str, ...], str]] = {}
        for quad in known:
            subject, label = quad.subject, quad.object
            if (
                quad.predicate in labels
                and isinstance(subject, IRI)
                and subject.value.startswith(start)
                and isinstance(label, Literal)
            ):
                language = label.language or ""
                words = _words(label.value, language)
                self._names.setdefault((language, words[0]), {})[words] = subject.value.removeprefix(start)

    def find(self, text: str, language: str) -> Iterator[str]:
        """The topics that a text names, in order, one for each name."""
        words = _words(text, language)
        at = 0
        while at < len(words):
            names = self._names.get((language, words[at]), {})
            fitting = [name for name in names if words[at : at + len(name)] == name]
            if fitting:
                longest = max(fitting, key=len)
                yield names[longest]
                at += len(longest)
            else:
                at += 1


def _words(text: str, language: str) -> tuple[str, ...]:
    """The folded words of a text without the endings of the plural."""
    return tuple(_singular(word, language) for word in fold_words(text).split())


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
        for topic in sorted(set(names.find(document.text[start:end], language))):
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
