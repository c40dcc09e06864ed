"""Tokens in forms, read before the form is parsed."""

from __future__ import annotations

import pytest
from flask import Request
from flask.testing import FlaskClient
from werkzeug.formparser import FormDataParser
from werkzeug.test import EnvironBuilder

from gcmgraph.web.http.authentication import _form_token

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=b"


def _parts(count: int, last: str = "") -> bytes:
    part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    return (part * count + last + "--b--\r\n").encode()


def _refuse_to_parse(*_: object) -> None:
    raise AssertionError("parsed")


PART = '--b\r\nContent-Disposition: form-data; name="token"\r\n\r\nwrong\r\n'


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"title=A&text=x", FORM), (b"title=A&token=wrong&text=x", FORM), (_parts(3), BOUNDARY),
        (_parts(3, PART), BOUNDARY),
    ],
)  # fmt: skip
def test_a_form_without_a_valid_token_is_not_parsed(
    client: FlaskClient, body: bytes, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FormDataParser, "parse", _refuse_to_parse)
    assert client.post("/contributions", data=body, content_type=kind).status_code == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"token=a%2Bb+", FORM), (b"title=A&token=+t", FORM), (b"atoken=t&token=u&token=v", FORM), (b"t=1", FORM),
        (b"token=", FORM), (b"", FORM), (_parts(2, PART), BOUNDARY), (_parts(2), BOUNDARY),
        (_parts(2, PART.replace("token", "tokens").replace("wrong", "token")), BOUNDARY),
        (_parts(1, PART.replace('"token"', '"token"; filename="f"') + PART), BOUNDARY),
        (_parts(1, PART.replace("wrong", "")), BOUNDARY), (_parts(1, PART)[:-20], BOUNDARY),
        (_parts(1, PART), "multipart/form-data"), (b"token", BOUNDARY), (b'{"token": "t"}', "application/json"),
    ],
)  # fmt: skip
def test_the_token_is_that_of_the_parsed_form(body: bytes, kind: str) -> None:
    def request() -> Request:
        return Request(EnvironBuilder(method="POST", data=body, content_type=kind).get_environ())

    with request() as parsed:
        assert _form_token(request()) == parsed.form.get("token", "").strip() == _form_token(parsed)
