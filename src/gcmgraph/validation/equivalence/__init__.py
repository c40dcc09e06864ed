"""Validation of a whole dataset: nodes with equal signatures are checked once.

- `dataset_validation`: full validation of a large dataset: nodes that no shape can tell apart are judged once, by the
  reference
- `gc`: python's search for cyclic garbage goes through all objects again and again, also through millions that all
  stay
- `graph_index`: A whole dataset in memory, subject by subject, as small as it can be
- `partitions`: the nodes of a dataset that no shape can tell apart
- `signatures`: which nodes no shape can tell apart: of those, one needs to be judged
- `sparql_candidates`: ask a SPARQL constraint of many nodes at once
"""
