"""YAML with the line of every value, and the forms that values of a reading must have.

All scalars are text: `17.10`, `NO` and `2018-09` stay as they are written. Anchors, tags and
duplicate keys are refused: a reading is a plain tree. A form makes a value of the YAML, or raises
`FormError` with one sentence about it.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Annotated, Any, TypeAlias, TypeVar, get_origin, get_type_hints

import yaml

from gcmgraph.model.kinds import LONGEST_SLUG, SLUG
from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.media import read_text
from gcmgraph.sources.source_texts import Document

#: Largest file read, in characters.
MAX_CHARACTERS = 1024 * 1024

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlText(str):
    """A scalar, with its 1-based line and the offsets of its source text in the file."""

    __slots__ = ("end", "line", "start")
    line: int
    start: int
    end: int

    @classmethod
    def of(cls, node: yaml.ScalarNode) -> YamlText:
        """The text of a scalar node."""
        made = cls(node.value)
        made.line, made.start, made.end = (
            node.start_mark.line + 1,
            node.start_mark.index,
            node.end_mark.index,
        )
        return made


class YamlMap(dict[str, "YamlValue"]):
    """A mapping with the 1-based line it begins in."""

    line: int = 1


class YamlList(list["YamlValue"]):
    """A sequence with the 1-based line it begins in."""

    line: int = 1


YamlValue: TypeAlias = YamlText | YamlMap | YamlList


@dataclass(frozen=True)
class YamlFile:
    """A file: its path as messages show it, its text, and its top mapping."""

    name: str
    text: str
    top: YamlMap

    def error(self, message: str, line: int, hint: str | None = None) -> DataError:
        """An error on a line of the file."""
        return DataError(message, place=Place(self.name, line), hint=hint)


def read_yaml(path: Path) -> YamlFile:
    """The mapping in a YAML file. Raises `DataError` with the line where it is none."""
    text = read_text(path)
    if len(text) > MAX_CHARACTERS:
        message = "The reading is larger than 1 MB."
        raise DataError(message, place=Place(str(path)), hint="One file holds one practice.")
    return parse_yaml(text, str(path))


def parse_yaml(text: str, name: str) -> YamlFile:
    """The mapping in a YAML text. Raises `DataError` with the line where it is none."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DataError(
            f"This is not valid YAML: {error.problem}.",
            place=Place(name, mark.line + 1 if mark else None, mark.column + 1 if mark else None),
            hint="A text with ': ' or '#' in it needs \"quotes\".",
        ) from error
    except yaml.YAMLError as error:
        raise DataError(
            "This is not valid YAML: a character is not allowed.", place=Place(name)
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise DataError("The reading is no mapping of keys to values.", place=Place(name, 1))
    return YamlFile(name, text, _mapping(node, name, set()))


def _mapping(node: yaml.MappingNode, name: str, seen: set[int]) -> YamlMap:
    made = YamlMap()
    made.line = node.start_mark.line + 1
    for key, value in node.value:
        place = Place(name, key.start_mark.line + 1)
        if not isinstance(key, yaml.ScalarNode):
            raise DataError("A key must be a plain text.", place=place)
        if key.value in made:
            raise DataError(f"The key '{key.value}' is given twice.", place=place)
        made[key.value] = _value(value, name, seen)
    return made


def _value(node: yaml.Node, name: str, seen: set[int]) -> YamlValue:
    if id(node) in seen:
        raise DataError(
            "Anchors and aliases are not allowed in a reading.",
            place=Place(name, node.start_mark.line + 1),
        )
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return YamlText.of(node)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, name, seen)
    made = YamlList(_value(item, name, seen) for item in node.value)
    made.line = node.start_mark.line + 1
    return made


T = TypeVar("T")
Form: TypeAlias = Callable[[YamlValue], T]
#: Texts by language.
Texts = Mapping[str, str]

#: Languages that texts of the editors (labels, summaries, rationales) are written in.
EDITORS_LANGUAGES = ("en", "fr", "es")
#: Hexadecimal digits of a SHA-256 that a locator keeps: enough to notice a changed text, short
#: enough to read.
DIGEST_DIGITS = 16
#: A key that is a language.
LANGUAGE = re.compile(r"[a-z]{2}")
_LOCATOR = re.compile(r"(?:p(\d{1,4}) )?(\d{1,7})-(\d{1,7}) ([0-9a-f]{16})")


class FormError(ValueError):
    """A value that has not the form it must have: a sentence, the 1-based line of the value, and a hint."""

    def __init__(self, value: YamlValue, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.line, self.hint = message, value.line, hint


def digest(words: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a passage's words (UTF-8)."""
    return hashlib.sha256(words.encode()).hexdigest()[:DIGEST_DIGITS]


@dataclass(frozen=True, order=True)
class Locator:
    """A place in a document: `p3 1234-1260 8c3f02aa11bb0123` is page, characters, and digest of the words.

    Offsets count Unicode code points of the document's canonical text; the end is exclusive.
    """

    start: int
    end: int
    digest: str
    #: 1-based page of the PDF; None for a document without pages
    page: int | None = None

    @classmethod
    def parse(cls, written: str) -> Locator | None:
        """The locator that a text writes; None where it is no locator."""
        match = _LOCATOR.fullmatch(written)
        if match is None:
            return None
        page = int(match[1]) if match[1] else None
        return cls(int(match[2]), int(match[3]), match[4], page)

    @classmethod
    def of(cls, document: Document, start: int, end: int, page: int | None = None) -> Locator:
        """The locator of some characters of a document."""
        return cls(start, end, digest(document.text[start:end]), page or document.page_at(start))

    def __str__(self) -> str:
        """The locator as readings write it."""
        page = f"p{self.page} " if self.page else ""
        return f"{page}{self.start}-{self.end} {self.digest}"

    def holds_in(self, document: Document) -> bool:
        """Whether the document has the same words at these offsets."""
        return (
            self.end <= len(document.text)
            and digest(document.text[self.start : self.end]) == self.digest
        )


#: Places of a fact by language.
Places = Mapping[str, tuple[Locator, ...]]


def mapping(value: YamlValue) -> YamlMap:
    """The form of a mapping."""
    if isinstance(value, YamlMap):
        return value
    raise FormError(value, "A mapping of keys to values is required.")


def text(value: YamlValue) -> str:
    """The form of a text that is not empty."""
    if isinstance(value, YamlText) and value.strip():
        return str(value)
    raise FormError(
        value, "A text is empty." if isinstance(value, YamlText) else "A text is required."
    )


def matching(pattern: str, name: str) -> Form[str]:
    """The form of a text that a regular expression describes. `name` says what it is."""
    compiled = re.compile(pattern)

    def read(value: YamlValue) -> str:
        if isinstance(value, YamlText) and compiled.fullmatch(value):
            return str(value)
        raise FormError(value, f"'{value}' is not {name}.")

    return read


def number(most: int) -> Form[int]:
    """The form of a whole number from 1 on."""

    def read(value: YamlValue) -> int:
        if (
            isinstance(value, YamlText)
            and re.fullmatch("[1-9][0-9]{0,5}", value)
            and int(value) <= most
        ):
            return int(value)
        raise FormError(value, f"'{value}' is not a number from 1 to {most}.")

    return read


#: The form of a slug.
slug = matching(
    rf"(?=.{{1,{LONGEST_SLUG}}}\Z){SLUG}",
    f"a slug of at most {LONGEST_SLUG} lower-case letters, digits and hyphens",
)


def day(value: YamlValue) -> str:
    """The form of a day."""
    try:
        return datetime.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise FormError(value, f"'{value}' is not a day (YYYY-MM-DD).") from None


def texts(value: YamlValue) -> Texts:
    """The form of a text in each language of the editors."""
    if not isinstance(value, YamlMap) or set(value) != set(EDITORS_LANGUAGES):
        raise FormError(value, f"A text in each of {', '.join(EDITORS_LANGUAGES)} is required.")
    return by_language(text)(value)


def by_language(form: Form[T]) -> Form[Mapping[str, T]]:
    """The form of a mapping of languages to values of a form."""
    return lambda value: {language: form(one) for language, one in mapping(value).items()}


def listed(form: Form[T]) -> Form[tuple[T, ...]]:
    """The form of a list of values of a form."""

    def read(value: YamlValue) -> tuple[T, ...]:
        if not isinstance(value, YamlList):
            raise FormError(value, "A list is required.")
        return tuple(form(one) for one in value)

    return read


def one_or_more(form: Form[T]) -> Form[tuple[T, ...]]:
    """The form of a value of a form, or a list of them."""
    return lambda value: listed(form)(value) if isinstance(value, YamlList) else (form(value),)


def locator(value: YamlValue) -> Locator:
    """The form of a place in a document."""
    found = Locator.parse(value) if isinstance(value, YamlText) else None
    if found is None:
        raise FormError(
            value,
            f"'{value}' is not a place in a document.",
            "A place is written as in 'p3 1234-1260 8c3f02aa11bb0123'; run `gcmgraph read` on the document to turn its "
            "words into one.",
        )
    if found.end <= found.start:
        raise FormError(value, f"The place {found} is empty.")
    return found


locators = one_or_more(locator)


def keyed(
    forms: Mapping[str, Form[Any]], optional: Mapping[str, Form[Any]], *, placed: bool = False
) -> Form[Any]:
    """The form of a mapping with some keys, as a dictionary.

    With `placed`, it has places by language (`places`).
    """
    known = {**forms, **optional}

    def read(value: YamlValue) -> dict[str, Any]:
        entries = mapping(value)
        languages = {key: one for key, one in entries.items() if placed and LANGUAGE.fullmatch(key)}
        for key in forms.keys() - entries:
            raise FormError(value, f"The key '{key}' is missing.")
        for key in entries:
            if key not in known and key not in languages:
                hint = f"Known keys: {', '.join(sorted(known))}."
                raise FormError(entries[key], f"The key '{key}' is not known here.", hint)
        values = {key: known[key](one) for key, one in entries.items() if key in known}
        if placed and not languages:
            raise FormError(
                value,
                "The fact has no place in any document.",
                "Give the words of a document in quotes at its language, and run `gcmgraph read` to turn them into a "
                "place.",
            )
        return {
            **values,
            **(
                {"places": {key: locators(one) for key, one in languages.items()}} if placed else {}
            ),
        }

    return read


def record(cls: type[T]) -> Form[T]:
    """The form of a mapping whose keys are the fields of a dataclass; those with a default may be missing.

    A field is annotated with the form of its value, and with its key where that is not its name. A
    field `places` has places by language, a field `line` the line.
    """
    names: dict[str, str] = {}
    forms: dict[str, Form[Any]] = {}
    for name, hint in get_type_hints(cls, include_extras=True).items():
        if get_origin(hint) is Annotated:
            form, *written = hint.__metadata__
            key = written[0] if written else name
            names[key], forms[key] = name, form
    all_fields = {one.name: one for one in fields(cls)}  # type: ignore[arg-type]
    defaults = {
        name
        for name, one in all_fields.items()
        if (one.default, one.default_factory) != (MISSING, MISSING)
    }
    read = keyed(
        {key: form for key, form in forms.items() if names[key] not in defaults},
        {key: form for key, form in forms.items() if names[key] in defaults},
        placed="places" in all_fields.keys() - names.values(),
    )

    def make(value: YamlValue) -> T:
        line = {"line": value.line} if "line" in all_fields else {}
        return cls(**{names.get(key, key): one for key, one in read(value).items()}, **line)

    return make


def written_places(value: YamlValue) -> Iterator[tuple[str, YamlText]]:
    """The scalars of a file that write a place, with its language, in the order of the file."""
    if isinstance(value, YamlList):
        for one in value:
            yield from written_places(one)
    elif isinstance(value, YamlMap):
        for key, one in value.items():
            if LANGUAGE.fullmatch(key):
                yield from ((key, place) for place in _scalars(one))
            elif key in {"title", "short_name"} and isinstance(one, YamlMap):
                texts = (
                    (language, text) for language, text in one.items() if isinstance(text, YamlMap)
                )
                yield from (
                    (language, place)
                    for language, text in texts
                    for place in _scalars(text.get("at"))
                )
            elif key in {
                "facts",
                "parts",
                "actions",
                "goals",
                "targets",
                "instruments",
                "principles",
            }:
                yield from written_places(one)


def _scalars(value: YamlValue | None) -> Iterator[YamlText]:
    """A scalar, or those of a list."""
    yield from (
        one
        for one in (value if isinstance(value, YamlList) else [value])
        if isinstance(one, YamlText)
    )
