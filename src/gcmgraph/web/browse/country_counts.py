"""Numbers for the list of countries: treaties that bind each, and datasets with figures of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gcmgraph.rdf.namespaces import DEFAULT_BASE
from gcmgraph.rdf.terms import IRI, Literal
from gcmgraph.web.services import Snapshot, per_version

_TREATIES_QUERY = f"""
PREFIX gcm: <{DEFAULT_BASE}ontology#>
SELECT ?country (COUNT(DISTINCT ?treaty) AS ?count) WHERE {{
  ?participation gcm:participant ?country ; gcm:participationIn ?treaty ; gcm:bindingDate ?date .
}} GROUP BY ?country"""

_DATASETS_QUERY = """
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX dimension: <http://purl.org/linked-data/sdmx/2009/dimension#>
SELECT ?country (COUNT(DISTINCT ?dataset) AS ?count) WHERE {
  ?observation dimension:refArea ?country ; qb:dataSet ?dataset .
} GROUP BY ?country"""


@dataclass(frozen=True)
class CountryCounts:
    """Numbers by country; a country without treaties or figures is in neither."""

    treaties: Mapping[IRI, int]
    datasets: Mapping[IRI, int]


@per_version
def country_counts(snapshot: Snapshot) -> CountryCounts:
    """The numbers of treaties and of datasets of all countries."""
    return CountryCounts(_counts(snapshot, _TREATIES_QUERY), _counts(snapshot, _DATASETS_QUERY))


def _counts(snapshot: Snapshot, query: str) -> dict[IRI, int]:
    own_query = query.replace(DEFAULT_BASE, snapshot.addresses.base)
    counts = {}
    for row in snapshot.store.select(own_query).rows:
        country = row.get("country")
        count = row.get("count")
        if isinstance(country, IRI) and isinstance(count, Literal):
            counts[country] = int(count.value)
    return counts
