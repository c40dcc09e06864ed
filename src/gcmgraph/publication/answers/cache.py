"""Answers of the named queries of a large version, beside its index, so that the first request does not wait.

They are whole, for the default parameters, and found by query and parameters: a query that was changed since has none.
A build prepares them before it publishes its version; for a version that a contribution made, the server does
(`worker`).
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path

from gcmgraph.errors import GcmGraphError
from gcmgraph.files.atomic import write_file
from gcmgraph.files.locks import locked
from gcmgraph.model.terms import Term
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import NamedQuery
from gcmgraph.store.port import JSON_RESULTS, Wanted
from gcmgraph.store.query_pool.pool import QueryWorkers
from gcmgraph.store.requests import QueryLimits, QueryRequest
from gcmgraph.store.results.lines import as_lines

#: Statements from which on answers are prepared; those of a smaller graph are fast.
LARGE = 100_000

#: Limits of preparing one answer.
LIMITS = QueryLimits(seconds=60, side_by_side=1)

#: Seconds that preparing all may take; later ones are left out.
IN_ALL = 600.0

_FOLDER = "answers"
#: File that names the answers that were prepared or could not be; locked by the process that prepares them.
_DONE = "done"
#: Compression level: the fastest makes whole answers, of tens of megabytes, a tenth.
_LEVEL = 1
_LOG = logging.getLogger(__name__)


def write_answers(
    folder: Path,
    queries: Iterable[NamedQuery],
    addresses: Addresses,
    limits: QueryLimits = LIMITS,
    wanted: Callable[[], bool] = lambda: True,
) -> None:
    """Prepare the answers of the version in `folder`, except of queries that require values or other endpoints.

    Nothing happens where they are prepared, or another process prepares them. It ends early when no longer `wanted`.
    """
    bound = [(query, query.substitutions({}, addresses)) for query in queries if query.stands_alone]
    files = [_file(folder, query, terms) for query, terms in bound]
    all_names = "".join(f"{file.name}\n" for file in files)
    (folder / _FOLDER).mkdir(exist_ok=True)
    with (folder / _FOLDER / _DONE).open("a+") as done:
        done.seek(0)
        if not locked(done) or done.read() == all_names:
            return
        deadline = time.monotonic() + IN_ALL
        with closing(QueryWorkers(limits)) as workers:
            for (query, terms), file in zip(bound, files, strict=True):
                if not wanted():
                    return
                if not file.exists() and time.monotonic() < deadline:
                    _prepare(workers, folder, query, terms, file)
        done.truncate(0)
        done.write(all_names)


def _prepare(workers: QueryWorkers, folder: Path, query: NamedQuery, terms: Mapping[str, Term], file: Path) -> None:
    """Write the answer of a query, where it is whole and within the limits."""
    wanted = Wanted(solutions=JSON_RESULTS.media_type, boolean=None, graph=None)
    try:
        found = workers.run(QueryRequest(query.in_stable_order(), wanted, substitutions=terms), folder / "index")
    except GcmGraphError as error:
        _LOG.warning("No answer to the query %s is prepared: %s", query.name, error.message)
        return
    if not found.cut:
        write_file(file, gzip.compress(as_lines(found.body), _LEVEL, mtime=0))


def prepared_answer(folder: Path, query: NamedQuery, terms: Mapping[str, Term]) -> bytes | None:
    """The whole answer of a query of the version in `folder`, as `results.lines`; None where none is prepared."""
    try:
        packed = _file(folder, query, terms).read_bytes()
        if not packed:  # which gzip decompresses to nothing
            raise EOFError("the file is empty")
        return gzip.decompress(packed)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, zlib.error) as error:
        _LOG.warning("A prepared answer cannot be read, and the query %s is asked instead: %s", query.name, error)
        return None


def _file(folder: Path, query: NamedQuery, terms: Mapping[str, Term]) -> Path:
    """The file of an answer. Its name depends on all that the answer depends on, except the version."""
    bound = sorted(f"{name} {term}" for name, term in terms.items())
    key = hashlib.sha256("\0".join((query.in_stable_order(), *bound)).encode()).hexdigest()
    return folder / _FOLDER / f"{query.name}-{key[:16]}.lines.gz"
