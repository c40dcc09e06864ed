"""/reconcile/v1, the draft of version 1.0; the service from a page of another site, as that of OpenRefine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import reconciliation_schemas as schemas
from flask import Flask
from flask.testing import FlaskClient
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from browsing import complaints, needs_chromium, wait
from gcmgraph.web.reconciliation.responses import PREVIEW_HEIGHT, PREVIEW_WIDTH
from serving import served_here

Json = dict[str, Any]
ROOTS = ("/reconcile", "/reconcile/v1")


@pytest.fixture(scope="module")
def client(real_client: FlaskClient) -> FlaskClient:
    return real_client


def named(name: str, **more: Any) -> Json:
    return {"conditions": [{"matchType": "name", "propertyValue": name}], "type": "Country", **more}


def ask(client: FlaskClient, *queries: Json, path: str = "/reconcile/v1/match") -> list[list[Json]]:
    response = client.post(path, json={"queries": [*queries]})
    assert response.status_code == 200, response.text
    schemas.check(response.json, schemas.DRAFT_RESULTS)
    return [result["candidates"] for result in (response.json or {})["results"]]


def matched(candidates: list[Json]) -> list[str]:
    return [one["id"] for one in candidates if one["match"]]


def test_manifest_of_the_draft(client: FlaskClient) -> None:
    manifest = client.get("/reconcile/v1?lang=fr").json
    schemas.check(manifest, schemas.DRAFT_MANIFEST)
    assert manifest["versions"] == ["1.0-draft"]
    assert "1.0-draft" in client.get("/reconcile").json["versions"]
    assert manifest["lang"] == "fr"
    view = manifest["view"]["url"].replace("{id}", "country%2FAFG").removeprefix("http://localhost")
    assert client.get(view, headers={"Accept": "text/html"}).headers["Location"] == "/doc/country/AFG"


@pytest.mark.parametrize("path", [f"{root}/{name}" for root in ROOTS for name in ("match", "reconcile")])
def test_results_in_the_order_of_queries(client: FlaskClient, path: str) -> None:
    found = ask(client, named("Niger"), named("Congo"), named("Pérou", limit=1), path=path)
    assert [matched(candidates) for candidates in found] == [["country/NER"], [], ["country/PER"]]
    assert len(found[2]) == 1
    assert found[0][0]["type"] == [{"id": "Country", "name": "Countries"}]
    assert ask(client) == []


@pytest.mark.parametrize(("pid", "value"), [("propertyId", "propertyValue"), ("pid", "v")])
def test_conditions_on_properties_as_evidence(client: FlaskClient, pid: str, value: str) -> None:
    code = {"matchType": "property", pid: "gcm:iso3", value: "COD"}
    name = {"matchType": "name", value: "Congo"}
    assert matched(ask(client, named("", conditions=[name, code]))[0]) == ["country/COD"]
    required = ask(client, named("", conditions=[name, code | {"required": True}]))[0]
    assert [one["id"] for one in required] == ["country/COD"]
    unknown = {"matchType": "property", pid: "x:nothing", value: "1", "required": True}
    assert len(ask(client, named("", conditions=[name, unknown]))[0]) > 1


@pytest.mark.parametrize(
    ("quantifier", "value", "expected"),
    [
        ("any", ["concept/country-group/ldc", "concept/country-group/sids"], {"country/COD"}),
        ("all", ["concept/country-group/ldc", "concept/country-group/sids"], set()),
        ("none", ["concept/country-group/ldc"], {"country/COG"}),
        ("all", "concept/country-group/ldc", {"country/COD"}),
    ],
)
def test_quantifiers_of_values(
    client: FlaskClient, quantifier: str, value: str | list[str], expected: set[str]
) -> None:
    group = {"matchType": "property", "propertyId": "gcm:countryGroup", "propertyValue": value}
    name = {"matchType": "name", "propertyValue": "Congo"}
    query = named("", conditions=[name, group | {"matchQuantifier": quantifier, "required": True}])
    assert {"country/COD", "country/COG"} & {one["id"] for one in ask(client, query)[0]} == expected


@pytest.mark.parametrize("root", ROOTS)
def test_values_by_row_and_other_fixed_paths(client: FlaskClient, root: str) -> None:
    extension = {"ids": ["country/AFG", "country/none"], "properties": [{"id": "gcm:m49"}, {"id": "x:nothing"}]}
    response = client.post(f"{root}/extend", json=extension)
    schemas.check(response.json, schemas.DRAFT_VALUES)
    values = [[one["values"] for one in row["properties"]] for row in response.get_json()["rows"]]
    assert values == [[[{"str": "004"}], []], [[], []]]
    for what in ("entity", "property", "type"):
        assert client.get(f"{root}/suggest/{what}?prefix=count").json["result"]
    assert client.get(f"{root}/preview?id=country/AFG").mimetype == "text/html"
    proposed = client.get(f"{root}/extend/propose?type=Country&limit=3").json
    schemas.check(proposed, schemas.PROPOSED)
    assert (proposed["type"], len(proposed["properties"])) == ("Country", 3)
    whole, later = (
        client.get(f"/reconcile/v1/suggest/entity?prefix=nig&{page}").json["result"]
        for page in ("limit=3", "offset=1&limit=2")
    )
    assert later == whole[1:]


def test_query_of_an_unknown_type_has_no_candidates(client: FlaskClient) -> None:
    unknown, niger = ask(client, named("Niger", type="planet"), named("Niger"))
    assert (unknown, matched(niger)) == ([], ["country/NER"])


FORM = {"queries": "[]"}


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (FORM, "The body must be JSON."),
        ([], "The body must be a JSON object."),
        ({}, "The member 'queries' must be a list of queries."),
        ({"queries": [1]}, "is not a JSON object"),
        ({"queries": [{"conditions": []}]}, "'conditions' must be a list with a condition"),
        ({"queries": [{"conditions": [1]}]}, "a condition must be an object"),
        ({"queries": [{"conditions": [{"matchType": "x"}]}]}, "'matchType' of a condition must be name or property"),
        ({"queries": [{"conditions": [{"matchType": "name"}]}]}, "must be a text"),
        ({"queries": [{"conditions": [{"matchType": "name", "matchQuantifier": "none"}]}]}, "of a name must be any"),
        ({"queries": [{"conditions": [{"matchQuantifier": 1}]}]}, "must be any, all or none"),
        ({"queries": [{"conditions": [{"matchType": "property", "propertyValue": "x"}]}]}, "must be a text"),
        ({"queries": [named("x", limit=1e999)]}, "is not JSON that can be read"),
        ({"queries": [named("x")] * 1001}, "it may have 1,000"),
    ],
)
def test_invalid_bodies_return_the_reason(client: FlaskClient, body: object, detail: str) -> None:
    sent = {"data": body} if body is FORM else {"json": body}
    response = client.post("/reconcile/v1/match", **sent)
    assert response.status_code in {400, 413}, response.text
    assert detail in response.get_json()["detail"]


#: A page without anything.
EMPTY = "<!doctype html><title>A table</title><link rel=icon href='data:,'><body></body>"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The address of an empty page of another origin."""
    other = Flask("elsewhere")
    other.add_url_rule("/", view_func=lambda: EMPTY)
    with served_here(other) as address:
        yield f"{address}/"


@needs_chromium
def test_batch_by_fetch_and_manifest_by_a_script_tag(site: str, elsewhere: str, browser: Chrome) -> None:
    browser.get(elsewhere)
    body = """
    const [address, done] = arguments;
    const queries = JSON.stringify({q0: {query: "Côte d'Ivoire", type: "country", type_strict: "should", limit: 3}});
    const body = new URLSearchParams({queries});
    fetch(address, {method: "POST", body}).then(a => a.json()).then(done, e => done("" + e));
    """
    found = browser.execute_async_script(body, f"{site}/reconcile")  # type: ignore[no-untyped-call]
    assert (found["q0"]["result"][0]["id"], found["q0"]["result"][0]["match"]) == ("country/CIV", True)
    body = """
    const [address, done] = arguments;
    window.jQuery1_2 = manifest => done(JSON.stringify(manifest));
    const script = document.createElement("script");
    script.src = address + "?callback=jQuery1_2&_=3";
    document.head.append(script);
    """
    manifest = json.loads(browser.execute_async_script(body, f"{site}/reconcile"))  # type: ignore[no-untyped-call]
    assert manifest["preview"]["url"].startswith(site)


@needs_chromium
def test_frame_of_a_preview_only(site: str, elsewhere: str, browser: Chrome) -> None:
    manifest_size = (PREVIEW_WIDTH, PREVIEW_HEIGHT)
    browser.get(elsewhere)
    script = """
    const frame = document.createElement("iframe");
    [frame.src, frame.width, frame.height] = arguments;
    document.body.replaceChildren(frame);
    """
    address = f"{site}/reconcile/preview?id=country%2FKEN"
    browser.execute_script(script, address, *manifest_size)  # type: ignore[no-untyped-call]
    browser.switch_to.frame(browser.find_element(By.TAG_NAME, "iframe"))
    heading = wait(browser).until(lambda page: page.find_element(By.TAG_NAME, "h1"))
    assert heading.text == "Kenya"
    root = "const root = document.documentElement; return "
    assert browser.execute_script(f"{root} root.scrollWidth <= root.clientWidth")  # type: ignore[no-untyped-call]
    assert browser.execute_script(f"{root} root.scrollHeight <= root.clientHeight")  # type: ignore[no-untyped-call]
    style = "return getComputedStyle(document.querySelector('dl')).display"
    assert browser.execute_script(style) == "grid"  # type: ignore[no-untyped-call]
    browser.switch_to.default_content()
    assert complaints(browser) == []
    browser.execute_script(script, f"{site}/doc/country/KEN", *manifest_size)  # type: ignore[no-untyped-call]
    wait(browser).until(lambda page: any("frame-ancestors" in line for line in complaints(page)))
