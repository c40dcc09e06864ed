"""Texts of queries read and changed: prefixes declared, terms bound to variables, functions that vary.

SPARQL's protocol has no parameters: terms are bound in the text, for queries of the project, which parse. They are
written by the engine's N-Triples serializer, so that no value can end one. Prefixes that a query need not declare are
those of https://www.w3.org/TR/sparql11-query/#rPrologue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI, BlankNode, Term
from gcmgraph.sparql.lexer import SparqlToken, TokenKind, significant, tokenize

#: A prefix in any reading of a text, from its beginning: tried at each of its characters, it would take its square.
_PREFIX = re.compile(r"(?<![\w-])([\w-]*):")

#: A relative IRI in any reading of a text (https://www.w3.org/TR/sparql11-query/#rIRIREF).
_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^\x00-\x20<>\"{}|^`\\]*>")

#: Functions of https://www.w3.org/TR/sparql11-query/#func-numerics and after that give something else each time,
#: SERVICE, whose data are not ours, and escapes that may hide them. A comment may be before the parenthesis.
#: The text is searched as it is, not its tokens: every reading of it counts, and a query that is wrongly taken for
#: volatile costs a client no more than a 304.
_VOLATILE = re.compile(r"\b(?:now|rand|(?:str)?uuid)\b\s*[(#]|\bservice\b|\\u", re.IGNORECASE)
_WORDS = ("now", "rand", "uuid", "service", "\\u")


def has_relative_iri(query: str) -> bool:
    """Whether a query may have a relative IRI; comments and strings count, too."""
    return _RELATIVE.search(query) is not None


def with_prefixes(query: str, prefixes: Mapping[str, str]) -> str:
    """The query with those prefixes declared that occur in it; its own declarations follow, so they win.

    They are on its first line, or after the BASE that it begins with: Virtuoso takes that in no other place.
    """
    used = set(_PREFIX.findall(query))
    declared = "".join(f"PREFIX {name}: {IRI(iri)} " for name, iri in prefixes.items() if name in used)
    end = _end_of_bases(query) if declared else 0
    return f"{query[:end]} {declared}{query[end:]}" if end else declared + query


def _end_of_bases(query: str) -> int:
    """The end of the last BASE that a query begins with; 0 for none."""
    end, base = 0, False
    for token in tokenize(query):
        if token.kind in {TokenKind.SPACE, TokenKind.COMMENT}:
            continue
        if base and token.kind is TokenKind.IRI:
            end, base = token.end, False
        elif not base and token.word == "BASE":
            base = True
        else:
            break
    return end


def is_volatile(query: str) -> bool:
    """Whether a query may give something else each time it runs."""
    text = query.lower()  # most queries have none of these words, and a search for them is quick
    return any(word in text for word in _WORDS) and _VOLATILE.search(query) is not None


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
