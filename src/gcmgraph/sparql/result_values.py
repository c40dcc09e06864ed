"""Values of SPARQL results in JSON (https://www.w3.org/TR/sparql12-results-json/#select-encode-terms) as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def value_text(value: Mapping[str, Any], iri: Callable[[str], str] = str) -> str:
    """The text of a value: an IRI as `iri` writes it, a triple term as in Turtle."""
    if value["type"] == "uri":
        return iri(value["value"])
    if value["type"] == "triple":
        parts = (value_text(value["value"][part], iri) for part in ("subject", "predicate", "object"))
        return f"<<( {' '.join(parts)} )>>"
    return str(value["value"])
