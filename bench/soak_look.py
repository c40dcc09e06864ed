"""State of a server at a moment: memory and open files by kind of process, and dataset versions on disk."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.systems.process import proportional

#: Text in the command line of a process, and the kind of process. Query processes are forked from fork servers and
#: have the same command line.
KINDS = {
    "gcmgraph.store.query_pool.fork_server": "queries",
    "gcmgraph.contributions.checking.child": "checks",
    "gcmgraph.contributions.publishing.child": "publishing",
    "gcmgraph.publication.answers.worker": "answering",
}


@dataclass
class Look:
    """Observed state."""

    #: kind of process (`main`, `server`, and those of `KINDS`) to megabytes, by proportional set sizes
    memory_mb: dict[str, float] = field(default_factory=dict)
    #: kind of process to number of processes
    processes: dict[str, int] = field(default_factory=dict)
    #: kind of process to open files, sockets included
    open_files: dict[str, int] = field(default_factory=dict)
    #: open files that were deleted: their disk space is not free yet
    deleted_files: int = 0
    #: dataset versions, and the number that are retained whole
    versions: int = 0
    whole_versions: int = 0
    store_mb: float = 0.0

    def record(self) -> dict[str, object]:
        """The figures, fit for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        """One line."""
        kinds = "  ".join(
            f"{kind} {count} x: {self.memory_mb[kind]:,.0f} MB, {self.open_files[kind]} files"
            for kind, count in sorted(self.processes.items())
        )
        disk = f"versions {self.versions} ({self.whole_versions} whole, {self.store_mb:,.1f} MB)"
        return f"{kinds}  deleted files open {self.deleted_files}  {disk}"


def look(processes: list[int], store: Path) -> Look:
    """Inspect processes, the main one first, and a store folder."""
    memory: Counter[str] = Counter()
    count: Counter[str] = Counter()
    files: Counter[str] = Counter()
    seen = Look()
    for place, pid in enumerate(processes):
        kind = "main" if place == 0 else _kind(pid)
        with suppress(OSError):  # ended in the meantime
            open_files = [_target(descriptor) for descriptor in Path(f"/proc/{pid}/fd").iterdir()]
            memory[kind] += proportional(pid)
            count[kind] += 1
            files[kind] += len(open_files)
            seen.deleted_files += sum(target.endswith(" (deleted)") for target in open_files)
    seen.memory_mb = {kind: round(size / 2**20, 1) for kind, size in memory.items()}
    seen.processes, seen.open_files = dict(count), dict(files)
    with suppress(FileNotFoundError):
        folders = list((store / "versions").iterdir())
        seen.versions, seen.whole_versions = len(folders), sum((folder / "index").exists() for folder in folders)
    seen.store_mb = round(_size(store) / 2**20, 1)
    return seen


def _kind(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace")
    except OSError:
        return "server"
    return next((kind for words, kind in KINDS.items() if words in command), "server")


def _target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:  # closed in the meantime
        return ""


def _size(folder: Path) -> int:
    """Bytes on disk; files shared by versions count once."""
    sizes: dict[int, int] = {}
    for place, folders, files in os.walk(folder):  # omits a version that is removed in the meantime
        for name in (*folders, *files):
            with suppress(OSError):
                state = Path(place, name).lstat()
                sizes[state.st_ino] = state.st_blocks * 512
    return sum(sizes.values())
