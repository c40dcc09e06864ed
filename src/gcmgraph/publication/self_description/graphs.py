"""Graphs of the description of a dataset version: example queries and partitions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from gcmgraph.model.terms import IRI, Quad
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.self_description.partitions import EXAMPLES, PARTITIONS, count, partition_quads
from gcmgraph.queries.description import describe_examples
from gcmgraph.queries.library import NamedQuery
from gcmgraph.store.port import Store


def describe_version(
    quads: Collection[Quad], library: Iterable[NamedQuery], addresses: Addresses, endpoint: str | None = None
) -> Iterator[Quad]:
    """The description of a dataset with these quads.

    `endpoint` is the URL at which it can be queried, `{base}sparql` unless given.
    """
    graph = IRI(addresses.graph(EXAMPLES))
    for triple in describe_examples(library, addresses, endpoint):
        yield Quad(triple.subject, triple.predicate, triple.object, graph)
    yield from partition_quads(count(quads), addresses)


def stated_endpoint(store: Store, addresses: Addresses) -> str | None:
    """The endpoint that the example queries of a version state; None where it has none."""
    stated = store.quads(predicate=IRI(addresses.expand("schema:target")), graph=IRI(addresses.graph(EXAMPLES)))
    return next((quad.object.value for quad in stated if isinstance(quad.object, IRI)), None)


def recounted(quads: Collection[Quad], addresses: Addresses) -> set[Quad]:
    """A dataset with its partitions counted anew; as it is where it has none."""
    partitions, examples = (IRI(addresses.graph(name)) for name in (PARTITIONS, EXAMPLES))
    rest = {quad for quad in quads if quad.graph_name != partitions}
    if len(rest) == len(quads):
        return rest
    return rest | set(partition_quads(count(quad for quad in rest if quad.graph_name != examples), addresses))
