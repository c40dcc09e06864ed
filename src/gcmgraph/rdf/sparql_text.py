"""SPARQL text: its tokens, and the words and graphs in it.

Tokens are the terminals of https://www.w3.org/TR/sparql11-query/#sparqlGrammar. `tokenize` gives
the longest token at each place, as the grammar says. `tokens_at` gives every token that may begin
at a place, for checks that an ambiguous text must not pass: pyoxigraph requires no space around
keywords (`SERVICEex:a {…}`), and takes `<` for an operator where an IRI fits as well
(`FILTER(?a<'>')SERVICE …`).

Both read any text. Each character is scanned a bounded number of times by `tokenize`, whatever the
text.

Prefixes that a query need not declare are those of https://www.w3.org/TR/sparql11-query/#rPrologue.
The dataset of a query is that of FROM and FROM NAMED
(https://www.w3.org/TR/sparql11-query/#rdfDataset).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from gcmgraph.rdf.terms import IRI

#: https://www.w3.org/TR/sparql11-query/#rPN_CHARS_BASE: letters, and what is beyond ASCII and no
#: white space. Which of these a name may have is left to the parser: the grammar's own ranges take
#: 50 ms to compile.
_LETTER = r"[^\x00-\x40\x5b-\x60\x7b-\x7f\s]"
#: https://www.w3.org/TR/sparql11-query/#rPN_CHARS_U and #rVARNAME
_VARNAME = r"[^\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f\s]"
#: https://www.w3.org/TR/sparql11-query/#rPN_CHARS
_CHAR = r"[^\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f\s]"
#: https://www.w3.org/TR/sparql11-query/#rPLX
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_LOCAL = rf"(?::|{_VARNAME}|{_PLX})(?:\.*+(?::|{_CHAR}|{_PLX}))*+"

#: https://www.w3.org/TR/sparql11-query/#rIRIREF
IRIREF = r"<[^<>\"{}|^`\\\x00-\x20]*+>"
#: https://www.w3.org/TR/sparql11-query/#rPN_PREFIX
_PN_PREFIX = rf"{_LETTER}(?:\.*+{_CHAR})*+"
#: https://www.w3.org/TR/sparql11-query/#whitespace
COMMENT = r"\#[^\r\n]*+"
_LANGTAG = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"

_TERMINAL = rf"""
    (?P<SPACE>[\x20\t\r\n]++)
    |(?P<COMMENT>{COMMENT})
    |(?P<IRI><(?:[^<>\"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    |(?P<VARIABLE>[?$]{_VARNAME}++)
    |(?P<BLANK_NODE>_:{_VARNAME}(?:\.*+{_CHAR})*+)
    |(?P<LANGUAGE>{_LANGTAG}(?:--[A-Za-z]++)?+)
    |(?P<NUMBER>(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)[eE][+-]?+[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)
    |PREFIXED
    |(?P<WORD>(?:_|{_LETTER}){_VARNAME}*+)
    |(?P<OPERATOR>\^\^|\|\||&&|[!<>]=|[{{}}()\[\];,.=<>!+\-*/|^?~])
    |(?P<UNKNOWN>.)"""
_FLAGS = re.VERBOSE | re.DOTALL
_ANY = re.compile(
    _TERMINAL.replace("PREFIXED", rf"(?P<PREFIXED_NAME>(?:{_PN_PREFIX})?:(?:{_LOCAL})?+)"), _FLAGS
)
#: within a run of characters of a prefix that no colon ends
_WITHOUT_PREFIX = re.compile(
    _TERMINAL.replace("PREFIXED", rf"(?P<PREFIXED_NAME>:(?:{_LOCAL})?+)"), _FLAGS
)
_PREFIX_RUN = re.compile(_PN_PREFIX)

#: https://www.w3.org/TR/sparql11-query/#rSTRING_LITERAL1 and the three after it; escapes are left
#: to the parser
_SHORT = {q: re.compile(rf"{q}(?:\\[^\r\n]|[^\\\r\n{q}])*+(?P<closed>{q})?") for q in "\"'"}
_LONG = {
    q: re.compile(rf"{q * 3}(?:\\.|[^\\{q}]|{q}(?!{q * 2}))*+{q * 3}", re.DOTALL) for q in "\"'"
}


class TokenKind(Enum):
    """Kinds of tokens; keywords are words, and any other character is unknown, as a quote that ends no string is."""

    SPACE = "WS"
    COMMENT = "comment"
    IRI = "IRIREF"
    PREFIXED_NAME = "PNAME_LN or PNAME_NS"
    BLANK_NODE = "BLANK_NODE_LABEL"
    VARIABLE = "VAR1 or VAR2"
    LANGUAGE = "LANGTAG"
    NUMBER = "INTEGER, DECIMAL or DOUBLE, without sign"
    STRING = "STRING_LITERAL"
    WORD = "keyword, name of a function, a, true or false"
    OPERATOR = "operator, bracket or separator"
    UNKNOWN = "none"


_KINDS = {kind.name: kind for kind in TokenKind}
_LAYOUT = (TokenKind.SPACE, TokenKind.COMMENT)


class SparqlToken(NamedTuple):
    """A token with its place in the text."""

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The place after the token."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """A keyword or name of a function in upper case; "" for other tokens."""
        return self.text.upper() if self.kind is TokenKind.WORD else ""

    @property
    def prefix(self) -> str | None:
        """The prefix of a prefixed name; None for other tokens."""
        return self.text.partition(":")[0] if self.kind is TokenKind.PREFIXED_NAME else None


def tokenize(text: str, position: int = 0) -> Iterator[SparqlToken]:
    """Yield the tokens of a text from a place on: joined, they are the text."""
    end_of_run = 0
    unclosed: dict[str, int] = {}
    while position < len(text):
        if text[position] in _SHORT and (end := _end_of_string(text, position, unclosed)):
            yield SparqlToken(TokenKind.STRING, text[position:end], position)
            position = end
            continue
        match = (_WITHOUT_PREFIX if position < end_of_run else _ANY).match(text, position)
        assert match is not None  # noqa: S101 - the last alternative matches any character
        token = SparqlToken(_KINDS[match.lastgroup or "UNKNOWN"], match[0], position)
        if (
            token.kind is TokenKind.WORD
            and position >= end_of_run
            and (run := _PREFIX_RUN.match(text, position))
        ):
            end_of_run = run.end()  # no colon follows, so no word up to there is a prefix
        yield token
        position = match.end()


def significant(text: str) -> list[SparqlToken]:
    """The tokens of a text without white space and comments."""
    return [token for token in tokenize(text) if token.kind not in _LAYOUT]


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """The line and the column of a place, both from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _end_of_string(text: str, position: int, unclosed: dict[str, int]) -> int | None:
    """The end of the string that begins at a quote; None where it has none.

    `unclosed` has, by delimiter, up to where strings are known to have no end: what was escaped for
    the first is escaped for those that begin inside of it.
    """
    quote = text[position]
    if text.startswith(quote * 3, position) and quote * 3 not in unclosed:
        if long := _LONG[quote].match(text, position):
            return long.end()
        unclosed[quote * 3] = len(text)
    if position < unclosed.get(quote, 0):
        return None
    short = _SHORT[quote].match(text, position)
    assert short is not None  # noqa: S101 - it begins with this quote
    if short["closed"]:
        return short.end()
    unclosed[quote] = short.end()
    return None


_COMMENT, _LANGUAGE = re.compile(COMMENT), re.compile(_LANGTAG)
_LONG_WELL_ESCAPED = {q: re.compile(rf"{q * 3}(?:\\[tbnrf\\\"']|[^\\])*?{q * 3}") for q in "\"'"}
_LOOSE_SHORT = {q: re.compile(rf"{q}(?:\\.|[^\\\r\n{q}])*{q}") for q in "\"'"}
_LOOSE_VARIABLE = re.compile(r"[?$]\w+")
_LOOSE_NAME = re.compile(r"([\w.-]*):(?:[\w:%·.-]|\\.)*")
_LOOSE_WORD = re.compile(r"[\w.-]+")


def tokens_at(text: str, position: int) -> Iterator[tuple[int, str]]:
    """Every token that may begin at a place: its end, and its bare word in lower case ("" for none).

    Names are read more loosely than the grammar says, so that a word in them is found.
    """
    first = text[position]
    if first == "#":
        yield _end(_COMMENT, text, position), ""
    elif first in _SHORT:
        yield from ((end, "") for end in _ends_of_string(first, text, position))
    elif first == "<":
        if (closed := text.find(">", position)) > 0:
            yield closed + 1, ""  # which characters an IRI may have is left to the parser
        yield position + 1, ""  # less than
    elif first in "?$":
        yield _end(_LOOSE_VARIABLE, text, position), ""
    elif first == "@":
        yield _end(_LANGUAGE, text, position), ""
    elif text.startswith("//", position):
        pass  # only in IRIs, strings and comments: a reading that took the `<` of an IRI for less than
    elif name := _LOOSE_NAME.match(text, position):
        yield name.end(), name[1].lower()
    elif word := _LOOSE_WORD.match(text, position):
        yield word.end(), word[0].lower()
    else:
        yield position + 1, ""


def _ends_of_string(quote: str, text: str, position: int) -> list[int]:
    """The ends that a string may have: a parser that refuses a long string may read `''` and `'…'` instead."""
    if long := _LONG_WELL_ESCAPED[quote].match(text, position):
        return [long.end()]
    patterns = (_LONG[quote], _LOOSE_SHORT[quote])
    return [match.end() for pattern in patterns if (match := pattern.match(text, position))] or [
        position + 1
    ]


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position + 1


#: A prefix in any reading of a text, from its beginning: tried at each of its characters, it would
#: take its square.
_PREFIX = re.compile(r"(?<![\w-])([\w-]*):")

#: A relative IRI in any reading of a text (https://www.w3.org/TR/sparql11-query/#rIRIREF).
_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^\x00-\x20<>\"{}|^`\\]*>")

#: Functions of https://www.w3.org/TR/sparql11-query/#func-numerics and after that give something
#: else each time, SERVICE, whose data are not ours, and escapes that may hide them. A comment may
#: be before the parenthesis. The text is searched as it is, not its tokens: every reading of it
#: counts, and a query that is wrongly taken for volatile costs a client no more than a 304.
_VOLATILE = re.compile(r"\b(?:now|rand|(?:str)?uuid)\b\s*[(#]|\bservice\b|\\u", re.IGNORECASE)
_WORDS = ("now", "rand", "uuid", "service", "\\u")


def has_relative_iri(query: str) -> bool:
    """Whether a query may have a relative IRI; comments and strings count, too."""
    return _RELATIVE.search(query) is not None


def with_prefixes(query: str, prefixes: Mapping[str, str]) -> str:
    """The query with those prefixes declared that occur in it; its own declarations follow, so they win.

    They are on its first line, or after the BASE that it begins with: Virtuoso takes that in no
    other place.
    """
    used = set(_PREFIX.findall(query))
    declared = "".join(
        f"PREFIX {name}: {IRI(iri)} " for name, iri in prefixes.items() if name in used
    )
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


def closing_brace(tokens: Sequence[SparqlToken], index: int) -> int:
    """The index of the brace that closes the one at `index`."""
    depth = 0
    for position in range(index, len(tokens)):
        depth += (tokens[position].text == "{") - (tokens[position].text == "}")
        if depth == 0:
            return position
    return len(tokens)


_NO_SUCH_GRAPH = "There is no graph <{}> here, and this server fetches none. Ask for GRAPH ?g to see which there are."

#: https://www.w3.org/TR/sparql11-query/#codepointEscape
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

_NOTHING = SparqlToken(TokenKind.UNKNOWN, "", 0)


@dataclass(frozen=True)
class QueryDataset:
    """The dataset of a query (https://www.w3.org/TR/sparql11-protocol/#dataset).

    `union`: the union of all graphs, and every named graph. Otherwise the `default_graphs` merged
    and the `named_graphs` where `given` by the protocol, and else those of FROM and FROM NAMED in
    the query.
    """

    union: bool
    given: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


#: A query without GRAPH sees the union of all graphs.
UNION = QueryDataset(union=True)


def read_dataset_clause(query: str, prefixes: Mapping[str, str] | None = None) -> QueryDataset:
    """The graphs of FROM and of FROM NAMED, as full IRIs, of a query that parses; `given` is False.

    `prefixes` are those that the query need not declare.
    """
    graphs: dict[bool, list[str]] = {False: [], True: []}
    tokens, names = [*significant(query), _NOTHING, _NOTHING], QueryNames(prefixes or {})
    for token, *following in zip(tokens, tokens[1:], tokens[2:], strict=False):
        names.read(token, following)
        if token.word in {"FROM", "FROMNAMED"}:
            separate = following[0].word == "NAMED"
            if (name := names.expanded(following[1] if separate else following[0])) is not None:
                graphs[separate or token.word == "FROMNAMED"].append(name)
    return QueryDataset(False, False, tuple(graphs[False]), tuple(graphs[True]))


def missing_graph(dataset: QueryDataset, holds: Callable[[str], bool]) -> str | None:
    """The error for the first graph that FROM or FROM NAMED names and the store does not hold; None for none."""
    missing = () if dataset.given else unknown_graphs(dataset, holds)
    return _NO_SUCH_GRAPH.format(missing[0]) if missing else None


def unknown_graphs(dataset: QueryDataset, holds: Callable[[str], bool]) -> tuple[str, ...]:
    """The graphs that a dataset names and the store does not hold."""
    if dataset.union:
        return ()
    return tuple(
        iri
        for iri in dict.fromkeys((*dataset.default_graphs, *dataset.named_graphs))
        if not holds(iri)
    )


class QueryNames:
    """The meaning of names at a place of a query (https://www.w3.org/TR/sparql11-query/#syntaxTerms)."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = dict(prefixes)
        self._base = ""

    def read(self, token: SparqlToken, following: Sequence[SparqlToken]) -> None:
        """Note a PREFIX or BASE."""
        if token.word == "PREFIX" and following[1].kind is TokenKind.IRI:
            self._prefixes[following[0].text.removesuffix(":")] = self._resolved(following[1].text)
        elif token.word == "BASE" and following[0].kind is TokenKind.IRI:
            self._base = self._resolved(following[0].text)

    def expanded(self, name: SparqlToken) -> str | None:
        """The IRI of an IRI reference or a prefixed name; None for other tokens."""
        if name.kind is TokenKind.IRI:
            return self._resolved(name.text)
        if name.prefix is None or name.prefix not in self._prefixes:
            return None
        return self._prefixes[name.prefix] + name.text.partition(":")[2].replace("\\", "")

    def _resolved(self, written: str) -> str:
        reference = _CODE_POINT.sub(lambda found: chr(int(found[1] or found[2], 16)), written[1:-1])
        return urljoin(self._base, reference) if self._base else reference


_SOUGHT = ("service", "from", "graph")

#: `//` occurs in IRIs, strings and comments only (see `tokens_at`), and what follows here ends none
#: of them.
_ADDRESS = re.compile(r"//[\w./-]*")

#: Characters that are scanned for the ends of strings. A query of quotes that end nothing takes
#: more; it is not read to its end, and counts as having every word.
_MAX_SCANNED = 20_000_000


@dataclass(frozen=True)
class Screening:
    """Words that a query has in any reading of it."""

    service: bool
    dataset_clause: bool
    graph: bool


def screen(query: str) -> Screening:
    """Whether a query may have a SERVICE pattern; whether it may have FROM or FROM NAMED; whether it may have GRAPH."""
    text = _ADDRESS.sub(" ", query.lower())
    if not any(word in text for word in _SOUGHT):  # then no token has them either
        return Screening(service=False, dataset_clause=False, graph=False)
    reachable = bytearray(len(query) + 1)
    reachable[0] = 1
    service = dataset_clause = graph = False
    scanned = 0
    for position in range(len(query)):
        if not reachable[position]:
            continue
        for end, word in tokens_at(query, position):
            reachable[end] = 1
            service = service or "service" in word
            dataset_clause = dataset_clause or word in {"from", "fromnamed"}
            graph = graph or "graph" in word
        if query[position] in "\"'":
            scanned += end - position if end > position + 1 else len(query) - position
            if scanned > _MAX_SCANNED:
                return Screening(service=True, dataset_clause=True, graph=True)
    return Screening(service, dataset_clause, graph)


#: An IRI as a query has it.
WRITTEN_IRI = re.compile(IRIREF)


def is_endpoint(address: str) -> bool:
    """Whether an address is absolute, http(s), without credentials and fragment, and as a query can have it."""
    try:
        parts = urlsplit(address)
        fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = (
        WRITTEN_IRI.fullmatch(f"<{address}>") is not None
        and address.isascii()
        and "#" not in address
    )
    return (
        plain
        and fits
        and parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and "@" not in parts.netloc
    )


def value_text(value: Mapping[str, Any], iri: Callable[[str], str] = str) -> str:
    """The text of a value: an IRI as `iri` writes it, a triple term as in Turtle."""
    if value["type"] == "uri":
        return iri(value["value"])
    if value["type"] == "triple":
        parts = (
            value_text(value["value"][part], iri) for part in ("subject", "predicate", "object")
        )
        return f"<<( {' '.join(parts)} )>>"
    return str(value["value"])
