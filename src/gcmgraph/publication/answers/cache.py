"""Prepared results of the named queries of a large version, stored beside its index.

They are complete results for the default parameters, found by query and parameters, so a query that has changed has
none. A build prepares them before it publishes its version; for the version of a contribution the server has them
prepared afterwards (`answers.worker`).
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
from gcmgraph.files.manifest import flaw_of
from gcmgraph.model.terms import Term
from gcmgraph.namespaces import Addresses
from gcmgraph.queries.library import NamedQuery
from gcmgraph.store.port import JSON_RESULTS, Wanted
from gcmgraph.store.query_pool.pool import QueryWorkers
from gcmgraph.store.requests import QueryLimits, QueryRequest
from gcmgraph.store.results.lines import as_lines
from gcmgraph.store.versions.recorded import record_files

#: Minimum number of quads; queries over a smaller graph are fast.
LARGE = 100_000

#: Limits of one query. A query that exceeds them has no prepared result.
LIMITS = QueryLimits(seconds=60, side_by_side=1)

#: Limit on the seconds for all queries; the remaining ones are skipped.
IN_ALL = 600.0

_FOLDER = "answers"
#: File in the folder with the names of all processed results. Locked during the preparation.
_DONE = "done"
#: Compression level of gzip: the fastest reduces results of tens of megabytes to a tenth.
_LEVEL = 1
_LOG = logging.getLogger(__name__)


def write_answers(
    folder: Path,
    queries: Iterable[NamedQuery],
    addresses: Addresses,
    limits: QueryLimits = LIMITS,
    wanted: Callable[[], bool] = lambda: True,
) -> None:
    """Prepare the results of queries on the version in `folder`, except those with required values or SERVICE.

    It returns at once if that was done or another process does it, and early if `wanted` returns False.
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
    """Write the result of a query if it is complete and within the limits."""
    wanted = Wanted(solutions=JSON_RESULTS.media_type, boolean=None, graph=None)
    try:
        found = workers.run(QueryRequest(query.in_stable_order(), wanted, substitutions=terms), folder / "index")
    except GcmGraphError as error:
        _LOG.warning("No result of the query %s is prepared: %s", query.name, error.message)
        return
    if not found.cut:
        write_file(file, gzip.compress(as_lines(found.body), _LEVEL, mtime=0))
        record_files(folder, [f"{_FOLDER}/{file.name}"])


def prepared_answer(folder: Path, query: NamedQuery, terms: Mapping[str, Term]) -> bytes | None:
    """The prepared result of a query, in the format of `store.results.lines`; None if there is none."""
    file = _file(folder, query, terms)
    try:
        if flaw := flaw_of(folder, f"{_FOLDER}/{file.name}"):
            raise OSError(f"it {flaw}")
        packed = file.read_bytes()
        if not packed:  # gzip accepts an empty file
            raise EOFError("the file is empty")
        return gzip.decompress(packed)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, zlib.error) as error:
        _LOG.warning("The prepared result of the query %s cannot be read, so the query is run: %s", query.name, error)
        return None


def _file(folder: Path, query: NamedQuery, terms: Mapping[str, Term]) -> Path:
    """The file of a result. Its name depends on the query and its parameters."""
    bound = sorted(f"{name} {term}" for name, term in terms.items())
    key = hashlib.sha256("\0".join((query.in_stable_order(), *bound)).encode()).hexdigest()
    return folder / _FOLDER / f"{query.name}-{key[:16]}.lines.gz"
