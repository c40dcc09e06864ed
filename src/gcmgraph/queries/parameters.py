"""Typed parameters of the named queries, and the terms that a user's values for them are.

The type of a parameter is a kind of resource (`country`, `practice`, …: given as `AFG`,
`country:AFG` or the whole IRI), or one of `iri`, `integer`, `gYear`, `date`, `text`, `language`,
`endpoint`. A concept may be one of a scheme: `concept/m49`. Values reach a query as terms, never as
a part of its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gcmgraph.model.kinds import KINDS, Kind
from gcmgraph.platform.dates import Moment
from gcmgraph.platform.errors import GcmGraphError, Place
from gcmgraph.platform.similarity import nearest
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.parsing import NOT_IN_XML
from gcmgraph.rdf.sparql_text import is_endpoint
from gcmgraph.rdf.terms import IRI, Literal, Term, typed

#: The type of a parameter after SERVICE: the endpoint that an engine of the reader asks.
ENDPOINT = "endpoint"

#: Longest value, in characters.
MAX_LENGTH = 2_000

#: Longest part of a user's value that a message repeats, in characters.
MAX_QUOTED_LENGTH = 60

_YEAR = typed("2018", "gYear").datatype

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


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
    location: Place | None = None
    #: scheme of the concepts that are values, such as `m49`; empty for any
    scheme: str = ""

    @property
    def expected_value(self) -> str:
        """A description of its values, such as "a year, such as 2018"."""
        if not self.scheme:
            return TYPES[self.type].expected_value
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
                f"The parameter '{self.name}' cannot be {quoted(text)}.",
                self.name,
                self.type,
                hint=f"It is {self.expected_value}.",
            )
        return term

    def takes(self, term: Term, addresses: Addresses) -> bool:
        """Whether a term of its type is a concept of its scheme, if it has one."""
        if not self.scheme:
            return True
        return term.value.startswith(addresses.resource(self.type, f"{self.scheme}/"))


@dataclass(frozen=True)
class ParameterType:
    """A type: a description of its values, and the term of a text, or None where the text is not of this type."""

    expected_value: str
    parse: Callable[[str, Addresses], Term | None]


def substitutions(
    query: str,
    parameters: tuple[QueryParameter, ...],
    values: Mapping[str, str],
    addresses: Addresses,
) -> dict[str, Term]:
    """Return the terms to bind, by variable name. An empty value counts as none.

    Raises `ParameterError` for a parameter that `query` does not have, one that is required and
    missing, a value of the wrong type, and years `from` and `to` of which the first comes after the
    last.
    """
    _require_known_names(query, parameters, values)
    terms: dict[str, Term] = {}
    for parameter in parameters:
        text = values.get(parameter.name, "").strip() or parameter.default
        if text is not None:
            terms[parameter.name] = parameter.term(text, addresses)
        elif parameter.required:
            raise ParameterError(
                f"The query '{query}' needs the parameter '{parameter.name}'.",
                parameter.name,
                parameter.type,
                hint=f"It is {parameter.expected_value}.",
            )
    _require_order_of_years(terms)
    return terms


def _require_known_names(
    query: str, parameters: tuple[QueryParameter, ...], values: Mapping[str, str]
) -> None:
    """Raise `ParameterError` where a value is for a parameter that the query does not have."""
    names = [parameter.name for parameter in parameters]
    for name in values:
        if name not in names:
            similar_names = nearest(name, names)
            if similar_names:
                hint = f"Did you mean '{similar_names[0]}'?"
            elif names:
                hint = f"Its parameters: {', '.join(names)}."
            else:
                hint = "It takes none."
            message = f"The query '{query}' has no parameter {quoted(name)}."
            raise ParameterError(message, name, None, hint=hint)


def _require_order_of_years(terms: Mapping[str, Term]) -> None:
    """Raise `ParameterError` where the year `from` is after the year `to`."""
    years = {
        name: term.value
        for name, term in terms.items()
        if isinstance(term, Literal) and term.datatype == _YEAR
    }
    if "from" in years and "to" in years and years["from"] > years["to"]:
        raise ParameterError(
            f"The year 'from' ({years['from']}) must not be after the year 'to' ({years['to']}).",
            "from",
            "gYear",
            hint="Give both, the earlier one as 'from'.",
        )


def quoted(text: str) -> str:
    """Return a user's text for a message: in quotation marks, on one line, and not too long.

    >>> quoted("Kenya")
    "'Kenya'"
    """
    return repr(text if len(text) <= MAX_QUOTED_LENGTH else f"{text[:MAX_QUOTED_LENGTH]}…")


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
    return Literal(text.lower()) if _LANGUAGE_TAG.fullmatch(text) else None


def _text(text: str, _: Addresses) -> Literal | None:
    return Literal(text) if text and not NOT_IN_XML.search(text) else None


def _resource(kind: Kind) -> ParameterType:
    def parse(text: str, addresses: Addresses) -> IRI | None:
        namespace = addresses.resource(kind.name, "")
        local = addresses.rebase(text).removeprefix(namespace).removeprefix(f"{kind.name}:")
        return IRI(namespace + local) if re.fullmatch(kind.local, local, re.ASCII) else None

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
