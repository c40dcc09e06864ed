"""Values, parameters, answers and operations as OpenAPI writes them (https://spec.openapis.org/oas/v3.1.1.html#schema)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from gcmgraph.web.http.formats import HTML

#: What is written as JSON; keys are what OpenAPI and JSON Schema call things.
Json = dict[str, Any]

#: The media type of what is JSON and no more.
JSON = "application/json"


def text(most: int | None = None, **more: object) -> Json:
    """A text, of at most so many characters."""
    return {"type": "string"} | ({"maxLength": most} if most is not None else {}) | more


def whole(least: int, most: int | None = None, default: int | None = None) -> Json:
    """A whole number within bounds."""
    bounds = {"minimum": least, "maximum": most, "default": default}
    return {"type": "integer"} | {name: bound for name, bound in bounds.items() if bound is not None}


def one_of(values: Iterable[str], default: str | None = None) -> Json:
    """A text out of a list."""
    return {"type": "string", "enum": [*dict.fromkeys(values)]} | ({"default": default} if default else {})


def many(items: Json, most: int | None = None, **more: object) -> Json:
    """A list of values, at most so many."""
    return {"type": "array", "items": items} | ({"maxItems": most} if most is not None else {}) | more


def record(required: Mapping[str, Json], optional: Mapping[str, Json] | None = None, **more: object) -> Json:
    """An object by its members."""
    members = {**required, **(optional or {})}
    return {"type": "object", "properties": members} | ({"required": [*required]} if required else {}) | more


def table(values: Json) -> Json:
    """An object with values of one kind by any names."""
    return {"type": "object", "additionalProperties": values}


def ref(name: str, kind: str = "schemas") -> Json:
    """What stands under a name in the document's components."""
    return {"$ref": f"#/components/{kind}/{name}"}


def query(name: str, description: str, schema: Json, *, required: bool = False, example: object = None) -> Json:
    """A parameter of the query part of an address. Lists are given by repeating it."""
    return _parameter("query", name, description, schema, required, example)


def path(name: str, description: str, schema: Json, example: object = None) -> Json:
    """A part of the path."""
    return _parameter("path", name, description, schema, True, example)


def header(name: str, description: str, schema: Json) -> Json:
    """A header of the request."""
    return _parameter("header", name, description, schema, False, None)


def _parameter(place: str, name: str, description: str, schema: Json, required: bool, example: object) -> Json:
    told = {"name": name, "in": place, "description": description, "schema": schema}
    return told | ({"required": True} if required else {}) | ({"example": example} if example is not None else {})


def media(*types: str | Mapping[str, str | Json]) -> dict[str, Json]:
    """The content of a body by media type; a type that is mapped has a schema, or the name of one."""
    content: dict[str, Json] = {}
    for given in types:
        if isinstance(given, str):
            content[given] = {"schema": {"type": "string"}} if given.startswith("text/") else {}
        else:
            named = {kind: ref(schema) if isinstance(schema, str) else schema for kind, schema in given.items()}
            content |= {kind: {"schema": schema} for kind, schema in named.items()}
    return content


#: A page for people, and nothing else.
PAGE = media(HTML.media_type)


def answer(description: str, content: dict[str, Json] | None = None, headers: Iterable[str] = ()) -> Json:
    """What may come back; `headers` are names of the document's components."""
    named = {name: ref(name, "headers") for name in headers}
    told: Json = {"description": description}
    told |= {"headers": named} if named else {}
    return told | ({"content": content} if content else {})


def component(status: HTTPStatus) -> str:
    """The name under which the answer of a status stands in the components."""
    return status.name.title().replace("_", "")


def get(name: str, tag: str, summary: str, answers: Mapping[int, Json], **more: Any) -> Json:
    """An address that only answers GET; the arguments are those of `operation`."""
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
    """What one method of one address does.

    `problems` are statuses that come as problem details, `conditional` answers may be 304. `token`: whether one is
    needed; None where none is looked at.
    """
    statuses = {str(status): told for status, told in answers.items()}
    plain = [HTTPStatus.NOT_MODIFIED] if conditional else []
    plain += [HTTPStatus(status) for status in problems]
    plain += [HTTPStatus.UNAUTHORIZED] if token is not None else []
    statuses |= {str(status.value): ref(component(status), "responses") for status in plain}
    told: Json = {"operationId": name, "tags": [tag], "summary": summary}
    told |= {"description": description} if description else {}
    told |= {"parameters": [*parameters]} if parameters else {}
    told |= {"requestBody": body} if body else {}
    told["responses"] = {**dict(sorted(statuses.items())), "default": ref("Problem", "responses")}
    if token is not None:
        told["security"] = [{"token": []}] if token else [{}, {"token": []}]
    return told
