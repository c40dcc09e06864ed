"""The table of RDF syntaxes.

Sources: the IANA registrations of each type; https://www.w3.org/TR/turtle/#sec-mediaReg and its siblings.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import RdfFormat


@dataclass(frozen=True)
class RdfSyntax:
    """An RDF syntax: its name for people, its media type, its file suffix."""

    name: str
    media_type: str
    suffix: str
    #: whether it holds named graphs
    dataset: bool
    engine_format: RdfFormat
    #: other media types and file suffixes of the same syntax
    also: tuple[str, ...] = ()


TURTLE = RdfSyntax("Turtle", "text/turtle", "ttl", False, RdfFormat.TURTLE, ("application/x-turtle", "turtle"))
JSON_LD = RdfSyntax("JSON-LD", "application/ld+json", "jsonld", True, RdfFormat.JSON_LD, ("json",))
RDF_XML = RdfSyntax("RDF/XML", "application/rdf+xml", "rdf", False, RdfFormat.RDF_XML, ("owl", "xml"))
N_TRIPLES = RdfSyntax("N-Triples", "application/n-triples", "nt", False, RdfFormat.N_TRIPLES, ())
TRIG = RdfSyntax("TriG", "application/trig", "trig", True, RdfFormat.TRIG, ("application/x-trig",))
N_QUADS = RdfSyntax("N-Quads", "application/n-quads", "nq", True, RdfFormat.N_QUADS, ("text/x-nquads",))

#: In order of preference where a client accepts any.
SYNTAXES = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES, TRIG, N_QUADS)

_BY_KEY = {key: syntax for syntax in SYNTAXES for key in (syntax.media_type, syntax.suffix, *syntax.also)}


def syntax_for_suffix(suffix: str) -> RdfSyntax | None:
    """The syntax of a file suffix such as `.ttl` (with or without the dot), or None."""
    return _BY_KEY.get(suffix.lower().lstrip("."))


def syntax_for_media_type(media_type: str) -> RdfSyntax | None:
    """The syntax of a media type, without regard to its parameters, or None."""
    return _BY_KEY.get(media_type.split(";", 1)[0].strip().lower())
