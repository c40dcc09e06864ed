"""Terms of a query that no statement of the dataset contains, with similar terms that occur."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gcmgraph.platform.similarity import nearest
from gcmgraph.platform.text import fold_words
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.sparql_tokens import SparqlToken, TokenKind, closing_brace, significant
from gcmgraph.rdf.terms import IRI
from gcmgraph.translations import SOURCE_LANGUAGE
from gcmgraph.web.responses.suggestions import suggest
from gcmgraph.web.services import Site, Snapshot
from gcmgraph.web.templating import Page

#: Vocabularies of datatypes, functions and the form of RDF itself, which need not occur.
_FORMAL = ("xsd", "rdf", "rdfs", "owl", "sh")

#: Words before an IRI that names no term of a pattern.
_NAMING = frozenset({"SERVICE", "SILENT", "BASE", "FROM", "NAMED", "GRAPH"})

#: Tokens before the name of a function. After a property of a pattern a path may continue with a
#: bracket.
_BEFORE_CALL = frozenset({"(", ",", "=", "!=", "&&", "||", "!", "<", ">", "+", "-", "*"})

#: Maximum number of terms of a query that are looked up.
MAX_CHECKED = 50

#: Maximum number of unknown terms that are reported.
MAX_REPORTED = 5

#: Maximum number of suggestions for a term.
MAX_SUGGESTIONS = 3


@dataclass(frozen=True)
class UnknownTerm:
    """A term in short form, and the most similar terms of the dataset.

    `is_resource` states whether its IRI would be that of a resource of this dataset.
    """

    term: str
    nearest: tuple[str, ...] = ()
    is_resource: bool = False


def unknown_terms(site: Site, snapshot: Snapshot, query: str) -> list[UnknownTerm]:
    """Return the terms of the patterns of a query that no statement contains."""
    unknown: list[UnknownTerm] = []
    distinct_terms = dict.fromkeys(_terms(site.addresses, query))
    for iri in list(distinct_terms)[:MAX_CHECKED]:
        if not _occurs(site.addresses, snapshot, iri):
            unknown.append(_unknown_term(site, snapshot, iri))
            if len(unknown) >= MAX_REPORTED:
                break
    return unknown


def nearest_terms(
    addresses: Addresses, snapshot: Snapshot, text: str, iris: Iterable[str]
) -> list[str]:
    """Return the short forms of the terms with the most similar local names or labels."""
    local = local_name(text)
    iris_by_name = names_of_terms(addresses, snapshot, iris)
    similar_names = nearest(fold_words(local), iris_by_name, MAX_SUGGESTIONS)
    similar_iris = [iri for name in similar_names for iri in iris_by_name[name]]
    is_class = _begins_with_capital(local)
    similar_iris.sort(key=lambda iri: _begins_with_capital(local_name(iri)) != is_class)
    return list(dict.fromkeys(map(addresses.short_form, similar_iris)))[:MAX_SUGGESTIONS]


def _begins_with_capital(local: str) -> bool:
    """Whether a local name is that of a class, by convention."""
    return local[:1].isupper()


def names_of_terms(
    addresses: Addresses, snapshot: Snapshot, iris: Iterable[str]
) -> dict[str, list[str]]:
    """IRIs by folded local name and labels; terms of the project's ontology are before others."""
    iris_by_name: dict[str, list[str]] = {}
    for iri in sorted(iris, key=lambda iri: (not iri.startswith(addresses.ontology), iri)):
        labels = (label.value for _, label in snapshot.labels.statements(IRI(iri)))
        for name in dict.fromkeys(map(fold_words, (local_name(iri), *labels))):
            iris_by_name.setdefault(name, []).append(iri)
    return iris_by_name


def local_name(text: str) -> str:
    """Return the part after the last separator of an IRI or CURIE; a label without change.

    >>> local_name("http://www.w3.org/2004/02/skos/core#Concept"), local_name("skos:Concept")
    ('Concept', 'Concept')
    """
    return text.rstrip("/#").replace("#", "/").replace(":", "/").rpartition("/")[2]


def _terms(addresses: Addresses, query: str) -> Iterator[IRI]:
    """The IRIs in the patterns of a query.

    Those of declarations, templates, dataset clauses, calls and datatypes are not among them.
    """
    tokens = significant(query)
    prefixes = dict(addresses.prefixes) | _declared_prefixes(tokens)
    for index in range(_pattern_start(tokens), len(tokens)):
        text = None if _names_no_term(tokens, index) else _expanded(tokens[index], prefixes)
        if text is not None and "://" in text and "\\" not in text:
            try:
                yield IRI(addresses.rebase(text))
            except ValueError:  # the engine reports the invalid IRI
                continue


def _declared_prefixes(tokens: Sequence[SparqlToken]) -> dict[str, str]:
    """Namespaces by prefix, from the declarations of a query."""
    prefixes: dict[str, str] = {}
    for keyword, name, namespace in zip(tokens, tokens[1:], tokens[2:], strict=False):
        is_declaration = keyword.word == "PREFIX" and namespace.kind is TokenKind.IRI
        if is_declaration and name.prefix is not None:
            prefixes[name.prefix] = namespace.text[1:-1]
    return prefixes


def _expanded(token: SparqlToken, prefixes: dict[str, str]) -> str | None:
    """The IRI that a token stands for; None for any other token and an undeclared prefix."""
    if token.kind is TokenKind.IRI:
        return token.text[1:-1]
    if token.prefix is None or token.prefix not in prefixes:
        return None
    local = token.text.partition(":")[2]
    return prefixes[token.prefix] + local.replace("\\", "")


def _pattern_start(tokens: Sequence[SparqlToken]) -> int:
    """The index of the first token after the template of CONSTRUCT; 0 without a template."""
    words = [token.word for token in tokens]
    if "CONSTRUCT" not in words:
        return 0
    start = words.index("CONSTRUCT") + 1
    has_template = start < len(tokens) and tokens[start].text == "{"
    return closing_brace(tokens, start) + 1 if has_template else 0


def _names_no_term(tokens: Sequence[SparqlToken], index: int) -> bool:
    """Whether a token is in a declaration or dataset clause, a function, graph or datatype."""
    if index == 0:
        return False
    previous = tokens[index - 1]
    if previous.text == "^^" or previous.word in _NAMING or previous.word == "PREFIX":
        return True
    if index > 1 and tokens[index - 2].word == "PREFIX":
        return True
    precedes_bracket = index + 1 < len(tokens) and tokens[index + 1].text == "("
    return precedes_bracket and previous.text in _BEFORE_CALL


def _occurs(addresses: Addresses, snapshot: Snapshot, iri: IRI) -> bool:
    """Whether a term occurs in the dataset, or is of a vocabulary that need not occur."""
    figures = snapshot.figures
    if any(iri.value in terms for terms in (figures.properties, figures.classes, figures.graphs)):
        return True
    if any(iri.value.startswith(addresses.prefixes[prefix]) for prefix in _FORMAL):
        return True
    triples = snapshot.store.triples
    matches_by_position = (triples(iri), triples(object=iri), triples(predicate=iri))
    return any(next(matches, None) is not None for matches in matches_by_position)


def _unknown_term(site: Site, snapshot: Snapshot, iri: IRI) -> UnknownTerm:
    addresses = site.addresses
    term = addresses.short_form(iri.value)
    kind = addresses.kind_of(iri.value)
    if kind is None:
        used_terms = {*snapshot.figures.properties, *snapshot.figures.classes}
        similar_terms = nearest_terms(addresses, snapshot, iri.value, used_terms)
        return UnknownTerm(term, tuple(similar_terms))
    slug = iri.value.removeprefix(addresses.resource(kind, ""))
    page = Page(site, snapshot, SOURCE_LANGUAGE)
    suggestions = suggest(page, kind, slug)[:MAX_SUGGESTIONS]
    similar_resources = (_short_form(suggestion["href"]) for suggestion in suggestions)
    return UnknownTerm(term, tuple(similar_resources), is_resource=True)


def _short_form(address: str) -> str:
    """The short form of the resource that a page describes.

    >>> _short_form("/doc/objective/9")
    'objective:9'
    """
    return address.removeprefix("/doc/").replace("/", ":", 1)
