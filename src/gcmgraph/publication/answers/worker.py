"""Process that prepares the answers of a version that is served already: `python -m … FD FOLDER ROOT BASE`.

A build prepares them before it publishes its version. A version that a contribution made is published without any.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gcmgraph.errors import DataError
from gcmgraph.namespaces import Addresses
from gcmgraph.processes.child import end_with, start_arguments
from gcmgraph.processes.worker import Worker
from gcmgraph.publication.answers.cache import LARGE, write_answers
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.queries.library import read_queries
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions.folder import StoreFolder

#: Niceness added to its process: everything else goes first.
_BEHIND = 10


def prepare_answers(folder: Path, root: str, base: str) -> None:
    """Prepare the answers of the version in `folder` in a process, and wait for it; none of a small or outdated one.

    `root` and `base` are those of the settings. Where the calling process ends, the one that prepares does.
    """
    statistics = Statistics.read(folder)
    if statistics is None or statistics.quads < LARGE or not _is_current(folder):
        return
    process = Worker("gcmgraph.publication.answers.worker", str(folder), root, base, session=True)
    with process.channel:
        process.wait()


def _is_current(folder: Path) -> bool:
    return StoreFolder(folder.parent.parent).current_version() == folder.name


def main() -> None:
    """Prepare the missing answers while the version is the current one."""
    channel, (path, root, base) = start_arguments()
    folder, addresses = Path(path), Addresses(base)
    end_with(channel)
    os.nice(_BEHIND)
    try:
        repository = Repository.find(root)
    except DataError:  # the package without a repository has no library
        return
    queries = read_queries(repository, addresses).values()
    try:
        write_answers(folder, queries, addresses, wanted=lambda: _is_current(folder))
    except FileNotFoundError:  # a later version replaced it, and it was removed
        return
    except OSError as error:
        sys.exit(f"No answers are prepared in {folder}: {error.strerror}.")


if __name__ == "__main__":
    main()
