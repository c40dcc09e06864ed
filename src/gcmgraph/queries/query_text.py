"""The text of a SELECT query of the library: terms written into it, and a total order of its rows.

Both are read from tokens (`rdf.sparql_tokens`), so that comments and strings are no parts of a query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from gcmgraph.rdf.sparql_tokens import SparqlToken, TokenKind, closing_brace, significant
from gcmgraph.rdf.terms import IRI, Term


@dataclass(frozen=True)
class _Edit:
    """A text in place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def with_values(query: str, terms: Mapping[str, Term]) -> str:
    """The query with the terms of its variables as VALUES, in the pattern of each SELECT that names them.

    A SELECT begins a line. What is bound outside does not reach into a subquery.
    """
    tokens = significant(query)
    edits: list[_Edit] = []
    for index, token in enumerate(tokens):
        line_start = query.rfind("\n", 0, token.start) + 1
        indent = query[line_start : token.start]
        if token.word == "SELECT" and not indent.strip(" "):
            clause = _select_clause(tokens, index)
            pattern_start = tokens[index + len(clause) + 1].end
            variables = {part.text[1:] for part in clause if part.kind is TokenKind.VARIABLE}
            line_break = "\n" + " " * (len(indent) + 2)
            values = "".join(
                f"{line_break}VALUES ?{name} {{ {term} }}"
                for name, term in terms.items()
                if name in variables
            )
            edits.append(_Edit(pattern_start, pattern_start, values))
    return _edited(query, edits)


def with_terms(query: str, terms: Mapping[str, Term], graph: str | None = None) -> str:
    """The query with terms in place of variables, and as columns, if endpoints evaluate parts by themselves.

    Comunica 5.4 sends VALUES to no endpoint: it would ask for each pattern beside them, or end with
    an error. `graph` is the endpoint that has the data of the first group; None: the engine has
    them.
    """
    tokens = significant(query)
    opening = _first_brace(tokens)
    edits: list[_Edit] = []
    for index, token in enumerate(tokens[: closing_brace(tokens, opening)]):
        term = terms.get(token.text[1:]) if token.kind is TokenKind.VARIABLE else None
        if term is not None:
            text = str(term) if index > opening else f"({term} AS {token.text})"
            edits.append(_Edit(token.start, token.end, text))
    if graph is not None:
        group_start = tokens[opening + 1].start
        edits.append(_Edit(group_start, group_start, f"SERVICE {IRI(graph)} "))
    return _edited(query, edits)


def begins_with_group(tokens: Sequence[SparqlToken]) -> bool:
    """Whether the pattern of a query begins with a group of its own: `WHERE { { … } … }`."""
    opening = _first_brace(tokens)
    return [token.text for token in tokens[opening : opening + 2]] == ["{", "{"]


def order_to_append(query: str, variables: Sequence[str], constants: Set[str]) -> str:
    """The text that makes the order of a query total when it is appended: the other columns as keys.

    `variables` are the columns of the query, `constants` those with the same value in all rows. A
    column that a group has depends on those by which the rows are grouped.

    >>> query = "SELECT ?country ?practice WHERE { … } ORDER BY ?practice"
    >>> order_to_append(query, ["country", "practice"], frozenset())
    ' ?country'
    >>> order_to_append("SELECT ?country WHERE { … }", ["country"], frozenset()).split()
    ['ORDER', 'BY', '?country']
    """
    tokens = list(outside_braces(significant(query)))
    words = [token.word for token in tokens]
    order_start = words.index("ORDER") if "ORDER" in words else len(tokens)
    determined = _ordered_variables(tokens[order_start:]) | constants
    if "GROUP" in words:
        determined = determined | _aliases(tokens)
    keys = "".join(f" ?{name}" for name in variables if name not in determined)
    has_order = order_start < len(tokens)
    return f"\nORDER BY{keys}" if keys and not has_order else keys


def _aliases(tokens: Sequence[SparqlToken]) -> set[str]:
    """The names of `AS ?name` among tokens."""
    return {token.text[1:] for previous, token in pairwise(tokens) if previous.word == "AS"}


def _ordered_variables(order_clause: Sequence[SparqlToken]) -> set[str]:
    """The variables that are keys of an ORDER BY clause, and no arguments of a function in it."""
    names: set[str] = set()
    for function, previous, token in zip(
        order_clause, order_clause[1:], order_clause[2:], strict=False
    ):
        is_argument = previous.text == "(" and function.word not in {"ASC", "DESC"}
        if token.kind is TokenKind.VARIABLE and not is_argument:
            names.add(token.text[1:])
    return names


def outside_braces(tokens: Iterable[SparqlToken]) -> Iterator[SparqlToken]:
    """The tokens outside of braces, and the closing braces after which none is open."""
    depth = 0
    for token in tokens:
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            yield token


def _first_brace(tokens: Sequence[SparqlToken]) -> int:
    """The index of the brace that begins the pattern; the number of tokens where there is none."""
    return next((index for index, token in enumerate(tokens) if token.text == "{"), len(tokens))


def _select_clause(tokens: Sequence[SparqlToken], start: int) -> list[SparqlToken]:
    """The tokens between the SELECT at `start` and the brace of its pattern, WHERE among them."""
    depth = 0
    for index in range(start + 1, len(tokens)):
        text = tokens[index].text
        depth += (text == "(") - (text == ")")
        if depth == 0 and text == "{":
            return list(tokens[start + 1 : index])
    return []


def _edited(query: str, edits: Iterable[_Edit]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        query = query[: edit.start] + edit.text + query[edit.end :]
    return query
