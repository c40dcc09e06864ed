"""The published dataset: build, files beside a version, descriptions of resources.

- `attribution`: producer, edition, licence and unit of what others made
- `build`: the build of a dataset version from its sources; the inference rules are in `inference/`
- `claims`: verdicts on structured claims, by the relations of `model.relations`. `claim_parts`
  reads the parts of a claim, `claim_paths`, `claim_ranges`, `claim_amounts` and `claim_units`
  compare its values, `claim_notes` are notes of the editors
- `collaboration`: ties of organisations by the practices that they share
- `descriptions`: the bounded description of a resource, with evidence; labels of resources
- `force_directed`: drawings of networks of organisations
- `lists/`: lists of resources by kind, with facets
- `metadata/`: descriptions of the dataset (DCAT, VoID, service description, schema.org), and
  citations
- `network`: practices by country and organisation
- `provenance`: origins of statements, metadata of named graphs and of table columns
- `reconciliation/`: reconciliation of names in tables with entities of the graph
- `search/`: full-text search over labels and codes
- `suggestions`: suggestions of objectives and other values for texts of practices
- `tables`: tables of resources as CSV
- `versions/`: files beside a dataset version: changes, downloads, history, statistics
- `vocabulary`: terms of the ontology; properties in use with each class; shapes as rules, with
  examples
"""
