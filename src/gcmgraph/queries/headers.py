"""The header of a `.rq` file: texts by language, group, and the declarations of parameters.

It is a comment:

    # group: practices
    # title: Practices in a country
    # title@fr: Pratiques dans un pays
    # description: The practices carried out in a country,
    #   with their period.
    # description@fr: …
    # parameter: country country AFG "Country" "Pays"
    # parameter: language language en "Language" "Langue" "Idioma"@es
    # counts: practices practice country=?country
    # counts: parties queries/parties-to-instrument instrument=?instrument
    # of: practice

The header ends at the first line that does not begin with `#`. A line that is indented after its
`#` continues the one before, after a space (without one between two wide characters, as in
Chinese). A parameter has a name (that of its SPARQL variable), a type (`parameters`), what it is
where the user gives nothing (a value, in quotes where it holds spaces; `*`: the variable stays free
and matches anything; `!`: the user must give it), and a label in English and in French. Texts in
other languages of the interface may follow: `title@es`, `"Idioma"@es`. The group is one of
`GROUPS`; a query may have none. A line `counts` names a variable with a number, and what it is the number
of: the resources of a list (their kind, and the facets of the list with the variables that have
their values), or the resources in the answer of another query (its name, and its parameters).
A line `of` is in a query on a property that only part of the resources of a kind have: it names the
kind, which is also the variable with these resources, so that an answer states how many of all it has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.errors import DataError, Place
from gcmgraph.platform.similarity import nearest
from gcmgraph.queries.parameters import QueryParameter
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE

#: Groups of questions, in the order of the library.
GROUPS = ("compact", "practices", "organisations", "gaps", "evidence", "finding")

#: Fields of which each file has exactly one.
TEXT_FIELDS = ("title", "title@fr", "description", "description@fr")

#: Languages of which each file has all texts, and languages of which a file may have some.
_REQUIRED_LANGUAGES = (SOURCE_LANGUAGE, "fr")
_OPTIONAL_LANGUAGES = tuple(
    language for language in LANGUAGES if language not in _REQUIRED_LANGUAGES
)

_FIELD_NAMES = (
    *TEXT_FIELDS,
    *(f"title@{language}" for language in _OPTIONAL_LANGUAGES),
    *(f"description@{language}" for language in _OPTIONAL_LANGUAGES),
    "group",
    "parameter",
    "counts",
    "of",
)

_FIELD = re.compile(r"# ?(?P<name>[\w@]+): *(?P<value>.*)")
_CONTINUATION = re.compile(r"#\s{2,}(?P<value>\S.*)")
_PARAMETER = re.compile(
    r"(?P<name>[A-Za-z]\w*) +(?P<type>\w+)(?:/(?P<scheme>[\w-]+))? +"
    r'(?P<default>"[^"]+"|[^\s"]+) +"(?P<en>[^"]+)" +"(?P<fr>[^"]+)"'
    rf'(?P<optional_labels>(?: +"[^"]+"@(?:{"|".join(_OPTIONAL_LANGUAGES)}))*)'
)
_OPTIONAL_LABEL = re.compile(r'"([^"]+)"@([a-z]+)')

_COUNTS = re.compile(
    r"(?P<variable>\w+) +(?:queries/(?P<query>[a-z0-9-]+)|(?P<kind>[a-z]+))(?P<filters>(?: +[\w-]+=\?\w+)*)"
)
_FILTER = re.compile(r"([\w-]+)=\?(\w+)")

#: The default of a parameter that has none: its variable stays free, or the user must give a value.
_FREE = "*"
_REQUIRED = "!"


@dataclass(frozen=True)
class CountedList:
    """A variable whose value is the number of the resources of a list."""

    variable: str
    #: kind of the resources of the list
    kind: str
    #: facets of the list, each with the variable that has its value
    variable_by_facet: Mapping[str, str]

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the query that it names."""
        return (self.variable, *self.variable_by_facet.values())


@dataclass(frozen=True)
class CountedAnswer:
    """A variable whose value is the number of the resources in the answer of another query."""

    variable: str
    #: name of the other query
    query: str
    #: parameters of the other query, each with the variable that has its value
    variable_by_parameter: Mapping[str, str]

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the query that it names."""
        return (self.variable, *self.variable_by_parameter.values())


@dataclass(frozen=True)
class _Field:
    """A field of a header, its continuation lines joined, and where it begins."""

    name: str
    value: str
    location: Place


@dataclass(frozen=True)
class QueryHeader:
    """The header of a query file."""

    #: texts by field, such as `title@fr`
    texts: dict[str, str]
    parameters: tuple[QueryParameter, ...]
    counts: tuple[CountedList | CountedAnswer, ...]


def parse_header(text: str, source: str) -> QueryHeader:
    """The header of a query file.

    `source` is the file as messages show it. Raises `DataError` with file and line.
    """
    texts: dict[str, str] = {}
    parameters: dict[str, QueryParameter] = {}
    counts: list[CountedList | CountedAnswer] = []
    for field in _fields(text, source):
        if field.name == "parameter":
            parameter = _parameter(field)
            if parameter.name in parameters:
                message = f"The parameter '{parameter.name}' is declared twice."
                raise DataError(message, place=field.location)
            parameters[parameter.name] = parameter
        elif field.name == "counts":
            counts.append(_count(field))
        else:
            _require_valid_text(field, texts)
            texts[field.name] = field.value
    for name in TEXT_FIELDS:
        if name not in texts:
            raise DataError(
                f"The header has no '{name}'.",
                place=Place(source, 1),
                hint=f"Add a line '# {name}: …'.",
            )
    return QueryHeader(texts, tuple(parameters.values()), tuple(counts))


def texts_by_language(texts: dict[str, str], field: str) -> dict[str, str]:
    """A text (`title` or `description`) by language, the required languages first."""
    by_language = {}
    for language in (*_REQUIRED_LANGUAGES, *_OPTIONAL_LANGUAGES):
        name = field if language == SOURCE_LANGUAGE else f"{field}@{language}"
        if name in texts:
            by_language[language] = texts[name]
    return by_language


def _require_valid_text(field: _Field, texts: dict[str, str]) -> None:
    """Raise `DataError` for a field that stands twice or is empty, and for an unknown group or kind."""
    message, hint = None, None
    if field.name in texts:
        message = f"The header says '{field.name}' twice."
    elif not field.value:
        message = f"The header field '{field.name}' is empty."
    elif field.name == "group" and field.value not in GROUPS:
        message = f"There is no group '{field.value}'."
        hint = f"Groups: {', '.join(GROUPS)}."
    elif field.name == "of" and field.value not in KINDS:
        message = f"There is no kind '{field.value}'."
        hint = f"Kinds: {', '.join(KINDS)}."
    if message:
        raise DataError(message, place=field.location, hint=hint)


def _fields(text: str, source: str) -> list[_Field]:
    """Return the fields in their order. Raises `DataError`."""
    fields: list[_Field] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        location = Place(source, number)
        continuation = _CONTINUATION.fullmatch(line)
        match = _FIELD.fullmatch(line)
        if fields and continuation:
            field = fields[-1]
            value = _joined(field.value, continuation["value"].rstrip())
            fields[-1] = _Field(field.name, value, field.location)
        elif match:
            _require_field_name(match["name"], location)
            fields.append(_Field(match["name"], match["value"].rstrip(), location))
        else:
            raise DataError(
                "This line of the header is no field.",
                place=location,
                hint="Write '# title: …', or leave a line blank before other comments.",
            )
    return fields


def _joined(text: str, continuation: str) -> str:
    """Join two lines of a text: scripts of wide characters, such as Chinese, have no space between words.

    >>> _joined("The practices carried out in a country,", "with their period.")
    'The practices carried out in a country, with their period.'
    """
    border = (text[-1:], continuation[0])
    has_space = not text or any(
        unicodedata.east_asian_width(character) not in "WF" for character in border
    )
    return f"{text}{' ' if has_space else ''}{continuation}".strip()


def _require_field_name(name: str, location: Place) -> None:
    if name not in _FIELD_NAMES:
        similar_names = nearest(name, _FIELD_NAMES)
        if similar_names:
            hint = f"Did you mean '{similar_names[0]}'?"
        else:
            hint = f"Fields: {', '.join((*TEXT_FIELDS, 'parameter'))}."
        raise DataError(f"There is no header field '{name}'.", place=location, hint=hint)


def _parameter(field: _Field) -> QueryParameter:
    """The parameter that a field declares. Raises `DataError`."""
    declaration = _PARAMETER.fullmatch(field.value)
    if declaration is None:
        raise DataError(
            "This parameter line cannot be read.",
            place=field.location,
            hint='Write \'# parameter: name type default "label" "libellé"\'.',
        )
    labels = {language: declaration[language] for language in _REQUIRED_LANGUAGES}
    for label, language in _OPTIONAL_LABEL.findall(declaration["optional_labels"]):
        labels[language] = label
    default = declaration["default"]
    return QueryParameter(
        name=declaration["name"],
        type=declaration["type"],
        default=None if default in {_FREE, _REQUIRED} else default.strip('"'),
        required=default == _REQUIRED,
        labels=labels,
        location=field.location,
        scheme=declaration["scheme"] or "",
    )


def _count(field: _Field) -> CountedList | CountedAnswer:
    """The list or answer that a field declares. Raises `DataError`."""
    declaration = _COUNTS.fullmatch(field.value)
    if declaration is None:
        raise DataError(
            "This line on what a number counts cannot be read.",
            place=field.location,
            hint="Write '# counts: variable kind facet=?variable', or 'queries/name' in place of the kind.",
        )
    variable = declaration["variable"]
    variable_by_name = dict(_FILTER.findall(declaration["filters"]))
    if declaration["query"]:
        return CountedAnswer(variable, declaration["query"], variable_by_name)
    return CountedList(variable, declaration["kind"], variable_by_name)
