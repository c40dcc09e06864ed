"""/openapi.json: a valid document that names every route, and agrees with responses, also to generated requests."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from desk_over_http import PRACTICE, headers_of
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.routing import Rule

from gcmgraph import __version__
from gcmgraph.contributions.contribution import Role
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.queries.description import read_library
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.web.browse import search
from serving import Application
from shared import copy_store

Json = dict[str, Any]

#: Values of variables that depend on the graph of the tests.
VALUES = {"version": "v1", "id": "unknown"}

#: Routes without a description: they refuse methods, or respond to OPTIONS.
UNDESCRIBED = {"refused"}

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}

#: Parameters of every named query.
OF_EACH_QUERY = {"page", "page_size", "format", "lang", "bom"}

FORM = "application/x-www-form-urlencoded"
POSTED = ("/sparql", "/validate", "/contributions")

#: Parts into which requests for addresses are divided.
PARTS = 10

#: A practice with nearly all of its properties missing.
INCOMPLETE = (
    "<https://w3id.org/gcmgraph/id/practice/x> a <https://w3id.org/gcmgraph/ontology#Practice> ."
)

LIBRARY = read_library("", Addresses())


def document_of(client: FlaskClient, **more: Any) -> Json:
    response = client.get("/openapi.json", **more)
    assert response.status_code == 200
    found: Json = response.json
    return found


@pytest.fixture(scope="module")
def document(app: Flask) -> Json:
    return document_of(app.test_client())


def resolved(document: Json, part: Json) -> Json:
    """A part of the document, or the component to which it refers."""
    if "$ref" not in part:
        return part
    _, kind, name = part["$ref"].rsplit("/", 2)
    found: Json = document["components"][kind][name]
    return found


def parameters(document: Json, operation: Json, where: str = "query") -> list[Json]:
    every = (resolved(document, parameter) for parameter in operation.get("parameters", []))
    return [parameter for parameter in every if parameter["in"] == where]


def contents(document: Json, operation: Json, status: int = 200) -> Json:
    """Schemas of a response by media type."""
    found: Json = resolved(document, operation["responses"][str(status)]).get("content", {})
    return found


def addresses(document: Json, path: str, operation: Json) -> list[str]:
    """Addresses of a path: with each value of a list, else the example."""
    given = {parameter["name"]: parameter for parameter in parameters(document, operation, "path")}
    names = re.findall(r"\{(\w+)\}", path)
    assert set(names) == given.keys(), path
    values = [given[name]["schema"].get("enum") if name != "kind" else None for name in names]
    offered = [
        some or [given[n].get("example", VALUES.get(n))]
        for n, some in zip(names, values, strict=True)
    ]
    return [
        path.format(**dict(zip(names, map(str, chosen), strict=True)))
        for chosen in product(*offered)
    ]


def operations(document: Json, only: str = "") -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if only in {"", method.upper()}:
                yield path, method.upper(), operation


def check(document: Json, schema: Json, body: object) -> None:
    """Fail for JSON that does not conform to a schema of the document."""
    Draft202012Validator({**schema, "components": document["components"]}).validate(body)


def request(
    client: FlaskClient,
    document: Json,
    operation: Json,
    address: str,
    accept: str = "*/*",
    **more: str,
) -> int:
    """Compare a response with its description; return its status."""
    examples = {p["name"]: p["example"] for p in parameters(document, operation) if "example" in p}
    response = client.get(
        address, query_string=examples | more, headers={"Accept": accept}, buffered=True
    )
    status = response.status_code
    assert str(status) in operation["responses"], f"{address}: {response.text[:200]}"
    described = resolved(document, operation["responses"][str(status)])
    kinds = described.get("content", {})
    assert not response.data or response.mimetype in kinds or "*/*" in kinds, (
        f"{address}: {response.mimetype}"
    )
    assert accept in {"*/*", response.mimetype}, f"{address} is not returned as {accept}"
    assert "ETag" not in response.headers or "304" in operation["responses"], (
        f"{address} may be 304"
    )
    required = {"Location", "Retry-After"} | ({"X-Total-Count"} if accept == "*/*" else set())
    assert described.get("headers", {}).keys() & required <= set(response.headers.keys()), address
    if (
        response.data
        and "json" in response.mimetype
        and "schema" in kinds.get(response.mimetype, {})
    ):
        check(document, kinds[response.mimetype]["schema"], response.json)
    return status


def test_document_is_valid(document: Json) -> None:
    OpenAPIV31SpecValidator(document).validate()
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for _, kind, name in re.findall(r'"#/(components)/(\w+)/([\w-]+)"', json.dumps(document)):
        assert name in document["components"][kind]
    assert all(operation["summary"] for _, _, operation in operations(document))
    assert document["info"]["version"] == __version__
    assert document["info"]["license"]["url"] == LICENCE
    assert {tag["name"] for tag in document["tags"]} == {
        t for _, _, o in operations(document) for t in o["tags"]
    }


def test_every_route_is_described(app: Flask, document: Json) -> None:
    def key(rule: Rule, method: str) -> tuple[str, str]:
        return str(rule).rstrip("/"), method

    routes = {
        key(rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in UNDESCRIBED
        for method in (rule.methods or set()) & METHODS
    }
    router = app.url_map.bind("localhost")
    described = {
        key(
            router.match(address, method, return_rule=True)[0], method
        )  # fails for an address without a route
        for path, method, operation in operations(document)
        for address in addresses(document, path, operation)
    }
    assert described == routes, "describe each route with `api.operation`"


def test_named_queries_of_the_library(document: Json) -> None:
    assert (
        {path[9:] for path in document["paths"] if path.startswith("/queries/")}
        == LIBRARY.keys()
        != set()
    )
    for query in LIBRARY.values():
        described = document["paths"][f"/queries/{query.name}"]["get"]
        assert (described["summary"], query.description["en"] in described["description"]) == (
            query.title["en"],
            True,
        )
        ours = [p for p in parameters(document, described) if p["name"] not in OF_EACH_QUERY]
        defaults = (p["schema"].get("default") for p in ours)
        texts = [None if default is None else str(default) for default in defaults]
        found = [
            (p["name"], p.get("required", False), text) for p, text in zip(ours, texts, strict=True)
        ]
        assert found == [(p.name, p.required, p.default) for p in query.parameters]
        assert all(
            p.labels["en"] in given["description"]
            for p, given in zip(query.parameters, ours, strict=True)
        )


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.exhaustive) for part in range(1, PARTS))]
)
def test_addresses_and_examples_are_as_described(
    real_client: FlaskClient, document: Json, part: int
) -> None:
    """Each operation with its examples, and each of its addresses; `make test` requests those of each tenth path."""
    for path, _, operation in list(operations(document, "GET"))[part::PARTS]:
        if not [
            p for p in parameters(document, operation) if p.get("required") and "example" not in p
        ]:
            for address in addresses(document, path, operation):
                request(real_client, document, operation, address)
        variables = {p["name"]: p.get("example") for p in parameters(document, operation, "path")}
        examples = [
            *variables.values(),
            *(p.get("example") for p in parameters(document, operation)),
        ]
        if any(examples) and None not in variables.values():
            status = request(real_client, document, operation, path.format(**variables))
            assert status in {200, 302, 303}, f"{path}: {status}"


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.exhaustive) for part in range(1, PARTS))]
)
def test_each_media_type_is_returned(real_client: FlaskClient, document: Json, part: int) -> None:
    apart = ("/queries/", "/contributions", "/feedback", "/sparql", "/graph-store")
    negotiated = [
        (path, operation)
        for path, _, operation in operations(document, "GET")
        if "406" in operation["responses"] and not path.startswith(apart)
    ]
    for path, operation in negotiated[part::PARTS]:
        unrequested = {"application/linkset+json", search.SUGGESTIONS_JSON}
        unrequested |= {"text/html"} if "303" in operation["responses"] else set()
        for address in addresses(document, path, operation):
            for kind in contents(document, operation).keys() - unrequested:
                request(real_client, document, operation, address, kind)


def test_each_media_type_of_results(client: FlaskClient, document: Json) -> None:
    for path, query, parts in (
        ("/queries/objectives", None, ("",)),
        ("/sparql", "SELECT * { ?s a ?o } LIMIT 1", ("sparql-results", "spreadsheetml")),
        ("/sparql", "CONSTRUCT WHERE { ?s a ?o }", ("ld+json", "rdf+xml", "n-triples")),
    ):
        operation = document["paths"][path]["get"]
        for kind in contents(document, operation):
            if any(part in kind for part in parts):
                request(
                    client, document, operation, path, kind, **({"query": query} if query else {})
                )


def test_bounds_are_those_of_the_code(client: FlaskClient, document: Json) -> None:
    limit = next(
        p for p in parameters(document, document["paths"]["/search"]["get"]) if p["name"] == "limit"
    )["schema"]
    assert limit == {
        "type": "integer",
        "minimum": 1,
        "maximum": search.MAX_PAGE_SIZE,
        "default": search.PAGE_SIZE,
    }
    for path, _, operation in operations(document, "GET"):
        for parameter in parameters(document, operation):
            most = parameter.get("schema", {}).get("maximum")
            if (
                most is None or path.startswith("/queries/") or parameter["name"] == "page"
            ):  # no list is that long
                continue
            for value, refused in ((most, False), (most + 1, True)):
                response = client.get(
                    f"{path}?{parameter['name']}={value}", headers={"Accept": "application/json"}
                )
                assert (response.status_code == 400) is refused, (
                    f"{path}?{parameter['name']}={value}"
                )


def test_bodies_of_queries_and_data(client: FlaskClient, document: Json) -> None:
    queries = {FORM: "query=ASK+%7B%7D", "application/sparql-query": "ASK {}"}
    kinds = {
        path: document["paths"][path]["post"]["requestBody"]["content"].keys() for path in POSTED
    }
    assert kinds["/sparql"] == queries.keys()
    for kind, data in queries.items():
        assert client.post("/sparql", data=data, content_type=kind).json == {
            "head": {},
            "boolean": True,
        }
    data = {"text/turtle", "application/ld+json", "text/csv", FORM, "multipart/form-data"}
    assert data <= kinds["/validate"] & kinds["/contributions"]


def test_reconciliation_conforms(client: FlaskClient, document: Json) -> None:
    operation = document["paths"]["/reconcile"]["post"]
    form = resolved(document, operation["requestBody"]["content"][FORM]["schema"])["properties"]
    query = {"query": "Afghanistan", "type": "country", "limit": 2, "properties": []}
    extension = {
        "ids": ["country/AFG"],
        "properties": [{"id": "gcm:iso3", "settings": {"limit": 1}}],
    }
    for name, sent in (("queries", {"q0": query}), ("extend", extension)):
        check(document, form[name], sent)
        response = client.post("/reconcile", data={name: json.dumps(sent)})
        assert response.status_code == 200
        check(document, contents(document, operation)["application/json"]["schema"], response.json)


def test_reports_contributions_and_remarks_conform(
    app: Flask, client: FlaskClient, document: Json
) -> None:
    sound, folder = (
        PRACTICE.replace("SLUG", "openapi").replace("PHL", "AFG"),
        app.config["CONTRIBUTIONS"],
    )
    headers, curator = headers_of(folder, Role.CONTRIBUTOR), headers_of(folder)
    for path, data, status in (
        ("/validate", INCOMPLETE, 200),
        ("/contributions?title=A", INCOMPLETE, 422),
        ("/contributions?title=A", sound, 201),
    ):
        asked = {**headers, "Accept": "application/json"}
        sent = client.post(path, data=data, content_type="text/turtle", headers=asked)
        assert sent.status_code == status, sent.text
        operation = document["paths"][path.partition("?")[0]]["post"]
        check(document, contents(document, operation, status)[sent.mimetype]["schema"], sent.json)
    schemas = document["components"]["schemas"]
    remark = client.post("/feedback", json={"reason": "Wrong.", "page": "/about"})
    address, answer = remark.get_json()["href"], {"decision": "close", "reason": "It is right."}
    for response in (
        remark,
        client.get(address),
        client.post(address, json=answer, headers=curator),
    ):
        check(document, schemas["Remark"], response.json)
    check(
        document,
        schemas["Remarks"],
        client.get("/feedback/review?state=closed", headers=curator).json,
    )


def test_required_tokens_are_named(client: FlaskClient, document: Json) -> None:
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, method, operation in operations(document):
        required = {"token": []} in operation.get("security", []) and {} not in operation[
            "security"
        ]
        if path.startswith("/contributions"):
            address = addresses(document, path, operation)[0]
            response = client.open(address, method=method, headers={"Accept": "application/json"})
            assert (response.status_code == 401) is required, (
                f"{method} {address}: {response.status_code}"
            )


def test_addresses_of_the_document_and_its_server(client: FlaskClient) -> None:
    whole, below = (
        client.get("/openapi.json"),
        client.get("/openapi.json", environ_overrides={"SCRIPT_NAME": "/data"}),
    )
    assert whole.mimetype == "application/json"
    link = '</openapi.json>; rel="service-desc"; type="application/json"'
    assert link in client.get("/").headers.getlist("Link")
    assert [one.get_json()["servers"] for one in (whole, below)] == [
        [{"url": "/"}],
        [{"url": "/data"}],
    ]
    assert below.headers["ETag"] != whole.headers["ETag"]


def test_document_by_settings(store_folder: Path, tmp_path: Path, application: Application) -> None:
    """A server without a repository has neither contributions nor queries."""
    paths = document_of(application(store_folder, root=str(tmp_path)).test_client())["paths"]
    assert not [
        path for path in paths if path.startswith(("/queries/", "/contributions", "/validate"))
    ]
    assert "/sparql" in paths


#: Examples of each operation, in each of the two kinds of data (that conform to the description,
#: and that do not). `make fuzz EXAMPLES=N` makes more.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))

#: What is compared with the description of a response, in the names of schemathesis.
CHECKS = ("status_code", "content_type", "response_headers", "response_schema")

SEED = 20261127


@pytest.mark.exhaustive
def test_responses_to_generated_requests(
    small_store: Path, tmp_path: Path, application: Application
) -> None:
    import schemathesis  # noqa: PLC0415 - it takes a second
    from schemathesis import GenerationMode  # noqa: PLC0415
    from schemathesis.checks import CHECKS as KNOWN  # noqa: PLC0415
    from schemathesis.checks import load_all_checks  # noqa: PLC0415

    load_all_checks()
    checks = [KNOWN.get_one(f"{name}_conformance") for name in CHECKS]
    copy_store(small_store, tmp_path / "store")
    app = application(tmp_path / "store", contributions=str(tmp_path), query_timeout=1)
    headers = {**headers_of(str(tmp_path)), "Accept-Encoding": "identity"}
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    failed: dict[str, str] = {}

    def ask(case: Any) -> None:
        try:
            response = case.call(headers=headers)
        except Exception as error:  # noqa: BLE001 - of the application
            failed.setdefault(f"{case.method} {case.path}", f"{error!r}: {case.as_curl_command()}")
            return
        later = response.status_code == 503 and "retry-after" in response.headers
        if response.status_code >= 500 and not later:
            failed.setdefault(
                f"{case.method} {case.path}", f"{response.status_code}: {case.as_curl_command()}"
            )
        elif not later:
            try:
                case.validate_response(response, checks=checks)
            except BaseExceptionGroup as error:  # of all deviations
                failed.setdefault(f"{case.method} {case.path}", str(error))

    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 40
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            cases = operation.as_strategy(generation_mode=mode)
            few = settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            with suppress(Unsatisfiable):  # what has no parameter cannot be wrong
                seed(SEED)(few(given(case=cases)(ask)))()
    assert not failed, "\n".join(failed.values())
