"""Tools of the server: texts and argument schemas (`texts.toml`), and the check of calls."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.web.mcp.messages import Json

TEXTS: Json = tomllib.loads((files("gcmgraph.web.mcp") / "texts.toml").read_text("utf-8"))

#: The dialect of input schemas.
DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: Hints of all tools: they only read, and read only this server.
_HINTS = {
    "readOnlyHint": True,
    "destructiveHint": False,
    "idempotentHint": True,
    "openWorldHint": False,
}

_TYPES: Mapping[str, type] = {"string": str, "integer": int, "object": dict, "boolean": bool}


class ToolError(GcmGraphError):
    """A call of a tool that cannot be answered; the message and the hint are for the model."""


@dataclass(frozen=True)
class Tool:
    """A tool: its texts with the schemas of its arguments, as in `texts.toml`, and its function.

    `run` receives the checked arguments, with defaults, and returns a text and the same as JSON, or
    raises a `GcmGraphError`.
    """

    name: str
    texts: Json
    run: Callable[[Json], tuple[str, Json]] = field(repr=False)

    def definition(self) -> Json:
        """The tool in the list of tools."""
        input_schema: Json = {
            "$schema": DIALECT,
            "type": "object",
            "properties": self.texts["properties"],
            "additionalProperties": False,
        }
        if "required" in self.texts:
            input_schema["required"] = self.texts["required"]
        return {
            "name": self.name,
            "title": self.texts["title"],
            "description": self.texts["description"],
            "inputSchema": input_schema,
            "outputSchema": {
                "$schema": DIALECT,
                "type": "object",
                "properties": self.texts.get("output", {}),
            },
            "annotations": _HINTS,
        }

    def call(self, arguments: Mapping[str, object]) -> tuple[str, Json]:
        """The answer to a call. Raises `ToolError` for invalid arguments, and what `run` raises."""
        schemas: Json = self.texts["properties"]
        for name, value in arguments.items():
            if name not in schemas:
                names = ", ".join(schemas) or "none"
                message = f"The tool has no argument '{name[:40]}'."
                raise ToolError(message, hint=f"Its arguments: {names}.")
            _check_argument(name, schemas[name], value)
        for name in self.texts.get("required", ()):
            if name not in arguments:
                description = schemas[name]["description"]
                raise ToolError(f"The argument '{name}' is missing: {description}")
        values: Json = {}
        for name, schema in schemas.items():
            default = schema["default"] if "default" in schema else _TYPES[schema["type"]]()
            value = arguments.get(name, default)
            values[name] = value.strip() if name in arguments and isinstance(value, str) else value
        return self.run(values)


def _check_argument(name: str, schema: Json, value: object) -> None:
    """Raise `ToolError` for a value of an argument that does not conform to its schema."""
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if type(value) not in [_TYPES[type_name] for type_name in types]:
        raise ToolError(f"The argument '{name}' is not of the type {' or '.join(types)}.")
    if isinstance(value, str):
        _check_text(name, schema, value)
    if type(value) is int and not schema["minimum"] <= value <= schema["maximum"]:
        raise ToolError(
            f"The argument '{name}' is a number from {schema['minimum']:,}"
            f" to {schema['maximum']:,}."
        )
    if isinstance(value, dict):
        for member in value.values():
            if isinstance(member, bool) or not isinstance(member, str | int):
                raise ToolError(f"The members of '{name}' are texts or whole numbers.")


def _check_text(name: str, schema: Json, text: str) -> None:
    """Raise `ToolError` for a text that does not conform to its schema."""
    if "minLength" in schema and not text.strip():
        raise ToolError(f"The argument '{name}' is empty.")
    if text not in schema.get("enum", [text]):
        accepted = [value for value in schema["enum"] if isinstance(value, str) and value]
        raise ToolError(f"The argument '{name}' is one of: {', '.join(accepted)}.")
    limit = schema.get("maxLength", len(text))
    if len(text) > limit:
        raise ToolError(f"The argument '{name}' has more than {limit:,} characters.")
    if "\0" in text:
        raise ToolError(f"The argument '{name}' contains a null character.")
