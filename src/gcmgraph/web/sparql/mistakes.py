"""Mistakes in a query that does not parse, with their place and how to fix them.

The engine reports how far it read and one token that it expected there: `SELEC * {}` is "1:10,
expected CONSTRUCT". The mistakes here are those that people make, each found among the tokens of
the query with its own place. Where none of them explains the failure, the engine's error is used.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import TypeAlias

from gcmgraph.platform.errors import Place, QuerySyntaxError
from gcmgraph.platform.similarity import nearest
from gcmgraph.rdf.sparql_tokens import SparqlToken, TokenKind, line_and_column, tokenize

_WORDS = tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))

#: Forms of queries and updates, keywords before a bracket, and functions.
_FORMS: list[str] = _WORDS["forms"].split()
_UPDATES: list[str] = _WORDS["updates"].split()
_BEFORE_BRACKET: list[str] = _WORDS["before_bracket"].split()
_FUNCTIONS: list[str] = _WORDS["functions"].split()

#: Prefixes of other vocabularies.
COMMON_PREFIXES: dict[str, str] = _WORDS["prefixes"]

#: Text intended as an absolute IRI, without an unclosed rest.
_BAD_IRI = re.compile(r"<[a-z][a-z0-9+.-]*+:[^<>\r\n]*+>", re.IGNORECASE)

#: Longest query that is diagnosed, in characters: this runs in the server process.
LONGEST = 6_000

#: Opening brackets by closing bracket.
_OPENING_BRACKETS = {")": "(", "}": "{", "]": "["}


@dataclass(frozen=True)
class Mistake:
    """A mistake in a query, at an offset in its text."""

    message: str
    offset: int
    hint: str | None = None


def diagnose(query: str, prefixes: Mapping[str, str]) -> QuerySyntaxError | None:
    """Return the mistake in a query that the engine refused; None if it is not a usual one.

    `prefixes` need no declaration.

    >>> error = diagnose("SELECT * { ?p dcx:title ?t }", {"dct": "http://purl.org/dc/terms/"})
    >>> error.message, error.place.line, error.place.column, error.hint
    ("The prefix 'dcx:' is not declared.", 1, 15, "Did you mean 'dct:'? Otherwise declare it.")
    """
    if len(query) > LONGEST:
        return None
    tokens = list(_tokens(query))
    for check in _CHECKS:
        mistake = check(tokens, prefixes)
        if mistake is not None:
            place = Place("query", *line_and_column(query, mistake.offset))
            return QuerySyntaxError(mistake.message, place=place, hint=mistake.hint)
    return None


def _tokens(query: str) -> Iterator[SparqlToken]:
    """Tokenize a query without layout; a text intended as an IRI that is none is `UNKNOWN`."""
    start: int | None = 0
    while start is not None:
        tokens = tokenize(query, start)
        start = None
        for token in tokens:
            if token.kind in {TokenKind.SPACE, TokenKind.COMMENT} or token.text.isspace():
                continue
            bad_iri = _BAD_IRI.match(query, token.start) if token.text == "<" else None
            if bad_iri is not None:
                yield SparqlToken(TokenKind.UNKNOWN, bad_iri[0], token.start)
                start = bad_iri.end()
                break
            yield token


def _unknown_form(tokens: Sequence[SparqlToken], _: Mapping[str, str]) -> Mistake | None:
    if not tokens:
        return None
    form = tokens[0]
    keyword = form.text.upper()
    if keyword in _FORMS:
        return None
    if keyword in _UPDATES:
        return Mistake(
            f"{form.text} belongs to an update, not to a query.",
            form.start,
            "Updates are refused here; data change by contributions, which a curator reviews: "
            "see /contributions.",
        )
    similar_forms = nearest(keyword, _FORMS) if form.kind is TokenKind.WORD else []
    return Mistake(
        f"A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, not with {form.text[:40]!r}.",
        form.start,
        f"Did you mean {similar_forms[0]}?" if similar_forms else None,
    )


def _unclosed_text(tokens: Sequence[SparqlToken], _: Mapping[str, str]) -> Mistake | None:
    for token in tokens:
        if token.text in {"'", '"'}:
            return Mistake(
                f"The text that begins here with {token.text} does not end.",
                token.start,
                "Close it in the same line.",
            )
    return None


def _bad_iri(tokens: Sequence[SparqlToken], _: Mapping[str, str]) -> Mistake | None:
    for token in tokens:
        if token.kind is TokenKind.UNKNOWN and len(token.text) > 1:
            return Mistake(
                f"{token.text[:80]} is not an IRI: it holds what may not stand in one.",
                token.start,
                "Percent-encode spaces and quotes, such as %20.",
            )
    return None


def _undeclared_prefix(
    tokens: Sequence[SparqlToken], prefixes: Mapping[str, str]
) -> Mistake | None:
    declared_prefixes = {
        token.prefix
        for keyword, token in pairwise(tokens)
        if keyword.text.upper() == "PREFIX" and token.prefix is not None
    }
    valid_prefixes = {*prefixes, *declared_prefixes}
    for token in tokens:
        if token.prefix is not None and token.prefix not in valid_prefixes:
            message = f"The prefix '{token.prefix}:' is not declared."
            hint = _hint_for_prefix(token.prefix, valid_prefixes, prefixes)
            return Mistake(message, token.start, hint)
    return None


def _hint_for_prefix(
    prefix: str, valid_prefixes: set[str], predefined_prefixes: Mapping[str, str]
) -> str:
    if prefix in COMMON_PREFIXES:
        return f"Add PREFIX {prefix}: <{COMMON_PREFIXES[prefix]}>."
    similar_prefixes = nearest(prefix.lower(), sorted(valid_prefixes))
    if similar_prefixes:
        return f"Did you mean '{similar_prefixes[0]}:'? Otherwise declare it."
    names = ", ".join(f"{name}:" for name in sorted(predefined_prefixes))
    return f"Prefixes that need no declaration: {names}."


def _unbalanced_bracket(tokens: Sequence[SparqlToken], _: Mapping[str, str]) -> Mistake | None:
    open_brackets: list[SparqlToken] = []
    for token in tokens:
        if token.text in _OPENING_BRACKETS.values():
            open_brackets.append(token)
        if token.text not in _OPENING_BRACKETS:
            continue
        if not open_brackets:
            message = f"This '{token.text}' closes nothing."
            return Mistake(message, token.start, "Take it out, or open it before.")
        opened = open_brackets.pop().text
        if opened != _OPENING_BRACKETS[token.text]:
            message = f"'{token.text}' cannot close '{opened}'."
            return Mistake(message, token.start, f"Close the '{opened}' first.")
    if open_brackets:
        unclosed = open_brackets[-1]
        message = f"The '{unclosed.text}' that stands here is never closed."
        return Mistake(message, unclosed.start, "Close it, or take it out.")
    return None


def _unknown_function(tokens: Sequence[SparqlToken], _: Mapping[str, str]) -> Mistake | None:
    for token, next_token in pairwise(tokens):
        if token.kind is not TokenKind.WORD or next_token.text != "(":
            continue
        function = token.text.upper()
        if function in _BEFORE_BRACKET or function in _FUNCTIONS:
            continue
        similar_functions = nearest(function, _FUNCTIONS)
        if similar_functions:
            hint = f"Did you mean {similar_functions[0]}?"
        else:
            hint = "Functions: https://www.w3.org/TR/sparql11-query/#SparqlOps."
        return Mistake(f"SPARQL has no function {token.text[:40]}.", token.start, hint)
    return None


_Check: TypeAlias = Callable[[Sequence[SparqlToken], Mapping[str, str]], Mistake | None]

#: Mistakes in the order in which they are looked for: the first explains those after it.
_CHECKS: tuple[_Check, ...] = (
    _unknown_form,
    _unclosed_text,
    _bad_iri,
    _undeclared_prefix,
    _unbalanced_bracket,
    _unknown_function,
)
