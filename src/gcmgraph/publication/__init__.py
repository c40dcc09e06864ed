"""The published dataset: build, files beside a version, descriptions of resources.

- `build/`: the build of a dataset version from its sources
- `describe/`: description of one resource: statements, evidence, provenance, vocabulary
- `lists/`: lists of resources by kind, with facets
- `metadata/`: descriptions of the dataset (DCAT, VoID, service description, schema.org), and citations
- `labels`: labels of resources
- `network`: collaboration of organisations, and its layout as a network
- `reconciliation/`: reconciliation of names in tables with entities of the graph
- `search/`: full-text search over labels and codes
- `self_description`: example queries and partitions by class, in graphs of the dataset
- `suggestions`: suggestions of objectives and other values for texts of practices
- `tables`: tables of resources as CSV
- `versions/`: files beside a dataset version: changes, downloads, history, statistics
"""
