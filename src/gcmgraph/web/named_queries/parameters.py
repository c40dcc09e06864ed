"""Parameters of a named query: terms for values, the valid value nearest to an invalid one, choices of a field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from babel import Locale

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.similarity import nearest_value
from gcmgraph.publication.lists.index import Entry
from gcmgraph.queries import library
from gcmgraph.queries.parameters import ParameterError, QueryParameter, quoted
from gcmgraph.rdf.terms import IRI, Term
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE
from gcmgraph.web.http.problems import Problem, ProblemError
from gcmgraph.web.templating import Page

#: Maximum number of choices of a list; a parameter with more is a text field.
MAX_CHOICES = 300

#: Limit on the characters of a value that is compared with valid ones, and of a name in a message.
_VALUE_LENGTH = 200
_NAME_LENGTH = 60

#: Signs that people write between thousands, and a whole number with them.
_SEPARATORS = r"[\s,.'’_]"
_GROUPED_NUMBER = re.compile(rf"[+-]?\d{{1,3}}({_SEPARATORS}\d{{3}})+")

#: The whole part of a number with decimals; a year within a text.
_WHOLE_PART = re.compile(r"[+-]?\d{1,18}(?=[.,]\d*$)", re.ASCII)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)


class ParameterChoice(NamedTuple):
    """An option of a list."""

    value: str
    text: str
    #: language of a name in words
    language: str | None


def bound_terms(
    page: Page, query: library.NamedQuery, values: Mapping[str, str]
) -> dict[str, Term]:
    """The terms to bind for the values of a request.

    Raises `ProblemError` (400) for a parameter that is unknown, missing or of the wrong type, and
    for a resource that is not in the graph: empty results would read as a statement about it.
    """
    try:
        terms = query.substitutions(values, page.site.addresses)
        for parameter in query.parameters:
            term = terms.get(parameter.name)
            if isinstance(term, IRI):
                _require_listed(page, parameter, term, values.get(parameter.name, ""))
    except ParameterError as error:
        raise _problem(page, query, values, error) from None
    return terms


def _require_listed(page: Page, parameter: QueryParameter, resource: IRI, text: str) -> None:
    """Raise `ParameterError` for a resource that is not in the graph."""
    kind = parameter.type
    if is_listed(kind) and text.strip() and not page.snapshot.listings.of(kind).holds(resource):
        raise ParameterError(
            f"There is no {kind} {quoted(text)} in this graph, for the parameter '{parameter.name}'.",
            parameter.name,
            kind,
        )


def is_listed(type_name: str) -> bool:
    """Whether the values of a type are resources of a kind whose list is complete."""
    return type_name in KINDS and not KINDS[type_name].open


def _problem(
    page: Page, query: library.NamedQuery, values: Mapping[str, str], error: ParameterError
) -> ProblemError:
    """400 with what is expected, and the valid value nearest to the invalid one."""
    members: dict[str, object] = {}
    if error.type is None:
        names = [parameter.name for parameter in query.parameters]
        members["parameters"] = [*names, *library.RESERVED]
        hint = error.hint
    else:
        parameter = next(item for item in query.parameters if item.name == error.parameter)
        members["expected"] = parameter.expected_value
        hint = error.hint or f"It is {parameter.expected_value}."
        text = values.get(error.parameter, "").strip()
        suggestion = _suggestion(page, parameter, text)
        if suggestion and suggestion != text:
            members["nearest"] = suggestion
            hint = f"{hint} Did you mean '{suggestion}'?"
    members |= {"parameter": error.parameter[:_NAME_LENGTH], "hint": hint}
    return ProblemError(
        Problem(HTTPStatus.BAD_REQUEST, error.message, members, language=SOURCE_LANGUAGE)
    )


def _suggestion(page: Page, parameter: QueryParameter, text: str) -> str | None:
    """The valid value nearest to an invalid one by code, name or address; None where none is similar."""
    text = text.strip()[:_VALUE_LENGTH]
    match parameter.type:
        case "integer":
            return _whole_number(text)
        case "gYear":
            year = _YEAR.search(text)
            return year[0] if year else None
        case "language":
            return _value_by_name(_language_tags_by_name(), text)
        case kind if kind in KINDS:
            values_by_name = {
                name: local
                for name, local in _local_names_by_name(page, kind).items()
                if local.startswith(parameter.scheme)
            }
            return _value_by_name(values_by_name, text)
    return None


def _whole_number(text: str) -> str | None:
    """The digits of a number without separators of thousands or decimals; None for another text.

    >>> _whole_number("1,000"), _whole_number("10.5"), _whole_number("ten")
    ('1000', '10', None)
    """
    if _GROUPED_NUMBER.fullmatch(text):
        return re.sub(_SEPARATORS, "", text)
    whole_part = _WHOLE_PART.match(text)
    return whole_part[0] if whole_part else None


def _value_by_name(values_by_name: Mapping[str, str], text: str) -> str | None:
    """The value with the name nearest to a text, or to the first word of the text."""
    by_folded_name = {name.casefold(): value for name, value in values_by_name.items()}
    folded_text = text.casefold()
    first_word = re.split(r"\W", folded_text, maxsplit=1)[0]
    return nearest_value(folded_text, by_folded_name) or nearest_value(first_word, by_folded_name)


def _language_tags_by_name() -> dict[str, str]:
    """Tags of languages by their own names and their English ones."""
    tags: dict[str, str] = {}
    for tag, name in LANGUAGES.items():
        tags[name] = tag
        tags[str(Locale.parse(tag).english_name)] = tag
    return tags


def _local_names_by_name(page: Page, kind: str) -> dict[str, str]:
    """The parameter values of a kind by labels, notations and local names."""
    local_names: dict[str, str] = {}
    for language in LANGUAGES:
        for entry in page.snapshot.listings.of(kind).entries(language):
            local = page.local_name(entry.iri)
            for name in (entry.label.text, entry.notation, local):
                if name:
                    local_names[name] = local
    return local_names


def choices(page: Page, parameter: QueryParameter, value: str) -> list[ParameterChoice]:
    """The options of a parameter, with its present value, even an invalid one; none for an input."""
    if parameter.type == "language":
        options = [ParameterChoice(tag, name, tag) for tag, name in LANGUAGES.items()]
    elif parameter.type in KINDS:
        options = _resource_choices(page, parameter)
    else:
        return []
    if value and options and all(option.value != value for option in options):
        options.insert(0, ParameterChoice(value, value, None))
    return options


def _resource_choices(page: Page, parameter: QueryParameter) -> list[ParameterChoice]:
    """Resources of a parameter's kind: concepts of its scheme, only goals where the default is a goal."""
    kind = parameter.type
    default = parameter.default or ""
    only_goals = kind == "sdg" and default != "" and "." not in default
    options: list[ParameterChoice] = []
    for entry in page.snapshot.listings.of(kind).entries(page.language):
        local = page.local_name(entry.iri)
        is_in_scheme = not parameter.scheme or local.startswith(f"{parameter.scheme}/")
        is_target = "." in local
        if is_in_scheme and not (only_goals and is_target):
            text = _choice_text(kind, entry)
            options.append(ParameterChoice(local, text, entry.label.language))
    return options if len(options) <= MAX_CHOICES else []


def _choice_text(kind: str, entry: Entry) -> str:
    """The code and name of a resource; of a country, and of a resource named by its code, the name."""
    has_code = entry.notation not in {None, entry.label.text} and kind != "country"
    return (
        f"{entry.notation} – {entry.label.text}"
        if has_code and entry.notation
        else entry.label.text
    )
