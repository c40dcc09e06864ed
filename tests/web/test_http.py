"""HTTP of every route: caching, validators, HEAD, CORS, security headers, 304, 405, 406; the table of formats."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import parse_csp_header, parse_set_header
from werkzeug.test import TestResponse

from serving import Application
from shared import copy_store

PAGE = "text/html"

#: What Vary names for a page, besides Accept-Encoding.
FULL = {"accept", "accept-language"}


#: A row of `routes.csv`. Its rule is empty where another one has it; `tag`: whether there is an
#: entity tag; `negotiated`: whether Accept can be refused.
Route = dict[str, str]

#: An example of every rule that answers GET, and more responses of some.
EVERY: list[Route] = [
    *csv.DictReader(Path(__file__).with_name("routes.csv").read_text("utf-8").splitlines())
]
ROUTES = [route for route in EVERY if route["rule"]]

#: Headers that may differ between two responses to the same request.
OF_THE_MOMENT = {"date", "cache-status"}

#: Headers that a 304 need not repeat (RFC 9110, 15.4.5), and Vary, which may name more.
NOT_IN_304 = OF_THE_MOMENT | {
    "content-type", "content-length", "content-language", "content-disposition", "last-modified", "vary"
}  # fmt: skip


@pytest.fixture(scope="module")
def real(
    small_store: Path, tmp_path_factory: pytest.TempPathFactory, application: Application
) -> Flask:
    """An application with contributions and downloads, and without the response cache."""
    folder = tmp_path_factory.mktemp("http")
    copy_store((small_store / "current").resolve(), folder / "store" / "versions" / "v1")
    (folder / "store" / "current").symlink_to("versions/v1")
    return application(folder / "store", contributions=str(folder), result_cache=0)


@pytest.fixture
def client(real: Flask) -> FlaskClient:
    return real.test_client(use_cookies=False)


def ask(client: FlaskClient, route: Route, method: str = "GET", **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open(
        route["address"], method=method, headers={"Accept": route["accept"], **named}, buffered=True
    )


def headers_of(response: TestResponse, without: set[str] = OF_THE_MOMENT) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in response.headers if name.lower() not in without)


def test_every_get_rule_has_an_example(real: Flask) -> None:
    assert {rule.rule for rule in real.url_map.iter_rules() if "GET" in (rule.methods or ())} == {
        route["rule"] for route in ROUTES
    }
    router = real.url_map.bind("localhost")
    for route in ROUTES:
        if route["status"] != "308":
            assert (
                str(router.match(route["address"].partition("?")[0], return_rule=True)[0])
                == route["rule"]
            )


@pytest.mark.parametrize("route", EVERY, ids=lambda route: f"{route['address']} {route['accept']}")
def test_each_route_has_its_headers_and_validators(client: FlaskClient, route: Route) -> None:
    """Caching as declared; other sites may read everything, pages run our files alone; 304 for a known entity tag."""
    response, head = (
        ask(client, route, method, Origin="https://other.example") for method in ("GET", "HEAD")
    )
    headers, status = response.headers, int(route["status"])
    assert response.status_code == status, response.text[:300]
    assert headers.get("Cache-Control", "") == route["caching"]
    vary = set(parse_set_header(headers.get("Vary")).as_set())
    assert vary - {"accept-encoding"} == set(route["vary"].split())
    assert ("ETag" in headers) is bool(route["tag"])
    if status >= 400:
        page = route["accept"] == PAGE
        assert response.mimetype == ("text/html" if page else "application/problem+json")
        assert page or response.get_json()["status"] == status
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers
    assert {"etag", "link", "result-truncated"} <= parse_set_header(
        headers["Access-Control-Expose-Headers"]
    ).as_set()
    policy = parse_csp_header(headers["Content-Security-Policy"])
    framed = "*" if route["address"].startswith(("/reconcile/preview", "/embed/")) else "'none'"
    assert (policy.default_src, policy.script_src, policy.style_src) == (
        "'none'",
        "'self'",
        "'self'",
    )
    assert (policy.base_uri, policy.form_action, policy.frame_ancestors) == (
        "'none'",
        "'self'",
        framed,
    )
    assert (head.status_code, head.data) == (status, b"")
    # the length of /metrics grows with each request
    apart = OF_THE_MOMENT | {"content-length"} if "/metrics" in route["address"] else OF_THE_MOMENT
    assert headers_of(head, apart) == headers_of(response, apart)
    tag = headers.get("ETag", '"any"')
    for method, known in (("GET", f"W/{tag.removeprefix('W/')}"), ("HEAD", f'"other", {tag}')):
        again = ask(client, route, method, If_None_Match=known)
        assert again.status_code == (304 if route["tag"] else status)
        if route["tag"]:
            assert again.data == b""
            assert set(headers_of(again, NOT_IN_304)) <= set(headers_of(response, NOT_IN_304))
            for name in (
                "ETag",
                "Cache-Control",
                "Content-Location",
                "Access-Control-Allow-Origin",
            ):
                assert again.headers.get(name) == headers.get(name)
            assert parse_set_header(again.headers.get("Vary")).as_set() >= vary


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route["address"])
def test_unacceptable_format_returns_alternatives(client: FlaskClient, route: Route) -> None:
    refused = client.get(route["address"], headers={"Accept": "audio/ogg"}, buffered=True)
    if not route["negotiated"]:  # a response of one format ignores Accept
        assert refused.status_code == int(route["status"])
        return
    assert (refused.status_code, refused.mimetype) == (406, "application/problem+json")
    assert refused.headers["Cache-Control"] == "no-store"
    assert parse_set_header(refused.headers["Vary"]).as_set() >= FULL
    assert refused.get_json()["alternatives"]


def test_other_methods_return_allowed_methods(real: Flask, client: FlaskClient) -> None:
    router = real.url_map.bind("localhost")
    posted = {
        rule.rule: rule.rule.replace("<identifier>", "none") for rule in real.url_map.iter_rules()
    }
    addresses = {route["address"].partition("?")[0] for route in ROUTES}
    addresses |= {
        address
        for rule, address in posted.items()
        if rule not in {route["rule"] for route in ROUTES}
    }
    assert "/contributions/none/comments" in addresses
    for address in addresses:
        allowed = {*router.allowed_methods(address)} - {"PUT", "PATCH", "DELETE"}
        offered = allowed - (
            {"POST"} if address == "/graph-store" else set()
        )  # whose refusals are routes, too
        unrouted = {"TRACE", "CONNECT"} if address != "/graph-store" else set()
        for method in ({"POST", "PUT", "PATCH", "DELETE"} | unrouted) - offered:
            refused = client.open(address, method=method)
            assert (refused.status_code, refused.mimetype) == (405, "application/problem+json"), (
                address
            )
            assert set(refused.headers["Allow"].split(", ")) == offered, address
        preflight = client.options(address, headers={"Origin": "https://other.example"})
        if address == "/dumps":  # the router redirects before it answers
            continue
        assert preflight.status_code == 200
        assert set(preflight.headers["Access-Control-Allow-Methods"].split(", ")) == offered
        accepted = parse_set_header(preflight.headers["Access-Control-Allow-Headers"]).as_set()
        assert {"range", "if-range", "if-modified-since", "if-none-match"} <= accepted
        assert preflight.headers["Access-Control-Max-Age"] == "86400"


def test_missing_store_returns_503(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, application: Application
) -> None:
    for folder in (tmp_path, "graph"):
        response = application(folder).test_client().get("/health")
        assert (response.status_code, response.get_json()["title"]) == (503, "Service Unavailable")
        assert str(tmp_path) not in response.get_json()["detail"]
        assert f"There is no graph in {folder} yet. Run 'gcmgraph build' first." in caplog.text
