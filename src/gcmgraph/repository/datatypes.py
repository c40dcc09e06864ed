"""Datatypes of reference tables, and the lexical forms of their cells.

Lexical forms: https://www.w3.org/TR/xmlschema11-2/ ; names in tables:
https://www.w3.org/TR/tabular-data-primer/#datatypes. A cell in another form is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from gcmgraph.model.terms import IRI, Literal, typed


@dataclass(frozen=True)
class Datatype:
    """An XML Schema datatype: its local name, and the lexical form of a cell or None where there is none."""

    name: str
    parse: Callable[[str], str | None]
    #: a datatype of another vocabulary whose literals have these lexical forms
    iri: IRI | None = None


def _pattern(pattern: str) -> Callable[[str], str | None]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda cell: cell if compiled.fullmatch(cell) else None


def _boolean(cell: str) -> str | None:
    return {"true": "true", "1": "true", "false": "false", "0": "false"}.get(cell)


def _day(cell: str) -> str | None:
    # the pattern first: `fromisoformat` also takes 20001231 and 2000-W52-7
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII):
        return None
    try:
        date.fromisoformat(cell)
    except ValueError:
        return None
    return cell


DATATYPES = {
    datatype.name: datatype
    for datatype in (
        Datatype("string", lambda cell: cell),
        Datatype("integer", _pattern(r"[+-]?\d+")),
        Datatype("decimal", _pattern(r"[+-]?\d+(\.\d+)?")),
        Datatype("boolean", _boolean),
        Datatype("gYear", _pattern(r"\d{4}")),
        Datatype("gYearMonth", _pattern(r"\d{4}-(0[1-9]|1[0-2])")),
        Datatype("date", _day),
        Datatype("anyURI", _pattern(r"https?://[^\s<>\"{}|\\^`]+")),
    )
}


def literal(lexical: str, datatype: Datatype) -> Literal:
    """The literal of a lexical form that `datatype.parse` returned; a plain one for strings."""
    if datatype.iri is not None:
        return Literal(lexical, datatype=datatype.iri)
    return Literal(lexical) if datatype.name == "string" else typed(lexical, datatype.name)
