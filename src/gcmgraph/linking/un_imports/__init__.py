"""Files of the United Nations that an operator imports.

- `files`: A published file of the UN: what was given, what was read from it, and what in it is not in order
- `imported`: files of the UN that an operator imported: kept as they came, with hash and date, and read again by
  every build
- `known`: what the reference data know by name and code, for files of the UN that speak of it
- `m49`: UN M49 as the UN publishes it: regions, and the groups of least developed, landlocked and small island
  countries
- `mtdsg`: the status of a treaty as the UN publishes it, in Multilateral Treaties Deposited with the
  Secretary-General (XML)
- `sdg`: the UN's SDG files as published (Turtle: goals, targets, indicators; their subjects) as statements of this
  graph
- `treaties`: signatories and parties of treaties, from the UN's own files, as statements of this graph
"""
