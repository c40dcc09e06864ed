"""The tool `coverage`: numbers of what the graph has and has not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pyroaring import BitMap

from gcmgraph.model.kinds import KINDS
from gcmgraph.publication.lists.facets import UNDATED, UNSTATED
from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.web.mcp.graph_reader import GraphReader, extent, table
from gcmgraph.web.mcp.messages import Json

#: Kinds of resources that have practices, by facets of practices of the same names.
_WITH_PRACTICES = ("objective", "action", "country", "organisation")

#: Values of the argument `without_practices` that mean all kinds, or none.
_ALL_KINDS = (True, "true")
_NO_KIND = (False, "false", "")


def coverage(graph: GraphReader, arguments: Json) -> str:
    """Numbers of what the graph has and has not, or resources of kinds without a practice."""
    kind = arguments["without_practices"]
    if kind not in _NO_KIND:
        return _without_practices(graph, _WITH_PRACTICES if kind in _ALL_KINDS else (kind,))
    rows = [*_practice_rows(graph), *_kind_rows(graph), *_document_rows(graph)]
    rows += _participant_rows(graph)
    text, _ = table(graph, ("what", "here", "not_here", "as_of"), rows)
    return (
        f"Version {graph.snapshot.version}. What is not here may exist: no document read states"
        f" it.\n\n{text}"
    )


def _practice_rows(graph: GraphReader) -> list[tuple[str, str, str, str]]:
    """Counts of practices, of their parts, and of practices with a value of each facet."""
    day = str(graph.snapshot.day)
    practices = graph.snapshot.listings.of("practice")
    total = practices.count(practices.everything)
    rows = [
        ("practices (parts are counted apart)", str(total), "", day),
        ("parts of practices", str(len(practices.parts)), "", day),
    ]
    for facet in practices.facets:
        if not facet.offered:
            continue
        practices_with_value = BitMap()
        for key, practice_rows in practices.postings(facet.name).items():
            if key not in (UNDATED, UNSTATED):
                practices_with_value |= practice_rows
        count = practices.count(practices_with_value)
        rows.append((f"practices with: {facet.label}", str(count), str(total - count), day))
    return rows


def _kind_rows(graph: GraphReader) -> list[tuple[str, str, str, str]]:
    """Counts of the resources of each kind with and without practices."""
    rows = []
    for kind in _WITH_PRACTICES:
        count = len(_named_by_practices(graph, kind))
        count_without = len(graph.snapshot.listings.of(kind)) - count
        name = f"{KINDS[kind].plural} with practices"
        rows.append((name, str(count), str(count_without), str(graph.snapshot.day)))
    return rows


def _document_rows(graph: GraphReader) -> list[tuple[str, str, str, str]]:
    """Counts of documents by language."""
    day = str(graph.snapshot.day)
    documents_by_language = graph.snapshot.listings.of("source").postings("language")
    return [
        (f"documents read in: {language}", str(len(documents)), "", day)
        for language, documents in documents_by_language.items()
    ]


def _participant_rows(graph: GraphReader) -> list[tuple[str, str, str, str]]:
    """Counts of the participants of each treaty, by the day of the list."""
    instruments = sorted(
        graph.snapshot.listings.of("instrument").members, key=lambda iri: iri.value
    )
    counts: Counter[tuple[str, str]] = Counter()
    for treaty in instruments:
        participations = graph.snapshot.store.triples(
            None, graph.term("gcm:participationIn"), treaty
        )
        for participation in participations:
            for as_of in graph.triples(participation.subject, "gcm:asOf"):
                if isinstance(as_of.object, Literal):
                    counts[graph.short(treaty), as_of.object.value] += 1
    return [
        (
            f"listed for {treaty}: with a date of signature or of being bound",
            str(count),
            "",
            day,
        )
        for (treaty, day), count in counts.items()
    ]


def _named_by_practices(graph: GraphReader, kind: str) -> BitMap:
    """The rows of a kind whose resources practices name."""
    practices = graph.snapshot.listings.of("practice")
    facet = practices.facet(kind)
    assert facet is not None  # noqa: S101 - of the table
    iris = (IRI(facet.value(key, graph.site.addresses)) for key in practices.postings(facet.name))
    return graph.snapshot.listings.of(kind).rows(iris)


def _without_practices(graph: GraphReader, kinds: Sequence[str]) -> str:
    """The resources of some kinds that no practice names."""
    rows: list[tuple[str, str, str]] = []
    for kind in kinds:
        resources = graph.snapshot.listings.of(kind)
        for iri in resources.iris(resources.everything - _named_by_practices(graph, kind)):
            rows.append((graph.short(iri), kind, graph.label(iri).text))
    text, count = table(graph, ("resource", "kind", "label"), rows)
    return (
        f"{extent(0, count, len(rows))} No practice here names them, on {graph.snapshot.day}."
        f"\n\n{text}"
    )
