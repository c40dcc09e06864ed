"""Pages and documents of the graph's resources, and resolution of identifiers.

- `routes`: /id, /doc, /graph and /context: resources, documents about them, named graphs; 410 for withdrawn ones
- `pages`: rendering of the page of a resource; related resources
- `views`: view models of the pages of kinds
- `blocks`: a resource in one dataset version and one language; rows of fact boxes, amounts in words, cards
- `facts`: facts of a resource in reading order, with their evidence and addresses for remarks
- `source_document`: the page of a source document: its text with the statements read from it
- `resolve`: /resolve: resources of the graph for an IRI or code, by the links of the dataset
"""
