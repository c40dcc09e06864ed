"""`/openapi.json`: the OpenAPI 3.1 description of every public route.

The document (https://spec.openapis.org/oas/v3.1.1.html) is composed from the rules of the
application and from the operations that are described at its routes (`http.api`), with the limits,
names and media types of the code that reads requests.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from inspect import cleandoc
from typing import Annotated, Any, NamedTuple, NotRequired, Required, TypedDict

import msgspec
from flask import Flask, Response, current_app, request
from werkzeug.routing import Rule

from gcmgraph import __version__
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.web.http import api
from gcmgraph.web.http.formats import HTML, JSON
from gcmgraph.web.http.problems import PROBLEM_JSON
from gcmgraph.web.responses.negotiated import cached_document
from gcmgraph.web.responses.typed_links import SERVICE_DESCRIPTION, SERVICE_DESCRIPTION_TYPE
from gcmgraph.web.services import Site

_TEXTS: api.Json = tomllib.loads((files("gcmgraph.web") / "openapi.toml").read_text("utf-8"))

#: Headers that are numbers.
_NUMERIC_HEADERS = ("Retry-After", "X-Total-Count")

#: Content of a response with problem details: JSON, for browsers a page.
_PROBLEM_CONTENT = api.media(PROBLEM_JSON, HTML)

#: Problems whose responses state when to repeat the request.
_STATUSES_WITH_RETRY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

#: Statuses of responses with the header `Location`.
_STATUSES_WITH_LOCATION = (HTTPStatus.CREATED, HTTPStatus.SEE_OTHER)

_JSON = JSON.media_type
_SCRIPT = "text/javascript"

#: Variable of the rules of paths with a suffix.
_SUFFIX = "<suffix>"

#: Members of a schema of texts that permits any value.
_FREE_TEXT = {"type", "format", "description"}

_VARIABLE = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
_FIRST_PART = re.compile(r"/(\.?[a-z]+(?:-[a-z]+)*)")

_ANSWER = api.answer("OpenAPI document.", {_JSON: {"type": "object"}})


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


class RoutedOperation(NamedTuple):
    """An operation with the path and the method of its route."""

    path: str
    method: str
    operation: api.Operation


class OpenApiPages:
    """View of the document, which is composed at the first request."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._query_texts = [query.text for query in site.library.values()]

    @api.operation("openapi", _ANSWER, ())
    def openapi(self) -> Response:
        """Return this document."""
        root = request.script_root

        def body() -> str:
            return json.dumps(document(current_app, root), ensure_ascii=False, indent=1)

        takes_contributions = "contributions.validate" in current_app.view_functions
        return cached_document(
            self._site.dataset.snapshot(),
            body,
            SERVICE_DESCRIPTION_TYPE,
            str(takes_contributions),
            *self._query_texts,
            vary=None,
        )


def add_routes(app: Flask, site: Site) -> None:
    """`/openapi.json`."""
    app.add_url_rule(SERVICE_DESCRIPTION, "openapi", OpenApiPages(site).openapi)


def document(app: Flask, root: str = "") -> api.Json:
    """The document of an application mounted at `root`."""
    document = _Document()
    paths: api.Json = {}
    for path, method, operation in operations(app):
        paths.setdefault(path, {})[method.lower()] = document.operation(path, operation)
    tags = [
        {"name": name, "description": tag["description"]} for name, tag in _TEXTS["tags"].items()
    ]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "GCM Graph",
            "version": __version__,
            "description": _TEXTS["description"],
            "license": {"name": "CC BY 4.0", "url": LICENCE},
        },
        "servers": [{"url": root or "/"}],
        "tags": tags,
        "paths": paths,
        "components": document.components(),
    }


def operations(app: Flask) -> Iterator[RoutedOperation]:
    """The operations of each route with a description, in the order of paths."""
    routes_by_name: dict[str, tuple[str, str]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for path, operation in _operations_of_rule(app, rule, method):
                first_route = routes_by_name.setdefault(operation.name, (path, method))
                if first_route != (path, method):  # another path of one view
                    operation = replace(operation, name=path.strip("/").replace("/", "_"))
                yield RoutedOperation(path, method, operation)


def _operations_of_rule(app: Flask, rule: Rule, method: str) -> Iterator[tuple[str, api.Operation]]:
    """Paths and operations of one rule and method.

    An operation that names its path is at that path only; the rule of that path has no others.
    """
    view = app.view_functions[rule.endpoint]
    operations: list[api.Operation] = [
        operation
        for operation in getattr(view, api.OPERATIONS, ())
        if operation.method in {"", method}
    ]
    named_paths = [operation.path for operation in operations if operation.path]
    is_named = any(_matches(rule, path) for path in named_paths)
    rules_of_view = app.url_map.iter_rules(rule.endpoint)
    has_rule_without_suffix = any(_SUFFIX not in view_rule.rule for view_rule in rules_of_view)
    path = _VARIABLE.sub(r"{\1}", rule.rule).replace("{identifier}", "{id}")
    for operation in operations:
        described = _with_texts_of_view(operation, view, method)
        if operation.path:
            if _matches(rule, operation.path):
                yield operation.path, described
        elif not is_named:
            if has_rule_without_suffix and _SUFFIX in rule.rule:
                described = _with_suffix(described)
            yield path, described


def _matches(rule: Rule, path: str) -> bool:
    """Whether a path, which may have values in place of variables, is one of a rule."""
    return re.fullmatch(re.sub(r"<[^<>]+>", "[^/]+", rule.rule), path) is not None


def _with_texts_of_view(
    operation: api.Operation, view: Callable[..., Any], method: str
) -> api.Operation:
    """An operation with the docstring of its view as summary and description, unless it has its own."""
    docstring = "" if operation.summary else cleandoc(view.__doc__ or "")
    summary, _, description = docstring.partition("\n\n")
    cached = operation.cached
    if cached is None:
        cached = method == "GET" and operation.token is None
    return replace(
        operation,
        summary=operation.summary or " ".join(summary.split()).rstrip("."),
        description=operation.description or " ".join(description.split()),
        cached=cached,
    )


def _with_suffix(operation: api.Operation) -> api.Operation:
    """An operation at its path with a suffix."""
    summary = f"{operation.summary}, in the format of a suffix"
    return replace(operation, name=f"{operation.name}_as", summary=summary)


def _problems(operation: api.Operation, path: str) -> set[int]:
    """Statuses of problems, and of unchanged documents: those that are named, and those that follow."""
    has_body = operation.body is not None
    reads_token = operation.token is not None
    has_checked_parameters = any(_is_checked(parameter, path) for parameter in operation.parameters)
    conditions = {
        304: operation.cached,
        400: has_body or has_checked_parameters,
        401: reads_token,
        403: operation.token,
        404: "{" in path,
        406: _is_negotiated(operation, path),
        408: has_body,
        413: has_body,
        429: has_body or reads_token,
    }
    following = (status for status, holds in conditions.items() if holds)
    return {*operation.problems, *following}


def _is_negotiated(operation: api.Operation, path: str) -> bool:
    """Whether a response is refused where the client accepts none of its media types."""
    media_types = next(iter(operation.answers.values())).content
    has_choice = len(media_types) > 1 and _SCRIPT not in media_types
    return operation.negotiated and has_choice and not path.endswith("{suffix}")


def _is_checked(parameter: api.Parameter, path: str) -> bool:
    """Whether some values of a parameter are refused. A language that is not offered is ignored."""
    schema = parameter.schema
    if isinstance(schema, dict) and schema.keys() <= _FREE_TEXT:
        return False
    is_in_path = parameter.name == "suffix" or f"{{{parameter.name}}}" in path
    return parameter is not api.LANG and not is_in_path


class _Document:
    """Operations of the document, and the components to which they refer."""

    def __init__(self) -> None:
        self._schemas: api.Json = {}
        self._parameters: api.Json = {}
        problem = api.ApiResponse("Any other problem (RFC 9457).", _PROBLEM_CONTENT)
        self._responses: api.Json = {"Problem": self._response_members(problem)}

    def components(self) -> api.Json:
        """The components to which operations refer."""
        headers = {}
        for name, description in _TEXTS["headers"].items():
            schema = api.whole(0) if name in _NUMERIC_HEADERS else api.text()
            headers[name] = {"description": description, "schema": schema}
        token = {"type": "http", "scheme": "bearer", "description": _TEXTS["security"]}
        return {
            "schemas": dict(sorted(self._schemas.items())),
            "parameters": self._parameters,
            "headers": headers,
            "responses": self._responses,
            "securitySchemes": {"token": token},
        }

    def operation(self, path: str, operation: api.Operation) -> api.Json:
        """An operation at a path."""
        members: api.Json = {
            "operationId": operation.name,
            "tags": [_tag(path)],
            "summary": operation.summary,
        }
        if operation.description:
            members["description"] = operation.description
        parameters = [
            self._parameter(parameter, path)
            for parameter in operation.parameters
            if parameter.name != "suffix" or "{suffix}" in path
        ]
        if parameters:
            members["parameters"] = parameters
        if operation.body is not None:
            members["requestBody"] = self._request_body(operation, operation.body)
        members["responses"] = self._responses_of(operation, path)
        if operation.token is not None:
            members["security"] = [{"token": []}] if operation.token else [{}, {"token": []}]
        return members

    def _request_body(self, operation: api.Operation, content: api.Content) -> api.Json:
        body: api.Json = {}
        if operation.body_description:
            body["description"] = operation.body_description
        return {**body, "required": True, "content": self._content(content)}

    def _responses_of(self, operation: api.Operation, path: str) -> api.Json:
        """The responses of an operation by status, those of problems included."""
        responses = {}
        for status in _problems(operation, path):
            responses[status] = self._problem(HTTPStatus(status))
        for status, answer in operation.answers.items():
            responses[status] = self._response(answer, status)
        by_status = {str(status): responses[status] for status in sorted(responses)}
        return {**by_status, "default": _reference("responses", "Problem")}

    def _problem(self, status: HTTPStatus) -> api.Json:
        """Reference to the response of a problem, or of an unchanged document."""
        name = status.name.title().replace("_", "")
        if name not in self._responses:
            description = _TEXTS["statuses"][str(status.value)]
            content = _PROBLEM_CONTENT if status >= HTTPStatus.BAD_REQUEST else {}
            headers = ("Retry-After",) if status in _STATUSES_WITH_RETRY else ()
            problem = api.ApiResponse(description, content, headers)
            self._responses[name] = self._response_members(problem)
        return _reference("responses", name)

    def _response(self, answer: api.ApiResponse, status: int) -> api.Json:
        """A response, or for one of several operations a reference to its component."""
        if status in _STATUSES_WITH_LOCATION:
            answer = replace(answer, headers=("Location", *answer.headers))
        if not answer.shared:
            return self._response_members(answer)
        if answer.shared not in self._responses:
            self._responses[answer.shared] = self._response_members(answer)
        return _reference("responses", answer.shared)

    def _response_members(self, answer: api.ApiResponse) -> api.Json:
        members: api.Json = {"description": answer.description}
        if answer.headers:
            members["headers"] = {name: _reference("headers", name) for name in answer.headers}
        if answer.content:
            members["content"] = self._content(answer.content)
        return members

    def _content(self, content: api.Content) -> api.Json:
        """Content of a body by media type.

        Every body of problem details has their schema; objects in a form are JSON.
        """
        members_by_media_type: api.Json = {}
        for media_type, given_schema in content.items():
            schema = ProblemJson if media_type == PROBLEM_JSON else given_schema
            members: api.Json = {}
            if schema is not None:
                members["schema"] = self._schema(schema)
            if media_type == api.FORM and isinstance(schema, type):
                members["encoding"] = self._encoding(schema)
            members_by_media_type[media_type] = members
        return members_by_media_type

    def _encoding(self, form: type) -> api.Json:
        """The encoding of the fields of a form that are objects. The form is a component."""
        fields = self._schemas[_component_name(form)]["properties"]
        return {
            name: {"contentType": _JSON}
            for name, schema in fields.items()
            if "$ref" in schema or schema.get("type") == "object"
        }

    def _schema(self, schema: Any) -> api.Json:
        """A schema; types are components, and several of them are alternatives."""
        if isinstance(schema, dict):
            return schema
        if isinstance(schema, tuple):
            return {"anyOf": [self._schema(alternative) for alternative in schema]}
        schema_of_type, components = _schema_of_type(schema)
        for name, component in components.items():
            if self._schemas.setdefault(name, component) != component:
                raise ValueError(f"two schemas have the name {name}")
        return schema_of_type

    def _parameter(self, parameter: api.Parameter, path: str) -> api.Json:
        """A parameter, or for one of several operations a reference to its component."""
        is_in_path = f"{{{parameter.name}}}" in path
        part_of_request = parameter.where or ("path" if is_in_path else "query")
        members: api.Json = {
            "name": parameter.name,
            "in": part_of_request,
            "description": parameter.description,
        }
        if isinstance(parameter.schema, dict):
            members["schema"] = parameter.schema
        else:
            members["content"] = self._content({_JSON: parameter.schema})
        if parameter.required or part_of_request == "path":
            members["required"] = True
        if parameter.example is not None:
            members["example"] = parameter.example
        members |= parameter.more
        if not parameter.shared:
            return members
        self._parameters.setdefault(parameter.shared, members)
        return _reference("parameters", parameter.shared)


@cache
def _schema_of_type(schema_type: Any) -> tuple[api.Json, api.Json]:
    """The schema of a type, and the components to which it refers by name (`_component_name`)."""
    reference = _reference("schemas", "{name}")["$ref"]
    schemas = msgspec.json.schema_components([schema_type], ref_template=reference)
    text = msgspec.json.encode(schemas).replace(b'Json"', b'"')
    (schema,), components = msgspec.json.decode(text)
    return schema, components


def _component_name(schema_type: type) -> str:
    """The name of the component of a type, which lacks the type's suffix `Json`."""
    return schema_type.__name__.removesuffix("Json")


def _reference(kind: str, name: str) -> api.Json:
    """Reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def _tag(path: str) -> str:
    """The group of a path: that of its first part, else the first group."""
    match = _FIRST_PART.match(path)
    first_part = match[1] if match else ""
    tags: dict[str, api.Json] = _TEXTS["tags"]
    for name, tag in tags.items():
        if first_part in tag["parts"]:
            return name
    return next(iter(tags))
