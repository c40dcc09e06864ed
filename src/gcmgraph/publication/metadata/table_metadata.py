"""Metadata of the tables of resources: CSV on the Web, and Croissant.

- CSV on the Web: https://www.w3.org/TR/tabular-metadata/
- Croissant, for users of machine learning:
  https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from gcmgraph.publication.descriptions import choose
from gcmgraph.publication.lists.index import KindIndex
from gcmgraph.publication.metadata.catalogue import CataloguePart
from gcmgraph.publication.metadata.dcat import FileContent
from gcmgraph.publication.metadata.doi import RESOLVER
from gcmgraph.publication.metadata.void import LICENCE, TITLE, DatasetFacts
from gcmgraph.publication.tables import TABLES, Column, columns
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import Literal
from gcmgraph.translations import SOURCE_LANGUAGE

Json = dict[str, Any]

#: Types of the columns of figures that have no texts, by English heading.
_FIGURE_TYPES = {"Year": "sc:Integer", "Figure": "sc:Float"}


@dataclass(frozen=True)
class FigureTable:
    """The CSV file of a dataset of figures, with its English headings."""

    part: CataloguePart
    headings: Sequence[str]


def table_metadata(index: KindIndex, addresses: Addresses) -> str:
    """The metadata of a table by CSV on the Web."""
    document: Json = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": SOURCE_LANGUAGE}],
        "url": f"{index.kind}.csv",
        "dc:title": f"{TITLE}: {index.kind}",
        "dc:description": TABLES[index.kind],
        "dc:license": {"@id": LICENCE},
        "tableSchema": {
            "aboutUrl": "{+address}",
            "primaryKey": "address",
            "columns": [_column(column, index, addresses) for column in columns(index)],
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _column(column: Column, index: KindIndex, addresses: Addresses) -> Json:
    """A column in CSV on the Web, with the property and the addresses of its values."""
    name = column.name.replace("-", "_")  # names are variables of URI templates
    metadata: Json = {"name": name, "titles": column.name, "dc:description": column.description}
    if column.facet is None:
        return {**metadata, "datatype": column.datatype}
    metadata["separator"] = " "
    direct = column.facet.direct
    if len(direct) == 1 and len(column.facet.paths) == 1:
        metadata["propertyUrl"] = addresses.expand(direct[0])
    keys = index.postings(column.name)
    has_external_values = any(key.startswith(("http://", "https://")) for key in keys)
    if column.facet.stem is not None and not has_external_values:
        metadata["valueUrl"] = f"{addresses.base}id/{column.facet.stem}{{+{name}}}"
    return metadata


def describe_in_croissant(
    facts: DatasetFacts,
    tables: Mapping[str, Sequence[Column]],
    figure_tables: Sequence[FigureTable],
    contents: Mapping[str, FileContent],
    start: str,
    software: str,
) -> str:
    """The description of tables: columns by kind, and tables of figures.

    `contents` are those of the files, by address below `start`, the URL of the server with a slash.
    """
    description = next(
        term.value
        for term in facts.shared["description"]
        if isinstance(term, Literal) and term.language == SOURCE_LANGUAGE
    )
    document: Json = {
        "@context": json.loads((files(__package__) / "croissant.json").read_text("utf-8")),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": _in_english("GCM_Graph"),
        "description": _in_english(description),
        "license": LICENCE,
        "url": f"{start}dataset",
        "version": f"{software}+{facts.version}",
        "citeAs": f"{TITLE}, version {facts.version}. {start}dataset/{facts.version}",
        "creator": [
            {"@type": "sc:Organization", "name": _in_english(name.value)}
            for name in facts.publishers
            if name.language == SOURCE_LANGUAGE
        ],
        "distribution": [
            *(_file(kind, contents, start) for kind in tables),
            *(_figures_file(table.part, contents, start) for table in figure_tables),
        ],
        "recordSet": [
            *(_records(kind, columns) for kind, columns in tables.items()),
            *(_figures_records(table) for table in figure_tables),
        ],
    }
    if facts.doi:
        document["identifier"] = f"{RESOLVER}{facts.doi}"
    if facts.current is not None:
        document["datePublished"] = facts.current.published.date().isoformat()
    return json.dumps(document, ensure_ascii=False, indent=1)


def _in_english(text: str) -> Json:
    return {SOURCE_LANGUAGE: text}


def _file(kind: str, contents: Mapping[str, FileContent], start: str) -> Json:
    path = f"tables/{kind}.csv"
    return {
        "@type": "cr:FileObject",
        "@id": f"{kind}.csv",
        "name": _in_english(f"{kind}.csv"),
        "description": _in_english(TABLES[kind]),
        "license": LICENCE,
        **_location(path, contents[path], start),
    }


def _figures_file(part: CataloguePart, contents: Mapping[str, FileContent], start: str) -> Json:
    path = part.english_csv or ""
    return {
        "@type": "cr:FileObject",
        "@id": f"{_name(part)}.csv",
        "name": _in_english(f"{_name(part)}.csv"),
        "description": _in_english(_english(part.descriptions)),
        "license": part.licence.value if part.licence else _english(part.rights),
        **_location(path, contents[path], start),
    }


def _location(path: str, content: FileContent, start: str) -> Json:
    """Address, media type, size and checksum of a CSV file."""
    return {
        "contentUrl": start + path,
        "encodingFormat": "text/csv",
        "contentSize": f"{content.size} B",
        "sha256": content.sha256,
    }


def _figures_records(table: FigureTable) -> Json:
    """A record for each figure, without a key: several columns identify one."""
    name = _name(table.part)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": _in_english(_english(table.part.titles)),
        "description": _in_english(_english(table.part.descriptions)),
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{heading.lower().replace(' ', '-')}",
                "name": _in_english(heading),
                "dataType": _FIGURE_TYPES.get(heading, "sc:Text"),
                "source": {
                    "fileObject": {"@id": f"{name}.csv"},
                    "extract": {"column": heading},
                },
            }
            for heading in table.headings
        ],
    }


def _name(part: CataloguePart) -> str:
    """The name of a dataset of figures: the last part of its address."""
    return part.iri.value.rpartition("/")[2]


def _english(texts: Iterable[Literal]) -> str:
    chosen = choose(texts, SOURCE_LANGUAGE)
    return chosen.value if chosen else ""


def _records(kind: str, columns: Sequence[Column]) -> Json:
    return {
        "@type": "cr:RecordSet",
        "@id": kind,
        "name": _in_english(kind),
        "description": _in_english(TABLES[kind]),
        "key": {"@id": f"{kind}/address"},
        "field": [_field(kind, column) for column in columns],
    }


def _field(kind: str, column: Column) -> Json:
    """A column as a field of the records of a kind."""
    return {
        "@type": "cr:Field",
        "@id": f"{kind}/{column.name}",
        "name": _in_english(column.name),
        "description": _in_english(column.description),
        "dataType": column.croissant,
        "source": {
            "fileObject": {"@id": f"{kind}.csv"},
            "extract": {"column": column.name},
        },
    }
