"""Tools, prompts and resources, with their texts in `texts.toml`. No text of the dataset reaches a definition."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import IRI
from gcmgraph.publication.metadata.citation import bibtex, cite_dataset
from gcmgraph.publication.metadata.void import LICENCE
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.http.formats import TTL
from gcmgraph.web.mcp.messages import INVALID_PARAMS, Json, RpcError
from gcmgraph.web.responses.documents import last_modified, written
from gcmgraph.web.services import Site

TEXTS: Json = tomllib.loads((files("gcmgraph.web.mcp") / "texts.toml").read_text("utf-8"))

#: The dialect of input schemas.
DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: Hints of all tools: they only read, and read only this server.
_HINTS = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False}

#: Longest argument of a prompt, in characters.
LONGEST_ARGUMENT = 20_000

_TYPES: Mapping[str, type] = {"string": str, "integer": int, "object": dict}


class ToolError(GcmGraphError):
    """A call of a tool that cannot be answered; the message and the hint are for the model."""


@dataclass(frozen=True)
class Arguments:
    """Checked arguments of a call, with defaults."""

    values: Mapping[str, object]

    def text(self, name: str) -> str:
        """A text; empty where it was not given."""
        value = self.values.get(name)
        return value.strip() if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """A number; 0 where it was not given."""
        value = self.values.get(name)
        return value if isinstance(value, int) else 0

    def texts(self, name: str) -> dict[str, str]:
        """An object of texts, with numbers as texts. Raises `ToolError` for other values."""
        found = self.values.get(name)
        items = found.items() if isinstance(found, dict) else ()
        if any(isinstance(value, bool) or not isinstance(value, str | int) for _, value in items):
            raise ToolError(f"The members of '{name}' are texts or whole numbers.")
        return {str(key): str(value) for key, value in items}


@dataclass(frozen=True)
class Tool:
    """A tool, with the JSON Schemas of its arguments. `run` returns a text, or raises a `GcmGraphError`."""

    name: str
    title: str
    description: str
    run: Callable[[Arguments], str] = field(repr=False)
    properties: Mapping[str, Json] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, run: Callable[[Arguments], str], lists: Mapping[str, list[str]], **values: Any) -> Tool:
        """The tool of a name; `lists` are the named lists of permitted values, and `values` are in its description."""
        texts = TEXTS["tools"][name]
        properties = {
            argument: schema | {"enum": lists.get(schema["enum"], schema["enum"])}
            if isinstance(schema.get("enum"), str)
            else schema
            for argument, schema in texts.get("properties", {}).items()
        }
        description = texts["description"].format(**values) if values else texts["description"]
        return cls(name, texts["title"], description, run, properties, tuple(texts.get("required", ())))

    def definition(self) -> Json:
        """The tool in the list of tools."""
        schema: Json = {"$schema": DIALECT, "type": "object", "properties": {**self.properties}}
        schema |= {"additionalProperties": False} | ({"required": [*self.required]} if self.required else {})
        named = {"name": self.name, "title": self.title, "description": self.description}
        return named | {"inputSchema": schema, "annotations": _HINTS}

    def call(self, given: Mapping[str, object]) -> str:
        """The answer to a call. Raises `ToolError` for invalid arguments, and what `run` raises."""
        for name, value in given.items():
            if name not in self.properties:
                names = ", ".join(self.properties) or "none"
                raise ToolError(f"The tool has no argument '{name[:40]}'.", hint=f"Its arguments: {names}.")
            _check(name, self.properties[name], value)
        for name in self.required:
            if name not in given:
                raise ToolError(f"The argument '{name}' is missing: {self.properties[name]['description']}")
        defaults = {name: schema.get("default") for name, schema in self.properties.items()}
        return self.run(Arguments({**defaults, **given}))


def _check(name: str, schema: Json, value: object) -> None:
    """Raise `ToolError` for a value of an argument that does not conform to its schema."""
    if not isinstance(value, _TYPES[schema["type"]]) or isinstance(value, bool):
        raise ToolError(f"The argument '{name}' is not of the type {schema['type']}.")
    if isinstance(value, str):
        if "minLength" in schema and not value.strip():
            raise ToolError(f"The argument '{name}' is empty.")
        if value not in schema.get("enum", [value]):
            raise ToolError(f"The argument '{name}' is one of: {', '.join(schema['enum'])}.")
        if len(value) > (most := schema.get("maxLength", len(value))):
            raise ToolError(f"The argument '{name}' has more than {most:,} characters.")
        if "\0" in value:
            raise ToolError(f"The argument '{name}' contains a null character.")
    if isinstance(value, int) and not schema["minimum"] <= value <= schema["maximum"]:
        raise ToolError(f"The argument '{name}' is a number from {schema['minimum']:,} to {schema['maximum']:,}.")


def list_prompts() -> list[Json]:
    """Prompts: tasks that a user may start from a menu of the client, each with one argument."""
    return [
        {"name": name, "title": one["title"], "description": one["description"]}
        | {"arguments": [{"name": one["argument"], "description": one["about"], "required": True}]}
        for name, one in TEXTS["prompts"].items()
    ]


def get_prompt(name: str, given: object) -> Json:
    """The text of a task, with its argument between marks. Raises `RpcError`."""
    prompt = TEXTS["prompts"].get(name)
    if prompt is None:
        raise RpcError(INVALID_PARAMS, f"There is no such prompt. Prompts: {', '.join(TEXTS['prompts'])}.")
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise RpcError(INVALID_PARAMS, "The arguments of a prompt are texts.")
    argument = prompt["argument"]
    value = given.get(argument, "").strip()
    if not value or set(given) != {argument}:
        raise RpcError(INVALID_PARAMS, f"The prompt has one argument, '{argument}', which is required.")
    if len(value) > LONGEST_ARGUMENT:
        raise RpcError(INVALID_PARAMS, f"The argument has more than {LONGEST_ARGUMENT:,} characters.")
    marked = value.replace("<", "‹").replace(">", "›")
    text = f"{prompt['task']}\n\n<{argument}>\n{marked}\n</{argument}>"
    message = {"role": "user", "content": {"type": "text", "text": text}}
    return {"description": prompt["description"], "messages": [message]}


@dataclass(frozen=True)
class McpResource:
    """A text of the server, by its IRI."""

    uri: str
    name: str
    read: Callable[[], str] = field(repr=False)

    def definition(self) -> Json:
        """The resource in the list of resources."""
        texts = {key: text for key, text in TEXTS["resources"][self.name].items() if key != "text"}
        return {"uri": self.uri, "name": self.name, **texts}

    def contents(self) -> Json:
        """The resource with its text."""
        media_type = TEXTS["resources"][self.name]["mimeType"]
        return {"contents": [{"uri": self.uri, "mimeType": media_type, "text": self.read()}]}


def resources(site: Site) -> list[McpResource]:
    """The ontology, the shapes, how to cite, the licence."""
    base, texts = site.addresses.base, TEXTS["resources"]

    def graph(name: str) -> str:
        store = site.dataset.snapshot().store
        triples = [quad.triple for quad in store.quads(graph=IRI(site.addresses.graph(name)))]
        return written(triples, TTL, site.addresses).decode()

    def citation() -> str:
        snapshot = site.dataset.snapshot()
        modified, today = last_modified(snapshot), datetime.now(UTC).date()
        issued = modified.date() if modified else None
        entry = cite_dataset(snapshot.store, site.addresses, SOURCE_LANGUAGE, snapshot.version, issued, today)
        text: str = texts["citation"]["text"].format(base=base, version=snapshot.version, entry=bibtex(entry))
        return text

    return [
        McpResource(f"{base}ontology", "ontology", lambda: graph("ontology")),
        McpResource(f"{base}shapes", "shapes", lambda: graph("shapes")),
        McpResource(f"{base}dataset#citation", "citation", citation),
        McpResource(f"{base}dataset#licence", "licence", lambda: str(texts["licence"]["text"].format(licence=LICENCE))),
    ]
