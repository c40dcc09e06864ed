"""The published dataset: build, files beside a version, descriptions of resources.

- `attribution`: producer, edition, licence and unit of what others made
- `assembly`: the named graphs of a dataset, from the files of the repository
- `build`: the build of a dataset version: assembly, validation, storage
- `claims`: verdicts on structured claims, by the relations of `model.relations`. `claim_parts`
  reads the parts of a claim, `claim_paths`, `claim_ranges`, `claim_amounts` and `claim_units`
  compare its values, `claim_figures` reads figures of countries, `claim_sentences` reads claims in
  sentences, with `claim_short_names`, `claim_notes` are notes of the editors
- `collaboration`: ties of organisations by the practices that they share
- `descriptions`: the bounded description of a resource, with evidence; labels of resources
- `force_directed`: drawings of networks of organisations
- `inference/`: inferred statements, and the rules that conclude them
- `lists/`: lists of resources by kind, with facets
- `loading`: RDF files of an operator, added to the current version
- `markdown`: resources as Markdown
- `metadata/`: descriptions of the dataset (DCAT, VoID, service description, schema.org), and
  citations
- `network`: practices by country and organisation
- `ontology_history`: released versions of the ontology, and the changes of each
- `provenance`: origins of statements; `graph_notes`: metadata of named graphs and of table columns
- `rates`: rates of the figures, such as migrants per 1,000 inhabitants, computed in a build
- `reconciliation/`: reconciliation of names in tables with entities of the graph
- `search/`: full-text search over labels and codes
- `shape_rules`: shapes as rules, with examples
- `suggestions`: suggestions of objectives and other values for texts of practices;
  `suggestion_ranking` ranks them by words, `practice_texts` reads the texts of a submission
- `tables`: tables of resources as CSV
- `versions/`: files beside a dataset version: changes, downloads, history, statistics
- `vocabulary`: terms of the ontology; `class_uses`: properties in use with each class
"""
