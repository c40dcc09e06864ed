"""Typed parameters of named queries, and the RDF terms of the texts that a user gives.

A type is a kind of resource (`country`, `practice`, …: given as `AFG`, `country:AFG` or the whole IRI), or one
of `iri`, `integer`, `gYear`, `text`, `language`, `endpoint`. Values reach a query as terms, never as a part of its
text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gcmgraph.errors import GcmGraphError, Place
from gcmgraph.kinds import KINDS, Kind
from gcmgraph.model.terms import IRI, Literal, Term, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.rdfio.parsing import NOT_IN_XML
from gcmgraph.sparql.query_text import is_endpoint
from gcmgraph.text import nearest

#: The type of a parameter after SERVICE: an endpoint of the setting `federation`.
ENDPOINT = "endpoint"

_YEAR = typed("2018", "gYear").datatype

#: Longest value, in characters.
MAX_LENGTH = 2_000


class ParameterError(GcmGraphError):
    """A value for a named query that is unknown, missing or of the wrong type.

    `parameter` is the name in the request; `type` the type of that parameter, None for an unknown name.
    """

    def __init__(self, message: str, parameter: str, type: str | None, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.parameter = parameter
        self.type = type


@dataclass(frozen=True)
class Parameter:
    """A parameter of a named query; its name is that of the SPARQL variable.

    Without a value from the user, `default` applies; without a default the variable remains free, unless `required`.
    """

    name: str
    type: str
    default: str | None
    required: bool
    #: by language
    labels: Mapping[str, str]
    #: file and line of its declaration
    place: Place | None = None

    def term(self, text: str, addresses: Addresses) -> Term:
        """Return the term of a text. Raises `ParameterError`."""
        if len(text) > MAX_LENGTH:
            raise ParameterError(
                f"The value of '{self.name}' has more than {MAX_LENGTH:,} characters.", self.name, self.type
            )
        term = TYPES[self.type].parse(text.strip(), addresses)
        if term is None:
            raise ParameterError(
                f"The parameter '{self.name}' cannot be {shown(text)}.",
                self.name,
                self.type,
                hint=f"It is {TYPES[self.type].wanted}.",
            )
        return term


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


def _language(text: str, _: Addresses) -> Literal | None:
    found = re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", text)
    return Literal(text.lower()) if found else None


def _text(text: str, _: Addresses) -> Literal | None:
    return Literal(text) if text and not NOT_IN_XML.search(text) else None


def _resource(kind: Kind) -> ParameterType:
    def parse(text: str, addresses: Addresses) -> IRI | None:
        start = addresses.thing(kind.name, "")
        local = addresses.rebase(text).removeprefix(start).removeprefix(f"{kind.name}:")
        return IRI(start + local) if re.fullmatch(kind.local, local, re.ASCII) else None

    article = "an" if kind.name[0] in "aio" else "a"
    return ParameterType(f"{article} {kind.name}, such as {kind.example}", parse)


#: Every type by its name in a header.
TYPES: Mapping[str, ParameterType] = {
    **{name: _resource(kind) for name, kind in KINDS.items()},
    "iri": ParameterType("an http(s) IRI, or a short form such as country:AFG", _iri),
    ENDPOINT: ParameterType("one of the endpoints that this server may ask", _endpoint),
    "integer": ParameterType("a whole number of at most 18 digits, such as 12", _literal(r"[+-]?\d{1,18}", "integer")),
    "gYear": ParameterType("a year, such as 2018", _literal(r"\d{4}", "gYear")),
    "text": ParameterType("a text, not empty and without control characters", _text),
    "language": ParameterType("a language tag, such as fr", _language),
}


def substitutions(
    query: str, parameters: tuple[Parameter, ...], given: Mapping[str, str], addresses: Addresses
) -> dict[str, Term]:
    """Return the terms to bind, by variable name. An empty text counts as none.

    Raises `ParameterError` for a parameter that `query` does not have, one that is required and missing, a value of
    the wrong type, and years `from` and `to` of which the first comes after the last.
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
                hint=f"It is {TYPES[parameter.type].wanted}.",
            )
    _require_order(terms)
    return terms


def _require_order(terms: Mapping[str, Term]) -> None:
    years = {name: t.value for name, t in terms.items() if isinstance(t, Literal) and t.datatype == _YEAR}
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
