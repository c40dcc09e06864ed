"""Prepare the answers of a version that is served already, in a process of its own: `python -m … FOLDER ROOT BASE`.

A build does so before it shows its version. One that a contribution made is shown at once, and has none at first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from gcmgraph.errors import DataError
from gcmgraph.namespaces import Addresses
from gcmgraph.publication.answers.cache import LARGE, write_answers
from gcmgraph.publication.versions.statistics import Statistics
from gcmgraph.queries.library import read_queries
from gcmgraph.repository.layout import Repository
from gcmgraph.store.versions.folder import StoreFolder

#: What its process adds to its niceness: everybody else goes first.
_BEHIND = 10


def prepare_answers(folder: Path, root: str, base: str) -> None:
    """Have the answers of the version in `folder` prepared, and wait for that; not for a small one, or an outdated one.

    `root` and `base` are those of the settings. Where the calling process ends, the one that prepares does.
    """
    statistics = Statistics.read(folder)
    if statistics is None or statistics.quads < LARGE or not _is_current(folder):
        return
    command = [sys.executable, "-m", "gcmgraph.publication.answers.worker", str(folder), root, base]
    # in a session of its own: Ctrl-C is for the server
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:  # noqa: S603 - our own
        process.wait()


def _is_current(folder: Path) -> bool:
    return StoreFolder(folder.parent.parent).current_version() == folder.name


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # nothing is written: it returns when the parent's end is closed
    os._exit(0)


def main() -> None:
    """Prepare what is lacking, for as long as the version is the current one."""
    folder, root, addresses = Path(sys.argv[1]), sys.argv[2], Addresses(sys.argv[3])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(_BEHIND)
    try:
        repository = Repository.find(root)
    except DataError:  # the package without a repository has no library
        return
    queries = read_queries(repository, addresses).values()
    try:
        write_answers(folder, queries, addresses, wanted=lambda: _is_current(folder))
    except FileNotFoundError:  # a later version took its place, and it is not kept any more
        return
    except OSError as error:
        sys.exit(f"No answers are prepared in {folder}: {error.strerror}.")


if __name__ == "__main__":
    main()
