"""Terms of a SPARQL query that the dataset does not use, each with the nearest one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gcmgraph.errors import StoreError
from gcmgraph.model.terms import IRI
from gcmgraph.namespaces import Addresses
from gcmgraph.sparql.lexer import SparqlToken, TokenKind, significant
from gcmgraph.text import fold_words, nearest
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.responses.documents import suggest
from gcmgraph.web.services import Site, Snapshot

#: Vocabularies of datatypes, functions and the form of RDF itself, which need not occur.
_FORMAL = ("xsd", "rdf", "rdfs", "owl", "sh")

#: Words before an IRI that names no term of a pattern.
_NAMING = frozenset({"SERVICE", "SILENT", "BASE", "FROM", "NAMED", "GRAPH"})

#: Unknown terms that are reported, at most; terms of a query that are looked up.
REPORTED, CHECKED = 5, 50

#: Maximum number of suggestions for a term.
SUGGESTED = 3


@dataclass(frozen=True)
class UnknownTerm:
    """A term in short form, the nearest ones that the dataset has, and whether it would be a resource of ours."""

    term: str
    nearest: tuple[str, ...] = ()
    is_resource: bool = False


def unknown_terms(site: Site, snapshot: Snapshot, query: str) -> list[UnknownTerm]:
    """The terms of the patterns of a query that no statement contains."""
    found: list[UnknownTerm] = []
    for iri in list(dict.fromkeys(_terms(site.addresses, query)))[:CHECKED]:
        if not _occurs(site.addresses, snapshot, iri):
            found.append(_unknown(site, snapshot, iri))
            if len(found) >= REPORTED:
                break
    return found


def nearest_terms(addresses: Addresses, snapshot: Snapshot, text: str, iris: Iterable[str]) -> list[str]:
    """The short forms of the terms with the most similar local names or labels."""
    names = names_of_terms(addresses, snapshot, iris)
    local = local_name(text)
    near = [iri for name in nearest(fold_words(local), names, SUGGESTED) for iri in names[name]]
    near.sort(key=lambda iri: local_name(iri)[:1].isupper() != local[:1].isupper())  # classes for a class
    return list(dict.fromkeys(map(addresses.short_form, near)))[:SUGGESTED]


def names_of_terms(addresses: Addresses, snapshot: Snapshot, iris: Iterable[str]) -> dict[str, list[str]]:
    """IRIs by folded local name and labels; terms of the project's ontology come before others."""
    names: dict[str, list[str]] = {}
    for iri in sorted(iris, key=lambda iri: (not iri.startswith(addresses.ontology), iri)):
        labels = (label.value for _, label in snapshot.labels.statements(IRI(iri)))
        for name in dict.fromkeys(fold_words(name) for name in (local_name(iri), *labels)):
            names.setdefault(name, []).append(iri)
    return names


def local_name(text: str) -> str:
    """The part after the last separator of an IRI or CURIE; a label as it is."""
    return text.rstrip("/#").replace("#", "/").replace(":", "/").rpartition("/")[2]


def _terms(addresses: Addresses, query: str) -> Iterator[IRI]:
    """The IRIs in the patterns of a query: not in declarations, templates, dataset clauses, calls or datatypes."""
    tokens = significant(query)
    prefixes = dict(addresses.prefixes)
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
                yield IRI(addresses.rebase(text))
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


def _occurs(addresses: Addresses, snapshot: Snapshot, iri: IRI) -> bool:
    figures, text = snapshot.figures, iri.value
    if text in figures.properties or text in figures.classes or text in figures.graphs:
        return True
    if any(text.startswith(addresses.prefixes[prefix]) for prefix in _FORMAL):
        return True
    try:
        return any(next(found, None) is not None for found in _statements(snapshot, iri))
    except StoreError:  # the query reports it
        return True


def _statements(snapshot: Snapshot, iri: IRI) -> Iterator[Iterator[object]]:
    yield snapshot.store.quads(iri)
    yield snapshot.store.quads(object=iri)
    yield snapshot.store.quads(predicate=iri)


def _unknown(site: Site, snapshot: Snapshot, iri: IRI) -> UnknownTerm:
    addresses = site.addresses
    kind = addresses.kind_of(iri.value)
    if kind is None:
        used = {*snapshot.figures.properties, *snapshot.figures.classes}
        near = nearest_terms(addresses, snapshot, iri.value, used)
        return UnknownTerm(addresses.short_form(iri.value), tuple(near))
    local = iri.value.removeprefix(addresses.thing(kind, ""))
    found = suggest(site, snapshot, kind, local, SOURCE_LANGUAGE)[:SUGGESTED]
    return UnknownTerm(
        addresses.short_form(iri.value),
        tuple(one["href"].removeprefix("/doc/").replace("/", ":", 1) for one in found),
        True,
    )
