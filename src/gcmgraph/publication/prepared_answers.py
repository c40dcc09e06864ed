"""Answers to the named queries of a large version, kept beside its index: who asks first does not wait for them.

They are whole, for the parameters' defaults, and found by query and parameters: a query that was changed since
has none. A version made by a contribution has none either, and its queries are answered when they are asked.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import zlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from gcmgraph.errors import GcmGraphError
from gcmgraph.model.terms import Term
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import NamedQuery
from gcmgraph.store.port import JSON_RESULTS, Wanted
from gcmgraph.store.query_request import QueryLimits, QueryRequest
from gcmgraph.store.result_lines import as_lines
from gcmgraph.store.workers import QueryWorkers

#: Statements from which on answers are prepared; of a smaller graph they come at once.
LARGE = 100_000

#: What preparing one answer may take; without an answer in that time there is none.
LIMITS = QueryLimits(seconds=60, side_by_side=1)

_FOLDER = "answers"
#: Whole answers of tens of megabytes: the fastest level makes them a tenth.
_LEVEL = 1
_LOG = logging.getLogger(__name__)


def write_answers(
    folder: Path, queries: Iterable[NamedQuery], addresses: Addresses, limits: QueryLimits = LIMITS
) -> None:
    """Answer the queries on the store of the version in `folder`, all but those that need values or ask others."""
    (folder / _FOLDER).mkdir()
    with closing(QueryWorkers(limits)) as workers:
        for query in queries:
            if query.endpoint is not None or any(p.required for p in query.parameters):
                continue
            terms = query.substitutions({}, addresses)
            wanted = Wanted(solutions=JSON_RESULTS.media_type, boolean=None, graph=None)
            try:
                found = workers.run(
                    QueryRequest(query.in_stable_order(), wanted, substitutions=terms), folder / "index"
                )
            except GcmGraphError as error:
                _LOG.warning("No answer to the query %s is prepared: %s", query.name, error.message)
                continue
            if not found.cut:
                _file(folder, query, terms).write_bytes(gzip.compress(as_lines(found.body), _LEVEL, mtime=0))


def prepared_answer(folder: Path, query: NamedQuery, terms: Mapping[str, Term]) -> bytes | None:
    """The whole answer to a query of the version in `folder`, as `result_lines`; None where none is prepared."""
    try:
        packed = _file(folder, query, terms).read_bytes()
        if not packed:  # which gzip takes for nothing, packed
            raise EOFError("the file is empty")
        return gzip.decompress(packed)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, zlib.error) as error:
        _LOG.warning("A prepared answer cannot be read, and the query %s is asked instead: %s", query.name, error)
        return None


def _file(folder: Path, query: NamedQuery, terms: Mapping[str, Term]) -> Path:
    """Where the answer is kept. The name depends on all that the answer depends on, but for the version."""
    bound = sorted(f"{name} {term}" for name, term in terms.items())
    key = hashlib.sha256("\0".join((query.in_stable_order(), *bound)).encode()).hexdigest()
    return folder / _FOLDER / f"{query.name}-{key[:16]}.lines.gz"
