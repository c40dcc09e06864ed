"""Terms of a SPARQL query that the dataset does not use, each with the nearest one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gcmgraph.errors import StoreError
from gcmgraph.model.kinds import kind_of
from gcmgraph.model.terms import IRI
from gcmgraph.sparql.lexer import SparqlToken, TokenKind, significant
from gcmgraph.web.mcp.tools.common import ToolServices
from gcmgraph.web.mcp.tools.properties import nearest_terms
from gcmgraph.web.resources.suggestions import suggest
from gcmgraph.web.snapshot import Snapshot

#: Vocabularies of datatypes, functions and the form of RDF itself, which need not occur.
_FORMAL = ("xsd", "rdf", "rdfs", "owl", "sh")

#: Words before an IRI that names no term of a pattern.
_NAMING = frozenset({"SERVICE", "SILENT", "BASE", "FROM", "NAMED", "GRAPH"})

#: Unknown terms that are reported, at most; terms of a query that are looked up.
REPORTED, CHECKED = 5, 200


def unknown_terms(services: ToolServices, snapshot: Snapshot, query: str) -> list[str]:
    """A sentence for each term of the patterns of a query that no statement contains."""
    found: list[str] = []
    for iri in list(dict.fromkeys(_terms(services, query)))[:CHECKED]:
        if not _occurs(services, snapshot, iri):
            found.append(_sentence(services, snapshot, iri))
            if len(found) >= REPORTED:
                break
    return found


def _terms(services: ToolServices, query: str) -> Iterator[IRI]:
    """The IRIs in the patterns of a query: not in declarations, templates, dataset clauses, calls or datatypes."""
    tokens = significant(query)
    prefixes = dict(services.site.addresses.prefixes)
    start = _pattern_start(tokens)
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else None
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if before is not None and before.word == "PREFIX" and token.prefix is not None:
            if following is not None and following.kind is TokenKind.IRI:
                prefixes[token.prefix] = following.text[1:-1]
            continue
        if index < start or _names_no_term(tokens, index):
            continue
        if token.kind is TokenKind.IRI:
            text = token.text[1:-1]
        elif token.prefix is not None and token.prefix in prefixes:
            text = prefixes[token.prefix] + _unescaped(token.text.partition(":")[2])
        else:
            continue
        if "://" in text and "\\" not in text:
            try:
                yield IRI(services.site.addresses.rebase(text))
            except ValueError:  # the engine reports it
                continue


def _pattern_start(tokens: Sequence[SparqlToken]) -> int:
    """The index of the first token after the template of CONSTRUCT; 0 for other forms, and without a template."""
    words = [token.word for token in tokens]
    if "CONSTRUCT" not in words:
        return 0
    start = words.index("CONSTRUCT")
    if start + 1 < len(tokens) and tokens[start + 1].text != "{":
        return 0
    depth = 0
    for index in range(start + 1, len(tokens)):
        depth += (tokens[index].text == "{") - (tokens[index].text == "}")
        if depth == 0:
            return index + 1
    return len(tokens)


def _names_no_term(tokens: Sequence[SparqlToken], index: int) -> bool:
    before = tokens[index - 1] if index else None
    declared = index > 1 and tokens[index - 2].word == "PREFIX"
    called = index + 1 < len(tokens) and tokens[index + 1].text == "("
    # a path may continue with a bracket: after a property of a pattern, not after an operator of an expression
    is_call = called and (
        before is None or before.text in {"(", ",", "=", "!=", "&&", "||", "!", "<", ">", "+", "-", "*"}
    )
    return declared or is_call or (before is not None and (before.word in _NAMING or before.text == "^^"))


def _unescaped(local: str) -> str:
    return local.replace("\\", "")


def _occurs(services: ToolServices, snapshot: Snapshot, iri: IRI) -> bool:
    figures, text = snapshot.figures, iri.value
    if text in figures.properties or text in figures.classes or text in figures.graphs:
        return True
    if any(text.startswith(services.site.addresses.prefixes[prefix]) for prefix in _FORMAL):
        return True
    try:
        return any(next(found, None) is not None for found in _statements(snapshot, iri))
    except StoreError:  # the query reports it
        return True


def _statements(snapshot: Snapshot, iri: IRI) -> Iterator[Iterator[object]]:
    yield snapshot.store.quads(iri)
    yield snapshot.store.quads(object=iri)
    yield snapshot.store.quads(predicate=iri)


def _sentence(services: ToolServices, snapshot: Snapshot, iri: IRI) -> str:
    short = services.short(iri)
    kind = kind_of(iri, services.site.addresses)
    if kind is not None:
        local = iri.value.removeprefix(services.site.addresses.thing(kind, ""))
        near = [
            one["href"].removeprefix("/doc/").replace("/", ":", 1)
            for one in suggest(services.site, snapshot, kind, local, "en")
        ]
        hint = f" Did you mean {' or '.join(near[:3])}?" if near else " Find the IRI with `search`."
        return f"{short} is not in this graph.{hint}"
    near = nearest_terms(services, snapshot, iri.value, {*snapshot.figures.properties, *snapshot.figures.classes})
    hint = f" Did you mean {' or '.join(near)}?" if near else " `schema` lists the terms in use."
    return f"No statement of this graph uses {short}.{hint}"
