"""Readings compared with documents: their places, and proposals.

Places are checked, and written anew in the files of a reading, the rest as the editor wrote it.
Pages are checked without the canonical text's own page starts: the letters around the beginning of
a passage must occur together among the letters that the PDF paints on that page. Digits do not
count: marks of notes and page numbers are printed within sentences.

Two changes are made by program: words in quotes become places, and places move with a document's
new text. Words are matched without white space, hyphens, bullets and marks of emphasis, which
differ between a printed page and the text that somebody copies from it; all other characters must
be equal after Unicode normalisation (NFKC).

A proposal is what the reader of documents extracts by rules. It never changes a reading: an editor
decides, and a statement that the editor declines is recorded in the reading (`declined`), so that
it is not listed again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from slugify import slugify

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.media import write_whole
from gcmgraph.readings.files import PAGE, ReviewedFact, ReviewedPage, ReviewedPractice
from gcmgraph.readings.forms import (
    EDITORS_LANGUAGES,
    Locator,
    YamlFile,
    YamlMap,
    YamlText,
    digest,
    read_yaml,
    written_places,
)
from gcmgraph.sources.source_texts import Document, Span
from gcmreader.extraction.clauses import Extracted
from gcmreader.extraction.practices import PracticeReading
from gcmreader.extraction.statements import DocumentReading

#: Letters that must occur together on the page of a passage, its first one among them.
_TOGETHER = 24


@dataclass(frozen=True)
class PrintedPages:
    """The letters of each page of a PDF."""

    pages: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> PrintedPages:
        """The pages with some texts."""
        return cls(tuple(_letters(text) for text in texts))

    def having(self, document: Document, start: int) -> list[int]:
        """The 1-based pages that have the words of a document's block around an offset."""
        before = _letters(document.text[document.text.rfind("\n", 0, start) + 1 : start])
        block = before + _letters(document.text[start:].partition("\n")[0])
        first = max(0, min(len(before), len(block) - 1))
        begins = range(
            max(0, first - _TOGETHER + 1), min(first, max(0, len(block) - _TOGETHER)) + 1
        )
        words = {block[begin : begin + _TOGETHER] for begin in begins}
        return [
            number for number, page in enumerate(self.pages, 1) if any(one in page for one in words)
        ]


def wrong_places(
    page: ReviewedPage, language: str, document: Document, printed: PrintedPages | None = None
) -> Iterator[str]:
    """One line for each place of a page and its practices that the document, or the printed page, does not have."""
    for file, what, locator in places(page, language):
        if locator.end > len(document.text):
            yield f"{file}: {what}: the place {locator} is outside of the document ({len(document.text)} characters)."
        elif not locator.holds_in(document):
            yield f"{file}: {what}: the document has other words at {locator}."
        elif printed and locator.page not in (pages := printed.having(document, locator.start)):
            yield f"{file}: {what}: {locator} is not on that page of the PDF{_but(pages)}."


def wrong_pages(document: Document, printed: PrintedPages) -> Iterator[str]:
    """One line for each block of a document whose page does not have its words."""
    for block in re.finditer(r"[^\n]+", document.text) if document.pages else ():
        number = document.page_at(block.start())
        if number not in (pages := printed.having(document, block.start())):
            yield f"{document.name}: the block at character {block.start()} is not on page {number}{_but(pages)}."


def _but(pages: list[int]) -> str:
    return f" but on page {' or '.join(map(str, pages))}" if pages else ", nor on another one"


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKC", text).casefold()))


def places(page: ReviewedPage, language: str) -> Iterator[tuple[str, str, Locator]]:
    """Every place of a page and its practices in one language: file, what it proves, and the place."""
    for file, what, by_language in _all_places(page):
        for locator in by_language.get(language, ()):
            yield file, what, locator


def _all_places(page: ReviewedPage) -> Iterator[tuple[str, str, dict[str, tuple[Locator, ...]]]]:
    yield page.file, "title", {language: one.places for language, one in page.title.items()}
    for action in page.actions:
        yield page.file, f"action {action.letter}", dict(action.places)
        for fact in (*action.instruments, *action.principles):
            yield page.file, f"line {fact.line} ({fact.key})", dict(fact.places)
    for reference in (*page.goals, *page.targets):
        yield page.file, f"SDG {reference.code}", dict(reference.places)
    for practice in page.practices:
        for what, texts in (("title", practice.title), ("short name", practice.short_names)):
            yield practice.file, what, {language: one.places for language, one in texts.items()}
        for fact in (*practice.facts, *(fact for part in practice.parts for fact in part.facts)):
            yield practice.file, f"line {fact.line} ({fact.key})", dict(fact.places)


_LEFT_OUT = re.compile(r"[\s*_■▪•◦●\u00ad\u2010\u2011\u200b-]")


def folded(words: str) -> str:
    """The characters of a text that count in a comparison of words."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", words))


@dataclass(frozen=True)
class SearchableText:
    """A document whose words can be searched."""

    document: Document

    @cached_property
    def _folded(self) -> tuple[str, list[int]]:
        """The characters that count, and the offset of each in the document."""
        characters: list[str] = []
        offsets: list[int] = []
        for offset, character in enumerate(self.document.text):
            for one in folded(character):
                characters.append(one)
                offsets.append(offset)
        return "".join(characters), offsets

    def find(self, words: str, start: int = 0) -> tuple[int, int] | None:
        """The offsets of the first occurrence of some words from an offset on; None where there is none.

        An occurrence that is a word of its own comes before one within a longer word.
        """
        text, offsets = self._folded
        wanted = folded(words)
        if not wanted:
            return None
        first: tuple[int, int] | None = None
        at = text.find(wanted)
        while at >= 0:
            found = offsets[at], offsets[at + len(wanted) - 1] + 1
            if found[0] >= start and self._is_whole(*found):
                return found
            first = first or (found if found[0] >= start else None)
            at = text.find(wanted, at + 1)
        return first

    def locate(self, words: str, start: int = 0) -> Locator | None:
        """The locator of the first occurrence of some words from an offset on; None where there is none."""
        found = self.find(words, start)
        return Locator.of(self.document, *found) if found else None

    def _is_whole(self, start: int, end: int) -> bool:
        text = self.document.text
        before, after = text[start - 1 : start], text[end : end + 1]
        return not (
            (before.isalnum() and text[start : start + 1].isalnum())
            or (after.isalnum() and text[end - 1 : end].isalnum())
        )


@dataclass(frozen=True)
class Relocation:
    """A place in a file that was written anew, or could not be: `after` is None then."""

    file: str
    line: int
    before: str
    after: Locator | None

    def __str__(self) -> str:
        """One line: file, line, and the change."""
        what = (
            f"{self.before} is now {self.after}"
            if self.after
            else f"'{self.before}' is not in the document"
        )
        return f"{self.file}:{self.line}: {what}"


def relocate(folder: Path, language: str, document: Document) -> Iterator[Relocation]:
    """Write the places of one language anew in all files of a page's folder, where they are words or have moved.

    Where the document has another text than the recorded one and a place is not found in it,
    nothing is written.
    """
    searchable = SearchableText(document)
    files = {path: read_yaml(path) for path in sorted(folder.glob("*.yaml"))}
    documents = files[folder / PAGE].top.get("documents")
    entry = documents.get(language) if isinstance(documents, YamlMap) else None
    version = entry if isinstance(entry, YamlMap) else YamlMap()
    changes = {path: list(_relocations(file, language, searchable)) for path, file in files.items()}
    every = [change for found in changes.values() for _, change in found]
    if all(change.after for change in every) or version.get("text_sha256") == document.text_sha256:
        hashes = (("sha256", document.sha256), ("text_sha256", document.text_sha256))
        for path, file in files.items():
            new = [
                (written, str(change.after)) for written, change in changes[path] if change.after
            ]
            new += [
                (v, value)
                for k, value in hashes
                if path.name == PAGE and isinstance(v := version.get(k), YamlText)
            ]
            _rewrite(path, file, new)
    yield from every


def _relocations(
    file: YamlFile, language: str, searchable: SearchableText
) -> Iterator[tuple[YamlText, Relocation]]:
    """The scalars of a file whose places do not hold in the document of a language, with their new places."""
    document = searchable.document
    start = _beginning(file, language, searchable)
    for written in (place for one, place in written_places(file.top) if one == language):
        locator = Locator.parse(written)
        if locator is None:
            after = searchable.locate(written, start) or searchable.locate(written)
        elif locator.holds_in(document) and (
            not document.pages or locator.page == document.page_at(locator.start)
        ):
            continue
        else:
            after = _moved(locator, document)
        yield written, Relocation(file.name, written.line, str(written), after)


def _moved(locator: Locator, document: Document) -> Locator | None:
    """The place of the same words in another text of the document: the nearest with their digest."""
    length = locator.end - locator.start
    last = len(document.text) - length
    for distance in range(len(document.text)):
        for start in dict.fromkeys((locator.start - distance, locator.start + distance)):
            if (
                0 <= start <= last
                and digest(document.text[start : start + length]) == locator.digest
            ):
                return Locator.of(
                    document, start, start + length, None if document.pages else locator.page
                )
    return None


def _beginning(file: YamlFile, language: str, searchable: SearchableText) -> int:
    """The offset from which on a practice's words are searched: that of its title."""
    title = file.top.get("title")
    entry = title.get(language) if isinstance(title, YamlMap) and "practice" in file.top else None
    words = entry.get("text") if isinstance(entry, YamlMap) else None
    found = searchable.find(words) if isinstance(words, YamlText) else None
    return found[0] if found else 0


def _rewrite(path: Path, file: YamlFile, new: Iterable[tuple[YamlText, str]]) -> None:
    """Replace the source text of scalars, the last first."""
    text = file.text
    for written, value in sorted(new, key=lambda pair: -pair[0].start):
        text = text[: written.start] + value + text[written.end :]
    if text != file.text:
        write_whole(path, text.encode())


#: Longest slug of a new practice, and words that it does not end with (docs/readings.md, "Slugs").
NEW_SLUG = 60
LEADING_WORDS = frozenset(
    "a an and as at by for from in of on or s the to under with without".split()
)

#: Keys of a reading that answer a proposed fact of a key: the roles of organisations and countries
#: are an editor's.
_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "lead": ("lead", "partner", "involved", "funder", "event"),
    "partner": ("lead", "partner", "involved", "funder", "event"),
    "involved": ("lead", "partner", "involved", "funder", "event"),
    "country": ("country", "origin", "destination", "donor", "corridor"),
    "start": ("start",),
    "end": ("end",),
    "amount": ("amount", "funder", "cost"),
}


@dataclass(frozen=True, order=True)
class ProposedFact:
    """A fact that the reader extracts: key and value as readings write them, and its place."""

    key: str
    value: str
    span: Span


@dataclass(frozen=True)
class Difference:
    """A proposed fact that a reading lacks or contradicts."""

    file: str
    language: str
    key: str
    value: str
    #: what the reading states instead; empty where it states nothing
    stated: tuple[str, ...]
    locator: Locator

    @property
    def name(self) -> str:
        """The difference as a reading lists it under `declined`: `fr country PHL`."""
        return f"{self.language} {self.key} {self.value}"

    def __str__(self) -> str:
        """One line: file, fact, place, and what the reading states."""
        instead = (
            f"; the reading states {', '.join(self.stated)}"
            if self.stated
            else "; the reading lacks it"
        )
        page = f"page {self.locator.page}, " if self.locator.page else ""
        return f"{self.file}: {self.name} ({page}characters {self.locator.start}-{self.locator.end}){instead}"


def proposed_facts(practice: PracticeReading) -> tuple[ProposedFact, ...]:
    """The facts of a proposed practice that readings record, in the order of their keys."""
    facts: list[ProposedFact] = []
    roles = (
        ("lead", practice.leads),
        ("partner", practice.partners),
        ("involved", practice.involved),
    )
    facts += [
        ProposedFact(key, found.value.slug, found.span)
        for key, several in roles
        for found in several
    ]
    facts += [
        ProposedFact("country", found.value.value.rsplit("/", 1)[1], found.span)
        for found in practice.countries
    ]
    moments = (("start", practice.period.start), ("end", practice.period.end))
    facts += [ProposedFact(key, str(found.value), found.span) for key, found in moments if found]
    if practice.amount:
        amount = practice.amount.value
        facts.append(
            ProposedFact("amount", f"{amount.value:f} {amount.currency}", practice.amount.span)
        )
    return tuple(facts)


def differences(
    proposal: DocumentReading, page: ReviewedPage, language: str
) -> Iterator[Difference]:
    """Facts of a proposal that the reading of its page lacks or contradicts, declined ones left out."""
    declined = {
        page.file: page.declined,
        **{practice.file: practice.declined for practice in page.practices},
    }
    found = (
        *_page_differences(proposal, page, language),
        *_practice_differences(proposal, page, language),
    )
    yield from (
        difference for difference in found if difference.name not in declined[difference.file]
    )


def _page_differences(
    proposal: DocumentReading, page: ReviewedPage, language: str
) -> Iterator[Difference]:
    stated = {
        "action": {action.letter for action in page.actions if language in action.places},
        "goal": {goal.code for goal in page.goals if language in goal.places},
        "target": {target.code for target in page.targets if language in target.places},
    }
    for key, value, span in _of_page(proposal):
        if value not in stated[key]:
            yield Difference(page.file, language, key, value, (), _locator(proposal, span))


def _of_page(proposal: DocumentReading) -> Iterator[tuple[str, str, Span]]:
    """The actions, goals and targets of a page: kind, value and passage."""
    yield from (("action", action.letter, action.span) for action in proposal.actions)
    yield from (("goal", str(goal.number), goal.span) for goal in proposal.outline.goals)
    yield from (("target", target.code, target.span) for target in proposal.outline.targets)


def _practice_differences(
    proposal: DocumentReading, page: ReviewedPage, language: str
) -> Iterator[Difference]:
    for proposed in proposal.practices:
        title = proposed.title
        practice = _practice_at(page, language, title.span)
        if practice is None:
            yield Difference(
                page.file, language, "practice", title.value, (), _locator(proposal, title.span)
            )
            continue
        facts = [*practice.facts, *(fact for part in practice.parts for fact in part.facts)]
        for fact in dict.fromkeys(proposed_facts(proposed)):
            stated = [
                value for one in facts if one.key in _ANSWERS[fact.key] for value in _values(one)
            ]
            if fact.value not in stated:
                same = [value for one in facts if one.key == fact.key for value in _values(one)]
                instead = (
                    tuple(dict.fromkeys(same)) if fact.key in {"start", "end", "amount"} else ()
                )
                locator = _locator(proposal, fact.span)
                yield Difference(practice.file, language, fact.key, fact.value, instead, locator)


def _practice_at(page: ReviewedPage, language: str, title: Span) -> ReviewedPractice | None:
    """The practice whose title overlaps a stretch of the document."""
    for practice in page.practices:
        placed = practice.title.get(language)
        if placed and any(
            place.start < title.end and title.start < place.end for place in placed.places
        ):
            return practice
    return None


def _values(fact: ReviewedFact) -> Iterator[str]:
    """The values of a fact that a proposal may have: of an event its organisations, of a corridor its countries."""
    if fact.key == "corridor":
        yield from re.split("[->]", str(fact.value))
    elif fact.key == "funder":
        yield str(fact.value)
        yield str(fact.fields.get("amount", ""))
    elif fact.key == "event":
        yield from (*fact.value.get("organiser", ()), *fact.value.get("participant", ()))
    else:
        yield str(fact.value)


def draft_page(proposals: Mapping[str, DocumentReading]) -> dict[str, object]:
    """The reading of a page as a proposal, not reviewed, from its documents by language."""
    return {
        "objective": next(iter(proposals.values())).objective.value,
        "documents": {
            language: {
                "source": document.slug,
                "sha256": document.sha256,
                "text_sha256": document.text_sha256,
            }
            for language, document in (
                (one, reading.outline.document) for one, reading in proposals.items()
            )
        },
        "title": {code: _placed(r.title, r) for code, r in proposals.items() if r.title},
        "actions": [
            {**entry, "label": dict.fromkeys(EDITORS_LANGUAGES, "")}
            for entry in _joined("action", proposals)
        ],
        "goals": _joined("goal", proposals),
        "targets": _joined("target", proposals),
    }


def new_slug(title: str) -> str:
    """The slug of a new practice by its title: whole words, the last of which is none that leads to another."""
    words = slugify(title, max_length=NEW_SLUG, word_boundary=True, save_order=True).split("-")
    while words and words[-1] in LEADING_WORDS:
        words.pop()
    return "-".join(words)


def draft_practices(proposals: Mapping[str, DocumentReading]) -> list[dict[str, object]]:
    """The readings of a page's practices as proposals: the languages are joined by the order of the page."""
    count = max((len(reading.practices) for reading in proposals.values()), default=0)
    drafts = []
    for number in range(count):
        same = {
            code: r.practices[number] for code, r in proposals.items() if number < len(r.practices)
        }
        language, first = next(iter(same.items()))
        slug = new_slug(same.get("en", first).title.value) or f"practice-{number + 1}"
        facts: dict[tuple[str, str], dict[str, object]] = {}
        for code, practice in same.items():
            for fact in proposed_facts(practice):
                entry = facts.setdefault((fact.key, fact.value), {fact.key: fact.value})
                entry.setdefault(code, _at(proposals[code], fact.span))
        drafts.append(
            {
                "practice": slug,
                "objective": proposals[language].objective.value,
                "position": number + 1,
                "title": {
                    code: _placed(practice.title, proposals[code])
                    for code, practice in same.items()
                },
                "summary": dict.fromkeys(EDITORS_LANGUAGES, ""),
                "facts": list(facts.values()),
            }
        )
    return drafts


def _joined(key: str, proposals: Mapping[str, DocumentReading]) -> list[dict[str, object]]:
    """One entry for each action, goal or target, with its place in each language."""
    entries: dict[str, dict[str, object]] = {}
    for language, proposal in proposals.items():
        for kind, value, span in _of_page(proposal):
            if kind == key:
                entries.setdefault(value, {key: value}).setdefault(language, _at(proposal, span))
    return list(entries.values())


def _placed(found: Extracted[str], proposal: DocumentReading) -> dict[str, str]:
    return {"text": found.value, "at": _at(proposal, found.span)}


def _at(proposal: DocumentReading, span: Span) -> str:
    return str(_locator(proposal, span))


def _locator(proposal: DocumentReading, span: Span) -> Locator:
    return Locator.of(proposal.outline.document, span.start, span.end)


def write_drafts(folder: Path, proposals: Mapping[str, DocumentReading]) -> Iterator[Path]:
    """Write the proposals of one page, by language, into its folder; yields the files.

    Raises `DataError`.
    """
    if (folder / PAGE).exists():
        raise DataError(
            "There is a reading of this page already, without this document.",
            place=Place(str(folder / PAGE)),
            hint="Add the document under 'documents', with its hashes, and run the command again.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    drafts = {PAGE: draft_page(proposals)}
    drafts |= {f"{draft['practice']}.yaml": draft for draft in draft_practices(proposals)}
    for name, draft in drafts.items():
        text = yaml.safe_dump(
            draft, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None
        )
        write_whole(folder / name, text.encode())
        yield folder / name
