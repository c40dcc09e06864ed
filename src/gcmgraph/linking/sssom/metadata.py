"""The metadata block of an SSSOM TSV file: YAML after `#` in its first lines.

https://mapping-commons.github.io/sssom/spec-formats-tsv/ . Three forms of YAML are supported: `slot: value`, `slot:`
with indented `prefix: iri` lines, `slot:` with indented `- value` lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import takewhile

from gcmgraph.errors import DataError, Place

_SLOT = re.compile(r"(\w+):(?:\s+(.*))?")
_ENTRY = re.compile(r"\s+([\w.-]+):\s+(.*)")
_ITEM = re.compile(r"\s*-\s+(.*)")


@dataclass(frozen=True)
class MappingSetMetadata:
    """The slots of a mapping set: single values, lists, prefixes of CURIEs."""

    values: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    curie_map: dict[str, str] = field(default_factory=dict)
    #: number of lines of the block
    lines: int = 0


def read_metadata(lines: Iterable[str], source: str) -> MappingSetMetadata:
    """Parse the leading `#` lines. Raises `DataError` with the line of another form."""
    metadata, slot = MappingSetMetadata(), ""
    block = list(takewhile(lambda line: line.startswith("#"), lines))
    for number, line in enumerate(block, 1):
        content = line[1:].removeprefix(" ") if re.match(r"# \S", line) else line[1:]
        if not content.strip():
            continue
        if match := _SLOT.fullmatch(content):
            slot = match[1]
            if match[2]:
                metadata.values[slot] = _scalar(match[2])
        elif slot == "curie_map" and (match := _ENTRY.fullmatch(content)):
            metadata.curie_map[match[1]] = _scalar(match[2])
        elif slot and (match := _ITEM.fullmatch(content)):
            metadata.lists[slot] = (*metadata.lists.get(slot, ()), _scalar(match[1]))
        else:
            raise DataError(
                f"This line of the metadata block is not understood: '{content}'.",
                place=Place(source, number),
                hint="Known forms: 'slot: value', and below 'slot:' indented '- value' or 'prefix: iri'.",
            )
    return replace(metadata, lines=len(block))


def _scalar(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value
