"""`schema`: classes and properties with counts, example values, and known pitfalls."""

from __future__ import annotations

import json

from gcmgraph.model.terms import IRI
from gcmgraph.store.port import JSON_RESULTS, Wanted
from gcmgraph.store.requests import QueryRequest
from gcmgraph.web.mcp.toolbox import Arguments, Tool, ToolArgument
from gcmgraph.web.mcp.tools.common import LANGUAGE, ToolServices
from gcmgraph.web.mcp.tools.pitfalls import pitfalls_of
from gcmgraph.web.mcp.tools.properties import find_class
from gcmgraph.web.mcp.tools.tables import table
from gcmgraph.web.snapshot import Snapshot

#: Resources of a class whose properties are counted, at most: more would take seconds.
SAMPLE = 20_000

#: Properties of the resources of a class, with counts and an example.
_USED = """SELECT ?property (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?resources) (SAMPLE(?o) AS ?example)
WHERE {{
  {{ SELECT DISTINCT ?s WHERE {{ ?s a <{iri}> }} LIMIT {sample} }}
  ?s ?property ?o
}} GROUP BY ?property ORDER BY DESC(?resources) ?property"""


def schema_tool(services: ToolServices) -> Tool:
    """The tool."""

    def run(arguments: Arguments) -> str:
        snapshot, language = services.site.dataset.snapshot(), arguments.text("language")
        wanted = arguments.text("class")
        return _class(services, snapshot, wanted, language) if wanted else _classes(services, snapshot, language)

    return Tool(
        "schema",
        "Classes and properties",
        "What the graph contains: without arguments all classes with the number of their resources, prefixes and known "
        "pitfalls; with `class` the properties of its resources with counts and an example value, and its pitfalls. "
        "Read it before writing SPARQL.",
        (ToolArgument("class", "Class: short form (gcm:Practice) or label (practice)."), LANGUAGE),
        run,
    )


def _classes(services: ToolServices, snapshot: Snapshot, language: str) -> str:
    counts = snapshot.figures.classes
    ontology = services.site.addresses.ontology
    ordered = sorted(counts, key=lambda iri: (not iri.startswith(ontology), -counts[iri], iri))
    rows = (
        (services.short(IRI(iri)), f"{counts[iri]}", snapshot.labels.of(IRI(iri), language).text) for iri in ordered
    )
    text, _ = table(("class", "resources", "label"), rows)
    prefixes = " ".join(f"{prefix}:" for prefix in services.site.addresses.prefixes)
    triples = f"{snapshot.figures.triples:,} triples in {len(snapshot.figures.graphs)} graphs."
    return "\n".join(
        [
            f"Version {snapshot.version}: {triples}",
            f"Prefixes that need no declaration: {prefixes}",
            "",
            text,
            "",
            "Pitfalls:",
            *pitfalls_of(None),
        ]
    )


def _class(services: ToolServices, snapshot: Snapshot, wanted: str, language: str) -> str:
    iri = find_class(services, snapshot, wanted)
    results = json.loads(_used(services, snapshot, iri))
    rows = []
    for row in results["results"]["bindings"]:
        used, example = IRI(row["property"]["value"]), row.get("example", {})
        plain = str(example.get("value", ""))[:200]
        value = services.short(IRI(plain)) if example.get("type") == "uri" else plain
        tag = example.get("xml:lang") or _datatype(services, example)
        label = snapshot.labels.of(used, language)
        rows.append(
            (
                services.short(used),
                label.text if label.language else "",
                row["resources"]["value"],
                row["triples"]["value"],
                value,
                tag,
            )
        )
    text, _ = table(("property", "label", "resources", "triples", "example", "language or datatype"), rows)
    count = snapshot.figures.classes[iri.value]
    curie = services.short(iri)
    counted = "" if count <= SAMPLE else f" Properties are counted for {SAMPLE:,} of them."
    return "\n".join([f"{curie}: {count:,} resources.{counted}", "", text, "", "Pitfalls:", *pitfalls_of(curie)])


def _used(services: ToolServices, snapshot: Snapshot, iri: IRI) -> bytes:
    wanted = Wanted(JSON_RESULTS.media_type, None, None)
    return services.site.workers.run(
        QueryRequest(_USED.format(iri=iri.value, sample=SAMPLE), wanted), snapshot.index
    ).body


def _datatype(services: ToolServices, example: dict[str, str]) -> str:
    datatype = example.get("datatype")
    return services.short(IRI(datatype)) if datatype else ""
