"""Forms that values of a reading must have.

A form makes a value of the YAML, or raises `FormError`.

>>> from gcmgraph.readings.yaml_values import parse_yaml
>>> file = parse_yaml("{title: {en: Aid, fr: Aide}, places: [en, fr]}", "page.yaml")
>>> by_language(text)(file.top["title"])
{'en': 'Aid', 'fr': 'Aide'}
>>> listed(number(23))(file.top["places"])
Traceback (most recent call last):
...
gcmgraph.readings.forms.FormError: 'en' is not a number from 1 to 23.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields
from typing import Annotated, Any, TypeAlias, TypeVar, get_origin, get_type_hints

from gcmgraph.model.kinds import LONGEST_SLUG, SLUG
from gcmgraph.readings.locators import Locator
from gcmgraph.readings.yaml_values import YamlList, YamlMap, YamlText, YamlValue

T = TypeVar("T")
Form: TypeAlias = Callable[[YamlValue], T]
#: Texts by language.
Texts: TypeAlias = Mapping[str, str]

#: Languages that texts of the editors (labels, summaries, rationales) are written in.
EDITORS_LANGUAGES = ("en", "fr", "es")
#: A key that is a language.
LANGUAGE = re.compile(r"[a-z]{2}")
#: Keys of a reading whose values have texts of the documents, with their places.
_KEYS_OF_PLACED_TEXTS = frozenset(("title", "short_name"))
#: Keys of a reading whose values have places by language.
_KEYS_OF_PLACED_VALUES = frozenset(
    ("facts", "parts", "actions", "goals", "targets", "instruments", "principles")
)


class FormError(ValueError):
    """A value without the form required: a sentence, the 1-based line of the value, and a hint."""

    def __init__(self, value: YamlValue, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = value.line
        self.hint = hint


def mapping(value: YamlValue) -> YamlMap:
    """The form of a mapping."""
    if isinstance(value, YamlMap):
        return value
    raise FormError(value, "A mapping of keys to values is required.")


def text(value: YamlValue) -> str:
    """The form of a text that is not empty."""
    if isinstance(value, YamlText) and value.strip():
        return str(value)
    message = "A text is empty." if isinstance(value, YamlText) else "A text is required."
    raise FormError(value, message)


def matching(pattern: str, name: str) -> Form[str]:
    """The form of a text that a regular expression describes. `name` states what the text is."""
    compiled = re.compile(pattern)

    def read(value: YamlValue) -> str:
        if isinstance(value, YamlText) and compiled.fullmatch(value):
            return str(value)
        raise FormError(value, f"'{value}' is not {name}.")

    return read


def number(maximum: int) -> Form[int]:
    """The form of a whole number from 1 on."""

    def read(value: YamlValue) -> int:
        is_number = isinstance(value, YamlText) and re.fullmatch("[1-9][0-9]{0,5}", value)
        if is_number and int(str(value)) <= maximum:
            return int(str(value))
        raise FormError(value, f"'{value}' is not a number from 1 to {maximum}.")

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

    def read(value: YamlValue) -> Mapping[str, T]:
        return {language: form(item) for language, item in mapping(value).items()}

    return read


def listed(form: Form[T]) -> Form[tuple[T, ...]]:
    """The form of a list of values of a form."""

    def read(value: YamlValue) -> tuple[T, ...]:
        if not isinstance(value, YamlList):
            raise FormError(value, "A list is required.")
        return tuple(form(item) for item in value)

    return read


def one_or_more(form: Form[T]) -> Form[tuple[T, ...]]:
    """The form of a value of a form, or a list of them."""
    list_form = listed(form)

    def read(value: YamlValue) -> tuple[T, ...]:
        return list_form(value) if isinstance(value, YamlList) else (form(value),)

    return read


def locator(value: YamlValue) -> Locator:
    """The form of a place in a document."""
    parsed = Locator.parse(value) if isinstance(value, YamlText) else None
    if parsed is None:
        raise FormError(
            value,
            f"'{value}' is not a place in a document.",
            "A place is written as in 'p3 1234-1260 8c3f02aa11bb0123'; run `gcmgraph read` on the "
            "document to turn its words into one.",
        )
    if parsed.end <= parsed.start:
        raise FormError(value, f"The place {parsed} is empty.")
    return parsed


locators = one_or_more(locator)


def keyed(required: Mapping[str, Form[Any]], optional: Mapping[str, Form[Any]]) -> Form[Any]:
    """The form of a mapping with required and optional keys, as a dictionary."""
    forms = {**required, **optional}

    def read(value: YamlValue) -> dict[str, Any]:
        entries = mapping(value)
        _require_keys(entries, required, forms)
        return {key: forms[key](entry) for key, entry in entries.items()}

    return read


def placed(required: Mapping[str, Form[Any]], optional: Mapping[str, Form[Any]]) -> Form[Any]:
    """The form of a mapping with required and optional keys, and places by language (`places`)."""
    forms = {**required, **optional}

    def read(value: YamlValue) -> dict[str, Any]:
        entries = mapping(value)
        languages = [key for key in entries if LANGUAGE.fullmatch(key)]
        _require_keys(entries, required, forms, languages)
        values = {key: forms[key](entry) for key, entry in entries.items() if key in forms}
        if not languages:
            raise FormError(
                value,
                "The fact has no place in any document.",
                "Give the words of a document in quotes at its language, and run `gcmgraph read` "
                "to turn them into a place.",
            )
        values["places"] = {language: locators(entries[language]) for language in languages}
        return values

    return read


def _require_keys(
    entries: YamlMap,
    required: Iterable[str],
    known_keys: Collection[str],
    languages: Collection[str] = (),
) -> None:
    """Raise `FormError` for a missing required key, or one that is neither known nor a language."""
    for key in required:
        if key not in entries:
            raise FormError(entries, f"The key '{key}' is missing.")
    for key in entries:
        if key not in known_keys and key not in languages:
            hint = f"Known keys: {', '.join(sorted(known_keys))}."
            raise FormError(entries[key], f"The key '{key}' is not known here.", hint)


def record(cls: type[T]) -> Form[T]:
    """The form of a mapping whose keys are the fields of a dataclass.

    Fields with a default may be missing. A field is annotated with the form of its value, and with
    its key where that is not its name. A field `places` without a form has places by language, a
    field `line` the line.
    """
    field_by_key: dict[str, str] = {}
    required: dict[str, Form[Any]] = {}
    optional: dict[str, Form[Any]] = {}
    all_fields = {field.name: field for field in fields(cls)}  # type: ignore[arg-type]
    for name, hint in get_type_hints(cls, include_extras=True).items():
        if get_origin(hint) is not Annotated:
            continue
        form, *keys = hint.__metadata__
        key = keys[0] if keys else name
        field_by_key[key] = name
        if _has_default(all_fields[name]):
            optional[key] = form
        else:
            required[key] = form
    has_places = "places" in all_fields.keys() - field_by_key.values()
    read_entries = (placed if has_places else keyed)(required, optional)

    def read(value: YamlValue) -> T:
        values = {field_by_key.get(key, key): entry for key, entry in read_entries(value).items()}
        if "line" in all_fields:
            values["line"] = value.line
        return cls(**values)

    return read


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def written_places(value: YamlValue) -> Iterator[tuple[str, YamlText]]:
    """The scalars of a file that write a place, with its language, in the order of the file."""
    if isinstance(value, YamlList):
        for item in value:
            yield from written_places(item)
    elif isinstance(value, YamlMap):
        for key, entry in value.items():
            if LANGUAGE.fullmatch(key):
                yield from ((key, scalar) for scalar in _scalars(entry))
            elif key in _KEYS_OF_PLACED_TEXTS:
                yield from _places_of_texts(entry)
            elif key in _KEYS_OF_PLACED_VALUES:
                yield from written_places(entry)


def _places_of_texts(value: YamlValue) -> Iterator[tuple[str, YamlText]]:
    """The scalars that write the place of a text, with its language.

    Texts of the editors have none.
    """
    for language, entry in value.items() if isinstance(value, YamlMap) else ():
        if isinstance(entry, YamlMap):
            yield from ((language, scalar) for scalar in _scalars(entry.get("at")))


def _scalars(value: YamlValue | None) -> Iterator[YamlText]:
    """A scalar, or those of a list."""
    for item in value if isinstance(value, YamlList) else [value]:
        if isinstance(item, YamlText):
            yield item
