"""The comment header of a `.rq` file.

    # group: practices
    # title: Practices in a country
    # title@fr: Pratiques dans un pays
    # description: The practices carried out in a country,
    #   with their period.
    # description@fr: …
    # parameter: country country AFG "Country" "Pays"
    # parameter: language language en "Language" "Langue" "Idioma"@es

It ends at the first line that does not begin with `#`. A line that is indented after its `#` continues the
one before, after a space (without one between two wide characters, as in Chinese). A parameter has a name (that
of its SPARQL variable), a type (see `parameters`), what it is where the user gives nothing (a value, in quotes
where it holds spaces; `*`: the variable stays free and matches anything; `!`: the user must give it), and a label
in English and in French. A parameter of the type `endpoint` is declared with `*`: its default is the first endpoint
that the server may ask. Texts in other languages of the interface may follow: `title@es`, `"Idioma"@es`. The group
is one of `GROUPS`; a query may have none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from gcmgraph.errors import DataError, Place
from gcmgraph.queries.parameters import Parameter
from gcmgraph.text import nearest
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE

#: Languages of which each file has all texts.
_REQUIRED = (SOURCE_LANGUAGE, "fr")

#: Groups of questions, in the order of the library.
GROUPS = ("compact", "practices", "organisations", "gaps", "evidence", "finding")

#: Fields of which each file has exactly one.
TEXT_FIELDS = ("title", "title@fr", "description", "description@fr")
_OTHERS = tuple(tag for tag in LANGUAGES if tag not in _REQUIRED)
_KNOWN_FIELDS = (
    *TEXT_FIELDS,
    *(f"{name}@{tag}" for name in ("title", "description") for tag in _OTHERS),
    "group",
    "parameter",
)

_FIELD = re.compile(r"# ?(?P<field>[\w@]+): *(?P<value>.*)")
_CONTINUATION = re.compile(r"#\s{2,}(?P<value>\S.*)")
_PARAMETER = re.compile(
    r'(?P<name>[A-Za-z]\w*) +(?P<type>\w+) +(?P<default>"[^"]+"|[^\s"]+) +"(?P<en>[^"]+)" +"(?P<fr>[^"]+)"'
    rf'(?P<more>(?: +"[^"]+"@(?:{"|".join(_OTHERS)}))*)'
)
_MORE_LABELS = re.compile(r'"([^"]+)"@([a-z]+)')


@dataclass(frozen=True)
class QueryHeader:
    """The texts of a header by language, its parameters in order, and its group, empty where there is none."""

    title: dict[str, str]
    description: dict[str, str]
    parameters: tuple[Parameter, ...]
    group: str = ""


def parse_header(text: str, source: str) -> QueryHeader:
    """Parse the header of a query file. Raises `DataError` with file and line."""
    texts: dict[str, str] = {}
    parameters: dict[str, Parameter] = {}
    for line, field, value in _fields(text, source):
        place = Place(source, line)
        if field == "parameter":
            parameter = _parameter(value, place)
            if parameter.name in parameters:
                raise DataError(f"The parameter '{parameter.name}' is declared twice.", place=place)
            parameters[parameter.name] = parameter
        elif field in texts:
            raise DataError(f"The header says '{field}' twice.", place=place)
        elif not value:
            raise DataError(f"The header field '{field}' is empty.", place=place)
        elif field == "group" and value not in GROUPS:
            raise DataError(f"There is no group '{value}'.", place=place, hint=f"Groups: {', '.join(GROUPS)}.")
        else:
            texts[field] = value
    if missing := [field for field in TEXT_FIELDS if field not in texts]:
        raise DataError(
            f"The header has no '{missing[0]}'.",
            place=Place(source, 1),
            hint=f"Add a line '# {missing[0]}: …'.",
        )
    return QueryHeader(
        title=_in_languages(texts, "title"),
        description=_in_languages(texts, "description"),
        parameters=tuple(parameters.values()),
        group=texts.get("group", ""),
    )


def _in_languages(texts: dict[str, str], field: str) -> dict[str, str]:
    """A text by language, the required ones first."""
    fields = {tag: field if tag == SOURCE_LANGUAGE else f"{field}@{tag}" for tag in (*_REQUIRED, *_OTHERS)}
    return {tag: texts[name] for tag, name in fields.items() if name in texts}


def _fields(text: str, source: str) -> list[tuple[int, str, str]]:
    """Return line, field and value of each field, continuation lines joined. Raises `DataError`."""
    fields: list[tuple[int, str, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("#"):
            break
        if fields and (more := _CONTINUATION.fullmatch(line)):
            first, field, value = fields[-1]
            fields[-1] = (first, field, _continued(value, more["value"].rstrip()))
        elif found := _FIELD.fullmatch(line):
            _require_known(found["field"], Place(source, number))
            fields.append((number, found["field"], found["value"].rstrip()))
        else:
            raise DataError(
                "This line of the header is no field.",
                place=Place(source, number),
                hint="Write '# title: …', or leave a line blank before other comments.",
            )
    return fields


def _continued(text: str, more: str) -> str:
    """Join two lines of a text: scripts of wide characters, such as Chinese, have no space between words."""
    wide = bool(text) and all(unicodedata.east_asian_width(sign) in "WF" for sign in (text[-1], more[0]))
    return f"{text}{'' if wide else ' '}{more}".strip()


def _require_known(field: str, place: Place) -> None:
    if field not in _KNOWN_FIELDS:
        near = nearest(field, _KNOWN_FIELDS)
        hint = f"Did you mean '{near[0]}'?" if near else f"Fields: {', '.join((*TEXT_FIELDS, 'parameter'))}."
        raise DataError(f"There is no header field '{field}'.", place=place, hint=hint)


def _parameter(value: str, place: Place) -> Parameter:
    found = _PARAMETER.fullmatch(value)
    if found is None:
        raise DataError(
            "This parameter line cannot be read.",
            place=place,
            hint='Write \'# parameter: name type default "label" "libellé"\'.',
        )
    default = found["default"]
    return Parameter(
        name=found["name"],
        type=found["type"],
        default=None if default in {"*", "!"} else default.strip('"'),
        required=default == "!",
        labels={"en": found["en"], "fr": found["fr"]}
        | {tag: label for label, tag in _MORE_LABELS.findall(found["more"])},
        place=place,
    )
