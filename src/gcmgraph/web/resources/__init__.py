"""Pages and documents of the graph's resources, and resolution of identifiers.

- `routes`: /id, /doc and /graph: resources, the documents about them, and named graphs
- `pages`: rendering of the page of a resource
- `facts`: facts of a resource in reading order
- `statement_links`: addresses for remarks on statements
- `evidence`: evidence of the statements of a page: origins, quotations, links to documents
- `source_document`: the page of a source document: its text with the statements read from it
- `related`: practices and other resources related to a resource
- `citations`: citations of a resource or of the dataset as BibTeX and RIS
- `gone`: 410 for withdrawn resources
- `jsonld_context`: /context.jsonld: a JSON-LD context from prefixes and ontology
- `resolve`: /resolve: resources of the graph for an IRI or code
- `identifiers`: resources of the graph for external IRIs, by the links of the dataset
"""
