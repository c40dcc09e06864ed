"""Hints for queries: mistakes in one that does not parse, and terms that the dataset does not use.

The engine reports how far it read and one token that it expected there: `SELEC * {}` is "1:10,
expected CONSTRUCT". The mistakes here are those that people make, each found among the tokens of
the query with its own place. Where none of them explains the failure, the engine's error is used.
Unknown terms come with the nearest ones.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise

from gcmgraph.platform.errors import Place, QuerySyntaxError
from gcmgraph.platform.similarity import nearest
from gcmgraph.platform.text import fold_words
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.sparql_text import (
    SparqlToken,
    TokenKind,
    closing_brace,
    line_and_column,
    significant,
    tokenize,
)
from gcmgraph.rdf.terms import IRI
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.responses.negotiated import suggest
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page

_WORDS = tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))

#: Forms of queries and updates, keywords before a bracket, and functions.
_FORMS, _UPDATES, _BEFORE_BRACKET, _FUNCTIONS = (
    _WORDS[name].split() for name in ("forms", "updates", "before_bracket", "functions")
)

#: Prefixes of other vocabularies.
COMMON_PREFIXES: dict[str, str] = _WORDS["prefixes"]

#: Text intended as an absolute IRI, without an unclosed rest.
_BAD_IRI = re.compile(r"<[a-z][a-z0-9+.-]*+:[^<>\r\n]*+>", re.IGNORECASE)

#: Longest query that is diagnosed, in characters: this runs in the server process.
LONGEST = 6_000

_PAIRS = {")": "(", "}": "{", "]": "["}


def diagnose(query: str, prefixes: Mapping[str, str]) -> QuerySyntaxError | None:
    """The mistake in a query that the engine refused, with its place and how to fix it; None where none is found.

    `prefixes` need no declaration.
    """
    if len(query) > LONGEST:
        return None
    tokens = list(_tokens(query))
    for look in (
        _unknown_form,
        _unclosed_text,
        _bad_iri,
        _undeclared,
        _unbalanced,
        _unknown_function,
    ):
        found = look(tokens, prefixes)
        if found is not None:
            message, start, hint = found
            place = Place("query", *line_and_column(query, start))
            return QuerySyntaxError(message, place=place, hint=hint or None)
    return None


_Found = tuple[str, int, str] | None


def _tokens(query: str) -> Iterator[SparqlToken]:
    """The tokens of a query without layout; what was meant as an IRI and is none is one, of the kind `UNKNOWN`."""
    start: int | None = 0
    while start is not None:
        tokens, start = tokenize(query, start), None
        for token in tokens:
            if token.kind in {TokenKind.SPACE, TokenKind.COMMENT} or token.text.isspace():
                continue
            if token.text == "<" and (bad := _BAD_IRI.match(query, token.start)):
                yield SparqlToken(TokenKind.UNKNOWN, bad[0], token.start)
                start = bad.end()
                break
            yield token


def _unknown_form(tokens: list[SparqlToken], _: Mapping[str, str]) -> _Found:
    first = next(iter(tokens), None)
    if first is None or first.text.upper() in _FORMS:
        return None
    if first.text.upper() in _UPDATES:
        hint = "Updates are refused here; data change by contributions, which a curator reviews: see /contributions."
        return f"{first.text} belongs to an update, not to a query.", first.start, hint
    near = nearest(first.text.upper(), _FORMS) if first.kind is TokenKind.WORD else None
    hint = f"Did you mean {near[0]}?" if near else ""
    return (
        f"A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, not with {first.text[:40]!r}.",
        first.start,
        hint,
    )


def _unclosed_text(tokens: list[SparqlToken], _: Mapping[str, str]) -> _Found:
    quote = next((token for token in tokens if token.text in {"'", '"'}), None)
    if quote is None:
        return None
    return (
        f"The text that begins here with {quote.text} does not end.",
        quote.start,
        "Close it in the same line.",
    )


def _bad_iri(tokens: list[SparqlToken], _: Mapping[str, str]) -> _Found:
    for token in tokens:
        if token.kind is TokenKind.UNKNOWN and len(token.text) > 1:
            hint = "Percent-encode spaces and quotes, such as %20."
            return (
                f"{token.text[:80]} is not an IRI: it holds what may not stand in one.",
                token.start,
                hint,
            )
    return None


def _undeclared(tokens: list[SparqlToken], prefixes: Mapping[str, str]) -> _Found:
    declared = {
        token.prefix
        for before, token in pairwise(tokens)
        if before.text.upper() == "PREFIX" and token.prefix is not None
    }
    known = {*prefixes, *declared}
    for token in tokens:
        if token.prefix is None or token.prefix in known:
            continue
        message = f"The prefix '{token.prefix}:' is not declared."
        if token.prefix in COMMON_PREFIXES:
            return (
                message,
                token.start,
                f"Add PREFIX {token.prefix}: <{COMMON_PREFIXES[token.prefix]}>.",
            )
        near = nearest(token.prefix.lower(), sorted(known))
        ours = (
            "Prefixes that need no declaration: "
            + ", ".join(f"{prefix}:" for prefix in sorted(prefixes))
            + "."
        )
        return (
            message,
            token.start,
            f"Did you mean '{near[0]}:'? Otherwise declare it." if near else ours,
        )
    return None


def _unbalanced(tokens: list[SparqlToken], _: Mapping[str, str]) -> _Found:
    open_ones: list[SparqlToken] = []
    for token in tokens:
        if token.text in _PAIRS.values():
            open_ones.append(token)
        elif token.text in _PAIRS:
            if not open_ones:
                return (
                    f"This '{token.text}' closes nothing.",
                    token.start,
                    "Take it out, or open it before.",
                )
            if open_ones[-1].text != _PAIRS[token.text]:
                opened = open_ones[-1]
                return (
                    f"'{token.text}' cannot close '{opened.text}'.",
                    token.start,
                    f"Close the '{opened.text}' first.",
                )
            open_ones.pop()
    if open_ones:
        last = open_ones[-1]
        return (
            f"The '{last.text}' that stands here is never closed.",
            last.start,
            "Close it, or take it out.",
        )
    return None


def _unknown_function(tokens: list[SparqlToken], _: Mapping[str, str]) -> _Found:
    for token, after in pairwise(tokens):
        word = token.text.upper()
        if (
            token.kind is TokenKind.WORD
            and after.text == "("
            and word not in _BEFORE_BRACKET
            and word not in _FUNCTIONS
        ):
            near = nearest(word, _FUNCTIONS)
            hint = (
                f"Did you mean {near[0]}?"
                if near
                else "Functions: https://www.w3.org/TR/sparql11-query/#SparqlOps."
            )
            return f"SPARQL has no function {token.text[:40]}.", token.start, hint
    return None


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


def nearest_terms(
    addresses: Addresses, snapshot: Snapshot, text: str, iris: Iterable[str]
) -> list[str]:
    """The short forms of the terms with the most similar local names or labels."""
    names = names_of_terms(addresses, snapshot, iris)
    local = local_name(text)
    near = [iri for name in nearest(fold_words(local), names, SUGGESTED) for iri in names[name]]
    near.sort(
        key=lambda iri: local_name(iri)[:1].isupper() != local[:1].isupper()
    )  # classes for a class
    return list(dict.fromkeys(map(addresses.short_form, near)))[:SUGGESTED]


def names_of_terms(
    addresses: Addresses, snapshot: Snapshot, iris: Iterable[str]
) -> dict[str, list[str]]:
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
            text = prefixes[token.prefix] + token.text.partition(":")[2].replace("\\", "")
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
    start = words.index("CONSTRUCT") + 1
    return closing_brace(tokens, start) + 1 if words[start:] and tokens[start].text == "{" else 0


def _names_no_term(tokens: Sequence[SparqlToken], index: int) -> bool:
    before = tokens[index - 1] if index else None
    declared = index > 1 and tokens[index - 2].word == "PREFIX"
    called = index + 1 < len(tokens) and tokens[index + 1].text == "("
    # a path may continue with a bracket: after a property of a pattern, not after an operator of an
    # expression
    is_call = called and (
        before is None
        or before.text in {"(", ",", "=", "!=", "&&", "||", "!", "<", ">", "+", "-", "*"}
    )
    return (
        declared
        or is_call
        or (before is not None and (before.word in _NAMING or before.text == "^^"))
    )


def _occurs(addresses: Addresses, snapshot: Snapshot, iri: IRI) -> bool:
    figures, text = snapshot.figures, iri.value
    if text in figures.properties or text in figures.classes or text in figures.graphs:
        return True
    if any(text.startswith(addresses.prefixes[prefix]) for prefix in _FORMAL):
        return True
    triples = snapshot.store.triples
    return any(
        next(found, None) is not None
        for found in (triples(iri), triples(object=iri), triples(predicate=iri))
    )


def _unknown(site: Site, snapshot: Snapshot, iri: IRI) -> UnknownTerm:
    addresses = site.addresses
    kind = addresses.kind_of(iri.value)
    if kind is None:
        used = {*snapshot.figures.properties, *snapshot.figures.classes}
        near = nearest_terms(addresses, snapshot, iri.value, used)
        return UnknownTerm(addresses.short_form(iri.value), tuple(near))
    local = iri.value.removeprefix(addresses.resource(kind, ""))
    found = suggest(Page(site, snapshot, SOURCE_LANGUAGE), kind, local)[:SUGGESTED]
    return UnknownTerm(
        addresses.short_form(iri.value),
        tuple(one["href"].removeprefix("/doc/").replace("/", ":", 1) for one in found),
        True,
    )
