"""YAML with the line of every value.

All scalars are text: `17.10`, `NO` and `2018-09` stay as they are written.

Anchors, tags and duplicate keys are refused: a reading is a plain tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml

from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.media import read_text

#: Largest file read, in characters.
MAX_CHARACTERS = 1024 * 1024

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlText(str):
    """A scalar, with its 1-based line and the offsets of its source text in the file."""

    __slots__ = ("end", "line", "start")
    line: int
    start: int
    end: int

    @classmethod
    def of(cls, node: yaml.ScalarNode) -> YamlText:
        """The text of a scalar node."""
        text = cls(node.value)
        text.line = node.start_mark.line + 1
        text.start = node.start_mark.index
        text.end = node.end_mark.index
        return text


class YamlMap(dict[str, "YamlValue"]):
    """A mapping with the 1-based line it begins in."""

    line: int = 1


class YamlList(list["YamlValue"]):
    """A sequence with the 1-based line it begins in."""

    line: int = 1


YamlValue: TypeAlias = YamlText | YamlMap | YamlList


@dataclass(frozen=True)
class YamlFile:
    """A file: its path as messages show it, its text, and its top mapping."""

    name: str
    text: str
    top: YamlMap

    def error(self, message: str, line: int, hint: str | None = None) -> DataError:
        """An error on a line of the file."""
        return DataError(message, place=Place(self.name, line), hint=hint)


def read_yaml(path: Path) -> YamlFile:
    """The mapping in a YAML file. Raises `DataError` with the line where it is none."""
    text = read_text(path)
    if len(text) > MAX_CHARACTERS:
        message = "The reading is larger than 1 MB."
        raise DataError(message, place=Place(str(path)), hint="One file holds one practice.")
    return parse_yaml(text, str(path))


def parse_yaml(text: str, name: str) -> YamlFile:
    """The mapping in a YAML text. Raises `DataError` with the line where it is none."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        raise DataError(
            f"This is not valid YAML: {error.problem}.",
            place=place,
            hint="A text with ': ' or '#' in it needs \"quotes\".",
        ) from error
    except yaml.YAMLError as error:
        raise DataError(
            "This is not valid YAML: a character is not allowed.", place=Place(name)
        ) from error
    if not isinstance(node, yaml.MappingNode):
        raise DataError("The reading is no mapping of keys to values.", place=Place(name, 1))
    return YamlFile(name, text, _mapping(node, name, set()))


def _mapping(node: yaml.MappingNode, name: str, seen_nodes: set[int]) -> YamlMap:
    mapping = YamlMap()
    mapping.line = node.start_mark.line + 1
    for key, value in node.value:
        place = Place(name, key.start_mark.line + 1)
        if not isinstance(key, yaml.ScalarNode):
            raise DataError("A key must be a plain text.", place=place)
        if key.value in mapping:
            raise DataError(f"The key '{key.value}' is given twice.", place=place)
        mapping[key.value] = _value(value, name, seen_nodes)
    return mapping


def _value(node: yaml.Node, name: str, seen_nodes: set[int]) -> YamlValue:
    """The value of a node. An alias is a node that was seen before."""
    line = node.start_mark.line + 1
    if id(node) in seen_nodes:
        message = "Anchors and aliases are not allowed in a reading."
        raise DataError(message, place=Place(name, line))
    seen_nodes.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return YamlText.of(node)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, name, seen_nodes)
    values = YamlList(_value(item, name, seen_nodes) for item in node.value)
    values.line = line
    return values
