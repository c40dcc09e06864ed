"""Solutions as lines of JSON, one a row, so that a page of them is read without the others.

The first line is the array of the variables; each other one is a binding of
https://www.w3.org/TR/sparql11-results-json/#select-encode-terms.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

Binding = Mapping[str, Mapping[str, str]]


class ResultLines:
    """Rows of an answer, read lazily."""

    def __init__(self, lines: bytes) -> None:
        head, *self._rows = lines.split(b"\n")
        self.variables: tuple[str, ...] = tuple(json.loads(head))

    def __len__(self) -> int:
        """The number of rows."""
        return len(self._rows)

    def rows(self, first: int, count: int) -> Sequence[Binding]:
        """`count` rows from number `first` on."""
        return [json.loads(row) for row in self._rows[first : first + count]]


def as_lines(results: bytes) -> bytes:
    """Solutions in JSON as lines."""
    parsed = json.loads(results)
    return b"\n".join(_line(part) for part in (parsed["head"]["vars"], *parsed["results"]["bindings"]))


def _line(part: object) -> bytes:
    return json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()
