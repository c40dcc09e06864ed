"""The files of the register, brought to a folder: what is present and verified is not fetched again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gcmgraph.errors import Place, SourceError
from gcmgraph.files import locked
from gcmgraph.sources.origins import Cause, Origin, OriginError, Progress
from gcmgraph.sources.register import Source, partial, sha256_of, verified


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

    A file is complete and verified, or not there under its name. Raises `SourceError` where the folder cannot hold
    them, or another process fetches into it.
    """
    fetched, present, failures, notes = list[Source](), list[Source](), list[FetchFailure](), list[str]()
    with _folder(folder):
        for source in sources:
            if verified(folder, source) is not None:
                present.append(source)
                continue
            path = folder / source.file
            if path.exists():
                notes.append(f"{path} has another content than the register says; it is {_set_aside(path, path)} now.")
            try:
                _bring(source, folder, origin, start(source))
            except OriginError as error:
                failures.append(FetchFailure(source, error.cause, error.detail))
            else:
                fetched.append(source)
    return Fetched(tuple(fetched), tuple(present), tuple(failures), tuple(notes))


def _bring(source: Source, folder: Path, origin: Origin, progress: Progress) -> None:
    """Bring one file. One that was resumed and is another then was no beginning of it, and is brought anew."""
    part, path = partial(folder, source), folder / source.file
    resumed = part.exists()
    try:
        origin.bring(source, part, progress)
        if (found := sha256_of(part)) != source.sha256 and resumed:
            part.unlink()
            origin.bring(source, part, progress)
            found = sha256_of(part)
    except OriginError as error:
        if error.cause is Cause.UNEXPECTED:  # then what is there is no beginning of the file, either
            part.unlink(missing_ok=True)
        raise
    if found != source.sha256:
        moved = _set_aside(part, path)
        raise OriginError(
            Cause.UNEXPECTED, f"The file has the SHA-256 {found}, not {source.sha256}; it is {moved} and is not used."
        )
    part.replace(path)


def _set_aside(file: Path, path: Path) -> Path:
    """Rename a file that is not the one expected at `path`; its new path."""
    moved = path.with_name(f"{path.name}.unexpected-{sha256_of(file)[:8]}")
    return file.replace(moved)


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """The folder, made where it is missing, for one process at a time. Its errors become `SourceError`."""
    place = Place(str(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as lock:
            if not locked(lock):
                raise SourceError("Another 'gcmgraph fetch' is running.", place=place, hint="Wait until it has ended.")
            yield
    except OSError as error:
        raise SourceError(f"The folder cannot hold the files: {error.strerror or error}.", place=place) from error
