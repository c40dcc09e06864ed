"""Links to other datasets.

- `matching`: index of names, and candidates for a name, with scores; `name_forms`: names for comparison;
  `name_readings`: other readings of a text than as a name
- `sssom`: link sets as SSSOM mapping sets
- `link_checks`: checks of link sets against their target datasets, and the record of the last checks
- `entities`: resources of a dataset or of this graph, with names and codes, to link with
- `targets`: target datasets: entities of RDF files, tables and results of queries
- `imports`: imported tables, stored, and their statements in a build
- `propose`: proposals of links, by codes and names, and their file
"""
