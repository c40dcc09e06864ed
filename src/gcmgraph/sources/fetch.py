"""Files of the register, brought to a folder.

What is present there and verified is not fetched again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.platform.errors import Place, SourceError, faults_of_files
from gcmgraph.platform.files import locked
from gcmgraph.sources.origins import Cause, Origin, OriginError, Progress
from gcmgraph.sources.register import Source, sha256_of, verified


@dataclass(frozen=True)
class FetchFailure:
    """A source that was not fetched, and why."""

    source: Source
    cause: Cause
    detail: str


@dataclass(frozen=True)
class Fetched:
    """The result of a run, in the order of the register."""

    fetched: tuple[Source, ...]
    present: tuple[Source, ...]
    failures: tuple[FetchFailure, ...]
    #: sentences about files that were there before under the name of a source and were set aside
    notes: tuple[str, ...] = ()


def fetch(
    sources: Sequence[Source],
    folder: Path,
    origin: Origin,
    start: Callable[[Source], Progress] = lambda _: lambda _: None,
) -> Fetched:
    """Bring the sources that are missing to a folder. `start` is called with each that is brought.

    A file is complete and verified, or not there under its name. Raises `SourceError` where the
    folder cannot hold them, or another process fetches into it.
    """
    fetched: list[Source] = []
    present: list[Source] = []
    failures: list[FetchFailure] = []
    notes: list[str] = []
    with _folder(folder):
        for source in sources:
            if verified(folder, source) is not None:
                present.append(source)
                continue
            path = folder / source.file
            if path.exists():
                notes.append(
                    f"{path} has another content than the register says; it is {_set_aside(path)} now."
                )
            try:
                origin.bring(source, path, start(source))
            except OriginError as error:
                failures.append(FetchFailure(source, error.cause, error.detail))
            else:
                fetched.append(source)
    return Fetched(tuple(fetched), tuple(present), tuple(failures), tuple(notes))


def _set_aside(file: Path) -> Path:
    """Rename a file that is not the one of the register; its new path."""
    return file.replace(file.with_name(f"{file.name}.unexpected-{sha256_of(file)[:8]}"))


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """The folder, made where it is missing, for one process at a time.

    Its errors become `SourceError`.
    """
    place = Place(str(folder))
    with faults_of_files(SourceError, "The folder cannot hold the files", folder):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            if not locked(lock):
                raise SourceError(
                    "Another 'gcmgraph fetch' is running.",
                    place=place,
                    hint="Wait until it has ended.",
                )
            yield
