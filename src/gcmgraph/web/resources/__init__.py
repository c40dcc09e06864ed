"""Pages and documents of the graph's resources, and resolution of identifiers.

- `routes`: /id, /doc, /graph and /context: resources, documents about them, named graphs; 410 for withdrawn ones
- `pages`: rendering of the page of a resource; related resources
- `views`: contents of the pages of kinds beyond their facts
- `facts`: the page of a described resource: its facts, rows of fact boxes, amounts in words, cards of practices
- `evidence`: pages with statements in reading order and their evidence; addresses for remarks
- `source_document`: the page of a source document: its text with the statements read from it
- `resolve`: /resolve: resources of the graph for an IRI or code, by the links of the dataset
"""
