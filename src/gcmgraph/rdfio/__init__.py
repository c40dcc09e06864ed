"""RDF in and out: parse untrusted input within bounds, write output that is the same for the same graph.

- `media`: table of RDF media types, and files of RDF and text
- `parsing`: parser of untrusted RDF, within limits and without network or DOCTYPE; lines of statements; checks of XML
- `canonical`: sorted and stable N-Quads, TriG, Turtle and others; change of files of canonical N-Quads
- `templates`: descriptions in TriG with variables, filled with values
- `json_ld`: JSON-LD compacted with the published context, which `contexts/` has by version of the ontology
"""
