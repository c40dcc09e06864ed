"""Descriptions, hits of a search, and reports of a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Properties that name a resource, by name and by CURIE for texts without language.
_NAMES = ("prefLabel", "title", "name", "label", "skos:prefLabel", "dct:title")


@dataclass(frozen=True)
class Resource:
    """A resource as its JSON-LD document describes it: its properties by name, texts by language, IRIs in full."""

    iri: str
    properties: Mapping[str, Any]
    #: all nodes of the document by identifier: the resource, its parts and evidence, names of what it mentions
    nodes: Mapping[str, Mapping[str, Any]] = field(repr=False)
    #: the whole document, for JSON-LD processors
    document: Mapping[str, Any] = field(repr=False)

    def __getitem__(self, name: str) -> Any:
        return self.properties[name]

    def name(self, language: str = "en") -> str:
        """The name in a language, else in English, else in any; the IRI where it has none."""
        for key in _NAMES:
            texts = self.properties.get(key)
            if isinstance(texts, Mapping) and texts:
                found = texts.get(language) or texts.get("en") or next(iter(texts.values()))
                return found if isinstance(found, str) else found[0]
            if isinstance(texts, str):
                return texts
        return self.iri


@dataclass(frozen=True)
class Hit:
    """A resource that a search found."""

    iri: str
    kind: str
    name: str
    code: str | None
    #: the text that matched
    matched: str


@dataclass(frozen=True)
class Finding:
    """One finding of a check."""

    level: str
    message: str
    hint: str | None
    #: file and line, or the cell of a workbook
    place: str | None
    focus: str


@dataclass(frozen=True)
class Report:
    """The report of a check: whether the data conform, how many violations and warnings, and the findings."""

    conforms: bool
    violations: int
    warnings: int
    findings: tuple[Finding, ...]


def read_report(document: Mapping[str, Any], language: str) -> Report:
    """The report of `/validate` in JSON."""
    findings = tuple(
        Finding(
            result["level"],
            _best(result["message"], language) or "",
            _best(result["hint"], language),
            _place(result["place"]),
            result["focusNode"]["value"],
        )
        for result in document["results"]
    )
    return Report(document["conforms"], document["violations"], document["warnings"], findings)


def _best(texts: Mapping[str, str], language: str) -> str | None:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), None)


def _place(place: Mapping[str, Any] | None) -> str | None:
    if place is None:
        return None
    parts = [place["source"], place.get("cell") or place.get("line")]
    return ":".join(str(part) for part in parts if part is not None)
