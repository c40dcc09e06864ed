"""Table of media types for RDF, and files: their syntax by suffix, their text, and how they are written.

Sources: the IANA registrations of each type; https://www.w3.org/TR/turtle/#sec-mediaReg and its
siblings.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat

from gcmgraph.platform.errors import (
    DataError,
    GcmGraphError,
    Place,
    RdfSyntaxError,
    faults_of_files,
)
from gcmgraph.platform.files import write_file


@dataclass(frozen=True)
class RdfSyntax:
    """A syntax of RDF: its name for people, its media type, its file suffix."""

    name: str
    media_type: str
    suffix: str
    #: whether it holds named graphs
    dataset: bool
    engine_format: RdfFormat
    #: other media types and file suffixes in use
    also: tuple[str, ...] = ()


TURTLE = RdfSyntax(
    "Turtle", "text/turtle", "ttl", False, RdfFormat.TURTLE, ("application/x-turtle", "turtle")
)
JSON_LD = RdfSyntax("JSON-LD", "application/ld+json", "jsonld", True, RdfFormat.JSON_LD, ("json",))
RDF_XML = RdfSyntax(
    "RDF/XML", "application/rdf+xml", "rdf", False, RdfFormat.RDF_XML, ("owl", "xml")
)
N_TRIPLES = RdfSyntax("N-Triples", "application/n-triples", "nt", False, RdfFormat.N_TRIPLES, ())
TRIG = RdfSyntax("TriG", "application/trig", "trig", True, RdfFormat.TRIG, ("application/x-trig",))
N_QUADS = RdfSyntax(
    "N-Quads", "application/n-quads", "nq", True, RdfFormat.N_QUADS, ("text/x-nquads",)
)

#: In order of preference where a client accepts anything.
SYNTAXES = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES, TRIG, N_QUADS)

_BY_KEY = {
    key: syntax
    for syntax in SYNTAXES
    for key in (syntax.media_type, syntax.suffix, syntax.name.lower(), *syntax.also)
}


def syntax_for_suffix(suffix: str) -> RdfSyntax | None:
    """The syntax of a file suffix such as `.ttl` (with or without the dot), or of its name, or None."""
    return _BY_KEY.get(suffix.lower().lstrip("."))


def syntax_for_media_type(media_type: str) -> RdfSyntax | None:
    """The syntax of a media type, without its parameters, or None."""
    return _BY_KEY.get(media_type.split(";", 1)[0].strip().lower())


def syntax_of(path: Path) -> RdfSyntax:
    """The syntax of a file name's suffix. Raises `RdfSyntaxError` where the suffix has none."""
    syntax = syntax_for_suffix(path.suffix)
    if syntax is None:
        suffixes = ", ".join(f".{syntax.suffix}" for syntax in SYNTAXES)
        raise RdfSyntaxError(
            f"The suffix '{path.suffix}' does not say which RDF syntax this is.",
            place=Place(str(path)),
            hint=f"Known suffixes: {suffixes}.",
        )
    return syntax


def read_text(path: Path, wrong: type[GcmGraphError] = DataError) -> str:
    """The text of a file in UTF-8, without a byte order mark, its line ends as they are.

    Raises `wrong`, with the line where there is one.
    """
    return decode_text(read_whole(path, wrong), str(path), wrong)


def decode_text(data: bytes, source: str, wrong: type[GcmGraphError] = DataError) -> str:
    """The text of bytes in UTF-8, as `read_text`."""
    data = data.removeprefix(BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise wrong(
            f"Byte 0x{data[error.start]:02X} is not UTF-8.",
            place=Place(source, data.count(b"\n", 0, error.start) + 1),
            hint="Save the file as UTF-8.",
        ) from error


def read_whole(path: Path, wrong: type[GcmGraphError] = RdfSyntaxError, most: int = -1) -> bytes:
    """The bytes of a file, `most` at most. Raises `wrong`."""
    with faults_of_files(wrong, "The file cannot be read", path), path.open("rb") as file:
        return file.read(most)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole, or leave it as it is. Raises `RdfSyntaxError`."""
    with faults_of_files(RdfSyntaxError, "The file cannot be written", path):
        write_file(path, data)
