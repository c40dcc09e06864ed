"""Properties and classes by their short forms or labels."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from gcmgraph.model.terms import IRI
from gcmgraph.text.folding import fold_words
from gcmgraph.web.mcp.toolbox import ToolError
from gcmgraph.web.mcp.tools.common import ToolServices, one_line
from gcmgraph.web.snapshot import Snapshot

#: Minimum similarity of a suggestion, of 100, and their number.
SIMILAR, SUGGESTED = 60, 3


def property_name(services: ToolServices, snapshot: Snapshot, iri: IRI) -> str:
    """A property by short form and label."""
    labels = snapshot.labels.statements(iri)
    english = next((label.value for _, label in labels if label.language == "en"), None)
    return f"{services.short(iri)} ({one_line(english)})" if english else services.short(iri)


def find_property(services: ToolServices, snapshot: Snapshot, text: str) -> IRI:
    """The property of a short form, an IRI or a label. Raises `ToolError` with similar ones."""
    return _find(services, snapshot, text, snapshot.figures.properties, "property")


def find_class(services: ToolServices, snapshot: Snapshot, text: str) -> IRI:
    """The class of a short form, an IRI or a label. Raises `ToolError` with similar ones."""
    return _find(services, snapshot, text, snapshot.figures.classes, "class")


def nearest_terms(services: ToolServices, snapshot: Snapshot, text: str, iris: Iterable[str]) -> list[str]:
    """The short forms of the terms with the most similar local names or labels."""
    names = _names(services, snapshot, iris)
    local = _local(text)
    found = process.extract(fold_words(local), list(names), scorer=fuzz.ratio, limit=SUGGESTED, score_cutoff=SIMILAR)
    near = [iri for name, _, _ in found for iri in names[name]]
    near.sort(key=lambda iri: _local(iri)[:1].isupper() != local[:1].isupper())  # classes for a class
    return list(dict.fromkeys(services.short(IRI(iri)) for iri in near))[:SUGGESTED]


def _find(services: ToolServices, snapshot: Snapshot, text: str, used: Iterable[str], what: str) -> IRI:
    addresses = services.site.addresses
    try:
        iri = addresses.rebase(text) if text.startswith(("http://", "https://")) else addresses.expand(text)
        if iri in set(used):
            return IRI(iri)
    except (KeyError, ValueError):  # a label
        pass
    named = _names(services, snapshot, used).get(fold_words(_local(text)))
    if named:
        return IRI(named[0])
    near = nearest_terms(services, snapshot, text, used)
    raise ToolError(
        f"The graph uses no such {what}.",
        hint=f"Did you mean {' or '.join(near)}?" if near else "`schema` lists what it uses.",
    )


def _names(services: ToolServices, snapshot: Snapshot, iris: Iterable[str]) -> dict[str, list[str]]:
    """IRIs by folded local name and labels; terms of the project's ontology come before others."""
    ontology = services.site.addresses.ontology
    names: dict[str, list[str]] = {}
    for iri in sorted(iris, key=lambda iri: (not iri.startswith(ontology), iri)):
        labels = (label.value for _, label in snapshot.labels.statements(IRI(iri)))
        for name in dict.fromkeys(fold_words(name) for name in (_local(iri), *labels)):
            names.setdefault(name, []).append(iri)
    return names


def _local(text: str) -> str:
    """The part after the last separator of an IRI or CURIE; a label as it is."""
    return text.rstrip("/#").replace("#", "/").replace(":", "/").rpartition("/")[2]
