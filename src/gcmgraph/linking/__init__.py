"""Links to other datasets.

- `matching`: index of names, and candidates for a name, with scores; `name_forms`: names for comparison;
  `name_readings`: other readings of a text than as a name
- `sssom`: link sets as SSSOM mapping sets; check of one against its target dataset, and the record of the last checks
- `targets`: entities of datasets to link with: of files, results of queries and this graph
- `imports`: imported tables, stored, and their statements in a build
- `propose`: proposals of links, by codes and names, and their file
"""
