"""Links to other people's data.

- `matching/`: matching of names: forms, candidates, indexes
- `sssom/`: SSSOM mapping sets: metadata, reader, writer
- `targets/`: datasets to link with: files and SPARQL endpoints, and their entities
- `un_imports/`: files of the United Nations that an operator imports
- `check`: hold a link set against the dataset that it links to: what has gone, was renamed, replaced, or is linked
  twice
- `check_record`: the last check of each link set, kept as a table (`data/linksets/checks.csv`) and said as quads
- `propose`: propose links between our things and those of another dataset: by codes first, then by names
"""
