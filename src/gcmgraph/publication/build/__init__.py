"""The build of a dataset version from its sources.

- `inference/`: what follows: all super-classes, super-properties within our ontology, actions and practices of
  objectives
- `assembly`: every graph of the dataset, from the files of the repository
- `graph_metadata`: what each named graph is, for the graphs that no table, link set or document describes itself
- `load`: an operator's own RDF beside the dataset
- `pipeline`: assemble, validate, store: one dataset version
- `precedence`: which statements of the reference tables give way to those of an imported file of the UN
"""
