"""IRI templates of reference tables: text with `{column}` in it.

Two forms of RFC 6570 (https://www.rfc-editor.org/rfc/rfc6570#section-3.2): `{column}` is a percent-encoded cell,
`{+column}` a cell that is an IRI.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses

_VARIABLE = re.compile(r"\{(\+?)([^{}]+)\}")


@dataclass(frozen=True)
class Template:
    """An IRI or a CURIE, with or without columns."""

    text: str

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(match[2] for match in _VARIABLE.finditer(self.text))

    def expand(self, cells: Mapping[str, str | None], addresses: Addresses) -> IRI | None:
        """The IRI for one row, or None where one of its cells is empty.

        Raises `KeyError` for an unknown prefix, `ValueError` for an invalid IRI.
        """
        if any(cells[name] is None for name in self.columns):
            return None

        def value(match: re.Match[str]) -> str:
            cell = cells[match[2]] or ""
            return cell if match[1] else quote(cell, safe="~")

        return resolve(_VARIABLE.sub(value, self.text), addresses)


def resolve(reference: str, addresses: Addresses) -> IRI:
    """The IRI of a CURIE of the project's prefixes, or of a full IRI (ours moved under the base in use).

    Raises `KeyError` for an unknown prefix, `ValueError` for an invalid IRI.
    """
    if re.match(r"https?://", reference):
        return IRI(addresses.rebase(reference))
    return IRI(addresses.expand(reference))
