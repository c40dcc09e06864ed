"""The tool `passages`: passages on a topic or with some words."""

from __future__ import annotations

from dataclasses import dataclass

from gcmgraph.publication.descriptions import EvidenceIndex
from gcmgraph.rdf.terms import IRI
from gcmgraph.web.mcp.absence import Absence, not_known
from gcmgraph.web.mcp.describe import identified_resource
from gcmgraph.web.mcp.graph_reader import GraphReader, extent, table
from gcmgraph.web.mcp.messages import Json

#: Passages that are found by words, at most.
MAX_PASSAGES = 100

_COLUMNS = ("document", "page", "characters", "language", "about", "topics", "text", "said_by")


@dataclass(frozen=True)
class _PassageRow:
    """A passage in the table, and its position in the order: language, document, begin."""

    order: tuple[bool, str, int]
    cells: tuple[str, ...]


def passages(graph: GraphReader, arguments: Json) -> str:
    """The passages on a topic or with some words, those in the language of the call first."""
    subject = None
    if arguments["resource"]:
        resource = identified_resource(graph, arguments["resource"])
        if isinstance(resource, str):
            return resource
        subject = resource
    topics = graph.topics(arguments["text"])
    topic_names = _topic_names_of_passages(graph, topics)
    for hit in graph.index.passages(arguments["text"], MAX_PASSAGES)[0]:
        passage_iri = IRI(f"{graph.site.addresses.base}id/{hit.address}")
        topic_names.setdefault(passage_iri, set())
    index = EvidenceIndex(graph.snapshot.store, graph.site.addresses)
    rows = []
    for passage_iri, names in topic_names.items():
        row = _row(graph, index, passage_iri, names, subject)
        if row is not None:
            rows.append(row)
    if not rows:
        tried = ", ".join(map(graph.named, topics)) or "topics of this name or synonym"
        return not_known(
            Absence.NOT_STATED,
            f"No passage that was read has it; tried were {tried}, and the words.",
        )
    rows.sort(key=lambda row: (row.order, row.cells))
    offset = arguments["offset"]
    requested = rows[offset : offset + arguments["limit"]]
    text, count = table(graph, _COLUMNS, (row.cells for row in requested))
    return f"{extent(offset, count, len(rows))}\n\n{text}"


def _topic_names_of_passages(graph: GraphReader, topics: list[IRI]) -> dict[IRI, set[str]]:
    """The passages on some topics or on narrower ones, each with the names of the topics."""
    store = graph.snapshot.store
    topic_names: dict[IRI, set[str]] = {}
    for topic in topics:
        narrower = [
            triple.subject for triple in store.triples(None, graph.term("skos:broader"), topic)
        ]
        concepts = [topic, *(concept for concept in narrower if isinstance(concept, IRI))]
        for concept in concepts:
            for annotation in store.triples(None, graph.term("oa:hasBody"), concept):
                for target in graph.triples(annotation.subject, "oa:hasTarget"):
                    if isinstance(target.object, IRI):
                        names = topic_names.setdefault(target.object, set())
                        names.add(graph.label(topic).text)
    return topic_names


def _row(
    graph: GraphReader,
    index: EvidenceIndex,
    passage_iri: IRI,
    topic_names: set[str],
    subject: IRI | None,
) -> _PassageRow | None:
    """The row of a passage; None if it has no document, or is not about the subject."""
    passage = index.passage(passage_iri)
    if not passage or not passage.source:
        return None
    about = [
        triple.object
        for triple in graph.triples(passage_iri, "schema:about")
        if isinstance(triple.object, IRI)
    ]
    if subject is not None and subject not in about:
        return None
    speaker = "document; topic found by a program" if topic_names else "document"
    return _PassageRow(
        order=(passage.language != graph.language, passage.source.value, passage.start),
        cells=(
            graph.short(passage.source),
            str(passage.page or ""),
            f"{passage.start}–{passage.end}",
            passage.language or "",
            " ".join(sorted(graph.short(iri) for iri in about)),
            "; ".join(sorted(topic_names)),
            passage.exact or "",
            speaker,
        ),
    )
