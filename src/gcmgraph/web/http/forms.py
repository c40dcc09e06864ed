"""Parsing of forms as `application/x-www-form-urlencoded` in little memory.

Werkzeug parses such a form by `urllib.parse`, whose lists of escapes take many times the bytes of the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.formparser import FormDataParser

if TYPE_CHECKING:
    from werkzeug.formparser import t_parse_result

#: Bytes that are decoded at once.
CHUNK = 16 * 1024

_PAIR = re.compile(rb"[^&]+")


class _Parser(FormDataParser):
    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> t_parse_result:
        """The fields as werkzeug's parser returns them."""
        if mimetype != "application/x-www-form-urlencoded":
            return super().parse(stream, mimetype, content_length, options)
        body = stream.read()
        try:
            body.decode()
        except UnicodeDecodeError:  # no form, as there
            return stream, self.cls(), self.cls()
        return stream, self.cls(_fields(body)), self.cls()


class FormRequest(Request):
    """A request with this parser of forms."""

    form_data_parser_class = _Parser


def _fields(body: bytes) -> Iterator[tuple[str, str]]:
    for pair in _PAIR.finditer(body):
        name, _, value = pair[0].partition(b"=")
        yield _decoded(name), _decoded(value)


def _decoded(encoded: bytes) -> str:
    """A name or value (https://url.spec.whatwg.org/#urlencoded-parsing). Bytes that are not UTF-8 stay escaped."""
    encoded = encoded.replace(b"+", b" ")
    decoded, start = bytearray(), 0
    while start < len(encoded):
        end = start + CHUNK
        if end < len(encoded) and (escape := encoded.rfind(b"%", end - 2, end)) > start:  # is not cut
            end = escape
        decoded += unquote_to_bytes(encoded[start:end])
        start = end
    return decoded.decode("utf-8", "werkzeug.url_quote")
