"""The named queries of `queries/`, ready to run under any base.

Measured on pyoxigraph 0.5.13: `substitutions=` binds only variables of the SELECT clause (any other is an
error), and then everywhere, in sub-selects that project them too; `BIND(?parameter AS ?x)` alone is not
reached. So every parameter must stand in the SELECT clause, which is checked here.

A query that asks another endpoint writes `SERVICE SILENT ?endpoint { … }`. What stands for that variable is chosen
from the setting `federation` and never written into the text that runs (see `store.federation.executor`).

`page`, `page_size`, `format` and `lang` say how an answer is wanted over HTTP; no parameter may be called so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from gcmgraph.errors import DataError, GcmGraphError, Place
from gcmgraph.model.terms import IRI, Term
from gcmgraph.namespaces import DEFAULT_BASE, Addresses
from gcmgraph.queries.header import ParameterLine, parse_header
from gcmgraph.queries.parameters import ENDPOINT, TYPES, Parameter, ParameterError, substitutions
from gcmgraph.repository.layout import Repository

#: Names that `/queries/{name}` needs for itself.
RESERVED = ("page", "page_size", "format", "lang")

#: More rows than these are cut; who wants more than so many asks the endpoint or takes a dump.
MAX_ROWS = 100_000

_SELECT = re.compile(r"^\s*SELECT\b(?P<clause>.*?)\bWHERE\b", re.IGNORECASE | re.DOTALL | re.MULTILINE)
#: A SELECT of a query or of a subquery: what it names, up to where its pattern begins.
_NAMING = re.compile(r"^(?P<indent> *)SELECT\b(?P<named>.*?)\bWHERE \{", re.MULTILINE | re.DOTALL)
_WHERE = re.compile(r"^WHERE \{", re.MULTILINE)
_ORDER = re.compile(r"^ORDER BY [^\n{}]+\Z", re.MULTILINE)
_SERVICE = re.compile(r"\bSERVICE\s+(SILENT\s+)?(\S+)", re.IGNORECASE)
_MODIFIER = re.compile(r"^(LIMIT|OFFSET|HAVING|VALUES)\b", re.IGNORECASE | re.MULTILINE)


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
    #: what the SELECT clause names, in order
    variables: tuple[str, ...]

    @property
    def query(self) -> str:
        """The query without its header, as people read it."""
        lines = self.text.splitlines()
        start = next((number for number, line in enumerate(lines) if line and not line.startswith("#")), 0)
        return "\n".join(lines[start:]) + "\n"

    @property
    def endpoint(self) -> str | None:
        """The parameter that stands after SERVICE, None in a query that asks this graph only."""
        return next((parameter.name for parameter in self.parameters if parameter.type == ENDPOINT), None)

    @property
    def stands_alone(self) -> bool:
        """Whether it can be answered as it is: no value must be given, and this graph only is asked."""
        return self.endpoint is None and not any(parameter.required for parameter in self.parameters)

    def services(self, terms: Mapping[str, Term]) -> dict[str, str | None]:
        """The endpoint that is asked for the parameter after SERVICE, None where `terms` has none."""
        if self.endpoint is None:
            return {}
        term = terms.get(self.endpoint)
        return {self.endpoint: term.value if isinstance(term, IRI) else None}

    def in_stable_order(self, limit: int = MAX_ROWS, offset: int = 0) -> str:
        """The query with all its variables as last sorting keys, so that no row changes its page, and a slice of it.

        A SELECT query of ours has at most one solution modifier, ORDER BY (checked on reading).
        """
        text = self.text.rstrip()
        keys = " ".join(f"?{variable}" for variable in self.variables)
        ordered = f"{text} {keys}" if _ORDER.search(text) else f"{text}\nORDER BY {keys}"
        return f"{ordered}\nLIMIT {limit:d}\nOFFSET {offset:d}\n"

    def written_out(self, terms: Mapping[str, Term]) -> str:
        """The query with terms for its parameters, for people to read and change: never for us to run.

        Each SELECT that names a parameter gets its term, because what is bound outside does not reach into a subquery.
        """

        def bound(found: re.Match[str]) -> str:
            named = [name for name in terms if re.search(rf"\?{name}\b", found["named"])]
            indent = found["indent"] + "  "
            return found[0] + "".join(f"\n{indent}VALUES ?{name} {{ {terms[name]} }}" for name in named)

        text = _NAMING.sub(bound, self.query)
        for name, endpoint in self.services(terms).items():
            if endpoint is not None:
                text = text.replace(f"SERVICE SILENT ?{name} ", f"SERVICE SILENT <{endpoint}> ")
        return text

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
        raise DataError("The query file is not UTF-8.", place=Place(source), hint="Save it as UTF-8.") from error
    except OSError as error:
        raise DataError(f"The query file cannot be read: {error.strerror}.", place=Place(source)) from error
    header = parse_header(text, source)
    projected = _projected(text, source)
    parameters = tuple(_parameter(line, projected, addresses) for line in header.parameters)
    _require_endpoint(text, parameters, source)
    return NamedQuery(
        name=path.stem,
        title=header.title,
        description=header.description,
        parameters=parameters,
        text=text.rstrip().replace(f"<{DEFAULT_BASE}", f"<{addresses.base}") + "\n",
        variables=projected,
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


def _projected(text: str, source: str) -> tuple[str, ...]:
    """Return the variables of the outer SELECT clause. Raises `DataError`."""
    found = _SELECT.search(text)
    if found is None or not _WHERE.search(text):
        raise DataError(
            "A query of the library is a SELECT query.",
            place=Place(source),
            hint="Write SELECT … and on a line of its own WHERE { … }.",
        )
    if modifier := _MODIFIER.search(text):
        raise DataError(
            f"A query of the library has no {modifier[0]} of its own: pages are cut from its answer.",
            place=Place(source, text.count("\n", 0, modifier.start()) + 1),
        )
    # an expression gives the variable after its AS; the others stand outside of brackets
    named = re.sub(r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\bAS\s+([?$]\w+)\s*\)", r" \1 ", found["clause"])
    if "*" in named:
        raise DataError("The SELECT clause names no columns.", place=Place(source), hint="Name them instead of '*'.")
    return tuple(re.findall(r"[?$](\w+)", named))


def _require_endpoint(text: str, parameters: tuple[Parameter, ...], source: str) -> None:
    """See that a variable after SERVICE, SILENT, is the one parameter of that type. Raises `DataError`."""
    declared = {f"?{parameter.name}" for parameter in parameters if parameter.type == ENDPOINT}
    code = re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
    asked = {(bool(found[1]), found[2]) for found in _SERVICE.finditer(code) if found[2][0] in "?$"}
    if len(declared) > 1 or asked != {(True, name) for name in declared}:
        raise DataError(
            "A variable after SERVICE must be the query's one parameter of the type 'endpoint', and this stand there.",
            place=Place(source),
            hint="Write '# parameter: endpoint endpoint * …' and SERVICE SILENT ?endpoint { … }.",
        )


def _parameter(line: ParameterLine, projected: tuple[str, ...], addresses: Addresses) -> Parameter:
    if line.type not in TYPES:
        near = get_close_matches(line.type, TYPES, n=1)
        raise DataError(
            f"The parameter '{line.name}' has the unknown type '{line.type}'.",
            place=line.place,
            hint=f"Did you mean '{near[0]}'?" if near else f"Types: {', '.join(TYPES)}.",
        )
    if line.name in RESERVED:
        raise DataError(
            f"No parameter may be called '{line.name}'.", place=line.place, hint=f"Reserved: {', '.join(RESERVED)}."
        )
    if line.name not in projected:
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
