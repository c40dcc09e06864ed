"""Resources: the ontology, the shapes, how to cite, the licence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gcmgraph.model.terms import IRI
from gcmgraph.publication.metadata.citation import bibtex, cite_dataset
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.translations.languages import SOURCE_LANGUAGE
from gcmgraph.web.http.formats import TTL
from gcmgraph.web.mcp.messages import Json
from gcmgraph.web.responses.documents import last_modified, written
from gcmgraph.web.services import Site


@dataclass(frozen=True)
class McpResource:
    """A text of the server, by its IRI."""

    uri: str
    name: str
    title: str
    description: str
    media_type: str
    read: Callable[[], str] = field(repr=False)

    def definition(self) -> Json:
        """The resource in the list of resources."""
        return {
            "uri": self.uri,
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "mimeType": self.media_type,
        }


def resources(site: Site) -> list[McpResource]:
    """The resources of a site."""
    base = site.addresses.base

    def graph(name: str) -> str:
        store = site.dataset.snapshot().store
        triples = [quad.triple for quad in store.quads(graph=IRI(site.addresses.graph(name)))]
        return written(triples, TTL, site.addresses).decode()

    def citation() -> str:
        snapshot = site.dataset.snapshot()
        modified, today = last_modified(snapshot), datetime.now(UTC).date()
        issued = modified.date() if modified else None
        entry = cite_dataset(snapshot.store, site.addresses, SOURCE_LANGUAGE, snapshot.version, issued, today)
        return _CITATION.format(base=base, version=snapshot.version, entry=bibtex(entry))

    return [
        McpResource(
            f"{base}ontology",
            "ontology",
            "Ontology",
            "Classes and properties of the graph, with labels and definitions (OWL, Turtle).",
            TTL.media_type,
            lambda: graph("ontology"),
        ),
        McpResource(
            f"{base}shapes",
            "shapes",
            "Shapes",
            "Rules that contributed data must fulfil (SHACL, Turtle).",
            TTL.media_type,
            lambda: graph("shapes"),
        ),
        McpResource(
            f"{base}dataset#citation",
            "citation",
            "How to cite",
            "How to cite the dataset, a resource and a statement.",
            "text/markdown",
            citation,
        ),
        McpResource(
            f"{base}dataset#licence",
            "licence",
            "Licence",
            "Licence of the data, and rights in the source documents.",
            "text/markdown",
            lambda: _LICENCE.format(licence=LICENCE),
        ),
    ]


_CITATION = """\
# How to cite

- **A statement**: cite the document and the page that `describe` gives for it, then GCM Graph as the place where it
  was found.
- **A resource**: its IRI. `{base}doc/KIND/NAME.bib` has a reference in BibTeX, `.ris` one in RIS.
- **The dataset**: the entry below, with the version {version}. A version does not change.

```bibtex
{entry}```
"""

_LICENCE = """\
# Licence

- **The data** are published under CC BY 4.0: {licence}. Name GCM Graph and link the IRI of the resource.
- **Source documents** have rights of their own (`dct:rights`, `dct:rightsHolder` of each document). The graph quotes
  from a document only where its terms permit that; of others it names page and position.
"""
