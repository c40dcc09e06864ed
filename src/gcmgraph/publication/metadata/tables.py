"""Metadata of the tables of a dataset version, by CSV on the Web and Croissant 1.1.

- CSV on the Web: https://www.w3.org/TR/tabular-metadata/
- Croissant, for users of machine learning: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gcmgraph.model.terms import Literal
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.csv.whole import TABLES, Column, columns
from gcmgraph.publication.lists.index import KindIndex
from gcmgraph.publication.metadata.dcat import DatasetFacts
from gcmgraph.publication.metadata.void import LICENCE, TITLE
from gcmgraph.translations import SOURCE_LANGUAGE

Json = dict[str, Any]


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
            "columns": [_described(column, index, addresses) for column in columns(index)],
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _described(column: Column, index: KindIndex, addresses: Addresses) -> Json:
    name = column.name.replace("-", "_")  # names are variables of URI templates
    described: Json = {"name": name, "titles": column.name, "dc:description": column.description}
    if column.facet is None:
        return {**described, "datatype": column.datatype}
    described["separator"] = " "
    direct = column.facet.direct
    if len(direct) == 1 == len(column.facet.paths):
        described["propertyUrl"] = addresses.expand(direct[0])
    foreign = any(key.startswith(("http://", "https://")) for key in index.postings(column.name))
    if column.facet.stem is not None and not foreign:
        described["valueUrl"] = f"{addresses.base}id/{column.facet.stem}{{+{name}}}"
    return described


#: Terms of the vocabulary of Croissant, which the context of each description contains.
_TERMS = (
    "arrayShape citeAs column containedIn equivalentProperty extract field fileProperty fileObject fileSet format "
    "includes isArray isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace "
    "samplingRate separator source subField transform"
).split()

_CONTEXT: Json = {
    "@language": SOURCE_LANGUAGE,
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "description": {"@container": "@language"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS},
}


def describe_in_croissant(
    facts: DatasetFacts, tables: Mapping[str, Sequence[Column]], digests: Mapping[str, str], start: str, software: str
) -> str:
    """The description of tables: columns and SHA-256 by kind. `start` is the URL of the server, with a slash."""
    descriptions = [t for t in facts.shared["dct:description"] if isinstance(t, Literal)]
    document: Json = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": _in_english("GCM_Graph"),
        "description": _in_english(next(t.value for t in descriptions if t.language == SOURCE_LANGUAGE)),
        "license": LICENCE,
        "url": f"{start}dataset",
        "version": f"{software}+{facts.version}",
        "citeAs": f"{TITLE}, version {facts.version}. {start}dataset/{facts.version}",
        "creator": [
            {"@type": "sc:Organization", "name": _in_english(name.value)}
            for name in facts.publishers
            if name.language == SOURCE_LANGUAGE
        ],
        "distribution": [_file(kind, digests[kind], start) for kind in tables],
        "recordSet": [_records(kind, columns) for kind, columns in tables.items()],
    }
    if facts.current is not None:
        document["datePublished"] = facts.current.published.date().isoformat()
    return json.dumps(document, ensure_ascii=False, indent=1)


def _in_english(text: str) -> Json:
    return {SOURCE_LANGUAGE: text}


def _file(kind: str, digest: str, start: str) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": f"{kind}.csv",
        "name": _in_english(f"{kind}.csv"),
        "description": _in_english(TABLES[kind]),
        "contentUrl": f"{start}tables/{kind}.csv",
        "encodingFormat": "text/csv",
        "sha256": digest,
    }


def _records(kind: str, columns: Sequence[Column]) -> Json:
    return {
        "@type": "cr:RecordSet",
        "@id": kind,
        "name": _in_english(kind),
        "description": _in_english(TABLES[kind]),
        "key": {"@id": f"{kind}/address"},
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{kind}/{column.name}",
                "name": _in_english(column.name),
                "description": _in_english(column.description),
                "dataType": column.croissant,
                "source": {"fileObject": {"@id": f"{kind}.csv"}, "extract": {"column": column.name}},
            }
            for column in columns
        ],
    }
