"""Parsing of forms in little memory."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.formparser import FormDataParser

if TYPE_CHECKING:
    from werkzeug.formparser import t_parse_result

#: Media type of a form without files.
FORM_MEDIA_TYPE = "application/x-www-form-urlencoded"

#: A field: name and value.
_FIELD = re.compile(rb"[^&]+")

#: Parts of a name or value that are decoded at once, with few escapes.
FEW_ESCAPES = re.compile(rb"(?:[^%]+|%[0-9A-Fa-f]{2}|%){1,1024}")


class _Parser(FormDataParser):
    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> t_parse_result:
        """The fields as werkzeug's parser returns them."""
        if mimetype != FORM_MEDIA_TYPE:
            return super().parse(stream, mimetype, content_length, options)
        body = stream.read()
        no_files = self.cls()
        try:
            body.decode()
        except UnicodeDecodeError:  # no fields, as in werkzeug's parser
            return stream, self.cls(), no_files
        fields = []
        for match in _FIELD.finditer(body):
            name, _, value = match[0].partition(b"=")
            fields.append((_decoded(name), _decoded(value)))
        return stream, self.cls(fields), no_files


class FormRequest(Request):
    """A request whose forms are parsed in little memory.

    Werkzeug parses `application/x-www-form-urlencoded` by `urllib.parse`, whose lists of escapes
    take many times the bytes of the body.
    """

    form_data_parser_class = _Parser


def _decoded(encoded: bytes) -> str:
    """A name or value (https://url.spec.whatwg.org/#urlencoded-parsing).

    Bytes that are not UTF-8 stay escaped.
    """
    parts = FEW_ESCAPES.finditer(encoded.replace(b"+", b" "))
    octets = b"".join(unquote_to_bytes(part[0]) for part in parts)
    return octets.decode("utf-8", "werkzeug.url_quote")
