"""Builders of schemas, parameters, responses and operations (https://spec.openapis.org/oas/v3.1.1.html#schema)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from gcmgraph.web.http.formats import HTML

#: JSON object with the keys of OpenAPI or JSON Schema.
Json = dict[str, Any]

#: Media type of JSON without a type of its own.
JSON = "application/json"


def text(most: int | None = None, **more: object) -> Json:
    """Schema of a text with at most `most` characters."""
    return {"type": "string"} | ({"maxLength": most} if most is not None else {}) | more


def whole(least: int, most: int | None = None, default: int | None = None) -> Json:
    """Schema of an integer within bounds."""
    bounds = {"minimum": least, "maximum": most, "default": default}
    return {"type": "integer"} | {name: bound for name, bound in bounds.items() if bound is not None}


def one_of(values: Iterable[str], default: str | None = None) -> Json:
    """Schema of a text from a list of values."""
    return {"type": "string", "enum": [*dict.fromkeys(values)]} | ({"default": default} if default else {})


def many(items: Json, most: int | None = None, **more: object) -> Json:
    """Schema of a list with at most `most` items."""
    return {"type": "array", "items": items} | ({"maxItems": most} if most is not None else {}) | more


def record(required: Mapping[str, Json], optional: Mapping[str, Json] | None = None, **more: object) -> Json:
    """Schema of an object with required and optional members."""
    members = {**required, **(optional or {})}
    return {"type": "object", "properties": members} | ({"required": [*required]} if required else {}) | more


def table(values: Json) -> Json:
    """Schema of an object with arbitrary keys and values of one schema."""
    return {"type": "object", "additionalProperties": values}


def ref(name: str, kind: str = "schemas") -> Json:
    """Reference to a component of the document."""
    return {"$ref": f"#/components/{kind}/{name}"}


def query(name: str, description: str, schema: Json, *, required: bool = False, example: object = None) -> Json:
    """Query parameter. A list is given by repeating the parameter."""
    return _parameter("query", name, description, schema, required, example)


def path(name: str, description: str, schema: Json, example: object = None) -> Json:
    """Path parameter."""
    return _parameter("path", name, description, schema, True, example)


def header(name: str, description: str, schema: Json) -> Json:
    """Request header."""
    return _parameter("header", name, description, schema, False, None)


def _parameter(place: str, name: str, description: str, schema: Json, required: bool, example: object) -> Json:
    told = {"name": name, "in": place, "description": description, "schema": schema}
    return told | ({"required": True} if required else {}) | ({"example": example} if example is not None else {})


def media(*types: str | Mapping[str, str | Json]) -> dict[str, Json]:
    """Content of a body by media type; a type may be mapped to a schema or to the name of one."""
    content: dict[str, Json] = {}
    for given in types:
        if isinstance(given, str):
            content[given] = {"schema": {"type": "string"}} if given.startswith("text/") else {}
        else:
            named = {kind: ref(schema) if isinstance(schema, str) else schema for kind, schema in given.items()}
            content |= {kind: {"schema": schema} for kind, schema in named.items()}
    return content


#: Content of an HTML page.
PAGE = media(HTML.media_type)


def answer(description: str, content: dict[str, Json] | None = None, headers: Iterable[str] = ()) -> Json:
    """Response with a description; `headers` are names of header components."""
    named = {name: ref(name, "headers") for name in headers}
    told: Json = {"description": description}
    told |= {"headers": named} if named else {}
    return told | ({"content": content} if content else {})


def component(status: HTTPStatus) -> str:
    """Name of the response component of a status."""
    return status.name.title().replace("_", "")


def get(name: str, tag: str, summary: str, answers: Mapping[int, Json], **more: Any) -> Json:
    """Path with GET as its only method; the arguments are those of `operation`."""
    return {"get": operation(name, tag, summary, answers, **more)}


def operation(
    name: str,
    tag: str,
    summary: str,
    answers: Mapping[int, Json],
    *,
    description: str = "",
    parameters: Collection[Json] = (),
    body: Json | None = None,
    problems: Iterable[int] = (),
    conditional: bool = False,
    token: bool | None = None,
) -> Json:
    """Operation of one method on one path.

    `problems` are the statuses returned as problem details. A `conditional` operation may return 304. `token` is True
    where a token is required, False where it is optional, None where it is ignored.
    """
    statuses = {str(status): told for status, told in answers.items()}
    plain = [HTTPStatus.NOT_MODIFIED] if conditional else []
    plain += [HTTPStatus(status) for status in problems]
    plain += [HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS] if token is not None else []
    statuses |= {str(status.value): ref(component(status), "responses") for status in plain}
    told: Json = {"operationId": name, "tags": [tag], "summary": summary}
    told |= {"description": description} if description else {}
    told |= {"parameters": [*parameters]} if parameters else {}
    told |= {"requestBody": body} if body else {}
    told["responses"] = {**dict(sorted(statuses.items())), "default": ref("Problem", "responses")}
    if token is not None:
        told["security"] = [{"token": []}] if token else [{}, {"token": []}]
    return told
