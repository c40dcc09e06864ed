"""Validation of a whole dataset: of the nodes with equal signatures, one is validated.

- `dataset_validation`: validation of each partition, and of all its members where it fails
- `gc`: Python's search for cyclic garbage, paused
- `graph_index`: a whole dataset in memory, by subject
- `partitions`: nodes of a dataset with equal signatures
- `signatures`: what shapes distinguish in a node
- `sparql_candidates`: one query for the nodes that may violate a SPARQL constraint
"""
