"""`gcmgraph fetch` and `import`: sources of the data, verified by hash, and tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import click
from tqdm import tqdm

from gcmgraph.cli.group import FILE, NoReaderError, import_reader, option, with_settings
from gcmgraph.linking.imports import import_table
from gcmgraph.platform.errors import GcmGraphError, SourceError
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.sources.downloads import Downloads
from gcmgraph.sources.fetch import FetchFailure, fetch
from gcmgraph.sources.folder import Folder
from gcmgraph.sources.origins import Cause, Origin, Progress
from gcmgraph.sources.register import Source, present_sources, read_register, select, state_of
from gcmgraph.sources.source_texts import read_texts

#: Remedies for failures, by their cause.
_REMEDIES = {
    Cause.UNEXPECTED: " Use --from with another origin. A new edition of the publisher must be reviewed, and "
    "its SHA-256 entered in data/sources/register.csv."
}

#: Maximum number of names in one message.
_NAMES = 6

#: Maximum number of printed lines for each side of a difference, without `--all`.
_SHOWN = 20


_FROM = "Folder, or http(s) URL of a mirror, to take the files from. [default: the publishers]"


@click.command("fetch")
@click.argument("names", nargs=-1, metavar="[NAME]…")
@option("--from", "origin", metavar="FOLDER-OR-URL", help=_FROM)
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
    """Download documents and official data files to the folder of sources, each verified by its SHA-256.

    Fetches all files of the register (data/sources/register.csv), or those that match a NAME or
    pattern, such as 'objective-*.en'. Files that are present are skipped, so that an interrupted
    run is resumed. The files are optional: all other commands work without them. The reader of
    documents (extra 'reader'), where it is installed, writes the text of each document beside it,
    for 'gcmgraph build'.

    Exit status: 0 if all requested files are present, 1 if a file is missing or has unexpected
    content.
    """
    register = read_register(Repository.find(settings.root), settings.addresses)
    sources, folder = select(register, names), Path(settings.sources)
    if listing:
        width = max(len(source.name) for source in sources)
        for source in sources:
            click.echo(f"{source.name:{width}}  {state_of(folder, source):10}  {source.size:>9,}")
        return
    with _progress(sources, folder) as start:
        result = fetch(sources, folder, _origin(origin, timeout), start)
    for note in result.notes:
        click.echo(f"note: {note}", err=True)
    failures = result.failures
    if origin is not None and not names and (result.fetched or result.present):
        # a folder may hold some of the files only
        failures = tuple(failure for failure in failures if failure.cause is not Cause.ABSENT)
    for line in _failed(failures, origin):
        click.echo(line, err=True)
    if not quiet:
        size, missing = sum(source.size for source in result.fetched), len(result.failures)
        fetched = f"{len(result.fetched)} fetched" + (
            f" ({size:,} bytes)" if result.fetched else ""
        )
        more = f", {missing} missing" if missing else ""
        click.echo(f"{folder}: {fetched}, {len(result.present)} already present{more}.")
    for line in _write_texts(
        [folder / one.file for one in (*result.fetched, *result.present) if one.is_document]
    ):
        click.echo(line, err=True)
    if failures:
        raise SystemExit(1)


def _write_texts(documents: Sequence[Path]) -> Iterator[str]:
    """Write the texts that documents lack, where the reader of documents is installed; yields what went wrong."""
    missing = [path for path in documents if not read_texts(path)]
    if not missing:
        return
    try:
        write_all = import_reader("documents.reading").write_all
    except NoReaderError as error:
        yield f"note: The texts of {len(missing)} documents are not written, and a build does not use them. {error}"
        return
    shown = tqdm(missing, unit="text", leave=False, disable=not sys.stderr.isatty())
    yield from (str(result) for result in write_all(shown) if isinstance(result, GcmGraphError))


def _origin(given: str | None, timeout: int) -> Origin:
    """The origin of `--from`; by default the publishers."""
    if given is None:
        return Downloads(timeout)
    if urlsplit(given).scheme in ("http", "https") and urlsplit(given).hostname:
        return Downloads(timeout, given)
    if "://" in given:
        raise SourceError(f"--from takes a folder or an http(s) address, not '{given}'.")
    return Folder(Path(given))


@contextmanager
def _progress(sources: Sequence[Source], folder: Path) -> Iterator[Callable[[Source], Progress]]:
    """Progress bar over the bytes to fetch, on a terminal only."""
    present = present_sources(folder, sources)
    total, before = sum(source.size for source in sources if source.name not in present), 0
    with tqdm(
        total=total, unit="B", unit_scale=True, leave=False, disable=not sys.stderr.isatty()
    ) as bar:

        def start(source: Source) -> Progress:
            nonlocal before
            begun, before = before, before + source.size
            bar.set_description(source.name)
            return lambda held: move(begun + held)

        def move(position: int) -> None:
            bar.update(position - bar.n)

        yield start


def _failed(failures: Sequence[FetchFailure], origin: str | None) -> Iterator[str]:
    """Messages about failures: one for all unreachable files, one for each other file."""
    unreachable = [failure for failure in failures if failure.cause is Cause.UNREACHABLE]
    absent = [
        failure for failure in failures if failure.cause is Cause.ABSENT and origin is not None
    ]
    if unreachable:
        hosts = "; ".join(dict.fromkeys(failure.detail for failure in unreachable))
        yield (
            f"Not fetched: {_named(unreachable)}. Not reachable: {hosts}. All other commands work without them; run "
            "'gcmgraph fetch' again when online, or use --from with a folder or a mirror that has them."
        )
    if absent:
        yield f"{origin} does not have: {_named(absent)}."
    for failure in failures:
        if failure not in (*unreachable, *absent):
            yield f"{failure.source.name}: {failure.detail}{_REMEDIES.get(failure.cause, '')}"


def _named(failures: Sequence[FetchFailure]) -> str:
    names = [failure.source.name for failure in failures]
    more = (
        f" and {len(names) - _NAMES} more ('gcmgraph fetch --list')" if len(names) > _NAMES else ""
    )
    return ", ".join(names[:_NAMES]) + more


@click.command("import")
@click.argument("table", metavar="TABLE.csv", type=FILE)
@option(
    "--all",
    "all_lines",
    is_flag=True,
    help=f"Print the whole difference. [default: {_SHOWN} lines of each side]",
)
@with_settings("imports")
def import_command(settings: Settings, table: Path, all_lines: bool) -> None:
    """Store a table, and print the difference to the last import.

    TABLE.csv has TABLE.csv-metadata.json beside it (CSV on the Web), which describes its columns
    and their statements.

    Every following 'gcmgraph build' reads it, until the same table is imported again. It replaces
    the table of the same name in data/reference or data/statistics.

    Exit status: 0 on success, 1 if the table cannot be read; the last import then remains.
    """
    repository = Repository.find(settings.root)
    today = datetime.now(UTC).date().isoformat()
    change = import_table(Path(settings.imports), table, today, repository, settings.addresses)
    for note in change.notes:
        click.echo(f"note: {note}", err=True)
    for sign, quads in (("-", change.removed), ("+", change.added)):
        for quad in quads if all_lines else quads[:_SHOWN]:
            click.echo(f"{sign} {quad.triple}")
        if not all_lines and len(quads) > _SHOWN:
            click.echo(f"{sign} … and {len(quads) - _SHOWN:,} more (--all prints them)")
    if change.added or change.removed:
        click.echo(
            f"{len(change.added):,} statements added, {len(change.removed):,} removed; run 'gcmgraph build'."
        )
    else:
        click.echo("Nothing changed since the last import.")
