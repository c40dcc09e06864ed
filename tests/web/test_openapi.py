"""/openapi.json: a document that is valid, complete, and true of the server that gives it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from desk_over_http import PRACTICE
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.routing import Rule

from gcmgraph import __version__
from gcmgraph.contributions.access.tokens import Tokens
from gcmgraph.contributions.contribution import Role
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.queries.library import NamedQuery
from gcmgraph.queries.questions import read_library
from gcmgraph.settings import Settings
from gcmgraph.web.app import create_app
from gcmgraph.web.browse import search
from gcmgraph.web.openapi import document as documents
from gcmgraph.web.sparql.protocol import FORM

Json = dict[str, Any]

#: What stands for a part of a path that only the graph in the tests has.
VALUES = {"version": "v1", "id": "unknown"}

#: Addresses that need the rules and lists of the real graph.
OF_RULES = ("/contributions/template", "/contributions/form")

#: The only thing that they do is to refuse.
REFUSING = {"graph_store.refused"}

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}

#: A practice that lacks nearly all.
SENT = "<https://w3id.org/gcmgraph/id/practice/x> a <https://w3id.org/gcmgraph/ontology#Practice> ."

LIBRARY = read_library("", Addresses())


def text_of(client: FlaskClient, **more: Any) -> Json:
    response = client.get("/openapi.json", **more)
    assert response.status_code == 200
    told: Json = response.json
    return told


@pytest.fixture(scope="module")
def document(app: Flask) -> Json:
    return text_of(app.test_client())


def followed(document: Json, part: Json) -> Json:
    """A part of the document, or what it refers to."""
    if "$ref" not in part:
        return part
    _, kind, name = part["$ref"].rsplit("/", 2)
    found: Json = document["components"][kind][name]
    return found


def parameters(document: Json, operation: Json) -> list[Json]:
    return [followed(document, parameter) for parameter in operation.get("parameters", [])]


def asked(document: Json, operation: Json) -> list[Json]:
    """The parameters of the query part."""
    return [parameter for parameter in parameters(document, operation) if parameter["in"] == "query"]


def contents(document: Json, operation: Json) -> Json:
    """What comes back where all is well, by media type."""
    found: Json = followed(document, operation["responses"]["200"]).get("content", {})
    return found


def addresses(document: Json, path: str, operation: Json) -> list[str]:
    """The addresses that a path stands for: with every value of a list, or else the example."""
    given = {p["name"]: p for p in parameters(document, operation) if p["in"] == "path"}
    names = re.findall(r"\{(\w+)\}", path)
    assert set(names) == given.keys(), path
    values = [given[n]["schema"].get("enum") if n != "kind" else None for n in names]
    offered = [some or [given[n].get("example", VALUES.get(n))] for n, some in zip(names, values, strict=True)]
    return [path.format(**dict(zip(names, map(str, chosen), strict=True))) for chosen in product(*offered)]


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def test_it_is_valid(document: Json) -> None:
    OpenAPIV31SpecValidator(document).validate()
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))


def test_it_says_which_software_and_licence(document: Json) -> None:
    assert document["info"]["version"] == __version__
    assert document["info"]["license"]["url"] == LICENCE
    assert {tag["name"] for tag in document["tags"]} == {t for _, _, o in operations(document) for t in o["tags"]}


def test_every_address_is_in_it_and_nothing_else(app: Flask, document: Json) -> None:
    def key(rule: Rule, method: str) -> tuple[str, str]:
        return str(rule).rstrip("/"), method

    there = {
        key(rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in REFUSING
        for method in (rule.methods or set()) & METHODS
    }
    router = app.url_map.bind("localhost")
    told = {
        key(router.match(address, method, return_rule=True)[0], method)  # fails where nothing answers
        for path, method, operation in operations(document)
        for address in addresses(document, path, operation)
    }
    assert told == there, "describe each address in gcmgraph/web/openapi"


def test_each_named_query_is_in_it_with_its_parameters(document: Json) -> None:
    named = {path.removeprefix("/queries/") for path in document["paths"] if path.startswith("/queries/")}
    assert named == LIBRARY.keys()
    assert named


@pytest.mark.parametrize("query", LIBRARY.values(), ids=lambda query: query.name)
def test_a_named_query_is_told_as_the_library_has_it(document: Json, query: NamedQuery) -> None:
    told = document["paths"][f"/queries/{query.name}"]["get"]
    assert told["summary"] == query.title["en"]
    assert query.description["en"] in told["description"]
    ours = [p for p in parameters(document, told) if p["name"] not in {"page", "page_size", "format", "lang", "bom"}]
    assert [p["name"] for p in ours] == [p.name for p in query.parameters]
    for parameter, given in zip(query.parameters, ours, strict=True):
        assert given.get("required", False) == parameter.required
        default = given["schema"].get("default")
        assert (None if default is None else str(default)) == parameter.default
        assert parameter.labels["en"] in given["description"]


def answered(
    client: FlaskClient, document: Json, operation: Json, address: str, accept: str = "*/*", **more: str
) -> None:
    """Ask, and see that the document names what comes back, and that JSON is as it says."""
    given = {p["name"]: p["example"] for p in asked(document, operation) if p.get("required")} | more
    response = client.get(address, query_string=given, headers={"Accept": accept}, buffered=True)
    status = str(response.status_code)
    assert status in operation["responses"], f"{address}: {response.text[:200]}"
    told = followed(document, operation["responses"][status])
    kinds = told.get("content", {})
    assert not response.data or response.mimetype in kinds or "*/*" in kinds, f"{address}: {response.mimetype}"
    if accept != "*/*":
        assert response.mimetype == accept, f"{address} does not come as {accept}"
    assert "ETag" not in response.headers or "304" in operation["responses"], f"{address} may be 304"
    needed = {"Location", "Retry-After"} | ({"X-Total-Count"} if accept == "*/*" else set())
    assert not (told.get("headers", {}).keys() & needed) - {name for name, _ in response.headers}, address
    if response.data and "json" in response.mimetype and "schema" in kinds.get(response.mimetype, {}):
        check(document, kinds[response.mimetype]["schema"], response.json)


def check(document: Json, schema: Json, told: object) -> None:
    """See that JSON is as a schema of the document says."""
    Draft202012Validator({**schema, "components": document["components"]}).validate(told)


def test_each_address_answers_as_the_document_says(client: FlaskClient, document: Json) -> None:
    for path, method, operation in operations(document):
        needs = any(p.get("required") and "example" not in p for p in asked(document, operation))
        if method == "GET" and not needs and not path.startswith(OF_RULES):
            for address in addresses(document, path, operation):
                answered(client, document, operation, address)


def test_templates_and_forms_come_as_the_document_says(real_store_folder: Path, tmp_path: Path, document: Json) -> None:
    app = create_app(Settings(store=str(real_store_folder), contributions=str(tmp_path)))
    try:
        for path, method, operation in operations(document):
            if method == "GET" and path.startswith(OF_RULES):
                for address in addresses(document, path, operation):
                    answered(app.test_client(), document, operation, address)
    finally:
        app.extensions["gcmgraph"].workers.close()


def test_each_media_type_can_be_had(client: FlaskClient, document: Json) -> None:
    for path, method, operation in operations(document):
        apart = ("/queries/", "/contributions", "/feedback", "/sparql")
        negotiated = "406" in operation["responses"] and not path.startswith(apart)
        if method != "GET" or not negotiated or path == "/graph-store":
            continue
        for address in addresses(document, path, operation):
            for kind in contents(document, operation):
                if kind != "application/linkset+json" and not (kind == "text/html" and "303" in operation["responses"]):
                    answered(client, document, operation, address, kind)


def test_results_come_in_each_media_type(client: FlaskClient, document: Json) -> None:
    for path in ("/queries/country-names", "/queries/objectives"):
        operation = document["paths"][path]["get"]
        for kind in contents(document, operation):
            answered(client, document, operation, path, kind)
    for query, parts in (
        ("SELECT * { ?s a ?o } LIMIT 1", ("sparql-results", "spreadsheetml")),
        ("CONSTRUCT WHERE { ?s a ?o }", ("ld+json", "rdf+xml", "n-triples")),
    ):
        operation = document["paths"]["/sparql"]["get"]
        for kind in contents(document, operation):
            if any(part in kind for part in parts):
                answered(client, document, operation, "/sparql", kind, query=query)


def test_remarks_come_as_the_document_says(app: Flask, client: FlaskClient, document: Json) -> None:
    _, token = Tokens(Path(app.config["CONTRIBUTIONS"]) / "tokens").create(Role.CURATOR, "A", "https://b.example/")
    curator = {"Authorization": f"Bearer {token}"}
    schemas = document["components"]["schemas"]
    sent = client.post("/feedback", json={"reason": "Wrong.", "page": "/about"}).json
    check(document, schemas["Remark"], sent)
    answer = {"decision": "close", "reason": "It is right."}
    for told in (client.get(sent["href"]), client.post(sent["href"], json=answer, headers=curator)):
        check(document, schemas["Remark"], told.json)
    check(document, schemas["Remarks"], client.get("/feedback/review?state=closed", headers=curator).json)


def test_bounds_are_those_of_the_code(client: FlaskClient, document: Json) -> None:
    limit = next(p for p in asked(document, document["paths"]["/search"]["get"]) if p["name"] == "limit")["schema"]
    assert limit == {"type": "integer", "minimum": 1, "maximum": search.MAX_PAGE_SIZE, "default": search.PAGE_SIZE}
    for path, method, operation in operations(document):
        for parameter in asked(document, operation) if method == "GET" else []:
            most = parameter.get("schema", {}).get("maximum")
            if most is None or path.startswith("/queries/") or parameter["name"] == "page":  # no page is that far
                continue
            for value, refused in ((most, False), (most + 1, True)):
                response = client.get(f"{path}?{parameter['name']}={value}", headers={"Accept": "application/json"})
                assert (response.status_code == 400) is refused, f"{path}?{parameter['name']}={value}"


def test_paths_may_hold_encoded_slashes(client: FlaskClient) -> None:
    assert client.get("/doc/concept/practice-type%2Fplan").status_code == 200


def test_bodies_name_what_is_read(client: FlaskClient, document: Json) -> None:
    body = document["paths"]["/sparql"]["post"]["requestBody"]["content"]
    asked_in = {FORM: "query=ASK+%7B%7D", "application/sparql-query": "ASK {}"}
    assert body.keys() == asked_in.keys()
    for kind, data in asked_in.items():
        assert client.post("/sparql", data=data, content_type=kind).json == {"head": {}, "boolean": True}
    for path in ("/validate", "/contributions"):
        kinds = document["paths"][path]["post"]["requestBody"]["content"].keys()
        assert {"text/turtle", "application/ld+json", "text/csv", FORM, "multipart/form-data"} <= kinds


def test_what_is_sent_and_what_comes_back_is_as_the_document_says(client: FlaskClient, document: Json) -> None:
    operation = document["paths"]["/reconcile"]["post"]
    form = operation["requestBody"]["content"][FORM]["schema"]["properties"]
    asked_for = {
        "queries": {"q0": {"query": "Afghanistan", "type": "country", "limit": 2, "properties": []}},
        "extend": {"ids": ["country/AFG"], "properties": [{"id": "gcm:iso3", "settings": {"limit": 1}}]},
    }
    for name, sent in asked_for.items():
        check(document, form[name], sent)
        response = client.post("/reconcile", data={name: json.dumps(sent)})
        assert response.status_code == 200
        check(document, contents(document, operation)["application/json"]["schema"], response.json)
    report = client.post("/validate", data=SENT, content_type="text/turtle", headers={"Accept": "application/json"})
    kinds = contents(document, document["paths"]["/validate"]["post"])
    assert report.json is not None
    assert report.json["results"]
    check(document, kinds["application/json"]["schema"], report.json)


def test_a_contribution_is_told_as_the_document_says(app: Flask, client: FlaskClient, document: Json) -> None:
    _, token = Tokens(Path(app.config["CONTRIBUTIONS"]) / "tokens").create(Role.CONTRIBUTOR, "A", "https://a.example/")
    named = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    whole = PRACTICE.replace("SLUG", "openapi").replace("PHL", "AFG")
    for data, status in ((SENT, 422), (whole, 201)):
        sent = client.post("/contributions?title=A", data=data, content_type="text/turtle", headers=named)
        assert sent.status_code == status, sent.text
        told = followed(document, document["paths"]["/contributions"]["post"]["responses"][str(status)])
        check(document, told["content"][sent.mimetype]["schema"], sent.json)


def test_what_needs_a_token_says_so(client: FlaskClient, document: Json) -> None:
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, method, operation in operations(document):
        needed = {"token": []} in operation.get("security", []) and {} not in operation["security"]
        if path.startswith("/contributions"):
            address = addresses(document, path, operation)[0]
            response = client.open(address, method=method, headers={"Accept": "application/json"})
            assert (response.status_code == 401) is needed, f"{method} {address}: {response.status_code}"


def test_the_home_page_links_to_it(client: FlaskClient) -> None:
    assert client.get("/openapi.json").mimetype == "application/json"
    link = '</openapi.json>; rel="service-desc"; type="application/json"'
    assert link in client.get("/").headers.getlist("Link")


def test_it_is_true_where_the_server_is_mounted(client: FlaskClient) -> None:
    assert text_of(client)["servers"] == [{"url": "/"}]
    below = client.get("/openapi.json", environ_overrides={"SCRIPT_NAME": "/data"})
    assert below.json is not None
    assert below.json["servers"] == [{"url": "/data"}]
    assert below.headers["ETag"] != client.get("/openapi.json").headers["ETag"]


def test_endpoints_that_may_be_asked_are_named() -> None:
    endpoints = ("https://one.example/sparql", "https://two.example/sparql")
    told = documents.document(LIBRARY, endpoints, "", contributing=True)
    query = next(query for query in LIBRARY.values() if query.endpoint)
    given = {p["name"]: p for p in asked(told, told["paths"][f"/queries/{query.name}"]["get"])}
    assert given[query.endpoint or ""]["schema"] == {"type": "string", "enum": [*endpoints], "default": endpoints[0]}


def test_a_server_without_repository_tells_neither_contributions_nor_queries(
    store_folder: Path, tmp_path: Path
) -> None:
    app = create_app(Settings(store=str(store_folder), root=str(tmp_path)))
    try:
        paths = text_of(app.test_client())["paths"]
    finally:
        app.extensions["gcmgraph"].workers.close()
    assert not [path for path in paths if path.startswith(("/queries/", "/contributions", "/validate"))]
    assert "/sparql" in paths
