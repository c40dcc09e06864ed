"""Terms bound to the variables of a query, in its text: SPARQL's protocol has no parameters.

For queries of the project, which parse. Terms are written by the engine's N-Triples serializer, so that no value can
end one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import BlankNode, Term
from gcmgraph.sparql.lexer import SparqlToken, TokenKind, significant


def bind(query: str, terms: Mapping[str, Term]) -> str:
    """The query with terms bound to its variables; names that do not occur in it are ignored.

    Each group in which a variable occurs, and the outermost one, begins with its value:
    `{ VALUES (?x) { (<iri>) } …`. At the end of the query VALUES would be too late, since a FILTER inside a group
    sees only what is bound in that group. The results are those of pyoxigraph's `substitutions`.
    Raises `StoreError` for a blank node, which a query cannot name.
    """
    tokens = significant(query) if terms else []
    used = set(_variables(tokens))
    bound = {name: _written(term) for name, term in terms.items() if name in used}
    if not bound:
        return query
    insertions: list[tuple[int, str]] = []
    for index, token in enumerate(tokens):
        if token.text != "{" or not _opens_group(tokens, index):
            continue
        inside = set(_variables(tokens[index : _closing(tokens, index)]))
        if names := [name for name in bound if name in inside or not insertions]:
            insertions.append((token.end, _values({name: bound[name] for name in names})))
    for position, clause in reversed(insertions):
        query = query[:position] + clause + query[position:]
    return query


def _written(term: Term) -> str:
    if isinstance(term, BlankNode):
        raise StoreError("A blank node cannot be bound to a variable of a query.", hint="Name the thing by an IRI.")
    return str(term)


def _values(bound: Mapping[str, str]) -> str:
    return f" VALUES ({' '.join('?' + name for name in bound)}) {{ ({' '.join(bound.values())}) }}"


def _variables(tokens: Iterable[SparqlToken]) -> Iterable[str]:
    return (token.text[1:] for token in tokens if token.kind is TokenKind.VARIABLE)


def _opens_group(tokens: Sequence[SparqlToken], index: int) -> bool:
    """Whether this brace opens a group that may begin with VALUES: no template, no data block, no subquery."""
    before = index - 1
    if before >= 0 and tokens[before].text == ")":
        while tokens[before].text != "(":
            before -= 1
        before -= 1
    elif before >= 0 and tokens[before].kind is TokenKind.VARIABLE:
        before -= 1
    opener = tokens[before].word if before >= 0 else ""
    return opener != "VALUES" and tokens[index - 1].word != "CONSTRUCT" and tokens[index + 1].word != "SELECT"


def _closing(tokens: Sequence[SparqlToken], index: int) -> int:
    """The index of the brace that closes the one at `index`."""
    depth = 0
    for position in range(index, len(tokens)):
        depth += (tokens[position].text == "{") - (tokens[position].text == "}")
        if depth == 0:
            return position
    return len(tokens)
