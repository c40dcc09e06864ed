"""Pages and documents of the graph's resources, and resolution of identifiers.

- `routes`: /id, /doc, /graph and /context: resources, documents about them, named graphs
- `withdrawn_resources`: 410 for withdrawn resources
- `page`: the page of a resource
- `views`: contents of the pages of kinds beyond their facts; of countries in `country_views`, of treaties in
  `treaty_views`, of texts of the Compact in their editions in `wording_views`, of topics in `topic_views`,
  of votes in `vote_views`
- `facts`: the page of a described resource: its statements in reading order, rows of fact boxes, amounts in words,
  cards of practices; addresses for remarks
- `evidence`: the evidence of the statements of a page: origins, links to passages, words around a quotation
- `source_document`: the page of a source document: its text with the statements read from it
- `claim_check`: /check: the verdict on a claim, and the statements on which it rests with their sources
- `claim_form`: the form of /check by steps
- `comparison`: /compare: countries side by side
- `identifier_texts`: identifiers as people have them, for /resolve
- `resolve`: /resolve: resources of the graph for an IRI or code, by the links of the dataset
"""
