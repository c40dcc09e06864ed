"""The named queries of `queries/`: each is a `.rq` file with a header (`headers`) and a SELECT query.

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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.platform.errors import DataError, GcmGraphError, Place
from gcmgraph.platform.similarity import nearest
from gcmgraph.queries.headers import CountedAnswer, CountedList, parse_header, texts_by_language
from gcmgraph.queries.parameters import (
    ENDPOINT,
    TYPES,
    ParameterError,
    QueryParameter,
    substitutions,
)
from gcmgraph.queries.query_text import (
    begins_with_group,
    order_to_append,
    outside_braces,
    with_terms,
    with_values,
)
from gcmgraph.rdf.media import read_text
from gcmgraph.rdf.namespaces import DEFAULT_BASE, Addresses
from gcmgraph.rdf.sparql_tokens import SparqlToken, line_and_column, significant
from gcmgraph.rdf.terms import Term
from gcmgraph.repository.layout import Repository
from gcmgraph.store.port import QueryRefusedError, Store

#: Parameters of `/queries/{name}` itself.
RESERVED = ("page", "page_size", "format", "lang", "bom")

#: Rows of an answer at most; the endpoint and the dumps have more.
MAX_ROWS = 100_000

#: Longest part of an unknown name that a message repeats, in characters.
_MAX_QUOTED_NAME = 60

#: The pattern of a text in English, in French or in any other language, where there is none in the requested one.
_OTHER_TEXT = re.compile(
    r"\n *OPTIONAL \{\n.* \?(\w+) \.\n *FILTER NOT EXISTS \{\n.* \?\1Better \.\n(?:[^}]*\n) *\}\n *\}"
)

#: Solution modifiers, and data, that a query of the library leaves to who runs it.
_MODIFIERS = frozenset(("LIMIT", "OFFSET", "HAVING", "VALUES"))

_SELECT_CLAUSE = re.compile(r"^SELECT\b(?: DISTINCT)? (\*)?", re.MULTILINE)
_WHERE_CLAUSE = re.compile(r"^WHERE \{", re.MULTILINE)


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
    #: what numbers in the rows count
    counts: tuple[CountedList | CountedAnswer, ...] = ()
    #: kind of the resources of which the answer has only a part, and their variable; empty for none
    part_of: str = ""

    @property
    def query(self) -> str:
        """The query without its header."""
        lines = self.text.splitlines()
        numbers = (number for number, line in enumerate(lines) if line and not line.startswith("#"))
        return "\n".join(lines[next(numbers, 0) :]) + "\n"

    @property
    def endpoint(self) -> str | None:
        """The parameter after SERVICE; None in a query of this graph only."""
        names = (parameter.name for parameter in self.parameters if parameter.type == ENDPOINT)
        return next(names, None)

    @property
    def requires_values(self) -> bool:
        """Whether the user must give the value of a parameter."""
        return any(parameter.required for parameter in self.parameters)

    @property
    def stands_alone(self) -> bool:
        """Whether the query can be answered as it is: no value is required, and the query is of this graph only."""
        return self.endpoint is None and not self.requires_values

    def require_local(self) -> None:
        """Raise `QueryRefusedError` for a query that joins with another endpoint."""
        if self.endpoint is not None:
            raise QueryRefusedError(
                f"The query '{self.name}' joins this graph with another endpoint, and nothing here asks others.",
                hint=f"Run it in an engine of your own: the page /queries/{self.name} has its text and the commands.",
            )

    def in_stable_order(self) -> str:
        """The query in a total order, so that no row changes its page, with a LIMIT.

        A query of the library has at most one solution modifier, ORDER BY (checked on reading).
        """
        return f"{self._in_total_order(self.text)}\nLIMIT {MAX_ROWS}\n"

    def _in_total_order(self, text: str) -> str:
        """A text of the query, sorted by all columns whose value is not determined by the parameters."""
        constants = {
            parameter.name for parameter in self.parameters if parameter.default is not None
        }
        return text.rstrip() + order_to_append(self.query, self.variables, constants)

    def written_out(self, terms: Mapping[str, Term], graph: str | None = None) -> str:
        """The query with terms for its parameters, for people to read and change, or for an engine of their own.

        `graph` is the endpoint of this graph, for an engine that does not hold it; in a query with
        an endpoint only.
        """
        if self.endpoint is None:
            return self._in_total_order(with_values(self.query, terms)) + "\n"
        return self._in_total_order(with_terms(self.query, terms, graph)) + "\n"

    def simplified(self) -> str:
        """The query for reading: texts in the requested language only, instead of the best that there is."""
        return _OTHER_TEXT.sub("", self.query)

    def substitutions(self, values: Mapping[str, str], addresses: Addresses) -> dict[str, Term]:
        """Return the terms to bind for a user's values by parameter, defaults filled in.

        Raises `ParameterError`.
        """
        return substitutions(self.name, self.parameters, values, addresses)


def read_queries(repository: Repository, addresses: Addresses) -> dict[str, NamedQuery]:
    """Read every query of the library, by name (the file's, without `.rq`). Raises `DataError`."""
    queries = {path.stem: read_query(path, addresses) for path in repository.queries}
    for query in queries.values():
        for count in query.counts:
            if isinstance(count, CountedAnswer):
                _require_parameters(query, count, queries)
    return queries


def read_query(path: Path, addresses: Addresses) -> NamedQuery:
    """Read one query file, written in the default base, for another base. Raises `DataError`."""
    source = str(path)
    text = read_text(path)
    header = parse_header(text, source)
    parameters = header.parameters
    tokens = significant(text)
    variables = _selected_variables(text, tokens, source)
    for parameter in parameters:
        _require_valid_parameter(parameter, variables, addresses)
    for count in header.counts:
        for variable in count.variables:
            _require_selected("counts", variable, variables, source)
    if "of" in header.texts:
        _require_selected("of", header.texts["of"], variables, source)
    _require_valid_service(tokens, parameters, source)
    return NamedQuery(
        title=texts_by_language(header.texts, "title"),
        description=texts_by_language(header.texts, "description"),
        parameters=parameters,
        group=header.texts.get("group", ""),
        name=path.stem,
        text=text.rstrip().replace(f"<{DEFAULT_BASE}", f"<{addresses.base}") + "\n",
        variables=variables,
        counts=header.counts,
        part_of=header.texts.get("of", ""),
    )


def find_query(queries: Mapping[str, NamedQuery], name: str) -> NamedQuery:
    """Return the query of a name. Raises `UnknownQueryError` with the nearest name there is."""
    if name in queries:
        return queries[name]
    similar_names = nearest(name, queries)
    raise UnknownQueryError(
        f"There is no query {name[:_MAX_QUOTED_NAME]!r} in the library.",
        hint=_hint(similar_names, f"Queries: {', '.join(queries)}."),
    )


def _hint(similar_names: Sequence[str], alternative: str) -> str:
    return f"Did you mean '{similar_names[0]}'?" if similar_names else alternative


def _selected_variables(text: str, tokens: Iterable[SparqlToken], source: str) -> tuple[str, ...]:
    """Return the variables of the outer SELECT clause. Raises `DataError`."""
    select = _SELECT_CLAUSE.search(text)
    where = _WHERE_CLAUSE.search(text)
    if select is None or where is None:
        raise DataError(
            "A query of the library is a SELECT query.",
            place=Place(source),
            hint="Write SELECT … and on a line of its own WHERE { … }.",
        )
    for token in outside_braces(tokens):
        if token.word in _MODIFIERS:
            raise DataError(
                f"A query of the library has no {token.text} of its own: pages are cut from its answer.",
                place=Place(source, line_and_column(text, token.start)[0]),
            )
    if select[1]:
        raise DataError(
            "The SELECT clause names no columns.",
            place=Place(source),
            hint="Name them instead of '*'.",
        )
    without_pattern = text[: where.end()] + text[text.rindex("}") :]
    return Store.in_memory().select(without_pattern).variables


def _require_selected(field: str, variable: str, variables: tuple[str, ...], source: str) -> None:
    """Raise `DataError` for a field of the header with a variable that is not selected."""
    if variable not in variables:
        raise DataError(
            f"A line '{field}' of the header names ?{variable}, which is not selected.",
            place=Place(source),
            hint=f"Variables: {', '.join(variables)}.",
        )


def _require_parameters(
    query: NamedQuery, count: CountedAnswer, queries: Mapping[str, NamedQuery]
) -> None:
    """Raise `DataError` for a count of the answer of an unknown query, or by an unknown parameter."""
    place = Place(f"queries/{query.name}.rq")
    counted_query = queries.get(count.query)
    if counted_query is None:
        similar_names = nearest(count.query, queries)
        raise DataError(
            f"A line 'counts' of the header names the unknown query '{count.query}'.",
            place=place,
            hint=_hint(similar_names, f"Queries: {', '.join(queries)}."),
        )
    parameters = [parameter.name for parameter in counted_query.parameters]
    for name in count.variable_by_parameter:
        if name not in parameters:
            raise DataError(
                f"A line 'counts' of the header names the parameter '{name}', "
                f"which the query '{count.query}' does not have.",
                place=place,
                hint=f"Parameters: {', '.join(parameters)}.",
            )


def _require_valid_service(
    tokens: Sequence[SparqlToken], parameters: tuple[QueryParameter, ...], source: str
) -> None:
    """Check that SERVICE is SILENT and names the one parameter of that type, after this graph's group.

    Raises `DataError`.
    """
    endpoints = [f"?{parameter.name}" for parameter in parameters if parameter.type == ENDPOINT]
    services = {
        (silent.word, endpoint.text)
        for service, silent, endpoint in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if service.word == "SERVICE"
    }
    if len(endpoints) > 1 or services != {("SILENT", endpoint) for endpoint in endpoints}:
        raise DataError(
            "SERVICE must name the query's one parameter of the type 'endpoint', and this stand there.",
            place=Place(source),
            hint="Write '# parameter: endpoint endpoint http://… …' and SERVICE SILENT ?endpoint { … }.",
        )
    if services and not begins_with_group(tokens):
        raise DataError(
            "The patterns of this graph in a query with SERVICE are a group of their own.",
            place=Place(source),
            hint="Write WHERE { { … } OPTIONAL { SERVICE SILENT ?endpoint { … } } }.",
        )


def _require_valid_parameter(
    parameter: QueryParameter, variables: tuple[str, ...], addresses: Addresses
) -> None:
    """Check type, name and default of a parameter; `variables` are those of the SELECT clause.

    Raises `DataError`.
    """
    if parameter.type not in TYPES:
        similar_types = nearest(parameter.type, TYPES)
        raise DataError(
            f"The parameter '{parameter.name}' has the unknown type '{parameter.type}'.",
            place=parameter.location,
            hint=_hint(similar_types, f"Types: {', '.join(TYPES)}."),
        )
    if parameter.name in RESERVED:
        raise DataError(
            f"No parameter may be called '{parameter.name}'.",
            place=parameter.location,
            hint=f"Reserved: {', '.join(RESERVED)}.",
        )
    if parameter.type == ENDPOINT and parameter.default is None:
        raise DataError(
            f"The parameter '{parameter.name}' has no default.",
            place=parameter.location,
            hint="Give the address of an endpoint, as readers may have one on their own machine.",
        )
    if parameter.type != ENDPOINT and parameter.name not in variables:
        raise DataError(
            f"The parameter '{parameter.name}' is not in the SELECT clause.",
            place=parameter.location,
            hint=f"Add ?{parameter.name} to it; the engine binds no other variables.",
        )
    if parameter.default is not None:
        try:
            parameter.term(parameter.default, addresses)
        except ParameterError as error:
            message = f"The default of '{parameter.name}' is wrong: {error}"
            raise DataError(message, place=parameter.location) from error
