"""`/openapi.json`: the OpenAPI 3.1 description of every public route (https://spec.openapis.org/oas/v3.1.1.html).

It is composed from the rules of the application and from the operations that are described at its
routes (`http.api`), with the limits, names and media types of the code that reads requests.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from inspect import cleandoc
from typing import Annotated, Any, NotRequired, Required, TypedDict

import msgspec
from flask import Flask, Response, current_app, request
from werkzeug.routing import Rule

from gcmgraph import __version__
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML, JSON
from gcmgraph.web.http.problems import PROBLEM_JSON
from gcmgraph.web.responses.negotiated import (
    SERVICE_DESCRIPTION,
    SERVICE_DESCRIPTION_TYPE,
    cached_document,
)
from gcmgraph.web.services import Site

_TEXTS: api.Json = tomllib.loads((files("gcmgraph.web") / "openapi.toml").read_text("utf-8"))

#: Headers that are numbers.
_NUMBERS = ("Retry-After", "X-Total-Count")


class LinkJson(TypedDict):
    """Link to another page or form."""

    href: str
    title: NotRequired[str]
    language: NotRequired[str | None]
    type: NotRequired[str]


class NearResource(TypedDict):
    """Resource with a similar name or code."""

    iri: api.Address
    href: str
    label: str


class ProblemJson(TypedDict, total=False):
    """Problem details (RFC 9457): the error in one sentence, and a hint for its correction."""

    title: Required[str]
    status: Required[Annotated[int, msgspec.Meta(ge=400, le=599)]]
    detail: Required[str]
    hint: str
    parameter: str
    expected: str
    nearest: str
    parameters: list[str]
    alternatives: list[Any]
    suggestions: list[LinkJson]
    near: list[NearResource]
    line: int | None
    column: int | None
    report: dict[str, Any]
    successor: api.Address


_TOLD = api.media(PROBLEM_JSON, HTML)
_LATER = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

_JSON, _SCRIPT = JSON.media_type, "text/javascript"

#: Variable of the rules of paths with a suffix.
_SUFFIX = "<suffix>"

_ANSWER = api.answer("OpenAPI document.", {_JSON: {"type": "object"}})


def add_routes(app: Flask, site: Site) -> None:
    """`/openapi.json`. The document is composed at the first request."""
    texts = [query.text for query in site.library.values()]

    @app.get(SERVICE_DESCRIPTION)
    @api.operation("openapi", _ANSWER, ())
    def openapi() -> Response:
        """Return this document."""
        snapshot, root = site.dataset.snapshot(), request.script_root

        def body() -> str:
            return json.dumps(document(current_app, root), ensure_ascii=False, indent=1)

        contributing = str("contributions.validate" in current_app.view_functions)
        return cached_document(
            snapshot, body, SERVICE_DESCRIPTION_TYPE, contributing, *texts, vary=None
        )


def document(app: Flask, root: str = "") -> api.Json:
    """The document of an application mounted at `root`."""
    document = _Document()
    paths: api.Json = {}
    for path, method, described in operations(app):
        paths.setdefault(path, {})[method.lower()] = document.operation(path, described)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "GCM Graph",
            "version": __version__,
            "description": _TEXTS["description"],
            "license": {"name": "CC BY 4.0", "url": LICENCE},
        },
        "servers": [{"url": root or "/"}],
        "tags": [
            {"name": name, "description": tag["description"]}
            for name, tag in _TEXTS["tags"].items()
        ],
        "paths": paths,
        "components": document.components(),
    }


def operations(app: Flask) -> Iterator[tuple[str, str, api.Operation]]:
    """Path, method and operation of each route with a description, in the order of paths."""
    names: dict[str, tuple[str, str]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for path, described in _described(app, rule, method):
                if names.setdefault(described.name, (path, method)) != (
                    path,
                    method,
                ):  # another path of one view
                    described = replace(described, name=path.strip("/").replace("/", "_"))
                yield path, method, described


def _described(app: Flask, rule: Rule, method: str) -> Iterator[tuple[str, api.Operation]]:
    """Paths and operations of one rule and method."""
    view = app.view_functions[rule.endpoint]
    every: list[api.Operation] = [
        one for one in getattr(view, api.OPERATIONS, ()) if one.method in {"", method}
    ]
    path = re.sub(r"<(?:[^<>:]+:)?(\w+)>", r"{\1}", rule.rule).replace("{identifier}", "{id}")
    beside = any(_SUFFIX not in other.rule for other in app.url_map.iter_rules(rule.endpoint))
    for one in every:
        summary, _, description = ("" if one.summary else cleandoc(view.__doc__ or "")).partition(
            "\n\n"
        )
        described = replace(
            one,
            summary=one.summary or " ".join(summary.split()).rstrip("."),
            description=one.description or " ".join(description.split()),
            cached=one.cached if one.cached is not None else method == "GET" and one.token is None,
        )
        if one.path:
            if _matches(rule, one.path):
                yield one.path, described
        elif not any(_matches(rule, other.path) for other in every if other.path):
            yield path, _of_suffix(described) if beside and _SUFFIX in rule.rule else described


def _matches(rule: Rule, path: str) -> bool:
    """Whether a path, which may have values in place of variables, is one of a rule."""
    return re.fullmatch(re.sub(r"<[^<>]+>", "[^/]+", rule.rule), path) is not None


def _of_suffix(described: api.Operation) -> api.Operation:
    """An operation at its path with a suffix."""
    summary = f"{described.summary}, in the format of a suffix"
    return replace(described, name=f"{described.name}_as", summary=summary)


def _problems(described: api.Operation, path: str) -> set[int]:
    """Statuses of problems, and of unchanged documents: those that are named, and those that follow."""
    forms = next(iter(described.answers.values())).content
    sent, knows = described.body is not None, described.token is not None
    negotiated = (
        described.negotiated and len(forms) > 1 and not {"{suffix}", _SCRIPT} & {path[-8:], *forms}
    )
    follow = {
        304: described.cached,
        400: sent or any(_is_checked(one, path) for one in described.parameters),
        401: knows,
        403: described.token,
        404: "{" in path,
        406: negotiated,
        408: sent,
        413: sent,
        429: sent or knows,
    }
    return {*described.problems, *(status for status, holds in follow.items() if holds)}


def _is_checked(one: api.Parameter, path: str) -> bool:
    """Whether some values of a parameter are refused. A language that is not offered is ignored."""
    free = isinstance(one.schema, dict) and one.schema.keys() <= {"type", "format", "description"}
    return not (free or one is api.LANG or one.name == "suffix" or f"{{{one.name}}}" in path)


class _Document:
    """Operations of the document, and the components to which they refer."""

    def __init__(self) -> None:
        self._schemas: api.Json = {}
        self._parameters: api.Json = {}
        self._responses: api.Json = {
            "Problem": self._answer(api.ApiResponse("Any other problem (RFC 9457).", _TOLD))
        }

    def components(self) -> api.Json:
        """The components to which operations refer."""
        return {
            "schemas": dict(sorted(self._schemas.items())),
            "parameters": self._parameters,
            "headers": {
                name: {
                    "description": description,
                    "schema": api.whole(0) if name in _NUMBERS else api.text(),
                }
                for name, description in _TEXTS["headers"].items()
            },
            "responses": self._responses,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": _TEXTS["security"]}
            },
        }

    def operation(self, path: str, described: api.Operation) -> api.Json:
        """An operation at a path."""
        answers = {
            status: self._problem(HTTPStatus(status)) for status in _problems(described, path)
        }
        answers |= {
            status: self._response(answer, status) for status, answer in described.answers.items()
        }
        told: api.Json = {
            "operationId": described.name,
            "tags": [_tag(path)],
            "summary": described.summary,
        }
        told |= {"description": described.description} if described.description else {}
        parameters = [
            one for one in described.parameters if one.name != "suffix" or "{suffix}" in path
        ]
        told |= (
            {"parameters": [self._parameter(one, path) for one in parameters]} if parameters else {}
        )
        if described.body is not None:
            about = (
                {"description": described.body_description} if described.body_description else {}
            )
            told["requestBody"] = {
                **about,
                "required": True,
                "content": self._content(described.body),
            }
        told["responses"] = {str(status): answers[status] for status in sorted(answers)}
        told["responses"]["default"] = _ref("responses", "Problem")
        if described.token is not None:
            told["security"] = [{"token": []}] if described.token else [{}, {"token": []}]
        return told

    def _problem(self, status: HTTPStatus) -> api.Json:
        """Reference to the response of a problem, or of an unchanged document."""
        name = status.name.title().replace("_", "")
        if name not in self._responses:
            content = _TOLD if status >= HTTPStatus.BAD_REQUEST else {}
            headers = ("Retry-After",) if status in _LATER else ()
            self._responses[name] = self._answer(
                api.ApiResponse(_TEXTS["statuses"][str(status.value)], content, headers)
            )
        return _ref("responses", name)

    def _response(self, answer: api.ApiResponse, status: int) -> api.Json:
        if status in {201, 303}:
            answer = replace(answer, headers=("Location", *answer.headers))
        if not answer.shared:
            return self._answer(answer)
        if answer.shared not in self._responses:
            self._responses[answer.shared] = self._answer(answer)
        return _ref("responses", answer.shared)

    def _answer(self, answer: api.ApiResponse) -> api.Json:
        told: api.Json = {"description": answer.description}
        told |= (
            {"headers": {name: _ref("headers", name) for name in answer.headers}}
            if answer.headers
            else {}
        )
        return told | ({"content": self._content(answer.content)} if answer.content else {})

    def _content(self, content: api.Content) -> api.Json:
        """Content of a body.

        Every body of problem details has their schema; objects in a form are JSON.
        """
        found: api.Json = {}
        for kind, schema in content.items():
            schema = ProblemJson if kind == PROBLEM_JSON else schema
            found[kind] = {} if schema is None else {"schema": self._schema(schema)}
            if kind == api.FORM and isinstance(schema, type):
                members = self._schemas[schema.__name__.removesuffix("Json")]["properties"]
                objects = [
                    name
                    for name, one in members.items()
                    if "$ref" in one or one.get("type") == "object"
                ]
                found[kind]["encoding"] = {name: {"contentType": _JSON} for name in objects}
        return found

    def _schema(self, schema: Any) -> api.Json:
        """A schema; types are components, and several of them are alternatives."""
        if isinstance(schema, dict):
            return schema
        if isinstance(schema, tuple):
            return {"anyOf": [self._schema(one) for one in schema]}
        found, components = _of_type(schema)
        for name, component in components.items():
            if self._schemas.setdefault(name, component) != component:
                raise ValueError(f"two schemas have the name {name}")
        return found

    def _parameter(self, one: api.Parameter, path: str) -> api.Json:
        where = one.where or ("path" if f"{{{one.name}}}" in path else "query")
        told: api.Json = {"name": one.name, "in": where, "description": one.description}
        if isinstance(one.schema, dict):
            told["schema"] = one.schema
        else:
            told["content"] = self._content({_JSON: one.schema})
        told |= {"required": True} if one.required or where == "path" else {}
        told |= {"example": one.example} if one.example is not None else {}
        told |= one.more
        if not one.shared:
            return told
        self._parameters.setdefault(one.shared, told)
        return _ref("parameters", one.shared)


@cache
def _of_type(kind: Any) -> tuple[api.Json, api.Json]:
    """The schema of a type, and the components to which it refers.

    Their names lack the suffix `Json` of the type.
    """
    schemas = msgspec.json.schema_components([kind], ref_template=_ref("schemas", "{name}")["$ref"])
    (found,), components = msgspec.json.decode(msgspec.json.encode(schemas).replace(b'Json"', b'"'))
    return found, components


def _ref(kind: str, name: str) -> api.Json:
    """Reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def _tag(path: str) -> str:
    """The group of a path."""
    found = re.match(r"/(\.?[a-z]+(?:-[a-z]+)*)", path)
    first = found[1] if found else ""
    tags: dict[str, api.Json] = _TEXTS["tags"]
    return next((name for name, tag in tags.items() if first in tag["parts"]), next(iter(tags)))
