"""SPARQL text: what it names, and what it may do.

- `screening`: what a stranger's query must be searched for before it runs: SERVICE, a dataset clause of its own, and
  GRAPH
"""
