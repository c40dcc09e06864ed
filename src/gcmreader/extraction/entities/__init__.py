"""Names in text: organisations and states. Known names are found by `gcmgraph.names`.

- `governments`: governments in running text
- `named`: organisations as a text names them
- `name_shapes`: structure of the name of an unknown organisation, which gives its end
- `organisations`: organisation names in running text: known ones by the gazetteer, unknown ones by how names are
  built
"""
