"""Mistakes in a query that does not parse, explained better than by its parser.

The engine reports how far it read and one token that it expected there: `SELEC * {}` is "1:10, expected CONSTRUCT". The
mistakes here are those that people make, each found among the tokens of the query with its own place. Where none of
them explains the failure, the engine's error is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from gcmgraph.sparql.lexer import SparqlToken, TokenKind, line_and_column, tokenize
from gcmgraph.text import nearest

#: Prefixes that queries on the web of data often use and that are not ours.
COMMON_PREFIXES = {
    "bibo": "http://purl.org/ontology/bibo/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dbo": "http://dbpedia.org/ontology/",
    "dbr": "http://dbpedia.org/resource/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "locn": "http://www.w3.org/ns/locn#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
}

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")

#: https://www.w3.org/TR/sparql11-query/#rBuiltInCall and the aggregates
_FUNCTIONS = (
    "STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE "
    "ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ "
    "NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL "
    "ISNUMERIC REGEX SUBSTR REPLACE EXISTS COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT TRIPLE SUBJECT PREDICATE OBJECT "
    "ISTRIPLE HASLANG HASLANGDIR LANGDIR STRLANGDIR ADJUST"
).split()

#: Keywords before a bracket.
_BEFORE_BRACKET = {"FILTER", "BIND", "AS", "BY", "HAVING", "SELECT", "DISTINCT", "REDUCED", "IN", "NOT", "ASC", "DESC",
                   "VALUES", "UNION", "WHERE", "OPTIONAL", "MINUS", "EXISTS", "SEPARATOR", "A"}  # fmt: skip

#: Text intended as an absolute IRI, without an unclosed rest.
_BAD_IRI = re.compile(r"<[a-z][a-z0-9+.-]*+:[^<>\r\n]*+>", re.IGNORECASE)

#: Longest query that is diagnosed, in characters: this runs in the server process.
LONGEST = 6_000

_PAIRS = {")": "(", "}": "{", "]": "["}


@dataclass(frozen=True)
class Diagnosis:
    """A mistake with its place (from 1), and what was expected or how to fix it."""

    message: str
    line: int
    column: int
    hint: str


def diagnose(query: str, prefixes: Mapping[str, str]) -> Diagnosis | None:
    """The mistake in a query that the engine refused, or None; `prefixes` need no declaration."""
    if len(query) > LONGEST:
        return None
    tokens = list(_tokens(query))
    for look in (_unknown_form, _unclosed_text, _bad_iri, _undeclared, _unbalanced, _unknown_function):
        found = look(tokens, prefixes)
        if found is not None:
            message, start, hint = found
            return Diagnosis(message, *line_and_column(query, start), hint)
    return None


_Found = tuple[str, int, str] | None


def _tokens(query: str) -> Iterator[SparqlToken]:
    """The tokens of a query without layout; what was meant as an IRI and is none is one, of the kind `UNKNOWN`."""
    start: int | None = 0
    while start is not None:
        tokens, start = tokenize(query, start), None
        for token in tokens:
            if token.kind in {TokenKind.SPACE, TokenKind.COMMENT} or token.text.isspace():
                continue
            if token.text == "<" and (bad := _BAD_IRI.match(query, token.start)):
                yield SparqlToken(TokenKind.UNKNOWN, bad[0], token.start)
                start = bad.end()
                break
            yield token


def _unknown_form(tokens: list[SparqlToken], _: Mapping[str, str]) -> _Found:
    first = next(iter(tokens), None)
    if first is None or first.text.upper() in _FORMS:
        return None
    if first.text.upper() in _UPDATES:
        hint = "Updates are refused here; data change by contributions, which a curator reviews: see /contributions."
        return f"{first.text} belongs to an update, not to a query.", first.start, hint
    near = nearest(first.text.upper(), _FORMS) if first.kind is TokenKind.WORD else None
    hint = f"Did you mean {near[0]}?" if near else ""
    return f"A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, not with {first.text[:40]!r}.", first.start, hint


def _unclosed_text(tokens: list[SparqlToken], _: Mapping[str, str]) -> _Found:
    quote = next((token for token in tokens if token.text in {"'", '"'}), None)
    if quote is None:
        return None
    return f"The text that begins here with {quote.text} does not end.", quote.start, "Close it in the same line."


def _bad_iri(tokens: list[SparqlToken], _: Mapping[str, str]) -> _Found:
    for token in tokens:
        if token.kind is TokenKind.UNKNOWN and len(token.text) > 1:
            hint = "Percent-encode spaces and quotes, such as %20."
            return f"{token.text[:80]} is not an IRI: it holds what may not stand in one.", token.start, hint
    return None


def _undeclared(tokens: list[SparqlToken], prefixes: Mapping[str, str]) -> _Found:
    declared = {
        token.prefix
        for before, token in pairwise(tokens)
        if before.text.upper() == "PREFIX" and token.prefix is not None
    }
    known = {*prefixes, *declared}
    for token in tokens:
        if token.prefix is None or token.prefix in known:
            continue
        message = f"The prefix '{token.prefix}:' is not declared."
        if token.prefix in COMMON_PREFIXES:
            return message, token.start, f"Add PREFIX {token.prefix}: <{COMMON_PREFIXES[token.prefix]}>."
        near = nearest(token.prefix.lower(), sorted(known))
        ours = "Prefixes that need no declaration: " + ", ".join(f"{prefix}:" for prefix in sorted(prefixes)) + "."
        return message, token.start, f"Did you mean '{near[0]}:'? Otherwise declare it." if near else ours
    return None


def _unbalanced(tokens: list[SparqlToken], _: Mapping[str, str]) -> _Found:
    open_ones: list[SparqlToken] = []
    for token in tokens:
        if token.text in _PAIRS.values():
            open_ones.append(token)
        elif token.text in _PAIRS:
            if not open_ones:
                return f"This '{token.text}' closes nothing.", token.start, "Take it out, or open it before."
            if open_ones[-1].text != _PAIRS[token.text]:
                opened = open_ones[-1]
                return f"'{token.text}' cannot close '{opened.text}'.", token.start, f"Close the '{opened.text}' first."
            open_ones.pop()
    if open_ones:
        last = open_ones[-1]
        return f"The '{last.text}' that stands here is never closed.", last.start, "Close it, or take it out."
    return None


def _unknown_function(tokens: list[SparqlToken], _: Mapping[str, str]) -> _Found:
    for token, after in pairwise(tokens):
        word = token.text.upper()
        if (
            token.kind is TokenKind.WORD
            and after.text == "("
            and word not in _BEFORE_BRACKET
            and word not in _FUNCTIONS
        ):
            near = nearest(word, _FUNCTIONS)
            hint = f"Did you mean {near[0]}?" if near else "Functions: https://www.w3.org/TR/sparql11-query/#SparqlOps."
            return f"SPARQL has no function {token.text[:40]}.", token.start, hint
    return None
