"""Forms are parsed as by werkzeug, in less memory."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from flask import Flask, Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.formparser import FormDataParser
from werkzeug.test import EnvironBuilder

from gcmgraph.web.http import forms
from gcmgraph.web.http.forms import FormRequest

FORM = "application/x-www-form-urlencoded"
PIECES = (
    "a",
    "=",
    "&",
    "+",
    "%",
    "%4",
    "%41",
    "%zz",
    "%C3",
    "%a9",
    "%00",
    "\u00e9",
    "\u0639",
    "&&",
    "\r\n",
    ";",
    "%26",
)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_fields_are_those_of_werkzeug(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forms, "CHUNK", 4)
        _, ours, _ = FormRequest.form_data_parser_class().parse(io.BytesIO(text.encode()), FORM, None)
    _, theirs, _ = FormDataParser().parse(io.BytesIO(text.encode()), FORM, None)
    assert list(ours.items(multi=True)) == list(theirs.items(multi=True))


@pytest.mark.parametrize("body", [b"a=\xff", b"a=1&b=\xc3"])
def test_a_body_that_is_not_utf8_has_no_fields(body: bytes) -> None:
    for parser in (FormRequest.form_data_parser_class(), FormDataParser()):
        assert not parser.parse(io.BytesIO(body), FORM, None)[1]


def test_escapes_take_little_memory() -> None:
    body = b"text=" + b"%41" * 300_000
    environ = EnvironBuilder(method="POST", data=body, content_type=FORM).get_environ()

    def taken(request: Request) -> int:
        tracemalloc.start()
        try:
            assert len(request.form["text"]) == 300_000
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert taken(FormRequest(environ)) < 6 * len(body)


def test_the_application_parses_forms_so(app: Flask) -> None:
    assert app.request_class is FormRequest
