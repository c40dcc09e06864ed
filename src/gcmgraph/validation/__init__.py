"""What a contributor must get right, checked by SHACL (https://www.w3.org/TR/shacl/).

- `checks/`: checks beside SHACL: terms, resources, duplicates
- `equivalence/`: validation of a whole dataset: nodes with equal signatures are checked once
- `incremental/`: what a change can affect in a graph that conforms
- `locations/`: where in a file a statement or a cell is
- `reports/`: validation reports by format
- `shacl/`: SHACL: shapes, what they depend on, and the engine that checks them
- `contribution`: the one way to validate what someone contributes: its own statements, and what they change in the
  published graph
- `dataset`: validate a dataset in full
- `files`: validate RDF files, taken together as one contribution
- `labels`: what things are called
- `large`: validate RDF files that are too large to keep every statement's place: as a dataset, places looked up
  afterwards
- `paths`: SHACL property paths (https://www.w3.org/TR/shacl/#property-paths) as values
- `report`: what validation found, as values (https://www.w3.org/TR/shacl/#validation-report)
- `suggestions`: the nearest right value for one that is wrong: "Phillipines" is near the Philippines, 16.99 near 16.9
- `triples`: triples of RDF 1.1 as plain tuples: what validation looks things up by, thousands at a time
"""
