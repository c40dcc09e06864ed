"""JSON-LD compacted with the published context (https://www.w3.org/TR/json-ld11/#compacted-document-form).

`contexts/VERSION.json` contains the terms of the context of one version of the ontology;
`tools/json_ld_context.py` writes it. A term is the local name of a class or property, or its CURIE
where that name is taken by a prefix or by an earlier term. A property may have a second term, for
its values of one datatype. A document includes the part of the context that it uses: every reader
understands it without network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from gcmgraph.rdf.canonical import canonical_triples, serialize_canonical
from gcmgraph.rdf.media import JSON_LD
from gcmgraph.rdf.namespaces import DEFAULT_BASE, PREFIXES, Addresses
from gcmgraph.rdf.terms import IRI, XSD, BlankNode, DefaultGraph, Literal, Quad, Triple

#: A node object, or a part of one.
Json = dict[str, Any]

#: The definition of a term: its CURIE, and the form of its values.
Definition = Mapping[str, str]

#: Names by which writers of JSON-LD may call keywords.
ALIASES = {"id": "@id", "type": "@type"}

_FOLDER = Path(__file__).with_name("contexts")

_TYPE = PREFIXES["rdf"] + "type"

#: Local names that can be written as the second part of a CURIE.
_LOCAL = re.compile(r"[\w.-]+")

#: The address of our context as the context of a document, alone or before others.
_OUR_CONTEXT = re.compile(
    rb'"@context"\s*:\s*(?:\[\s*)?(?P<address>"'
    + re.escape(DEFAULT_BASE.encode())
    + rb'context(?:/(?P<version>[0-9]+\.[0-9]+\.[0-9]+))?\.jsonld")'
)

#: Lexical forms that are the same as a native value of JSON.
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_BOOLEANS = {"true": True, "false": False}


def versions() -> list[str]:
    """The versions of the ontology that have a context, oldest first."""
    return sorted(
        (file.stem for file in _FOLDER.glob("*.json")),
        key=lambda name: [*map(int, name.split("."))],
    )


@cache
def terms(version: str) -> dict[str, Definition]:
    """The terms of the context of a version of the ontology.

    Raises `KeyError` for a version without context.
    """
    if version not in versions():
        raise KeyError(version)
    definitions: dict[str, Definition] = json.loads(
        (_FOLDER / f"{version}.json").read_text("utf-8")
    )
    return definitions


def published_context(version: str, prefixes: Mapping[str, str]) -> Json:
    """The context of a version of the ontology: aliases, prefixes, terms.

    Raises `KeyError` as `terms` does.
    """
    return {**ALIASES, **prefixes, **terms(version)}


def with_context(document: bytes) -> bytes:
    """JSON-LD that names our context by its address, with the context itself in that place.

    No context is fetched, so that of others remains and is refused by the parser. Only the first is
    replaced: one in each of many nodes would make a small document large. Lines remain.
    """
    named = _OUR_CONTEXT.search(document)
    if named is None:
        return document
    version = named["version"].decode() if named["version"] else versions()[-1]
    if version not in versions():
        return document
    context = _dumped(published_context(version, Addresses().prefixes)).encode()
    return document[: named.start("address")] + context + document[named.end("address") :]


def write_compacted(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> bytes:
    """Triples as JSON-LD: one node object a subject, in order; the same bytes for the same triples.

    Identifiers are whole IRIs. Texts are maps by language where a term is defined so, numbers and
    truth values are those of JSON where their lexical form is canonical. Triples with an ambiguous
    IRI are written in expanded form.
    """
    quads = [Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples]
    try:
        return _Compaction(prefixes).document(canonical_triples(quads))
    except _AmbiguousError:
        return serialize_canonical(quads, JSON_LD)


class _AmbiguousError(Exception):
    """An IRI whose scheme is one of our prefixes, such as `org:x`: with the context it would mean another one."""


class _Compaction:
    """One document, with the prefixes and terms that it uses."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._terms = _by_iri(versions()[-1], tuple(prefixes.items()))
        self._used: Json = {}
        self._names: dict[str, str] = {}

    def document(self, triples: Iterable[Triple]) -> bytes:
        nodes: dict[str, Json] = {}
        for subject, predicate, value in triples:
            name = self._node(subject)
            node = nodes.get(name)
            if node is None:
                node = nodes[name] = {"@id": name}
            self._add_value(node, predicate.value, value)
        context = dict(
            sorted(self._used.items(), key=lambda item: (not isinstance(item[1], str), item[0]))
        )
        lines = ",\n".join(map(_dumped, nodes.values()))
        return f'{{"@context":{_dumped(context)},\n"@graph":[\n{lines}\n]}}\n'.encode()

    def _add_value(self, node: Json, predicate: str, value: object) -> None:
        """Add the value of a property to a node, by the term that fits its datatype or language."""
        if predicate == _TYPE and isinstance(value, IRI):
            _append(node, "@type", self._name(value.value))
            return
        if isinstance(value, Literal):
            term_of_datatype = self._terms.get((predicate, value.datatype.value))
            if term_of_datatype:
                self._use(*term_of_datatype)
                _append(node, term_of_datatype[0], value.value)
                return
        term, definition = self._terms.get((predicate, ""), ("", {}))
        if definition.get("@container") == "@language":
            if isinstance(value, Literal) and value.language and not value.direction:
                self._use(term, definition)
                _append(node.setdefault(term, {}), value.language, value.value)
                return
            curie = self._curie(predicate)  # such a term has no other values
            _append(node, curie if curie != term else predicate, self._value(value, None))
            return
        _append(node, self._name(predicate), self._value(value, definition.get("@type")))

    def _value(self, value: object, coerced: str | None) -> object:
        """A value; `coerced` is the type that its term gives to strings."""
        if isinstance(value, Literal):
            return self._literal(value, coerced)
        name = self._node(value)
        return name if coerced == "@id" else {"@id": name}

    def _literal(self, literal: Literal, coerced: str | None) -> object:
        written = literal.value
        if literal.language:
            direction = {"@direction": literal.direction.value} if literal.direction else {}
            return {"@value": written, "@language": literal.language, **direction}
        datatype = literal.datatype.value
        if datatype == f"{XSD}string":
            return written if coerced is None else {"@value": written}
        if datatype == f"{XSD}boolean" and written in _BOOLEANS and coerced is None:
            return _BOOLEANS[written]
        if datatype == f"{XSD}integer" and _INTEGER.fullmatch(written) and coerced is None:
            return int(written)
        curie = self._curie(datatype)
        return written if curie == coerced else {"@value": written, "@type": curie}

    def _node(self, term: object) -> str:
        """The identifier of a node."""
        if isinstance(term, BlankNode):
            return f"_:{term.value}"
        if not isinstance(term, IRI):
            raise TypeError(f"JSON-LD has no node {term}")
        return self._whole(term.value)

    def _name(self, iri: str) -> str:
        """The name of a class or property: its term, else as `_curie`."""
        name = self._names.get(iri)
        if name is None:
            term, definition = self._terms.get((iri, ""), ("", {}))
            if term:
                self._use(term, definition)
            name = self._names[iri] = term or self._curie(iri)
        return name

    def _use(self, term: str, definition: Definition) -> None:
        if term not in self._used:
            self._used[term] = definition
            for curie in (definition["@id"], definition.get("@type", "")):
                prefix = curie.partition(":")[0]
                if prefix in self._prefixes:
                    self._used[prefix] = self._prefixes[prefix]

    def _curie(self, iri: str) -> str:
        """The CURIE of an IRI, or the IRI where no prefix fits."""
        for prefix, namespace in self._prefixes.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self._used[prefix] = namespace
                return f"{prefix}:{iri[len(namespace) :]}"
        return self._whole(iri)

    def _whole(self, iri: str) -> str:
        """The IRI. Raises `_AmbiguousError`."""
        scheme, _, path = iri.partition(":")
        if scheme in self._prefixes and not path.startswith("//"):
            raise _AmbiguousError
        return iri


@cache
def _by_iri(
    version: str, prefixes: tuple[tuple[str, str], ...]
) -> dict[tuple[str, str], tuple[str, Definition]]:
    """Terms and their definitions, by IRI and an empty text; the second term of an IRI by IRI and datatype."""
    namespaces = dict(prefixes)
    terms_by_iri: dict[tuple[str, str], tuple[str, Definition]] = {}
    for term, definition in terms(version).items():
        iri = _expanded(definition.get("@id", ""), namespaces)
        datatype = _expanded(definition.get("@type", ""), namespaces)
        if iri:
            is_second = (iri, "") in terms_by_iri
            terms_by_iri[iri, datatype if is_second else ""] = (term, definition)
    return terms_by_iri


def _expanded(curie: str, prefixes: Mapping[str, str]) -> str:
    """The IRI of a CURIE; empty where its prefix is unknown."""
    prefix, _, local = curie.partition(":")
    return prefixes[prefix] + local if prefix in prefixes else ""


def _append(holder: Json, key: str, value: object) -> None:
    """Add a value: the first alone, more as a list."""
    if key not in holder:
        holder[key] = value
    elif isinstance(holder[key], list):
        holder[key].append(value)
    else:
        holder[key] = [holder[key], value]


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
