"""Preparation of visitors' queries for a SPARQL server that may hold other data and have functions of its own.

A query goes there only after it was parsed here, in a query process. Refused are SERVICE, graphs
that are not ours, functions beyond the standard (https://www.w3.org/TR/sparql11-query/#SparqlOps),
and text that another parser may read in another way. What is sent has the prefixes that clients
need not declare, and neither comments nor FROM: Virtuoso 7.2 adds the graphs of FROM to those of
the request (https://www.w3.org/TR/sparql11-protocol/#dataset has the latter replace the former).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from gcmgraph.platform.errors import Place, QuerySyntaxError, StoreError
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.query_dataset import (
    UNION,
    QueryDataset,
    QueryNames,
    missing_graph,
    read_dataset_clause,
)
from gcmgraph.rdf.sparql_screening import Screening
from gcmgraph.rdf.sparql_text import with_prefixes
from gcmgraph.rdf.sparql_tokens import SparqlToken, TokenKind, line_and_column, tokenize
from gcmgraph.store.port import (
    QueryNotAcceptableError,
    QueryRefusedError,
    QueryRequest,
    Store,
)

#: Prefixes and schemes of functions of Virtuoso, which declares them itself.
_ENGINE_PREFIXES = frozenset({"bif", "sql"})

#: Names of the standard's functions that are IRIs: the casts.
_CASTS = PREFIXES["xsd"]

#: An IRI that another parser may read as a comparison: `?a<b:c('d')>?e`. Addresses with `//` are
#: none, since no expression has two slashes.
_AMBIGUOUS_IRI = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*://).*['#(?$]", re.DOTALL)

#: Escapes other than those of https://www.w3.org/TR/sparql11-query/#rECHAR. The standard has code
#: points (`\u0027`) replaced before parsing, many parsers after: a quote is an end in one only.
_OTHER_ESCAPE = re.compile(r"\\(?:[tbnrf\\\"'])|(?P<other>\\)")

_LAYOUT = frozenset({TokenKind.SPACE, TokenKind.COMMENT})
_NO_TOKEN = SparqlToken(TokenKind.UNKNOWN, "", 0)


@dataclass(frozen=True)
class EngineQuery:
    """A query as it is sent to an engine."""

    text: str
    #: media type of the answer to the client
    media_type: str
    #: the default graph is the merge of these; None for all graphs of ours
    default_graphs: tuple[str, ...] | None
    #: GRAPH may name these; None for all graphs of ours
    named_graphs: tuple[str, ...] | None
    #: number of characters that the first line has more than that of the client
    shift: int

    def encoded(self) -> bytes:
        """The query as JSON, for another process."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decoded(cls, body: bytes) -> EngineQuery:
        """The query of `encoded`."""
        values = json.loads(body)
        for name in ("default_graphs", "named_graphs"):
            values[name] = None if values[name] is None else tuple(values[name])
        return cls(**values)


def prepare_query(
    request: QueryRequest, screening: Screening, holds_graph: Callable[[str], bool]
) -> EngineQuery:
    """The query of a request for an engine; `holds_graph` determines which graphs are ours.

    Raises `QuerySyntaxError`, `QueryRefusedError`, `QueryNotAcceptableError`.
    """
    tokens = list(tokenize(request.query))
    significant = [token for token in tokens if token.kind not in _LAYOUT]
    _refuse_foreign_functions_and_graphs(request, significant, holds_graph)
    try:
        media_type = Store.in_memory().answer_type(request)
    except StoreError as error:
        raise QueryRefusedError(error.message) from error
    if media_type is None:
        raise QueryNotAcceptableError("This form of query has no answer in the formats asked for.")
    _refuse_ambiguous_text(request.query, significant)
    dataset = _dataset(request, screening, holds_graph)
    text = with_prefixes(_without_from_and_comments(tokens), request.prefixes)
    return EngineQuery(
        text,
        media_type,
        None if dataset.union else dataset.default_graphs,
        None if dataset.union else dataset.named_graphs,
        len(text) - len(request.query),
    )


def _dataset(
    request: QueryRequest, screening: Screening, holds_graph: Callable[[str], bool]
) -> QueryDataset:
    """The dataset of a request. Raises `QueryRefusedError`, `QuerySyntaxError` for a graph that is not ours."""
    if request.default_graphs or request.named_graphs:
        for iri in (*request.default_graphs, *request.named_graphs):
            if not holds_graph(iri):
                raise _foreign_graph(iri)
        return QueryDataset(False, True, request.default_graphs, request.named_graphs)
    if not screening.dataset_clause:
        return UNION
    dataset = read_dataset_clause(request.query, request.prefixes)
    if not (dataset.default_graphs or dataset.named_graphs):  # the word is in a text or a name
        return UNION
    if (missing := missing_graph(dataset, holds_graph)) is not None:
        raise QuerySyntaxError(missing, place=Place("query"))
    return dataset


def _refuse_ambiguous_text(query: str, tokens: Iterable[SparqlToken]) -> None:
    """Refuse text that two parsers may read in two ways. Raises `QueryRefusedError`."""
    for token in tokens:
        if token.kind is TokenKind.UNKNOWN:
            raise _refusal(query, token.start, f"{token.text!r} begins no term of SPARQL.")
        if token.kind is TokenKind.IRI and _AMBIGUOUS_IRI.match(token.text):
            raise _refusal(
                query,
                token.start,
                f"{token.text[:80]} may be an IRI or a comparison.",
                "Percent-encode the characters ' # ( ? $ of an IRI, or put spaces around '<' and '>'.",
            )
        if token.kind in {TokenKind.STRING, TokenKind.IRI}:
            for escape in _OTHER_ESCAPE.finditer(token.text):
                if escape["other"] or token.kind is TokenKind.IRI:
                    raise _refusal(
                        query,
                        token.start + escape.start(),
                        "Escapes such as \\u0041 are refused here.",
                        "Write the character itself.",
                    )


def _refuse_foreign_functions_and_graphs(
    request: QueryRequest, tokens: Sequence[SparqlToken], holds_graph: Callable[[str], bool]
) -> None:
    """Refuse functions beyond the standard, and GRAPH with a graph that is not ours.

    Raises `QueryRefusedError`.
    """
    names = QueryNames(request.prefixes)
    padded = [_NO_TOKEN, *tokens, _NO_TOKEN, _NO_TOKEN]
    for index, token in enumerate(tokens, 1):
        names.read(token, padded[index + 1 : index + 3])
        iri = names.expanded(token)
        is_engine_name = token.prefix in _ENGINE_PREFIXES or (
            iri is not None and iri.partition(":")[0].lower() in _ENGINE_PREFIXES
        )
        if is_engine_name:
            raise _refusal(
                request.query, token.start, f"{token.text[:80]} is a name of one engine's own."
            )
        if iri is None:
            continue
        if padded[index + 1].text == "(" and not iri.startswith(_CASTS):
            raise _refusal(
                request.query,
                token.start,
                f"{token.text[:80]} is no function of SPARQL 1.1.",
                "Functions: https://www.w3.org/TR/sparql11-query/#SparqlOps. Write a list as rdf:first and rdf:rest.",
            )
        if padded[index - 1].word == "GRAPH" and not holds_graph(iri):
            raise _foreign_graph(iri, Place("query", *line_and_column(request.query, token.start)))


def _without_from_and_comments(tokens: Iterable[SparqlToken]) -> str:
    """The text of tokens with spaces in place of comments, FROM and FROM NAMED.

    >>> _without_from_and_comments(tokenize("ASK FROM <http://example.org/a> {} # comment"))
    'ASK                             {}          '
    """
    parts = []
    is_clause = False
    for token in tokens:
        if token.word in {"FROM", "FROMNAMED"}:
            is_clause = True
        is_removed = token.kind is TokenKind.COMMENT or (is_clause and not token.text.isspace())
        parts.append(" " * len(token.text) if is_removed else token.text)
        if token.kind is TokenKind.IRI or token.prefix is not None:
            is_clause = False
    return "".join(parts)


def _foreign_graph(iri: str, place: Place | None = None) -> QueryRefusedError:
    return QueryRefusedError(
        f"There is no graph <{iri}> here.",
        place=place or Place("query"),
        hint="Ask for GRAPH ?g to see which there are.",
    )


def _refusal(query: str, start: int, message: str, hint: str | None = None) -> QueryRefusedError:
    place = Place("query", *line_and_column(query, start))
    return QueryRefusedError(message, place=place, hint=hint)
