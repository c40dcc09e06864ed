"""Properties and classes by their short forms or labels."""

from __future__ import annotations

from collections.abc import Iterable

from gcmgraph.model.terms import IRI
from gcmgraph.text.folding import fold_words
from gcmgraph.translations.languages import SOURCE_LANGUAGE
from gcmgraph.web.mcp.toolbox import ToolError
from gcmgraph.web.mcp.tools.common import ToolServices, one_line
from gcmgraph.web.snapshot import Snapshot
from gcmgraph.web.sparql.unknown_terms import local_name, names_of_terms, nearest_terms


def property_name(services: ToolServices, snapshot: Snapshot, iri: IRI, language: str = SOURCE_LANGUAGE) -> str:
    """A property by short form, and label in a language."""
    label = snapshot.labels.of(iri, language)
    return f"{services.short(iri)} ({one_line(label.text)})" if label.language else services.short(iri)


def find_property(services: ToolServices, snapshot: Snapshot, text: str) -> IRI:
    """The property of a short form, an IRI or a label. Raises `ToolError` with similar ones."""
    return _find(services, snapshot, text, snapshot.figures.properties, "property")


def find_class(services: ToolServices, snapshot: Snapshot, text: str) -> IRI:
    """The class of a short form, an IRI or a label. Raises `ToolError` with similar ones."""
    return _find(services, snapshot, text, snapshot.figures.classes, "class")


def _find(services: ToolServices, snapshot: Snapshot, text: str, used: Iterable[str], what: str) -> IRI:
    addresses = services.site.addresses
    try:
        iri = addresses.rebase(text) if text.startswith(("http://", "https://")) else addresses.expand(text)
        if iri in set(used):
            return IRI(iri)
    except (KeyError, ValueError):  # a label
        pass
    named = names_of_terms(addresses, snapshot, used).get(fold_words(local_name(text)))
    if named:
        return IRI(named[0])
    near = nearest_terms(addresses, snapshot, text, used)
    raise ToolError(
        f"The graph uses no such {what}.",
        hint=f"Did you mean {' or '.join(near)}?" if near else "`schema` lists what it uses.",
    )
