"""Checks of XML: before an RDF/XML parser reads it, and after the engine wrote it.

The parser of pyoxigraph 0.5.13 accepts a document that was cut off, takes ever longer with the depth of nesting (over
20 s for 900,000 elements), and expands entities without limit (2.9 GB from 1 kB). Its serializer writes characters that
XML does not allow (https://www.w3.org/TR/xml/#charsets), and elements without a name for properties and classes whose
IRI does not end in one.
"""

from __future__ import annotations

import io
import re
from mmap import mmap
from typing import IO
from xml.parsers import expat
from xml.parsers.expat import errors

from gcmgraph.errors import NotXmlError, Place, RdfSyntaxError

_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)

#: Limit of nested elements. RDF/XML takes two for each step from a resource to its part.
MAX_DEPTH = 256

#: Bytes parsed at a time.
_STEP = 1 << 20

_CUT = "Was the file cut off? Send all of it: each element needs its end tag."

#: Hint for an error of expat (`xml.parsers.expat.errors`).
_HINTS = {
    errors.XML_ERROR_NO_ELEMENTS: _CUT,
    errors.XML_ERROR_UNCLOSED_TOKEN: _CUT,
    errors.XML_ERROR_PARTIAL_CHAR: _CUT,
    errors.XML_ERROR_UNCLOSED_CDATA_SECTION: _CUT,
    errors.XML_ERROR_TAG_MISMATCH: "Close each element with its own end tag, the inner ones first.",
    errors.XML_ERROR_INVALID_TOKEN: "Write & as &amp; and < as &lt; in texts, values of attributes in quotation marks.",
    errors.XML_ERROR_UNDEFINED_ENTITY: "Write the character itself: only &amp; &lt; &gt; &quot; &apos; are known.",
    errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: "Put everything into one element, rdf:RDF.",
    errors.XML_ERROR_SYNTAX: "Begin with an element, such as rdf:RDF; is it another syntax?",
    errors.XML_ERROR_DUPLICATE_ATTRIBUTE: "Give an element each attribute once.",
}


def check_xml(data: bytes | mmap, source: str) -> None:
    """Raise `RdfSyntaxError` for XML that is not whole or well-formed, nests over `MAX_DEPTH`, or has a DOCTYPE."""
    _refuse_doctype(data, source)
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
        for begin in range(0, len(data), _STEP):
            parser.Parse(data[begin : begin + _STEP], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code)
        hint = _HINTS.get(said)
        raise RdfSyntaxError(
            f"This is not well-formed XML: {'it ends too early' if hint is _CUT else said}.",
            place=Place(source, error.lineno, error.offset + 1),
            hint=hint,
        ) from error


def _refuse_doctype(data: bytes | mmap, source: str) -> None:
    if found := _DOCTYPE.search(data):
        raise RdfSyntaxError(
            "A DOCTYPE or ENTITY declaration is not accepted in RDF/XML.",
            place=Place(source, data[: found.start()].count(b"\n") + 1),
            hint="Write the IRIs out in full, or send Turtle.",
        )


#: Characters that XML does not allow.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32)])

#: Other signs of invalid XML: noncharacters, and the text after the prefix of an element without a name.
_SIGNS = ("\ufffe".encode(), "\uffff".encode(), b": xmlns:", b": rdf:", b":>")


def require_xml(document: bytes, instead: str) -> None:
    """Raise `NotXmlError` for a document of the engine that is not XML; `instead` names other formats.

    Parsing takes ten times as long as the search for signs, so only a document with such a sign is parsed.
    """
    if len(document.translate(None, _CONTROLS)) < len(document) or any(sign in document for sign in _SIGNS):
        require_xml_file(io.BytesIO(document), instead)


def require_xml_file(file: IO[bytes], instead: str) -> None:
    """Do the same for a file, from its current position."""
    try:
        expat.ParserCreate(namespace_separator=" ").ParseFile(file)
    except expat.ExpatError as error:
        raise NotXmlError(
            "XML cannot carry this: it holds a character that XML does not allow, or a property or class whose IRI "
            "does not end in a name.",
            hint=f"Ask for {instead}.",
        ) from error
