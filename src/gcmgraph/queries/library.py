"""The named queries of `queries/`, ready to run under any base.

Measured on pyoxigraph 0.5.13: `substitutions=` binds only variables of the SELECT clause (any other is an
error), and then everywhere, in sub-selects that project them too; `BIND(?parameter AS ?x)` alone is not
reached. So every parameter must stand in the SELECT clause, which is checked here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from gcmgraph.errors import DataError, GcmGraphError, Place
from gcmgraph.model.terms import Term
from gcmgraph.namespaces import DEFAULT_BASE, Addresses
from gcmgraph.queries.header import ParameterLine, parse_header
from gcmgraph.queries.parameters import TYPES, Parameter, ParameterError, substitutions
from gcmgraph.repository.layout import Repository

_SELECT = re.compile(r"^\s*SELECT\b(?P<clause>.*?)\bWHERE\b", re.IGNORECASE | re.DOTALL | re.MULTILINE)


class UnknownQueryError(GcmGraphError):
    """A name that no query of the library has."""


@dataclass(frozen=True)
class NamedQuery:
    """A query of the library: what it answers, by language, and its SPARQL text (SELECT)."""

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    text: str

    def substitutions(self, given: Mapping[str, str], addresses: Addresses) -> dict[str, Term]:
        """Return the terms to bind for what a user gives, defaults filled in. Raises `ParameterError`."""
        return substitutions(self.name, self.parameters, given, addresses)


def read_queries(repository: Repository, addresses: Addresses) -> dict[str, NamedQuery]:
    """Read every query of the library, by name (the file's, without `.rq`). Raises `DataError`."""
    return {path.stem: read_query(path, addresses) for path in repository.queries}


def read_query(path: Path, addresses: Addresses) -> NamedQuery:
    """Read one query file, written in the default base, for another base. Raises `DataError`."""
    source = str(path)
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(
            "The query file is not UTF-8.", place=Place(source), hint="Save it as UTF-8."
        ) from error
    except OSError as error:
        raise DataError(f"The query file cannot be read: {error.strerror}.", place=Place(source)) from error
    header = parse_header(text, source)
    projected = _projected(text, source)
    return NamedQuery(
        name=path.stem,
        title=header.title,
        description=header.description,
        parameters=tuple(_parameter(line, projected, addresses) for line in header.parameters),
        text=text.replace(f"<{DEFAULT_BASE}", f"<{addresses.base}"),
    )


def find_query(queries: Mapping[str, NamedQuery], name: str) -> NamedQuery:
    """Return the query of a name. Raises `UnknownQueryError` with the nearest name there is."""
    if name in queries:
        return queries[name]
    near = get_close_matches(name, queries, n=1)
    raise UnknownQueryError(
        f"There is no query {name[:60]!r} in the library.",
        hint=f"Did you mean '{near[0]}'?" if near else f"Queries: {', '.join(queries)}.",
    )


def _projected(text: str, source: str) -> set[str] | None:
    """Return the variables of the outer SELECT clause, or None for `*`. Raises `DataError`."""
    found = _SELECT.search(text)
    if found is None:
        raise DataError(
            "A query of the library is a SELECT query.",
            place=Place(source),
            hint="Write SELECT … WHERE { … }.",
        )
    plain = re.sub(r"\([^()]*(\([^()]*\)[^()]*)*\)", "", found["clause"])  # leave expressions out
    return None if "*" in plain else set(re.findall(r"[?$](\w+)", plain))


def _parameter(line: ParameterLine, projected: set[str] | None, addresses: Addresses) -> Parameter:
    if line.type not in TYPES:
        near = get_close_matches(line.type, TYPES, n=1)
        raise DataError(
            f"The parameter '{line.name}' has the unknown type '{line.type}'.",
            place=line.place,
            hint=f"Did you mean '{near[0]}'?" if near else f"Types: {', '.join(TYPES)}.",
        )
    if projected is not None and line.name not in projected:
        raise DataError(
            f"The parameter '{line.name}' is not in the SELECT clause.",
            place=line.place,
            hint=f"Add ?{line.name} to it; the engine binds no other variables.",
        )
    parameter = Parameter(line.name, line.type, line.default, line.required, line.labels)
    if line.default is not None:
        try:
            parameter.term(line.default, addresses)
        except ParameterError as error:
            raise DataError(f"The default of '{line.name}' is wrong: {error}", place=line.place) from error
    return parameter
