"""The metadata block of an SSSOM TSV file: YAML behind `#`, at the head of the file.

https://mapping-commons.github.io/sssom/spec-formats-tsv/ . Of YAML it needs three forms, and only those are
read: `slot: value`, `slot:` followed by indented `prefix: iri` lines, `slot:` followed by indented `- value`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import takewhile

from gcmgraph.errors import DataError, Place

_SLOT = re.compile(r"(\w+):(?:\s+(.*))?")
_ENTRY = re.compile(r"\s+([\w.-]+):\s+(.*)")
_ITEM = re.compile(r"\s*-\s+(.*)")


@dataclass(frozen=True)
class MappingSetMetadata:
    """The slots of a mapping set: single values, lists, and the prefixes of its CURIEs."""

    values: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    curie_map: dict[str, str] = field(default_factory=dict)
    #: how many lines of the file it takes
    lines: int = 0


def read_metadata(lines: Iterable[str], source: str) -> MappingSetMetadata:
    """The block of the leading `#` lines. Raises `DataError` with the line it does not understand."""
    header, slot = MappingSetMetadata(), ""
    block = list(takewhile(lambda line: line.startswith("#"), lines))
    for number, line in enumerate(block, 1):
        content = line[1:].removeprefix(" ") if re.match(r"# \S", line) else line[1:]
        if not content.strip():
            continue
        if match := _SLOT.fullmatch(content):
            slot = match[1]
            if match[2]:
                header.values[slot] = _scalar(match[2])
        elif slot == "curie_map" and (match := _ENTRY.fullmatch(content)):
            header.curie_map[match[1]] = _scalar(match[2])
        elif slot and (match := _ITEM.fullmatch(content)):
            header.lists[slot] = (*header.lists.get(slot, ()), _scalar(match[1]))
        else:
            raise DataError(
                f"This line of the metadata block is not understood: '{content}'.",
                place=Place(source, number),
                hint="Known forms: 'slot: value', and below 'slot:' indented '- value' or 'prefix: iri'.",
            )
    return MappingSetMetadata(header.values, header.lists, header.curie_map, len(block))


def _scalar(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value
