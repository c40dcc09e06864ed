"""Prefixes and base that a query need not declare (https://www.w3.org/TR/sparql11-query/#rPrologue)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gcmgraph.model.terms import IRI
from gcmgraph.sparql.lexer import TokenKind, tokenize

#: A prefix in any reading of a text, from its beginning: tried at each of its characters, it would take its square.
_PREFIX = re.compile(r"(?<![\w-])([\w-]*):")

#: A relative IRI in any reading of a text (https://www.w3.org/TR/sparql11-query/#rIRIREF).
_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^\x00-\x20<>\"{}|^`\\]*>")


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
