"""The tool `schema`: classes and properties in use, with counts, and pitfalls."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from gcmgraph.rdf.terms import IRI
from gcmgraph.store.port import ROWS, QueryRequest
from gcmgraph.web.mcp.graph_reader import GraphReader, table
from gcmgraph.web.mcp.messages import Json
from gcmgraph.web.mcp.tools import TEXTS

#: Resources of a class whose properties are counted, at most: more would take seconds.
SAMPLE = 20_000

#: Characters of an example, at most.
_MAX_EXAMPLE = 200

#: Properties of the resources of a class, with counts and an example.
_PROPERTIES_OF_CLASS = """
SELECT ?property (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?resources) (SAMPLE(?o) AS ?example)
WHERE {{
  {{ SELECT DISTINCT ?s WHERE {{ ?s a <{iri}> }} LIMIT {sample} }}
  ?s ?property ?o
}} GROUP BY ?property ORDER BY DESC(?resources) ?property"""

_COLUMNS = ("property", "label", "resources", "triples", "example", "language or datatype")


def schema(graph: GraphReader, arguments: Json) -> str:
    """Classes with counts, or the properties of one, and pitfalls."""
    name = arguments["class"]
    return _text_of_class(graph, name) if name else _text_of_classes(graph)


def _text_of_classes(graph: GraphReader) -> str:
    """The classes with counts, the prefixes, and all pitfalls."""
    figures = graph.snapshot.figures
    counts = figures.classes
    ontology = graph.site.addresses.ontology
    iris = sorted(counts, key=lambda iri: (not iri.startswith(ontology), -counts[iri], iri))
    rows = [(graph.short(IRI(iri)), f"{counts[iri]}", graph.label(IRI(iri)).text) for iri in iris]
    text, _ = table(graph, ("class", "resources", "label"), rows)
    version = f"Version {graph.snapshot.version}"
    size = f"{figures.triples:,} triples in {len(figures.graphs)} graphs"
    prefixes = " ".join(f"{prefix}:" for prefix in graph.site.addresses.prefixes)
    pitfalls = list(TEXTS["pitfalls"]["general"])
    for class_name, class_pitfalls in TEXTS["pitfalls"]["classes"].items():
        pitfalls += [f"{class_name}: {pitfall}" for pitfall in class_pitfalls]
    return "\n".join(
        [
            f"{version}: {size}.",
            f"Prefixes that need no declaration: {prefixes}",
            "",
            text,
            "",
            *_pitfall_lines(pitfalls),
        ]
    )


def _text_of_class(graph: GraphReader, class_name: str) -> str:
    """The properties of a class with counts and examples, and its pitfalls."""
    iri = graph.find_class(class_name)
    query = _PROPERTIES_OF_CLASS.format(iri=iri.value, sample=SAMPLE)
    answer = graph.site.workers.run(QueryRequest(query, ROWS), graph.snapshot.index)
    rows = []
    for row in json.loads(answer.body)["results"]["bindings"]:
        predicate = IRI(row["property"]["value"])
        label = graph.label(predicate)
        rows.append(
            (
                graph.short(predicate),
                label.text if label.language else "",
                row["resources"]["value"],
                row["triples"]["value"],
                *_example(graph, row.get("example", {})),
            )
        )
    text, _ = table(graph, _COLUMNS, rows)
    count = graph.snapshot.figures.classes[iri.value]
    sampled = "" if count <= SAMPLE else f" Properties are counted for {SAMPLE:,} of them."
    curie = graph.short(iri)
    pitfalls = [*TEXTS["pitfalls"]["classes"].get(curie, ()), *TEXTS["pitfalls"]["general"]]
    return "\n".join(
        [f"{curie}: {count:,} resources.{sampled}", "", text, "", *_pitfall_lines(pitfalls)]
    )


def _example(graph: GraphReader, cell: Mapping[str, str]) -> tuple[str, str]:
    """A value of a property, and its language or datatype."""
    value = str(cell.get("value", ""))[:_MAX_EXAMPLE]
    if cell.get("type") == "uri":
        value = graph.short(IRI(value))
    language = cell.get("xml:lang")
    datatype = cell.get("datatype")
    if language:
        return value, language
    return value, graph.short(IRI(datatype)) if datatype else ""


def _pitfall_lines(pitfalls: Iterable[str]) -> list[str]:
    return ["Pitfalls:", *(f"- {pitfall}" for pitfall in pitfalls)]
