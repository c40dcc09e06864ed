"""Write what a SPARQL server answers in the syntax a client wants, while it comes, and no more than caps allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, cast

import pyoxigraph as ox

from gcmgraph.rdfio.media import RdfSyntax
from gcmgraph.store.port import ResultSyntax
from gcmgraph.store.remote.results import mended, no_results, no_triples
from gcmgraph.store.remote.stream import AnswerStream
from gcmgraph.store.results.capped_output import Caps, Written, write_solutions, write_triples
from gcmgraph.store.results.formats import ENGINE_FORMATS


def written_result(stream: AnswerStream, syntax: ResultSyntax, caps: Caps, *, exact: bool) -> Written:
    """The result of SELECT or ASK, from its JSON. Raises `StoreError` where that is no such thing."""
    source: IO[bytes] | bytes = cast(IO[bytes], stream)
    server_rows: int | None = None
    try:
        if not exact:  # Virtuoso's JSON is put right as a whole; it gives so many rows at most
            source, server_rows = mended(stream.whole(caps.bytes))
        result = ox.parse_query_results(source, format=ox.QueryResultsFormat.JSON)
        if isinstance(result, ox.QueryBoolean):
            return Written(result.serialize(format=ENGINE_FORMATS[syntax]) or b"")
        written = write_solutions(result, syntax, caps)
    except (SyntaxError, ValueError, KeyError, TypeError) as error:
        raise no_results(error) from error
    return Written(written.body, written.cut or server_rows is not None, server_rows)


def written_graph(stream: AnswerStream, syntax: RdfSyntax, caps: Caps, prefixes: Mapping[str, str]) -> Written:
    """The triples of a CONSTRUCT or DESCRIBE, from N-Triples. Raises `StoreError` where that is no such thing."""
    try:
        triples = (quad.triple for quad in ox.parse(cast(IO[bytes], stream), ox.RdfFormat.N_TRIPLES))
        return write_triples(triples, syntax.engine_format, caps, dict(prefixes))
    except (SyntaxError, ValueError) as error:
        raise no_triples(error) from error
