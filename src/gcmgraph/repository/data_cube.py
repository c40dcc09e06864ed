"""Structure of a table of observations (`qb:dataSet`) as a Data Cube: https://www.w3.org/TR/vocab-data-cube/."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad, Vocabulary, in_graph, typed
from gcmgraph.repository.csvw import CsvwColumn, Metadata

#: Name of the component of the unit, which no column has.
_UNIT = "unit"


@dataclass(frozen=True)
class _Component:
    """A component of a structure: its name, its kind (a property of `qb:`) and the term of its column."""

    name: str
    kind: str
    term: IRI | None


def cube_structure(metadata: Metadata, addresses: Addresses, graph: IRI) -> Iterator[Quad]:
    """The dataset of a table of observations and its structure; nothing for other tables.

    The columns of the primary key are dimensions; of the others, one with numbers is the measure,
    and those with IRIs are attributes. All figures have the unit of the dataset:
    https://www.w3.org/TR/vocab-data-cube/#dsd
    """
    v = Vocabulary(addresses)
    dataset = _dataset(metadata, addresses)
    if dataset is None:
        return
    structure = IRI(f"{dataset.value}#structure")
    components = _components(metadata)
    components.append(_Component(_UNIT, "qb:attribute", v("sdmx-attribute:unitMeasure")))
    parts = {component.name: IRI(f"{dataset.value}#{component.name}") for component in components}
    triples = [
        *v.about(
            dataset,
            ("rdf:type", "qb:DataSet"),
            ("dct:title", metadata.titles),
            ("dct:description", metadata.descriptions),
            ("dct:source", metadata.sources),
            ("dct:license", metadata.licences),
            ("dct:rights", metadata.rights),
            ("qb:structure", structure),
        ),
        *v.about(
            structure,
            ("rdf:type", "qb:DataStructureDefinition"),
            ("qb:component", list(parts.values())),
        ),
    ]
    for number, component in enumerate(components, 1):
        attachment = "qb:DataSet" if component.name == _UNIT else None
        triples += v.about(
            parts[component.name],
            ("rdf:type", "qb:ComponentSpecification"),
            (component.kind, component.term),
            ("qb:order", typed(str(number), "integer")),
            ("qb:componentAttachment", attachment),
        )
    yield from in_graph(triples, graph)


def _dataset(metadata: Metadata, addresses: Addresses) -> IRI | None:
    """The dataset of all rows: the value of a column `qb:dataSet` that depends on no cell."""
    property_ = Vocabulary(addresses)("qb:dataSet")
    for column in metadata.columns:
        if column.predicate == property_ and column.value and not column.value.columns:
            return column.value.expand({}, addresses)
    return None


def _components(metadata: Metadata) -> list[_Component]:
    """The components of the columns, in order.

    Two columns may state one dimension, such as countries and areas that only a producer has: the
    first of them gives the name.
    """
    columns: dict[IRI | None, CsvwColumn] = {}
    for column in reversed(metadata.written):
        if not column.suppressed:
            columns[column.predicate] = column
    return [
        _Component(column.name, _kind(column, metadata), column.predicate)
        for column in reversed(columns.values())
    ]


def _kind(column: CsvwColumn, metadata: Metadata) -> str:
    if column.name in metadata.primary_key:
        return "qb:dimension"
    return "qb:attribute" if column.value else "qb:measure"
