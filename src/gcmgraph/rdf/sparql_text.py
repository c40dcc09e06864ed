"""SPARQL text: declared prefixes, words that make a query volatile, IRIs and values as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from gcmgraph.rdf.sparql_tokens import IRIREF, LAYOUT, TokenKind, tokenize
from gcmgraph.rdf.terms import IRI

#: A prefix in any reading of a text, from its beginning: tried at each of its characters, the search
#: would take quadratic time.
_PREFIX = re.compile(r"(?<![\w-])([\w-]*):")

#: A relative IRI in any reading of a text (https://www.w3.org/TR/sparql11-query/#rIRIREF).
_RELATIVE_IRI = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^\x00-\x20<>\"{}|^`\\]*>")

#: An absolute or relative IRI, in angle brackets.
_IRI = re.compile(IRIREF)

#: Functions of https://www.w3.org/TR/sparql11-query/#func-numerics and after that return another
#: value each time, SERVICE, whose data are not ours, and escapes that may hide them. A comment may
#: be before the parenthesis. The text is searched, not its tokens: every reading of the text counts,
#: and a query that is wrongly taken for volatile costs a client no more than a 304.
_VOLATILE = re.compile(r"\b(?:now|rand|(?:str)?uuid)\b\s*[(#]|\bservice\b|\\u", re.IGNORECASE)

#: Words without which a query is not volatile. Most queries have none, and their search is quick.
_VOLATILE_WORDS = ("now", "rand", "uuid", "service", "\\u")


def has_relative_iri(query: str) -> bool:
    """Whether a query may have a relative IRI; comments and strings count, too."""
    return _RELATIVE_IRI.search(query) is not None


def is_volatile(query: str) -> bool:
    """Whether the result of a query may differ each time the query runs."""
    text = query.lower()
    if not any(word in text for word in _VOLATILE_WORDS):
        return False
    return _VOLATILE.search(query) is not None


def with_prefixes(query: str, prefixes: Mapping[str, str]) -> str:
    """The query with declarations of those prefixes that occur in it.

    Its own declarations follow, so they take precedence. The added ones are on its first line, or
    after the BASE with which it begins: Virtuoso accepts BASE in no other position.

    >>> with_prefixes("ASK { ?s ex:p 1 }", {"ex": "http://ex.test/", "a": "http://a.test/"})
    'PREFIX ex: <http://ex.test/> ASK { ?s ex:p 1 }'
    """
    used_prefixes = set(_PREFIX.findall(query))
    declarations = "".join(
        f"PREFIX {prefix}: {IRI(iri)} "
        for prefix, iri in prefixes.items()
        if prefix in used_prefixes
    )
    end = _end_of_bases(query) if declarations else 0
    if end == 0:
        return declarations + query
    return f"{query[:end]} {declarations}{query[end:]}"


def _end_of_bases(query: str) -> int:
    """The end of the last BASE with which a query begins; 0 for none."""
    end = 0
    follows_base = False
    for token in tokenize(query):
        if token.kind in LAYOUT:
            continue
        if follows_base and token.kind is TokenKind.IRI:
            end = token.end
            follows_base = False
        elif not follows_base and token.word == "BASE":
            follows_base = True
        else:
            break
    return end


def is_endpoint(address: str) -> bool:
    """Whether an address is absolute, http(s), without credentials and fragment, and valid in a query.

    >>> is_endpoint("https://query.test/sparql"), is_endpoint("ftp://query.test/")
    (True, False)
    """
    try:
        parts = urlsplit(address)
        has_valid_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_valid_in_query = address.isascii() and _IRI.fullmatch(f"<{address}>") is not None
    has_only_host = bool(parts.hostname) and "@" not in parts.netloc
    return (
        is_valid_in_query
        and "#" not in address
        and has_valid_port
        and parts.scheme in {"http", "https"}
        and has_only_host
    )


def value_text(value: Mapping[str, Any], iri: Callable[[str], str] = str) -> str:
    """The text of a value of SPARQL JSON results: an IRI as `iri` writes it, a triple term as in Turtle.

    >>> value_text({"type": "literal", "value": "School meals", "xml:lang": "en"})
    'School meals'
    """
    if value["type"] == "uri":
        return iri(value["value"])
    if value["type"] == "triple":
        subject, predicate, object_ = (
            value_text(value["value"][part], iri) for part in ("subject", "predicate", "object")
        )
        return f"<<( {subject} {predicate} {object_} )>>"
    return str(value["value"])
