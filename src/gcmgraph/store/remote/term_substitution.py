"""Terms bound to the variables of a query, in its text: SPARQL's protocol has no parameters.

Each group that a variable occurs in, and the outermost one, is told its value first: `{ VALUES (?x) { (<iri>) } …`.
A VALUES clause at the end of the query would come too late, since a FILTER inside a group sees only what is bound
in it. The terms are written by the engine's own N-Triples serializer, so that no value can end one.
This is for queries of ours, which parse; the same answers as pyoxigraph's `substitutions` on all of `queries/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import BlankNode, Term

#: The terminals of https://www.w3.org/TR/sparql11-query/#sparqlGrammar, as far as they can hold braces or names.
_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\r\n]*)
    |\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'
    |<[^<>"{}|^`\\\s]*>
    |(?P<variable>[?$]\w+)
    |[\w.-]*:(?:[\w:%.-]|\\.)*
    |\w+
    |.""",
    re.VERBOSE | re.DOTALL,
)


#: What makes a decimal of the digits before it.
_FRACTION = re.compile(r"\.[0-9]")


def bind(query: str, terms: Mapping[str, Term]) -> str:
    """The query with terms bound to its variables; names that do not occur in it are left aside.

    Raises `StoreError` for a blank node, which a query cannot name.
    """
    matches = list(_TOKEN.finditer(query))
    tokens = [match for match in matches if match["space"] is None]
    texts = [match[0] for match in tokens]
    used = {match[0][1:] for match in tokens if match["variable"]}
    bound = {name: _written(term) for name, term in terms.items() if name in used}
    if not bound:
        return query
    insertions: list[tuple[int, str]] = []
    for index, text in enumerate(texts):
        if text != "{" or not _opens_group(texts, index):
            continue
        inside = {name[1:] for name in texts[index : _closing(texts, index)] if name[0] in "?$"}
        if names := [name for name in bound if name in inside or not insertions]:
            insertions.append((tokens[index].end(), _values({name: bound[name] for name in names})))
    for position, clause in reversed(insertions):
        query = query[:position] + clause + query[position:]
    return query


def tokens_of(query: str) -> list[str]:
    """The tokens of a query, without space and comments."""
    return [match[0] for match in _TOKEN.finditer(query) if match["space"] is None]


def rename_graphs(query: str, variable: Callable[[str], str], name: Callable[[str], str]) -> str:
    """The query with other text for each `GRAPH ?variable` and `GRAPH name`."""
    tokens = [match for match in _TOKEN.finditer(query) if match["space"] is None]
    for keyword, graph in reversed(list(pairwise(tokens))):
        if keyword[0].upper() == "GRAPH":
            words = variable(graph[0]) if graph["variable"] else name(graph[0])
            query = query[: keyword.start()] + words + query[graph.end() :]
    return query


def without_large_limit(query: str, most: int) -> str:
    """The query without the LIMIT at its end where that is over `most`, and no OFFSET skips rows."""
    tokens = [match for match in _TOKEN.finditer(query) if match["space"] is None]
    words = [match[0].upper() for match in tokens]
    if words[-2:-1] == ["LIMIT"]:
        limit = len(words) - 2
    elif words[-4:-3] == ["LIMIT"] and words[-2:] == ["OFFSET", "0"]:
        limit = len(words) - 4
    else:
        return query
    large = words[limit + 1].isdecimal() and int(words[limit + 1]) > most
    return query[: tokens[limit].start()] if large and "ORDER" in words else query


def large_integer(query: str, most: int) -> str | None:
    """The first integer of a query that is over `most`, or has more digits than that; None where there is none."""
    largest = str(most)
    for match in _TOKEN.finditer(query) if re.search(rf"[0-9]{{{len(largest)}}}", query) else ():
        digits = match[0]
        if not (digits.isascii() and digits.isdigit()) or (len(digits), digits) <= (len(largest), largest):
            continue
        if query[match.start() - 1] != "." and not _FRACTION.match(query, match.end()):
            return digits
    return None


def place(query: str, terms: Mapping[str, Term]) -> str:
    """A query of the form `SELECT * WHERE { pattern }` with terms in the places of its variables.

    Virtuoso does not find a duration by a value that VALUES gives, but by one in its place.
    """

    def replaced(match: re.Match[str]) -> str:
        term = terms.get(match[0][1:]) if match["variable"] else None
        return match[0] if term is None else _written(term)

    return _TOKEN.sub(replaced, query)


def _written(term: Term) -> str:
    if isinstance(term, BlankNode):
        raise StoreError("A blank node cannot be bound to a variable of a query.", hint="Name the thing by an IRI.")
    return str(term)


def _values(bound: Mapping[str, str]) -> str:
    return f" VALUES ({' '.join('?' + name for name in bound)}) {{ ({' '.join(bound.values())}) }}"


def _opens_group(texts: Sequence[str], index: int) -> bool:
    """Whether this brace opens a group that may begin with VALUES: no template, no data block, no subquery."""
    before = index - 1
    if before >= 0 and texts[before] == ")":
        while texts[before] != "(":
            before -= 1
        before -= 1
    elif before >= 0 and texts[before][0] in "?$":
        before -= 1
    opener = texts[before].upper() if before >= 0 else ""
    return opener != "VALUES" and texts[index - 1].upper() != "CONSTRUCT" and texts[index + 1].upper() != "SELECT"


def _closing(texts: Sequence[str], index: int) -> int:
    """The index of the brace that closes the one at `index`."""
    depth = 0
    for position in range(index, len(texts)):
        depth += (texts[position] == "{") - (texts[position] == "}")
        if depth == 0:
            return position
    return len(texts)
