"""RDF in and out: parse untrusted input within bounds, write output that is the same for the same graph.

- `media`: the one table of RDF media types
- `parsing`: `parse_quads`, bounded, no network, no DOCTYPE
- `lines`: the same, with the line of each statement
- `files`: which syntax a file name tells; reading a text, and writing a file whole or not at all
- `fit_for_xml`: refuses what was written as XML and is none
- `canonical`: `serialize_canonical`, sorted and stable N-Quads / TriG / Turtle …
- `canonical_change`, `canonical_difference`: sorted N-Quads changed in place, and compared, line by line
- `well_formed`: whether XML is whole, well-formed and not too deep
"""
