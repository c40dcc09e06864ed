"""Pages and documents of the graph's resources, and resolution of identifiers.

- `citations`: A thing or the dataset as a reference to cite: `.bib` and `.ris`, or by Accept
- `evidence`: evidence of a statement on a page: its origin, the quotation or the page of the document, and a link to
  it
- `facts`: what a page about a thing shows: its facts in reading order, and what templates ask about terms
- `gone`: 410 for what was withdrawn, with its successor (RFC 9110, 15.5.11; RFC 5829, 3.3)
- `identifiers`: from other people's IRIs to things of ours, by the links of the dataset
- `jsonld_context`: /context.jsonld: readable names for JSON-LD (https://www.w3.org/TR/json-ld11/#the-context)
- `pages`: the pages about things: which template shows a thing, and what it is given
- `related`: what goes with a thing, as its page shows it: with names, reasons, and the address of the whole list
- `resolve`: /resolve?uri=…: what this graph knows about anyone's IRI or code. Nothing is ever fetched
- `routes`: /id, /doc and /graph: things, the documents about them, and graphs (https://www.w3.org/TR/cooluris/)
- `source_document`: what the page of a source document shows: a part of the text, what was read from it, and one
  statement lit up
- `suggestions`: what someone may have meant by an address under which there is nothing
"""
