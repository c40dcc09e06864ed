"""Tools: their names, descriptions and arguments, and the check of arguments.

All texts of a tool are constants of this software. No text of the dataset reaches them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gcmgraph.errors import GcmGraphError
from gcmgraph.web.mcp.messages import Json

#: The dialect of input schemas.
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TYPES: Mapping[str, type] = {"string": str, "integer": int, "object": dict}


class ToolError(GcmGraphError):
    """A call of a tool that cannot be answered; the message and the hint are for the model."""


@dataclass(frozen=True)
class ToolArgument:
    """An argument of a tool. A default makes it optional."""

    name: str
    description: str
    type: str = "string"
    required: bool = False
    default: str | int | None = None
    #: permitted values
    values: tuple[str, ...] = ()
    #: longest text in characters; the bounds of a number
    longest: int = 2_000
    least: int = 0
    most: int = 10_000_000

    def schema(self) -> Json:
        """The JSON Schema of the argument."""
        found: Json = {"type": self.type, "description": self.description}
        match self.type:
            case "string":
                found |= {"enum": [*self.values]} if self.values else {"maxLength": self.longest}
                found |= {"minLength": 1} if self.required else {}
            case "integer":
                found |= {"minimum": self.least, "maximum": self.most}
            case "object":
                found |= {"additionalProperties": {"type": ["string", "integer"]}}
        return found | ({"default": self.default} if self.default is not None else {})

    def check(self, value: object) -> None:
        """Raise `ToolError` for a value that does not conform to the schema."""
        if not isinstance(value, _TYPES[self.type]) or isinstance(value, bool):
            raise ToolError(f"The argument '{self.name}' is not of the type {self.type}.")
        if isinstance(value, str):
            if self.required and not value.strip():
                raise ToolError(f"The argument '{self.name}' is empty.")
            if self.values and value not in self.values:
                raise ToolError(f"The argument '{self.name}' is one of: {', '.join(self.values)}.")
            if len(value) > self.longest:
                raise ToolError(f"The argument '{self.name}' has more than {self.longest:,} characters.")
            if "\0" in value:
                raise ToolError(f"The argument '{self.name}' contains a null character.")
        if isinstance(value, int) and not self.least <= value <= self.most:
            raise ToolError(f"The argument '{self.name}' is a number from {self.least:,} to {self.most:,}.")


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
    """A tool. `run` returns a text, or raises a `GcmGraphError`."""

    name: str
    title: str
    description: str
    arguments: tuple[ToolArgument, ...]
    run: Callable[[Arguments], str] = field(repr=False)

    def definition(self) -> Json:
        """The tool in the list of tools. All tools only read, and read only this server."""
        required = [argument.name for argument in self.arguments if argument.required]
        schema: Json = {
            "$schema": DIALECT,
            "type": "object",
            "properties": {argument.name: argument.schema() for argument in self.arguments},
            "additionalProperties": False,
        }
        schema |= {"required": required} if required else {}
        hints = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False}
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": schema,
            "annotations": hints,
        }

    def call(self, given: Mapping[str, object]) -> str:
        """The answer to a call. Raises `ToolError` for invalid arguments, and what `run` raises."""
        known = {argument.name: argument for argument in self.arguments}
        for name, value in given.items():
            if name not in known:
                names = ", ".join(known) or "none"
                raise ToolError(f"The tool has no argument '{name[:40]}'.", hint=f"Its arguments: {names}.")
            known[name].check(value)
        for argument in self.arguments:
            if argument.required and argument.name not in given:
                raise ToolError(f"The argument '{argument.name}' is missing: {argument.description}")
        defaults = {argument.name: argument.default for argument in self.arguments}
        return self.run(Arguments({**defaults, **given}))
