"""Check of XML that the engine wrote.

The engine writes characters that XML does not allow (https://www.w3.org/TR/xml/#charsets), and elements without a name
for properties and classes whose IRI does not end in one (pyoxigraph 0.5.13).
"""

from __future__ import annotations

import io
import re
from typing import IO
from xml.parsers import expat

from gcmgraph.errors import NotXmlError

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
