"""The files of `data/readings/` to readings.

A folder holds one guidance page: `page.yaml`, and one file for each practice. A file that is not in order raises
a `DataError` with its line; `read_readings` collects these, so that the other readings are published.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gcmgraph.errors import DataError, GcmGraphError
from gcmgraph.kinds import LONGEST_SLUG, SLUG
from gcmgraph.readings.fact_kinds import FACT_KINDS, texts
from gcmgraph.readings.model import (
    DocumentVersion,
    Locator,
    PlacedText,
    Places,
    Review,
    ReviewedAction,
    ReviewedFact,
    ReviewedPage,
    ReviewedPart,
    ReviewedPractice,
    ReviewedReference,
    SupportedAction,
    Texts,
)
from gcmgraph.readings.yaml_nodes import YamlFile, YamlList, YamlMap, YamlText, YamlValue, read_yaml

PAGE = "page.yaml"

_LANGUAGE = re.compile(r"[a-z]{2}")
_NOTE_KEYS = {"note", "declined"}
_DECLINED = re.compile(rf"[a-z]{{2}} (?:{'|'.join((*FACT_KINDS, 'action', 'goal', 'practice'))}) \S.*")


@dataclass(frozen=True)
class Readings:
    """All readings of a repository, and what is wrong with those that could not be read."""

    pages: tuple[ReviewedPage, ...]
    problems: tuple[GcmGraphError, ...]

    @property
    def practices(self) -> tuple[ReviewedPractice, ...]:
        """The practices of all pages, in order."""
        return tuple(practice for page in self.pages for practice in page.practices)


def read_readings(folder: Path) -> Readings:
    """The readings in a folder, by objective and position. Unreadable ones are among the problems."""
    pages: list[ReviewedPage] = []
    problems: list[GcmGraphError] = []
    for path in sorted(folder.glob(f"*/{PAGE}")):
        try:
            page = read_page(path)
        except GcmGraphError as error:
            problems.append(error)
            continue
        practices: list[ReviewedPractice] = []
        for file in sorted(path.parent.glob("*.yaml")):
            if file.name != PAGE:
                try:
                    practices.append(read_practice(file, page.documents))
                except GcmGraphError as error:
                    problems.append(error)
        kept, again = _distinct(sorted(practices, key=lambda p: p.position), page.objective)
        problems += again
        pages.append(replace(page, practices=kept))
    pages.sort(key=lambda page: page.objective)
    return Readings(*_distinct_slugs(pages, problems))


def read_page(path: Path) -> ReviewedPage:
    """A page without its practices. Raises `DataError`."""
    return _PageReader(read_yaml(path)).page()


def read_practice(path: Path, documents: Mapping[str, DocumentVersion]) -> ReviewedPractice:
    """The practice in a file, its places in `documents` by language. Raises `DataError`."""
    return _PracticeReader(read_yaml(path), documents).practice(path.stem)


def _distinct(
    practices: Iterable[ReviewedPractice], objective: int
) -> tuple[tuple[ReviewedPractice, ...], list[GcmGraphError]]:
    """The practices of a page with a position of their own, and an error for each other one."""
    kept: dict[int, ReviewedPractice] = {}
    problems: list[GcmGraphError] = []
    for practice in practices:
        if practice.objective != objective:
            problems.append(
                DataError(f"{practice.file}: The page is of objective {objective}, not {practice.objective}.")
            )
        elif practice.position in kept:
            problems.append(
                DataError(
                    f"{practice.file}: Position {practice.position} of objective {objective} is read in "
                    f"{kept[practice.position].file} already.",
                    hint="Two readings of one practice: keep one, or correct the position.",
                )
            )
        else:
            kept[practice.position] = practice
    return tuple(kept.values()), problems


def _distinct_slugs(
    pages: list[ReviewedPage], problems: list[GcmGraphError]
) -> tuple[tuple[ReviewedPage, ...], tuple[GcmGraphError, ...]]:
    """The pages without practices whose slug an earlier practice or part has."""
    owner: dict[str, str] = {}
    result = []
    for page in pages:
        kept = []
        for practice in page.practices:
            slugs = [practice.slug, *(part.slug for part in practice.parts)]
            taken = next((slug for place, slug in enumerate(slugs) if slug in owner or slug in slugs[:place]), None)
            if taken is None:
                owner.update(dict.fromkeys(slugs, practice.file))
                kept.append(practice)
            else:
                problems.append(
                    DataError(
                        f"{practice.file}: The slug '{taken}' is used in {owner.get(taken, practice.file)} already.",
                        hint="Give the practice a slug of its own; a published slug stays with its practice.",
                    )
                )
        result.append(replace(page, practices=tuple(kept)))
    return tuple(result), tuple(problems)


class _FileReader:
    """Steps that both kinds of files share."""

    def __init__(self, file: YamlFile, documents: Mapping[str, DocumentVersion]) -> None:
        self.file = file
        self.documents = documents

    def require(self, mapping: YamlMap, keys: set[str], optional: set[str]) -> None:
        for key in keys - set(mapping):
            raise self.file.error(f"The key '{key}' is missing.", mapping.line)
        for key in mapping:
            if key not in keys | optional:
                raise self.file.error(
                    f"The key '{key}' is not known here.",
                    mapping.line_of(key),
                    f"Known keys: {', '.join(sorted(keys | optional))}.",
                )

    def mapping(self, value: YamlValue | None, what: str, line: int) -> YamlMap:
        if isinstance(value, YamlMap):
            return value
        raise self.file.error(f"{what} must be a mapping of keys to values.", getattr(value, "line", line))

    def sequence(self, mapping: YamlMap, key: str) -> YamlList:
        value = mapping.get(key, YamlList())
        if isinstance(value, YamlList):
            return value
        raise self.file.error(f"'{key}' must be a list.", mapping.line_of(key))

    def number(self, mapping: YamlMap, key: str, most: int) -> int:
        value = mapping[key]
        if isinstance(value, YamlText) and value.isascii() and value.isdigit() and 1 <= int(value) <= most:
            return int(value)
        raise self.file.error(f"'{key}' must be a number from 1 to {most}.", mapping.line_of(key))

    def slug(self, mapping: YamlMap, key: str) -> str:
        value = mapping[key]
        if isinstance(value, YamlText) and re.fullmatch(SLUG, value) and len(value) <= LONGEST_SLUG:
            return str(value)
        raise self.file.error(
            f"'{key}' must be a slug of at most {LONGEST_SLUG} lower-case letters, digits and hyphens.",
            mapping.line_of(key),
        )

    def checked(self, check: Callable[[YamlValue], str | None], value: YamlValue, line: int) -> None:
        if (wrong := check(value)) is not None:
            raise self.file.error(wrong, getattr(value, "line", line))

    def texts(self, mapping: YamlMap, key: str, *, optional: bool = False) -> Texts:
        if optional and key not in mapping:
            return {}
        value = self.mapping(mapping.get(key), f"'{key}'", mapping.line)
        if not optional:
            self.checked(texts, value, mapping.line_of(key))
        return {language: str(text) for language, text in value.items()}

    def review(self, mapping: YamlMap) -> Review | None:
        if "reviewed" not in mapping:
            return None
        value = self.mapping(mapping["reviewed"], "'reviewed'", mapping.line)
        self.require(value, {"by", "on"}, set())
        return Review(str(value["by"]), self.day(value))

    def day(self, mapping: YamlMap) -> str:
        """The day at the key `on`."""
        try:
            datetime.date.fromisoformat(str(mapping["on"]))
        except ValueError as error:
            raise self.file.error("'on' must be a day (YYYY-MM-DD).", mapping.line_of("on")) from error
        return str(mapping["on"])

    def places(self, mapping: YamlMap, *, required: bool = True) -> Places:
        """The places by language: the keys of a mapping that are languages of the page."""
        places = {key: self._locators(value, key) for key, value in mapping.items() if _LANGUAGE.fullmatch(key)}
        if required and not places:
            raise self.file.error(
                "The fact has no place in any document.",
                mapping.line,
                f"Give at least one of {', '.join(self.documents)} with the words of the document in quotes, and run "
                "`gcmgraph read` to turn them into a place.",
            )
        return places

    def _locators(self, value: YamlValue, language: str) -> tuple[Locator, ...]:
        line = getattr(value, "line", 1)
        if language not in self.documents:
            raise self.file.error(f"The page has no document in '{language}'.", line)
        written = list(value) if isinstance(value, YamlList) else [value]
        locators = []
        for one in written:
            locator = Locator.parse(one) if isinstance(one, YamlText) else None
            if locator is None:
                raise self.file.error(
                    f"'{one}' is not a place in a document.",
                    getattr(one, "line", line),
                    "A place is written as in 'p3 1234-1260 8c3f02aa11bb0123'; run `gcmgraph read` on the document to "
                    "turn its words into one.",
                )
            if locator.end <= locator.start:
                raise self.file.error(f"The place {locator} is empty.", getattr(one, "line", line))
            locators.append(locator)
        return tuple(locators)

    def placed_texts(self, mapping: YamlMap, key: str) -> Mapping[str, PlacedText]:
        """Texts of the document by language, each with `text` and `at`."""
        value = self.mapping(mapping.get(key, YamlMap()), f"'{key}'", mapping.line)
        placed = {}
        for language, entry in value.items():
            one = self.mapping(entry, f"'{key}' in '{language}'", value.line)
            self.require(one, {"text", "at"}, set())
            if not str(one["text"]).strip():
                raise self.file.error("A text is empty.", one.line_of("text"))
            placed[language] = PlacedText(str(one["text"]), self._locators(one["at"], language))
        return placed

    def declined(self, mapping: YamlMap) -> Mapping[str, str]:
        """The declined statements with their reasons: entries `fr country PHL`, or `fr country PHL: reason`."""
        reasons: dict[str, str] = {}
        for entry in self.sequence(mapping, "declined"):
            explained = isinstance(entry, YamlMap) and len(entry) == 1
            name, reason = next(iter(entry.items())) if isinstance(entry, YamlMap) and explained else (entry, "")
            stated = isinstance(name, str) and _DECLINED.fullmatch(name)
            if not stated or not isinstance(reason, str) or (explained and not reason.strip()):
                raise self.file.error(
                    f"'{name}' is not a declined statement.",
                    getattr(entry, "line", mapping.line),
                    "Write language, kind of fact and value, as `gcmgraph read --check` lists them, then a colon and "
                    'the reason: `- fr country PHL: "The country is cited only."`.',
                )
            reasons[str(name)] = str(reason)
        return reasons


class _PracticeReader(_FileReader):
    """The file of one practice."""

    def practice(self, stem: str) -> ReviewedPractice:
        top = self.file.top
        self.require(
            top,
            {"practice", "objective", "position", "title", "summary", "facts"},
            {"reviewed", "short_name", "parts", "supports", *_NOTE_KEYS},
        )
        slug = self.slug(top, "practice")
        if slug != stem:
            raise self.file.error(f"The file must have the name of the practice, {slug}.yaml.", top.line_of("practice"))
        title = self.placed_texts(top, "title")
        if not title:
            raise self.file.error("The practice has no title.", top.line_of("title"))
        declined, parts = self.declined(top), tuple(self._part(part) for part in self.sequence(top, "parts"))
        self._not_denied(parts, declined)
        return ReviewedPractice(
            self.file.name,
            slug,
            self.number(top, "objective", 23),
            self.number(top, "position", 99),
            self.review(top),
            title,
            self.placed_texts(top, "short_name"),
            self.texts(top, "summary"),
            self._facts(top),
            parts,
            self._supports(top),
            self.texts(top, "note", optional=True),
            declined,
        )

    def _not_denied(self, parts: Iterable[ReviewedPart], declined: Iterable[str]) -> None:
        """Raise for a country that a part states and `declined` of the whole denies."""
        denied = {words[2] for entry in declined if (words := entry.split(" ", 2))[1] == "country"}
        for part in parts:
            for fact in part.facts:
                if fact.key == "country" and fact.value in denied:
                    raise self.file.error(
                        f"The part '{part.slug}' states the country {fact.value}, which 'declined' denies.",
                        fact.line,
                        "Remove one of the two.",
                    )

    def _part(self, value: YamlValue) -> ReviewedPart:
        part = self.mapping(value, "A part", self.file.top.line)
        self.require(part, {"part", "title", "summary", "facts"}, {"supports", "note"})
        return ReviewedPart(
            self.slug(part, "part"),
            self.texts(part, "title"),
            self.texts(part, "summary"),
            self._facts(part),
            self._supports(part),
            self.texts(part, "note", optional=True),
            part.line,
        )

    def _supports(self, mapping: YamlMap) -> tuple[SupportedAction, ...]:
        judgements = []
        for value in self.sequence(mapping, "supports"):
            one = self.mapping(value, "A judgement", mapping.line)
            self.require(one, {"action", "rationale"}, {"on"})
            if not re.fullmatch(r"\d{1,2}[a-z]", str(one["action"])):
                raise self.file.error(f"'{one['action']}' is not an action such as 9a.", one.line_of("action"))
            on = self.day(one) if "on" in one else None
            judgements.append(SupportedAction(str(one["action"]), self.texts(one, "rationale"), one.line, on))
        return tuple(judgements)

    def _facts(self, mapping: YamlMap) -> tuple[ReviewedFact, ...]:
        return tuple(self.fact(value, mapping.line) for value in self.sequence(mapping, "facts"))

    def fact(self, value: YamlValue, line: int) -> ReviewedFact:
        fact = self.mapping(value, "A fact", line)
        key = next((key for key in fact if key in FACT_KINDS), None)
        if key is None:
            raise self.file.error(
                f"The fact '{next(iter(fact), '')}' is not known.", fact.line, f"Known facts: {', '.join(FACT_KINDS)}."
            )
        kind = FACT_KINDS[key]
        self.checked(kind.check, fact[key], fact.line)
        fields = {name: field for name, field in fact.items() if name != key and not _LANGUAGE.fullmatch(name)}
        for name, field in fields.items():
            if name not in kind.fields:
                raise self.file.error(f"The fact '{key}' has no field '{name}'.", fact.line_of(name))
            self.checked(kind.fields[name], field, fact.line_of(name))
        return ReviewedFact(key, fact[key], fields, self.places(fact), fact.line)


class _PageReader(_FileReader):
    """The file of one page."""

    def __init__(self, file: YamlFile) -> None:
        super().__init__(file, {})

    def page(self) -> ReviewedPage:
        top = self.file.top
        self.require(top, {"objective", "documents", "title", "actions"}, {"reviewed", "goals", "targets", *_NOTE_KEYS})
        self.documents = self._documents(self.mapping(top["documents"], "'documents'", top.line))
        return ReviewedPage(
            self.file.name,
            self.number(top, "objective", 23),
            self.review(top),
            self.documents,
            self.placed_texts(top, "title"),
            tuple(self._action(value) for value in self.sequence(top, "actions")),
            self._references(top, "goals", "goal", r"[1-9]|1[0-7]"),
            self._references(top, "targets", "target", r"\d{1,2}\.[0-9a-z]{1,2}"),
            self.texts(top, "note", optional=True),
            self.declined(top),
            (),
        )

    def _documents(self, mapping: YamlMap) -> Mapping[str, DocumentVersion]:
        documents = {}
        for language, value in mapping.items():
            one = self.mapping(value, f"The document in '{language}'", mapping.line)
            self.require(one, {"source", "sha256", "text_sha256"}, set())
            for key in ("sha256", "text_sha256"):
                if not re.fullmatch(r"[0-9a-f]{64}", str(one[key])):
                    raise self.file.error(f"'{key}' must be a SHA-256 of 64 hexadecimal digits.", one.line_of(key))
            documents[language] = DocumentVersion(str(one["source"]), str(one["sha256"]), str(one["text_sha256"]))
        return documents

    def _action(self, value: YamlValue) -> ReviewedAction:
        action = self.mapping(value, "An action", self.file.top.line)
        languages = {key for key in action if _LANGUAGE.fullmatch(key)}
        self.require(action, {"action", "label"}, {"instruments", "principles", "note", *languages})
        letter = str(action["action"])
        if not re.fullmatch("[a-z]", letter):
            raise self.file.error(f"'{letter}' is not the letter of an action.", action.line_of("action"))
        return ReviewedAction(
            letter,
            self.texts(action, "label"),
            self.places(action),
            self._named(action, "instruments", "instrument"),
            self._named(action, "principles", "principle"),
            self.texts(action, "note", optional=True),
            action.line,
        )

    def _named(self, action: YamlMap, key: str, kind: str) -> tuple[ReviewedFact, ...]:
        reader = _PracticeReader(self.file, self.documents)
        facts = [reader.fact(value, action.line) for value in self.sequence(action, key)]
        for fact in facts:
            if fact.key != kind:
                raise self.file.error(f"'{key}' holds facts with the key '{kind}'.", fact.line)
        return tuple(facts)

    def _references(self, top: YamlMap, key: str, kind: str, pattern: str) -> tuple[ReviewedReference, ...]:
        references = []
        for value in self.sequence(top, key):
            one = self.mapping(value, f"A {kind}", top.line)
            self.require(one, {kind}, {name for name in one if _LANGUAGE.fullmatch(name)})
            if not re.fullmatch(pattern, str(one[kind])):
                raise self.file.error(f"'{one[kind]}' is not an SDG {kind}.", one.line_of(kind))
            references.append(ReviewedReference(str(one[kind]), self.places(one), one.line))
        return tuple(references)
