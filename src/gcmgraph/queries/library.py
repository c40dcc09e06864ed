"""The named queries of `queries/` and their typed parameters.

The type of a parameter is a kind of resource (`country`, `practice`, …: given as `AFG`,
`country:AFG` or the whole IRI), or one of `iri`, `integer`, `gYear`, `date`, `text`, `language`,
`endpoint`. A concept may be one of a scheme: `concept/m49`. Values reach a query as terms, never as
a part of its text.

A `.rq` file begins with a comment header:

    # group: practices
    # title: Practices in a country
    # title@fr: Pratiques dans un pays
    # description: The practices carried out in a country,
    #   with their period.
    # description@fr: …
    # parameter: country country AFG "Country" "Pays"
    # parameter: language language en "Language" "Langue" "Idioma"@es

It ends at the first line that does not begin with `#`. A line that is indented after its `#`
continues the one before, after a space (without one between two wide characters, as in Chinese). A
parameter has a name (that of its SPARQL variable), a type, what it is where the user gives nothing
(a value, in quotes where it holds spaces; `*`: the variable stays free and matches anything; `!`:
the user must give it), and a label in English and in French. Texts in other languages of the
interface may follow: `title@es`, `"Idioma"@es`. The group is one of `GROUPS`; a query may have
none.

pyoxigraph 0.5.13 binds by `substitutions=` only variables of the SELECT clause (any other is an
error), everywhere in the query and in sub-selects that project them, but not in `BIND(?parameter AS
?x)` alone. So every parameter must be in the SELECT clause, which is checked here.

A query that joins with another endpoint has a parameter of the type `endpoint` and two parts: the
first group has the patterns of this graph, the second those of the endpoint. It is never run here.
It is written out for an engine of the reader, which holds this graph, or asks its endpoint for the
first group.

    WHERE {
      { ?target skos:exactMatch ?unIri }
      OPTIONAL { SERVICE SILENT ?endpoint { ?unIri skos:prefLabel ?unText } }
    }

`page`, `page_size`, `format` and `lang` are parameters of the answer over HTTP; no parameter of a
query has their name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from gcmgraph.model.kinds import KINDS, Kind
from gcmgraph.platform.dates import Moment
from gcmgraph.platform.errors import DataError, GcmGraphError, Place
from gcmgraph.platform.similarity import nearest
from gcmgraph.rdf.media import read_text
from gcmgraph.rdf.namespaces import DEFAULT_BASE, Addresses
from gcmgraph.rdf.parsing import NOT_IN_XML
from gcmgraph.rdf.sparql_text import (
    SparqlToken,
    TokenKind,
    closing_brace,
    is_endpoint,
    line_and_column,
    significant,
)
from gcmgraph.rdf.terms import IRI, Literal, Term, typed
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import QueryRefusedError, Store
from gcmgraph.translations import LANGUAGES, SOURCE_LANGUAGE

#: The type of a parameter after SERVICE: the endpoint that an engine of the reader asks.
ENDPOINT = "endpoint"

_YEAR = typed("2018", "gYear").datatype

#: Longest value, in characters.
MAX_LENGTH = 2_000


class ParameterError(GcmGraphError):
    """A value for a named query that is unknown, missing or of the wrong type.

    `parameter` is the name in the request; `type` the type of that parameter, None for an unknown
    name.
    """

    def __init__(
        self, message: str, parameter: str, type: str | None, *, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.parameter = parameter
        self.type = type


@dataclass(frozen=True)
class QueryParameter:
    """A parameter of a named query; its name is that of the SPARQL variable.

    Without a value from the user, `default` applies; without a default the variable remains free,
    unless `required`.
    """

    name: str
    type: str
    default: str | None
    required: bool
    #: by language
    labels: Mapping[str, str]
    #: file and line of its declaration
    place: Place | None = None
    #: scheme of the concepts that are values, such as `m49`; empty for any
    scheme: str = ""

    @property
    def wanted(self) -> str:
        """A description of its values."""
        if not self.scheme:
            return TYPES[self.type].wanted
        example = f", such as {self.default}" if self.default else ""
        return f"a concept of the scheme {self.scheme} ({self.scheme}/…){example}"

    def term(self, text: str, addresses: Addresses) -> Term:
        """Return the term of a text. Raises `ParameterError`."""
        if len(text) > MAX_LENGTH:
            raise ParameterError(
                f"The value of '{self.name}' has more than {MAX_LENGTH:,} characters.",
                self.name,
                self.type,
            )
        term = TYPES[self.type].parse(text.strip(), addresses)
        if term is None or not self.takes(term, addresses):
            raise ParameterError(
                f"The parameter '{self.name}' cannot be {shown(text)}.",
                self.name,
                self.type,
                hint=f"It is {self.wanted}.",
            )
        return term

    def takes(self, term: Term, addresses: Addresses) -> bool:
        """Whether a term of its type is a concept of its scheme, if it has one."""
        return not self.scheme or term.value.startswith(
            addresses.resource(self.type, f"{self.scheme}/")
        )


@dataclass(frozen=True)
class ParameterType:
    """A type: a description of its values, and the term of a text, or None where the text is not of this type."""

    wanted: str
    parse: Callable[[str, Addresses], Term | None]


def _iri(text: str, addresses: Addresses) -> IRI | None:
    if not text.startswith(("http://", "https://")):
        try:
            text = addresses.expand(text)
        except KeyError:
            return None
    try:
        return IRI(addresses.rebase(text))
    except ValueError:  # not an IRI, says pyoxigraph
        return None


def _endpoint(text: str, _: Addresses) -> IRI | None:
    return IRI(text) if is_endpoint(text) else None


def _literal(pattern: str, datatype: str) -> Callable[[str, Addresses], Literal | None]:
    def parse(text: str, _: Addresses) -> Literal | None:
        return typed(text, datatype) if re.fullmatch(pattern, text, re.ASCII) else None

    return parse


def _date(text: str, _: Addresses) -> Literal | None:
    return Literal(text) if Moment.parse(text) else None


def _language(text: str, _: Addresses) -> Literal | None:
    found = re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text)
    return Literal(text.lower()) if found else None


def _text(text: str, _: Addresses) -> Literal | None:
    return Literal(text) if text and not NOT_IN_XML.search(text) else None


def _resource(kind: Kind) -> ParameterType:
    def parse(text: str, addresses: Addresses) -> IRI | None:
        start = addresses.resource(kind.name, "")
        local = addresses.rebase(text).removeprefix(start).removeprefix(f"{kind.name}:")
        return IRI(start + local) if re.fullmatch(kind.local, local, re.ASCII) else None

    article = "an" if kind.name[0] in "aio" else "a"
    return ParameterType(f"{article} {kind.name}, such as {kind.example}", parse)


#: Every type by its name in a header.
TYPES: Mapping[str, ParameterType] = {
    **{name: _resource(kind) for name, kind in KINDS.items()},
    "iri": ParameterType("an http(s) IRI, or a short form such as country:AFG", _iri),
    ENDPOINT: ParameterType(
        "the http(s) URL of a SPARQL endpoint, such as http://127.0.0.1:7878/query", _endpoint
    ),
    "integer": ParameterType(
        "a whole number of at most 18 digits, such as 12", _literal(r"[+-]?\d{1,18}", "integer")
    ),
    "gYear": ParameterType("a year, such as 2018", _literal(r"\d{4}", "gYear")),
    "date": ParameterType("a day, a month or a year, such as 2018-09-15, 2018-09 or 2018", _date),
    "text": ParameterType("a text, not empty and without control characters", _text),
    "language": ParameterType("a language tag, such as fr", _language),
}


def substitutions(
    query: str,
    parameters: tuple[QueryParameter, ...],
    given: Mapping[str, str],
    addresses: Addresses,
) -> dict[str, Term]:
    """Return the terms to bind, by variable name. An empty text counts as none.

    Raises `ParameterError` for a parameter that `query` does not have, one that is required and
    missing, a value of the wrong type, and years `from` and `to` of which the first comes after the
    last.
    """
    known = [parameter.name for parameter in parameters]
    for name in given:
        if name not in known:
            near = nearest(name, known)
            names = f"Its parameters: {', '.join(known)}." if known else "It takes none."
            raise ParameterError(
                f"The query '{query}' has no parameter {shown(name)}.",
                name,
                None,
                hint=f"Did you mean '{near[0]}'?" if near else names,
            )
    terms: dict[str, Term] = {}
    for parameter in parameters:
        text = given.get(parameter.name, "").strip() or parameter.default
        if text is not None:
            terms[parameter.name] = parameter.term(text, addresses)
        elif parameter.required:
            raise ParameterError(
                f"The query '{query}' needs the parameter '{parameter.name}'.",
                parameter.name,
                parameter.type,
                hint=f"It is {parameter.wanted}.",
            )
    _require_order(terms)
    return terms


def _require_order(terms: Mapping[str, Term]) -> None:
    years = {
        name: t.value for name, t in terms.items() if isinstance(t, Literal) and t.datatype == _YEAR
    }
    if "from" in years and "to" in years and years["from"] > years["to"]:
        raise ParameterError(
            f"The year 'from' ({years['from']}) must not be after the year 'to' ({years['to']}).",
            "from",
            "gYear",
            hint="Give both, the earlier one as 'from'.",
        )


def shown(text: str) -> str:
    """Return a user's text for a message: on one line, and not too long."""
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


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
    r"(?P<name>[A-Za-z]\w*) +(?P<type>\w+)(?:/(?P<scheme>[\w-]+))? +"
    r'(?P<default>"[^"]+"|[^\s"]+) +"(?P<en>[^"]+)" +"(?P<fr>[^"]+)"'
    rf'(?P<more>(?: +"[^"]+"@(?:{"|".join(_OTHERS)}))*)'
)
_MORE_LABELS = re.compile(r'"([^"]+)"@([a-z]+)')


def parse_header(text: str, source: str) -> tuple[dict[str, str], tuple[QueryParameter, ...]]:
    """The texts of the header of a query file by field, and its parameters.

    Raises `DataError` with file and line.
    """
    texts: dict[str, str] = {}
    parameters: dict[str, QueryParameter] = {}
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
            raise DataError(
                f"There is no group '{value}'.", place=place, hint=f"Groups: {', '.join(GROUPS)}."
            )
        else:
            texts[field] = value
    if missing := [field for field in TEXT_FIELDS if field not in texts]:
        raise DataError(
            f"The header has no '{missing[0]}'.",
            place=Place(source, 1),
            hint=f"Add a line '# {missing[0]}: …'.",
        )
    return texts, tuple(parameters.values())


def _in_languages(texts: dict[str, str], field: str) -> dict[str, str]:
    """A text by language, the required ones first."""
    fields = {
        tag: field if tag == SOURCE_LANGUAGE else f"{field}@{tag}" for tag in (*_REQUIRED, *_OTHERS)
    }
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
    wide = bool(text) and all(
        unicodedata.east_asian_width(sign) in "WF" for sign in (text[-1], more[0])
    )
    return f"{text}{'' if wide else ' '}{more}".strip()


def _require_known(field: str, place: Place) -> None:
    if field not in _KNOWN_FIELDS:
        near = nearest(field, _KNOWN_FIELDS)
        hint = (
            f"Did you mean '{near[0]}'?"
            if near
            else f"Fields: {', '.join((*TEXT_FIELDS, 'parameter'))}."
        )
        raise DataError(f"There is no header field '{field}'.", place=place, hint=hint)


def _parameter(value: str, place: Place) -> QueryParameter:
    found = _PARAMETER.fullmatch(value)
    if found is None:
        raise DataError(
            "This parameter line cannot be read.",
            place=place,
            hint='Write \'# parameter: name type default "label" "libellé"\'.',
        )
    default = found["default"]
    return QueryParameter(
        name=found["name"],
        type=found["type"],
        default=None if default in {"*", "!"} else default.strip('"'),
        required=default == "!",
        labels={"en": found["en"], "fr": found["fr"]}
        | {tag: label for label, tag in _MORE_LABELS.findall(found["more"])},
        place=place,
        scheme=found["scheme"] or "",
    )


#: Parameters of `/queries/{name}` itself.
RESERVED = ("page", "page_size", "format", "lang", "bom")

#: The filter of the best text: in the requested language, else in English, French or any other.
_BEST_TEXT = re.compile(
    r"FILTER\(LANG\(\?(\w+)\) = \?language \|\| NOT EXISTS \{\n(?:[^}]*\n)\s*\}\)"
)

#: Rows of an answer at most; the endpoint and the dumps have more.
MAX_ROWS = 100_000

#: Solution modifiers, and data, that a query of the library leaves to who runs it.
_MODIFIERS = frozenset(("LIMIT", "OFFSET", "HAVING", "VALUES"))


@dataclass(frozen=True)
class _Edit:
    """A text in place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def _values_of_selects(
    query: str, tokens: Sequence[SparqlToken], terms: Mapping[str, Term]
) -> list[_Edit]:
    """The terms of the parameters that a SELECT at the beginning of a line names, as VALUES in its pattern.

    What is bound outside does not reach into a subquery.
    """
    edits: list[_Edit] = []
    for index, token in enumerate(tokens):
        line = query[query.rfind("\n", 0, token.start) + 1 : token.start]
        if token.word == "SELECT" and not line.strip(" "):
            clause = _select_clause(tokens, index)
            position = tokens[index + len(clause) + 1].end
            indent = " " * (len(line) + 2)
            named = {
                variable.text[1:] for variable in clause if variable.kind is TokenKind.VARIABLE
            }
            values = (
                f"\n{indent}VALUES ?{name} {{ {terms[name]} }}" for name in terms if name in named
            )
            edits.append(_Edit(position, position, "".join(values)))
    return edits


def _terms_in_place(
    _: str, tokens: Sequence[SparqlToken], terms: Mapping[str, Term]
) -> list[_Edit]:
    """Terms in place of variables, and as columns, for a query of which endpoints evaluate parts by themselves.

    Comunica 5.4 sends VALUES to no endpoint: it would ask for each pattern beside them, or end with
    an error.
    """
    opening = next(index for index, token in enumerate(tokens) if token.text == "{")
    edits: list[_Edit] = []
    for index, token in enumerate(tokens[: closing_brace(tokens, opening)]):
        if token.kind is TokenKind.VARIABLE and (term := terms.get(token.text[1:])) is not None:
            text = str(term) if index > opening else f"({term} AS {token.text})"
            edits.append(_Edit(token.start, token.end, text))
    return edits


def _own_group(tokens: Sequence[SparqlToken]) -> int:
    """The index of the brace that begins the first group of the pattern; -1 where it begins otherwise."""
    opening = next((index for index, token in enumerate(tokens) if token.text == "{"), len(tokens))
    return (
        opening + 1 if [token.text for token in tokens[opening + 1 : opening + 2]] == ["{"] else -1
    )


class UnknownQueryError(GcmGraphError):
    """A name that no query of the library has."""


@dataclass(frozen=True)
class NamedQuery:
    """A query of the library: texts by language, parameters in order, group ("" for none), and SPARQL text (SELECT)."""

    title: Mapping[str, str]
    description: Mapping[str, str]
    parameters: tuple[QueryParameter, ...]
    group: str
    name: str
    text: str
    #: variables of the SELECT clause, in order
    variables: tuple[str, ...]

    @property
    def query(self) -> str:
        """The query without its header."""
        lines = self.text.splitlines()
        start = next(
            (number for number, line in enumerate(lines) if line and not line.startswith("#")), 0
        )
        return "\n".join(lines[start:]) + "\n"

    @property
    def endpoint(self) -> str | None:
        """The parameter after SERVICE; None in a query of this graph only."""
        return next(
            (parameter.name for parameter in self.parameters if parameter.type == ENDPOINT), None
        )

    @property
    def stands_alone(self) -> bool:
        """Whether it can be answered as it is: no value is required, and it queries this graph only."""
        return self.endpoint is None and not any(
            parameter.required for parameter in self.parameters
        )

    def require_local(self) -> None:
        """Raise `QueryRefusedError` for a query that joins with another endpoint."""
        if self.endpoint is not None:
            raise QueryRefusedError(
                f"The query '{self.name}' joins this graph with another endpoint, and nothing here asks others.",
                hint=f"Run it in an engine of your own: the page /queries/{self.name} has its text and the commands.",
            )

    def in_stable_order(self, limit: int = MAX_ROWS, offset: int = 0) -> str:
        """The query in a total order, so that no row changes its page, with LIMIT and OFFSET.

        A query of the library has at most one solution modifier, ORDER BY (checked on reading).
        """
        return f"{self._in_total_order(self.text)}\nLIMIT {limit:d}\nOFFSET {offset:d}\n"

    def _in_total_order(self, text: str) -> str:
        """The text of the query, sorted by its other variables at last; what a group has depends on its variables."""
        outside = list(_outside_braces(significant(self.query)))
        names, grouped = list(self.variables), any(token.word == "GROUP" for token in outside)
        for before, token in pairwise(outside):
            if grouped and before.word == "AS" and token.text[1:] in names:
                names.remove(token.text[1:])
        at = next((n for n, token in enumerate(outside) if token.word == "ORDER"), len(outside))
        sorted_by = {
            token.text[1:]
            for first, before, token in zip(
                outside[at:], outside[at + 1 :], outside[at + 2 :], strict=False
            )
            if before.text != "(" or first.word in {"ASC", "DESC"}
        }
        constant = {
            parameter.name for parameter in self.parameters if parameter.default is not None
        }
        keys = "".join(f" ?{name}" for name in names if name not in sorted_by | constant)
        return text.rstrip() + (f"\nORDER BY{keys}" if keys and at == len(outside) else keys)

    def written_out(self, terms: Mapping[str, Term], graph: str | None = None) -> str:
        """The query with terms for its parameters, for people to read and change, or for an engine of their own.

        `graph` is the endpoint of this graph, for an engine that does not hold it.
        """
        query = self.query
        tokens = significant(query)
        write = _values_of_selects if self.endpoint is None else _terms_in_place
        edits = write(query, tokens, terms)
        if graph is not None:
            start = tokens[_own_group(tokens)].start
            edits.append(_Edit(start, start, f"SERVICE {IRI(graph)} "))
        for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
            query = query[: edit.start] + edit.text + query[edit.end :]
        return f"{self._in_total_order(query)}\n"

    def simplified(self) -> str:
        """The query for reading: texts in the requested language only, instead of the best that there is."""
        return _BEST_TEXT.sub(r"FILTER(LANG(?\1) = ?language)", self.query)

    def substitutions(self, given: Mapping[str, str], addresses: Addresses) -> dict[str, Term]:
        """Return the terms to bind for what a user gives, defaults filled in.

        Raises `ParameterError`.
        """
        return substitutions(self.name, self.parameters, given, addresses)


def read_queries(repository: Repository, addresses: Addresses) -> dict[str, NamedQuery]:
    """Read every query of the library, by name (the file's, without `.rq`). Raises `DataError`."""
    return {path.stem: read_query(path, addresses) for path in repository.queries}


def read_query(path: Path, addresses: Addresses) -> NamedQuery:
    """Read one query file, written in the default base, for another base. Raises `DataError`."""
    source, text = str(path), read_text(path)
    texts, parameters = parse_header(text, source)
    tokens = significant(text)
    projected = _projected(text, tokens, source)
    for parameter in parameters:
        _require_valid(parameter, projected, addresses)
    _require_endpoint(tokens, parameters, source)
    text = text.rstrip().replace(f"<{DEFAULT_BASE}", f"<{addresses.base}") + "\n"
    title, description = (_in_languages(texts, field) for field in ("title", "description"))
    return NamedQuery(
        title, description, parameters, texts.get("group", ""), path.stem, text, projected
    )


def find_query(queries: Mapping[str, NamedQuery], name: str) -> NamedQuery:
    """Return the query of a name. Raises `UnknownQueryError` with the nearest name there is."""
    if name in queries:
        return queries[name]
    near = nearest(name, queries)
    raise UnknownQueryError(
        f"There is no query {name[:60]!r} in the library.",
        hint=f"Did you mean '{near[0]}'?" if near else f"Queries: {', '.join(queries)}.",
    )


def _projected(text: str, tokens: Iterable[SparqlToken], source: str) -> tuple[str, ...]:
    """Return the variables of the outer SELECT clause. Raises `DataError`."""
    select, where = (
        re.search(start, text, re.MULTILINE)
        for start in (r"^SELECT\b(?: DISTINCT)? (\*)?", r"^WHERE \{")
    )
    if select is None or where is None:
        raise DataError(
            "A query of the library is a SELECT query.",
            place=Place(source),
            hint="Write SELECT … and on a line of its own WHERE { … }.",
        )
    if modifier := next(
        (token for token in _outside_braces(tokens) if token.word in _MODIFIERS), None
    ):
        raise DataError(
            f"A query of the library has no {modifier.text} of its own: pages are cut from its answer.",
            place=Place(source, line_and_column(text, modifier.start)[0]),
        )
    if select[1]:
        raise DataError(
            "The SELECT clause names no columns.",
            place=Place(source),
            hint="Name them instead of '*'.",
        )
    return Store.in_memory().select(text[: where.end()] + text[text.rindex("}") :]).variables


def _select_clause(tokens: Sequence[SparqlToken], start: int) -> list[SparqlToken]:
    """The tokens between the SELECT at `start` and the brace of its pattern, WHERE among them."""
    depth = 0
    for index in range(start + 1, len(tokens)):
        depth += (tokens[index].text == "(") - (tokens[index].text == ")")
        if depth == 0 and tokens[index].text == "{":
            return list(tokens[start + 1 : index])
    return []


def _outside_braces(tokens: Iterable[SparqlToken]) -> Iterator[SparqlToken]:
    depth = 0
    for token in tokens:
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            yield token


def _require_endpoint(
    tokens: Sequence[SparqlToken], parameters: tuple[QueryParameter, ...], source: str
) -> None:
    """Check that SERVICE is SILENT and names the one parameter of that type, after this graph's group.

    Raises `DataError`.
    """
    declared = [f"?{parameter.name}" for parameter in parameters if parameter.type == ENDPOINT]
    services = [index for index, token in enumerate(tokens) if token.word == "SERVICE"]
    named = {(tokens[index + 1].word, tokens[index + 2].text) for index in services}
    if named != {("SILENT", name) for name in declared[:1]} or len(declared) > 1:
        raise DataError(
            "SERVICE must name the query's one parameter of the type 'endpoint', and this stand there.",
            place=Place(source),
            hint="Write '# parameter: endpoint endpoint http://… …' and SERVICE SILENT ?endpoint { … }.",
        )
    if services and _own_group(tokens) < 0:
        raise DataError(
            "The patterns of this graph in a query with SERVICE are a group of their own.",
            place=Place(source),
            hint="Write WHERE { { … } OPTIONAL { SERVICE SILENT ?endpoint { … } } }.",
        )


def _require_valid(
    parameter: QueryParameter, projected: tuple[str, ...], addresses: Addresses
) -> None:
    """Check type, name and default of a parameter. Raises `DataError`."""
    if parameter.type not in TYPES:
        near = nearest(parameter.type, TYPES)
        raise DataError(
            f"The parameter '{parameter.name}' has the unknown type '{parameter.type}'.",
            place=parameter.place,
            hint=f"Did you mean '{near[0]}'?" if near else f"Types: {', '.join(TYPES)}.",
        )
    if parameter.name in RESERVED:
        raise DataError(
            f"No parameter may be called '{parameter.name}'.",
            place=parameter.place,
            hint=f"Reserved: {', '.join(RESERVED)}.",
        )
    if parameter.type == ENDPOINT:
        if parameter.default is None:
            raise DataError(
                f"The parameter '{parameter.name}' has no default.",
                place=parameter.place,
                hint="Give the address of an endpoint, as readers may have one on their own machine.",
            )
    elif parameter.name not in projected:
        raise DataError(
            f"The parameter '{parameter.name}' is not in the SELECT clause.",
            place=parameter.place,
            hint=f"Add ?{parameter.name} to it; the engine binds no other variables.",
        )
    if parameter.default is not None:
        try:
            parameter.term(parameter.default, addresses)
        except ParameterError as error:
            raise DataError(
                f"The default of '{parameter.name}' is wrong: {error}", place=parameter.place
            ) from error
