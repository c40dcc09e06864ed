"""Forms of the values in a reading: what a value of the YAML file must be.

A form makes a value of what the file has, or raises `FormError` with one sentence about it.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, Any, TypeAlias, TypeVar, get_origin, get_type_hints

from gcmgraph.documents.document import Document
from gcmgraph.kinds import LONGEST_SLUG, SLUG
from gcmgraph.readings.yaml_nodes import YamlList, YamlMap, YamlText, YamlValue

T = TypeVar("T")
Form: TypeAlias = Callable[[YamlValue], T]
#: Texts by language.
Texts = Mapping[str, str]

#: Languages that texts of the editors (labels, summaries, rationales) are written in.
EDITORS_LANGUAGES = ("en", "fr", "es")
#: Hexadecimal digits of a SHA-256 that a locator keeps: enough to notice a changed text, short enough to read.
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
        return self.end <= len(document.text) and digest(document.text[self.start : self.end]) == self.digest


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
    raise FormError(value, "A text is empty." if isinstance(value, YamlText) else "A text is required.")


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
        if isinstance(value, YamlText) and re.fullmatch("[1-9][0-9]{0,5}", value) and int(value) <= most:
            return int(value)
        raise FormError(value, f"'{value}' is not a number from 1 to {most}.")

    return read


#: The form of a slug.
slug = matching(
    rf"(?=.{{1,{LONGEST_SLUG}}}\Z){SLUG}", f"a slug of at most {LONGEST_SLUG} lower-case letters, digits and hyphens"
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


def keyed(forms: Mapping[str, Form[Any]], optional: Mapping[str, Form[Any]], *, placed: bool = False) -> Form[Any]:
    """The form of a mapping with some keys, as a dictionary. With `placed`, it has places by language (`places`)."""
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
        return {**values, **({"places": {key: locators(one) for key, one in languages.items()}} if placed else {})}

    return read


def record(cls: type[T]) -> Form[T]:
    """The form of a mapping whose keys are the fields of a dataclass; those with a default may be missing.

    A field is annotated with the form of its value, and with its key where that is not its name. A field `places` has
    places by language, a field `line` the line.
    """
    names: dict[str, str] = {}
    forms: dict[str, Form[Any]] = {}
    for name, hint in get_type_hints(cls, include_extras=True).items():
        if get_origin(hint) is Annotated:
            form, *written = hint.__metadata__
            key = written[0] if written else name
            names[key], forms[key] = name, form
    all_fields = {one.name: one for one in fields(cls)}  # type: ignore[arg-type]
    defaults = {name for name, one in all_fields.items() if (one.default, one.default_factory) != (MISSING, MISSING)}
    read = keyed(
        {key: form for key, form in forms.items() if names[key] not in defaults},
        {key: form for key, form in forms.items() if names[key] in defaults},
        placed="places" in all_fields.keys() - names.values(),
    )

    def make(value: YamlValue) -> T:
        line = {"line": value.line} if "line" in all_fields else {}
        return cls(**{names.get(key, key): one for key, one in read(value).items()}, **line)

    return make
