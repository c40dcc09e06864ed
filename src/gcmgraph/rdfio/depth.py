"""How deep XML is nested: the RDF/XML parser takes ever longer with the depth (measured: over 20 s for 900,000)."""

from __future__ import annotations

from xml.parsers import expat

from gcmgraph.errors import Place, RdfSyntaxError

#: Most elements within each other. RDF/XML needs two for each step from a thing to its part.
MAX_DEPTH = 256


def refuse_deep_xml(data: bytes, source: str) -> None:
    """Raise `RdfSyntaxError` where elements are nested deeper than `MAX_DEPTH`. Other faults are for the RDF parser.

    For documents without a DOCTYPE: the caller has looked.
    """
    parser = expat.ParserCreate()
    depth = 0

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise RdfSyntaxError(
                f"The XML is nested deeper than {MAX_DEPTH} elements.",
                place=Place(source, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1),
                hint="Give things an rdf:about, and refer to them by rdf:resource.",
            )

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        return
