"""Places of readings written anew.

Words in quotes become places, and places move with a document's new text.

The rest of a file remains as the editor wrote it. Words are matched without white space, hyphens,
bullets and marks of emphasis, which differ between a printed page and the text that somebody copies
from it; all other characters must be equal after Unicode normalisation (NFKC).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from gcmgraph.rdf.media import write_whole
from gcmgraph.readings.files import PAGE
from gcmgraph.readings.forms import written_places
from gcmgraph.readings.locators import Locator, digest
from gcmgraph.readings.yaml_values import YamlFile, YamlMap, YamlText, read_yaml
from gcmgraph.sources.source_texts import Document, Span

#: Characters that do not count in a comparison of words.
_IGNORED = re.compile(r"[\s*_■▪•◦●\u00ad\u2010\u2011\u200b-]")


def folded(words: str) -> str:
    """The characters of a text that count in a comparison of words.

    >>> folded("the co-operation of **Mali**")
    'thecooperationofMali'
    """
    return _IGNORED.sub("", unicodedata.normalize("NFKC", words))


@dataclass(frozen=True)
class _FoldedText:
    """The characters of a document that count, and the offset of each in the document."""

    text: str
    offsets: list[int]


@dataclass(frozen=True)
class SearchableText:
    """A document whose words can be searched."""

    document: Document

    @cached_property
    def _folded(self) -> _FoldedText:
        characters: list[str] = []
        offsets: list[int] = []
        for offset, character in enumerate(self.document.text):
            # a ligature is several characters
            for folded_character in folded(character):
                characters.append(folded_character)
                offsets.append(offset)
        return _FoldedText("".join(characters), offsets)

    def find(self, words: str, start: int = 0) -> Span | None:
        """The first occurrence of some words from an offset on; None where there is none.

        An occurrence that is a word of its own comes before one within a longer word.
        """
        first_occurrence: Span | None = None
        for occurrence in self._occurrences(words):
            if occurrence.start < start:
                continue
            if self._is_whole(occurrence):
                return occurrence
            first_occurrence = first_occurrence or occurrence
        return first_occurrence

    def _occurrences(self, words: str) -> Iterator[Span]:
        """The occurrences of some words, also within longer words, in the order of the document."""
        folded_words = folded(words)
        if not folded_words:
            return
        text = self._folded.text
        offsets = self._folded.offsets
        index = text.find(folded_words)
        while index >= 0:
            yield Span(offsets[index], offsets[index + len(folded_words) - 1] + 1)
            index = text.find(folded_words, index + 1)

    def locate(self, words: str, start: int = 0) -> Locator | None:
        """The locator of the first occurrence of some words from an offset on.

        None where there is none.
        """
        span = self.find(words, start)
        return Locator.of(self.document, span.start, span.end) if span else None

    def _is_whole(self, span: Span) -> bool:
        """Whether neither end of a span is within a word."""
        return not self._is_within_word(span.start) and not self._is_within_word(span.end)

    def _is_within_word(self, offset: int) -> bool:
        text = self.document.text
        return text[offset - 1 : offset].isalnum() and text[offset : offset + 1].isalnum()


@dataclass(frozen=True)
class Relocation:
    """A place in a file that was written anew, or could not be: `after` is None then."""

    file: str
    before: YamlText
    after: Locator | None

    def __str__(self) -> str:
        """One line: file, line, and the change."""
        location = f"{self.file}:{self.before.line}"
        if self.after is None:
            return f"{location}: '{self.before}' is not in the document"
        return f"{location}: {self.before} is now {self.after}"


@dataclass(frozen=True)
class _Replacement:
    """A scalar of a file, and the text to be written in its stead."""

    scalar: YamlText
    text: str


def relocate(folder: Path, language: str, document: Document) -> Iterator[Relocation]:
    """Write places of one language anew in all files of a page's folder.

    These are places that are words, or have moved. Where the document has another text than the
    recorded one and a place is not found in it, nothing is written.
    """
    searchable = SearchableText(document)
    files = {path: read_yaml(path) for path in sorted(folder.glob("*.yaml"))}
    version = _recorded_version(files[folder / PAGE], language)
    relocations_of = {
        path: list(_relocations(file, language, searchable)) for path, file in files.items()
    }
    relocations = list(chain.from_iterable(relocations_of.values()))
    has_recorded_text = version.get("text_sha256") == document.text_sha256
    if has_recorded_text or all(relocation.after for relocation in relocations):
        for path, file in files.items():
            replacements = [
                _Replacement(relocation.before, str(relocation.after))
                for relocation in relocations_of[path]
                if relocation.after
            ]
            if path.name == PAGE:
                replacements += _hash_replacements(version, document)
            _rewrite(path, file, replacements)
    yield from relocations


def _recorded_version(page_file: YamlFile, language: str) -> YamlMap:
    """The entry of a page's file about its document of a language; empty where there is none."""
    documents = page_file.top.get("documents")
    version = documents.get(language) if isinstance(documents, YamlMap) else None
    return version if isinstance(version, YamlMap) else YamlMap()


def _hash_replacements(version: YamlMap, document: Document) -> Iterator[_Replacement]:
    hashes = {"sha256": document.sha256, "text_sha256": document.text_sha256}
    for key, value in hashes.items():
        scalar = version.get(key)
        if isinstance(scalar, YamlText):
            yield _Replacement(scalar, value)


def _relocations(file: YamlFile, language: str, searchable: SearchableText) -> Iterator[Relocation]:
    """The places of a file that are wrong in the document of a language, with the new places."""
    document = searchable.document
    start = _title_offset(file, language, searchable)
    for place_language, scalar in written_places(file.top):
        if place_language != language:
            continue
        locator = Locator.parse(scalar)
        if locator is None:
            after = searchable.locate(scalar, start) or searchable.locate(scalar)
        elif _is_right(locator, document):
            continue
        else:
            after = _moved(locator, document)
        yield Relocation(file.name, scalar, after)


def _is_right(locator: Locator, document: Document) -> bool:
    """Whether a document has the words of a locator at its offsets, and on its page if any."""
    on_page = not document.pages or locator.page == document.page_at(locator.start)
    return on_page and locator.holds_in(document)


def _moved(locator: Locator, document: Document) -> Locator | None:
    """The place of the same words in another text of the document: the nearest by digest."""
    length = locator.end - locator.start
    last_start = len(document.text) - length
    page = None if document.pages else locator.page
    for distance in range(len(document.text)):
        for start in dict.fromkeys((locator.start - distance, locator.start + distance)):
            if not 0 <= start <= last_start:
                continue
            end = start + length
            if digest(document.text[start:end]) == locator.digest:
                return Locator.of(document, start, end, page)
    return None


def _title_offset(file: YamlFile, language: str, searchable: SearchableText) -> int:
    """The offset from which on a practice's words are searched: that of its title, else 0."""
    titles = file.top.get("title")
    if "practice" not in file.top or not isinstance(titles, YamlMap):
        return 0
    title = titles.get(language)
    words = title.get("text") if isinstance(title, YamlMap) else None
    span = searchable.find(words) if isinstance(words, YamlText) else None
    return span.start if span else 0


def _rewrite(path: Path, file: YamlFile, replacements: Iterable[_Replacement]) -> None:
    """Replace the source text of scalars, the last first, so that other offsets stay true."""
    text = file.text
    for replacement in sorted(replacements, key=_start_of, reverse=True):
        scalar = replacement.scalar
        text = text[: scalar.start] + replacement.text + text[scalar.end :]
    if text != file.text:
        write_whole(path, text.encode())


def _start_of(replacement: _Replacement) -> int:
    return replacement.scalar.start
