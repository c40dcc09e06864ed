"""`gcmgraph fetch` and `import`: sources of the data, verified by hash, and tables and files of the UN."""

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
from gcmgraph.documents import read_texts
from gcmgraph.errors import GcmGraphError, SourceError
from gcmgraph.linking.imports import KINDS, import_files, import_table
from gcmgraph.linking.un_files import ImportOptions, ReferenceIndex
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings
from gcmgraph.sources.downloads import Downloads
from gcmgraph.sources.fetch import FetchFailure, fetch
from gcmgraph.sources.folder import Folder
from gcmgraph.sources.origins import Cause, Origin, Progress
from gcmgraph.sources.register import Source, present_sources, read_register, select, state_of

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
_IGNORED = "Treaties: participant to ignore, because the reference data lack it. Repeatable."


@click.command("fetch")
@click.argument("names", nargs=-1, metavar="[NAME]…")
@option("--from", "origin", metavar="FOLDER-OR-URL", help=_FROM)
@option("--list", "listing", is_flag=True, help="Print name, state and size in bytes of each file; fetch nothing.")
@option("--timeout", kind=click.IntRange(1, 600), default=15, help="Seconds to wait for a response.")
@option("--quiet", is_flag=True, help="Print failures only.")
@with_settings("sources")
def fetch_command(
    settings: Settings, names: tuple[str, ...], origin: str | None, listing: bool, timeout: int, quiet: bool
) -> None:
    """Download documents and official data files to the folder of sources, each verified by its SHA-256.

    Fetches all files of the register (data/sources/register.csv), or those that match a NAME or pattern, such as
    'objective-*.en'. Files that are present are skipped, so that an interrupted run is resumed. The files are optional:
    all other commands work without them. The reader of documents (extra 'reader'), where it is installed, writes the
    text of each document beside it, for 'gcmgraph build'.

    Exit status: 0 if all requested files are present, 1 if a file is missing or has unexpected content.
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
        fetched = f"{len(result.fetched)} fetched" + (f" ({size:,} bytes)" if result.fetched else "")
        more = f", {missing} missing" if missing else ""
        click.echo(f"{folder}: {fetched}, {len(result.present)} already present{more}.")
    for line in _write_texts([folder / one.file for one in (*result.fetched, *result.present) if one.is_document]):
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
    with tqdm(total=total, unit="B", unit_scale=True, leave=False, disable=not sys.stderr.isatty()) as bar:

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
    absent = [failure for failure in failures if failure.cause is Cause.ABSENT and origin is not None]
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
    more = f" and {len(names) - _NAMES} more ('gcmgraph fetch --list')" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more


class _KindOrTable(click.Choice[str]):
    """A kind of UN files, or the path of a CSV file."""

    def __init__(self) -> None:
        super().__init__(tuple(KINDS))

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return value if value.lower().endswith(".csv") else super().convert(value, param, ctx)


@click.command("import")
@click.argument("kind", metavar="KIND|TABLE.csv", type=_KindOrTable())
@click.argument("files", nargs=-1, type=FILE)
@option("--as-of", metavar="DAY", help="Treaties: day of the download, such as 2026-11-24. Required for treaties.")
@option("--leave-out", metavar="NAME", multiple=True, help=_IGNORED)
@option("--all", "all_lines", is_flag=True, help=f"Print the whole difference. [default: {_SHOWN} lines of each side]")
@with_settings("imports", "sources")
def import_command(
    settings: Settings,
    kind: str,
    files: tuple[Path, ...],
    as_of: str | None,
    leave_out: tuple[str, ...],
    all_lines: bool,
) -> None:
    """Store a table, or FILES as published by the UN, and print the difference to the last import.

    TABLE.csv has TABLE.csv-metadata.json beside it (CSV on the Web), which describes its columns and their statements.
    KIND is a kind of UN files: sdg, treaties, m49, unbis or iom.

    Every following 'gcmgraph build' reads them, until the same table, or other files of the same kind, are imported.
    Without FILES, 'sdg' and 'iom' import the files of 'gcmgraph fetch'. 'unbis' reads the UN Library's Turtle, or JSON
    with its concepts.

    Exit status: 0 on success, 1 if the files cannot be read; the last import then remains.
    """
    repository, options = Repository.find(settings.root), ImportOptions(as_of, tuple(sorted(leave_out)))
    folder, today = Path(settings.imports), datetime.now(UTC).date().isoformat()
    if kind not in KINDS and (files or options != ImportOptions()):
        raise click.UsageError("A table is imported alone and without options of treaties.")
    files = files if files or kind not in KINDS else _fetched(settings, repository, kind)
    known = ReferenceIndex.of(repository, settings.addresses)
    if kind in KINDS:
        change = import_files(folder, kind, files, today, known, options)
    else:
        change = import_table(folder, Path(kind), today, known)
    for note in change.notes:
        click.echo(f"note: {note}", err=True)
    for sign, quads in (("-", change.removed), ("+", change.added)):
        for quad in quads if all_lines else quads[:_SHOWN]:
            click.echo(f"{sign} {quad.triple}")
        if not all_lines and len(quads) > _SHOWN:
            click.echo(f"{sign} … and {len(quads) - _SHOWN:,} more (--all prints them)")
    if change.added or change.removed:
        click.echo(f"{len(change.added):,} statements added, {len(change.removed):,} removed; run 'gcmgraph build'.")
    else:
        click.echo("Nothing changed since the last import.")


def _fetched(settings: Settings, repository: Repository, kind: str) -> tuple[Path, ...]:
    """Fetched files of a kind. Raises `SourceError` if one is missing, `UsageError` if none is registered."""
    if not (names := KINDS[kind].sources):
        raise click.UsageError("Missing argument 'FILES...'.")
    register = select(read_register(repository, settings.addresses), names)
    present = present_sources(Path(settings.sources), register)
    if missing := [name for name in names if name not in present]:
        hint = f"Run 'gcmgraph fetch {' '.join(names)}', or give FILES."
        raise SourceError(f"Not fetched: {', '.join(missing)}.", hint=hint)
    return tuple(present.values())
