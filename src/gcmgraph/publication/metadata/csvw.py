"""Metadata of a table by CSV on the Web (https://www.w3.org/TR/tabular-metadata/)."""

from __future__ import annotations

import json
from typing import Any

from gcmgraph.namespaces import Addresses
from gcmgraph.publication.csv.whole import TABLES, Column, columns
from gcmgraph.publication.lists.index import KindIndex
from gcmgraph.publication.metadata.void import LICENCE, TITLE
from gcmgraph.translations.languages import SOURCE_LANGUAGE

Json = dict[str, Any]

#: Suffix of the address of a table's metadata (https://www.w3.org/TR/tabular-data-model/#default-locations).
METADATA_SUFFIX = "-metadata.json"


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
