"""What things are called."""

from __future__ import annotations

from gcmgraph.model.terms import IRI, Literal, Term
from gcmgraph.namespaces import PREFIXES
from gcmgraph.validation.report import Texts
from gcmgraph.validation.shacl.path_evaluation import Graph

#: Where the name of a thing is looked up, the best first.
_LABELS = tuple(
    IRI(PREFIXES[prefix] + name)
    for prefix, name in (("skos", "prefLabel"), ("dct", "title"), ("rdfs", "label"), ("skos", "notation"))
)

#: All properties by which people know a thing, acronyms aside.
NAMES = (*_LABELS, IRI(PREFIXES["skos"] + "altLabel"))


def labels(graph: Graph, node: Term) -> Texts:
    """The names of a node in all languages, of the best property that it has."""
    if not isinstance(node, Literal):
        for predicate in _LABELS:
            found = [value for value in graph.objects(node, predicate) if isinstance(value, Literal)]
            if found:
                return Texts.of((value.language or "", value.value) for value in found)
    return Texts()
