"""`gcmgraph fetch`: source documents and data files, verified by hash."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click
from tqdm import tqdm

from gcmgraph.cli.group import NoReaderError, import_reader, option, with_settings
from gcmgraph.platform.errors import GcmGraphError, SourceError
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.sources.downloads import Downloads
from gcmgraph.sources.fetch import Fetched, FetchFailure, fetch
from gcmgraph.sources.folder import Folder
from gcmgraph.sources.origins import Cause, Origin, Progress
from gcmgraph.sources.register import Source, present_sources, read_register, select, state_of
from gcmgraph.sources.text_files import read_texts

#: Remedies for failures, by their cause.
_REMEDIES = {
    Cause.UNEXPECTED: " Use --from with another origin. A new edition of the publisher must be"
    " reviewed, and its SHA-256 entered in data/sources/register.csv."
}

#: Maximum number of names in one message.
_MAX_NAMES = 6

_FROM_HELP = "Folder, or http(s) URL of a mirror, to take the files from. [default: the publishers]"


@click.command("fetch")
@click.argument("names", nargs=-1, metavar="[NAME]…")
@option("--from", "origin", metavar="FOLDER-OR-URL", help=_FROM_HELP)
@option(
    "--list",
    "listing",
    is_flag=True,
    help="Print name, state and size in bytes of each file; fetch nothing.",
)
@option(
    "--timeout", kind=click.IntRange(1, 600), default=15, help="Seconds to wait for a response."
)
@option("--quiet", is_flag=True, help="Print failures only.")
@with_settings("sources")
def fetch_command(
    settings: Settings,
    names: tuple[str, ...],
    origin: str | None,
    listing: bool,
    timeout: int,
    quiet: bool,
) -> None:
    """Download documents and official data files to the folder of sources.

    Each is verified by its SHA-256. Fetches all files of the register (data/sources/register.csv),
    or those that match a NAME or pattern, such as 'objective-*.en'. Files that are present are
    skipped, so that an interrupted run is resumed. The files are optional: all other commands work
    without them. The reader of documents (extra 'reader'), where it is installed, writes the text
    of each document beside it, for 'gcmgraph build'.

    Exit status: 0 if all requested files are present, 1 if a file is missing or has unexpected
    content.
    """
    register = read_register(Repository.find(settings.root), settings.addresses)
    sources = select(register, names)
    folder = Path(settings.sources)
    if listing:
        _print_states(sources, folder)
        return
    with _progress(sources, folder) as start:
        result = fetch(sources, folder, _origin_of(origin, timeout), start)
    for note in result.notes:
        click.echo(f"note: {note}", err=True)
    failures = result.failures
    if origin is not None and not names and (result.fetched or result.present):
        # a folder may hold some of the files only
        failures = tuple(failure for failure in failures if failure.cause is not Cause.ABSENT)
    for line in _failure_messages(failures, origin):
        click.echo(line, err=True)
    if not quiet:
        click.echo(f"{folder}: {_summary(result)}.")
    documents = [
        folder / source.file for source in (*result.fetched, *result.present) if source.is_document
    ]
    for line in _write_texts(documents):
        click.echo(line, err=True)
    if failures:
        raise SystemExit(1)


def _print_states(sources: Sequence[Source], folder: Path) -> None:
    width = max(len(source.name) for source in sources)
    for source in sources:
        click.echo(f"{source.name:{width}}  {state_of(folder, source):10}  {source.size:>9,}")


def _summary(result: Fetched) -> str:
    fetched = f"{len(result.fetched)} fetched"
    if result.fetched:
        size = sum(source.size for source in result.fetched)
        fetched += f" ({size:,} bytes)"
    missing = f", {len(result.failures)} missing" if result.failures else ""
    return f"{fetched}, {len(result.present)} already present{missing}"


def _write_texts(documents: Sequence[Path]) -> Iterator[str]:
    """Write the texts that documents lack, where the reader of documents is installed.

    Yields messages about those that could not be written.
    """
    missing = [path for path in documents if not read_texts(path)]
    if not missing:
        return
    try:
        write_all = import_reader("documents.reading").write_all
    except NoReaderError as error:
        yield (
            f"note: The texts of {len(missing)} documents are not written, and a build does not"
            f" use them. {error}"
        )
        return
    progress = tqdm(missing, unit="text", leave=False, disable=not sys.stderr.isatty())
    for result in write_all(progress):
        if isinstance(result, GcmGraphError):
            yield str(result)


def _origin_of(option_value: str | None, timeout: int) -> Origin:
    """The origin of `--from`; by default the publishers."""
    if option_value is None:
        return Downloads(timeout)
    url = urlsplit(option_value)
    if url.scheme in ("http", "https") and url.hostname:
        return Downloads(timeout, option_value)
    if "://" in option_value:
        raise SourceError(f"--from takes a folder or an http(s) address, not '{option_value}'.")
    return Folder(Path(option_value))


@contextmanager
def _progress(sources: Sequence[Source], folder: Path) -> Iterator[Callable[[Source], Progress]]:
    """Progress bar over the bytes to fetch, on a terminal only."""
    present = present_sources(folder, sources)
    total = sum(source.size for source in sources if source.name not in present)
    bytes_of_earlier_files = 0
    hidden = not sys.stderr.isatty()
    with tqdm(total=total, unit="B", unit_scale=True, leave=False, disable=hidden) as bar:

        def start(source: Source) -> Progress:
            nonlocal bytes_of_earlier_files
            begin = bytes_of_earlier_files
            bytes_of_earlier_files += source.size
            bar.set_description(source.name)
            return lambda received: move(begin + received)

        def move(position: int) -> None:
            bar.update(position - bar.n)

        yield start


def _failure_messages(failures: Sequence[FetchFailure], origin: str | None) -> Iterator[str]:
    """Messages about failures: one for all unreachable files, one for each other file."""
    unreachable = [failure for failure in failures if failure.cause is Cause.UNREACHABLE]
    absent = []
    if origin is not None:
        absent = [failure for failure in failures if failure.cause is Cause.ABSENT]
    if unreachable:
        hosts = "; ".join(dict.fromkeys(failure.detail for failure in unreachable))
        yield (
            f"Not fetched: {_names_of(unreachable)}. Not reachable: {hosts}. All other commands"
            " work without them; run 'gcmgraph fetch' again when online, or use --from with a"
            " folder or a mirror that has them."
        )
    if absent:
        yield f"{origin} does not have: {_names_of(absent)}."
    for failure in failures:
        if failure not in (*unreachable, *absent):
            yield f"{failure.source.name}: {failure.detail}{_REMEDIES.get(failure.cause, '')}"


def _names_of(failures: Sequence[FetchFailure]) -> str:
    names = [failure.source.name for failure in failures]
    listed = ", ".join(names[:_MAX_NAMES])
    if len(names) <= _MAX_NAMES:
        return listed
    return f"{listed} and {len(names) - _MAX_NAMES} more ('gcmgraph fetch --list')"
