"""IRIs of GCM Graph, and the vocabularies that it uses.

`Addresses` mints all IRIs under a base; `PREFIXES` lists the namespaces of external vocabularies.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from urllib.parse import urlsplit

from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.errors import SettingsError

#: Base IRI in the files of this repository.
DEFAULT_BASE = "https://w3id.org/gcmgraph/"

#: Namespaces of vocabularies by their usual prefix (`prefixes.csv`); `Addresses.prefixes` adds
#: those of this project.
PREFIXES = dict(
    csv.reader((files(__package__) / "prefixes.csv").read_text("utf-8").splitlines()[1:])
)

#: Local names that SPARQL takes without escapes (https://www.w3.org/TR/sparql11-query/#rPN_LOCAL),
#: and no more.
_LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_CURIE = re.compile(r"([A-Za-z][\w.-]*):(.*)", re.DOTALL)


@dataclass(frozen=True)
class Addresses:
    """IRIs under one base, an http(s) IRI that ends in a slash.

    Raises `SettingsError` for an invalid base.
    """

    base: str = DEFAULT_BASE

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if parts.scheme not in {"http", "https"} or not parts.netloc or not self.base.endswith("/"):
            hint = "It must be an http(s) IRI that ends in '/', such as https://w3id.org/gcmgraph/."
            raise SettingsError(f"The base IRI <{self.base}> cannot be used.", hint=hint)
        if parts.query or parts.fragment or re.search(r"[\s<>\"{}|\\^`]", self.base):
            raise SettingsError(
                f"The base IRI <{self.base}> may hold no query, fragment, space or quote."
            )

    @property
    def ontology(self) -> str:
        """The namespace of the ontology, `{base}ontology#`."""
        return f"{self.base}ontology#"

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """Namespaces by prefix: `PREFIXES`, `gcm:`, `graph:`, and one for each kind (`country:AFG`, `action:9a`)."""
        kinds = {kind: f"{self.base}id/{kind}/" for kind in KINDS}
        return {"gcm": self.ontology, "graph": f"{self.base}graph/", **kinds, **PREFIXES}

    def prefixes_in(self, query: str) -> dict[str, str]:
        """The subset of `prefixes` that may occur in a query."""
        return {prefix: iri for mark, prefix, iri in self._prefix_marks if mark in query}

    @cached_property
    def _prefix_marks(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((f"{prefix}:", prefix, iri) for prefix, iri in self.prefixes.items())

    def resource(self, kind: str, local: str) -> str:
        """The IRI of a resource, `{base}id/{kind}/{local}`; `kind` is one of `KINDS`."""
        if kind not in KINDS:
            raise ValueError(f"unknown kind: {kind}")
        return f"{self.base}id/{kind}/{local}"

    def kind_of(self, iri: str) -> str | None:
        """The kind of an address `{base}id/{kind}/{local}`; None for any other, and for parts of resources (`#`)."""
        start = f"{self.base}id/"
        kind, slash, _ = iri.removeprefix(start).partition("/")
        return (
            kind if iri.startswith(start) and slash and kind in KINDS and "#" not in iri else None
        )

    def graph(self, name: str) -> str:
        """The IRI of a named graph, `{base}graph/{name}`."""
        return f"{self.base}graph/{name}"

    def term(self, local: str) -> str:
        """The IRI of a term of the ontology."""
        return self.ontology + local

    def expand(self, curie: str) -> str:
        """The IRI of a CURIE such as `gcm:Practice` or `country:AFG`.

        Raises `KeyError` for an unknown prefix.
        """
        match = _CURIE.fullmatch(curie)
        if match is None:
            raise KeyError(curie)
        return self.prefixes[match[1]] + match[2]

    def compress(self, iri: str) -> str | None:
        """The CURIE of an IRI, by the longest matching namespace; None if no namespace matches."""
        for namespace, prefix in self._longest_namespaces:
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return None

    def short_form(self, iri: str) -> str:
        """The CURIE of an IRI where SPARQL reads it without escapes, else the IRI itself."""
        curie = self.compress(iri)
        return curie if curie and _LOCAL_NAME.fullmatch(curie.partition(":")[2]) else iri

    @cached_property
    def _longest_namespaces(self) -> list[tuple[str, str]]:
        """Namespaces with their prefix, longest first."""
        return sorted(
            ((ns, prefix) for prefix, ns in self.prefixes.items()), key=lambda pair: -len(pair[0])
        )

    def rebase(self, iri: str) -> str:
        """Replace `DEFAULT_BASE`, the base of the repository's files, with this base in an IRI."""
        if iri.startswith(DEFAULT_BASE) and self.base != DEFAULT_BASE:
            return self.base + iri[len(DEFAULT_BASE) :]
        return iri
