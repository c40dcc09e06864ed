"""RDF in and out: parse untrusted input within bounds, write output that is the same for the same graph.

- `media`: table of RDF media types
- `parsing`: parser of untrusted RDF, within limits and without network or DOCTYPE
- `lines`: parser that yields the line of each statement
- `files`: syntax of a file name, text of a file, writing of a file
- `fit_for_xml`: check of XML that the engine wrote
- `canonical`: sorted and stable N-Quads, TriG, Turtle and others
- `canonical_lines`: difference and change of files of canonical N-Quads
- `json_ld`: JSON-LD compacted with the published context, which `contexts/` has by version of the ontology
- `reifiers`: statements about statements in RDF 1.2
- `well_formed`: check of XML before it is parsed
"""
