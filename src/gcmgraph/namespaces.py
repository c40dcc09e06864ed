"""The addresses of GCM Graph and the vocabularies it uses.

One place that makes IRIs: `Addresses` mints those of one base; `PREFIXES` names everyone else's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from gcmgraph.errors import SettingsError

#: The base that the files of this repository are written in.
DEFAULT_BASE = "https://w3id.org/gcmgraph/"

#: Kinds of things, as they stand in `{base}id/{kind}/{local}`.
KINDS = (
    "objective",
    "action",
    "practice",
    "organisation",
    "country",
    "place",
    "sdg",
    "instrument",
    "concept",
    "source",
    "contribution",
)

#: The last part of an address, as a regular expression, and the most characters of one that is made of a text.
SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
LONGEST_SLUG = 120

#: Vocabularies by their usual prefix; ours are added by `Addresses.prefixes`.
PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sdgo": "http://metadata.un.org/sdg/ontology#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "sssom": "https://w3id.org/sssom/",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_CURIE = re.compile(r"([A-Za-z][\w.-]*):(.*)", re.DOTALL)


@dataclass(frozen=True)
class Addresses:
    """Every address under one base IRI.

    The base ends in a slash and is an http(s) IRI; `SettingsError` says so when it is not.
    """

    base: str = DEFAULT_BASE

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if parts.scheme not in {"http", "https"} or not parts.netloc or not self.base.endswith("/"):
            raise SettingsError(
                f"The base IRI <{self.base}> cannot be used.",
                hint="It must be an http(s) IRI that ends in '/', such as https://w3id.org/gcmgraph/.",
            )
        if parts.query or parts.fragment or re.search(r"[\s<>\"{}|\\^`]", self.base):
            raise SettingsError(f"The base IRI <{self.base}> may hold no query, fragment, space or quote.")

    @property
    def ontology(self) -> str:
        """The namespace of our terms, `{base}ontology#`."""
        return f"{self.base}ontology#"

    @cached_property
    def prefixes(self) -> dict[str, str]:
        """All prefixes of `PREFIXES`, `gcm:`, and one for each kind of thing (`country:AFG`, `action:9a`)."""
        kinds = {kind: f"{self.base}id/{kind}/" for kind in KINDS}
        return {"gcm": self.ontology, "graph": f"{self.base}graph/", **kinds, **PREFIXES}

    def prefixes_in(self, query: str) -> dict[str, str]:
        """Those of `prefixes` that a query may use."""
        return {prefix: iri for mark, prefix, iri in self._prefix_marks if mark in query}

    @cached_property
    def _prefix_marks(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((f"{prefix}:", prefix, iri) for prefix, iri in self.prefixes.items())

    def thing(self, kind: str, local: str) -> str:
        """The IRI of a thing, `{base}id/{kind}/{local}`; `kind` is one of `KINDS`."""
        if kind not in KINDS:
            raise ValueError(f"no kind of thing: {kind}")
        return f"{self.base}id/{kind}/{local}"

    def graph(self, name: str) -> str:
        """The IRI of a named graph, `{base}graph/{name}`."""
        return f"{self.base}graph/{name}"

    def term(self, local: str) -> str:
        """The IRI of a term of our ontology."""
        return self.ontology + local

    def expand(self, curie: str) -> str:
        """The IRI of a CURIE such as `gcm:Practice` or `country:AFG`; a `KeyError` if its prefix is unknown."""
        match = _CURIE.fullmatch(curie)
        if match is None:
            raise KeyError(curie)
        return self.prefixes[match[1]] + match[2]

    def compress(self, iri: str) -> str | None:
        """The CURIE of an IRI by the longest namespace that it begins with, or None."""
        for namespace, prefix in self._longest_namespaces:
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return None

    @cached_property
    def _longest_namespaces(self) -> list[tuple[str, str]]:
        """Each namespace with its prefix, the longest first."""
        return sorted(((ns, prefix) for prefix, ns in self.prefixes.items()), key=lambda pair: -len(pair[0]))

    def rebase(self, iri: str) -> str:
        """An IRI of the repository's files (written in `DEFAULT_BASE`) under this base."""
        if iri.startswith(DEFAULT_BASE) and self.base != DEFAULT_BASE:
            return self.base + iri[len(DEFAULT_BASE) :]
        return iri
