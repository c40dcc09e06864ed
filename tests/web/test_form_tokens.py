"""Tokens in forms, read before the form is parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from desk_over_http import headers_of
from flask import Flask, Request
from flask.testing import FlaskClient
from werkzeug.formparser import FormDataParser
from werkzeug.test import EnvironBuilder

from gcmgraph.web.http.requests import COOKIE, _form_token

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=b"


def _parts(count: int, last: str = "") -> bytes:
    part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    return (part * count + last + "--b--\r\n").encode()


PART = '--b\r\nContent-Disposition: form-data; name="token"\r\n\r\nwrong\r\n'


def test_form_without_valid_token_is_not_parsed(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FormDataParser, "parse", lambda *_: pytest.fail("parsed"))
    for body in (b"title=A&text=x", b"title=A&token=wrong&text=x"):
        assert client.post("/contributions", data=body, content_type=FORM).status_code == 401
    for body in (_parts(3), _parts(3, PART)):
        assert client.post("/contributions", data=body, content_type=BOUNDARY).status_code == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"title=A&token=a%2Bb+", FORM), (b"atoken=t&token=u&token=v", FORM), (b"token=", FORM), (b"", FORM),
        (_parts(2, PART), BOUNDARY), (_parts(2), BOUNDARY),
        (_parts(2, PART.replace("token", "tokens").replace("wrong", "token")), BOUNDARY),
        (_parts(1, PART.replace('"token"', '"token"; filename="f"') + PART), BOUNDARY),
        (_parts(0, PART.replace('"token"', '"data"; filename="f"').replace("wrong", "data") + PART), BOUNDARY),
        (_parts(1, PART.replace("wrong", "")), BOUNDARY), (_parts(1, PART)[:-20], BOUNDARY),
        (_parts(1, PART), "multipart/form-data"), (b"token", BOUNDARY), (b'{"token": "t"}', "application/json"),
    ],
)  # fmt: skip
def test_token_of_a_form(body: bytes, kind: str) -> None:
    def request() -> Request:
        return Request(EnvironBuilder(method="POST", data=body, content_type=kind).get_environ())

    with request() as parsed:
        assert _form_token(request()) == parsed.form.get("token", "").strip() == _form_token(parsed)


#: Headers of a browser for a form of another site, or of a program; a browser states `Origin` or `Sec-Fetch-Site`.
OTHERS = [
    {"Origin": "https://example.org"},
    {"Origin": "null"},
    {"Origin": "http://localhost.example.org"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    {},
]


def _changing(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and path of every route with a method that may change something."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: "practice" if found[1] == "kind" else "x", rule.rule)
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            yield method, path


def _answers(app: Flask, headers: dict[str, str], **fields: str) -> dict[str, tuple[int, bool]]:
    """Status of the answer to a form at each changing route, and whether it sets the cookie."""
    client, found = app.test_client(use_cookies=False), {}
    for method, path in _changing(app):
        response = client.open(path, method=method, data={"text": "x", "reason": "x", **fields}, headers=headers)
        sets = any(value.startswith(f"{COOKIE}=") for value in response.headers.getlist("Set-Cookie"))
        found[path] = response.status_code, sets
    return found


#: Paths of forms on pages that require a token.
REQUIRED = {"/contributions/feed", "/contributions/token", "/feedback/x"} | {
    f"/contributions/x/{name}" for name in ("comments", "notices", "preview", "review", "withdrawal")
}


def test_only_a_form_of_this_server_sets_the_cookie(app: Flask) -> None:
    token = headers_of(app.config["CONTRIBUTIONS"])["Authorization"].removeprefix("Bearer ")
    for same in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}):
        assert {path for path, (_, sets) in _answers(app, same, token=token).items() if sets} == REQUIRED
    for other in (OTHERS[0], OTHERS[-1]):
        found = _answers(app, other, token=token)
        assert not [path for path, (_, sets) in found.items() if sets], other
        assert not other or {found[path][0] for path in REQUIRED} == {403}, other


#: Paths of other forms that change something, and those of forms that change nothing.
CHANGING = {*REQUIRED, "/contributions", "/contributions/form/practice", "/contributions/invitation/x", "/feedback"}
READING = {"/validate", "/suggest", "/mcp", "/sparql", "/graph-store", "/reconcile", "/reconcile/table"} | {
    f"/reconcile/{version}{name}" for version in ("", "v1/") for name in ("match", "reconcile", "extend")
}


def test_form_of_another_site_changes_nothing(app: Flask) -> None:
    token = headers_of(app.config["CONTRIBUTIONS"])["Authorization"].removeprefix("Bearer ")
    for other in OTHERS[:-1]:
        found = _answers(app, {**other, "Cookie": f"{COOKIE}={token}"}, do="send", title="x")
        assert set(found) == CHANGING | READING
        assert {found[path][0] for path in CHANGING} == {403}, other
