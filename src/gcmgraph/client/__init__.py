"""Client of a GCM Graph server, for notebooks and programs; it needs Python's standard library alone.

    from gcmgraph.client import Graph

    graph = Graph("http://127.0.0.1:8080/")
    graph.query("practices-by-country", country="AFG").to_pandas()

- `graph`: the server: queries, search, descriptions, checks, matching of names
- `table`: rows of an answer, as texts, and as a data frame where pandas is installed
- `answers`: descriptions, hits of a search, reports of a check
- `transport`: requests, and the one error for whatever goes wrong
"""

from gcmgraph.client.answers import Finding, Hit, Report, Resource
from gcmgraph.client.graph import Graph
from gcmgraph.client.table import Table
from gcmgraph.client.transport import ClientError

__all__ = ["ClientError", "Finding", "Graph", "Hit", "Report", "Resource", "Table"]
