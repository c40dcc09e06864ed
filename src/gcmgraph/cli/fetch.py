"""`gcmgraph fetch`: download documents and official data files of the register, verified by hash."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.errors import SourceError
from gcmgraph.settings import Settings

if TYPE_CHECKING:
    from gcmgraph.sources.fetch import Fetched, FetchFailure
    from gcmgraph.sources.origin import Origin, Progress
    from gcmgraph.sources.register import Source

#: Maximum number of names in one message.
_NAMES = 6


@click.command("fetch")
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option(
    "--from",
    "origin",
    metavar="FOLDER-OR-URL",
    help="Folder, or http(s) URL of a mirror, to take the files from. [default: the publishers]",
)
@click.option(
    "--list", "listing", is_flag=True, help="Print name, state and size in bytes of each file; fetch nothing."
)
@click.option(
    "--timeout", type=click.IntRange(1, 600), default=15, show_default=True, help="Seconds to wait for a response."
)
@click.option("--quiet", is_flag=True, help="Print failures only.")
@with_settings("sources")
def command(
    settings: Settings, names: tuple[str, ...], origin: str | None, listing: bool, timeout: int, quiet: bool
) -> None:
    """Download documents and official data files to the folder of sources, each verified by its SHA-256.

    Fetches all files of the register (data/sources/register.csv), or those that match a NAME or pattern, such as
    'objective-*.en'. Files that are present are skipped; an interrupted transfer is resumed. The files are optional:
    all other commands work without them. The reader of documents (extra 'reader'), where it is installed, writes the
    text of each document beside it, for 'gcmgraph build'.

    Exit status: 0 if all requested files are present, 1 if a file is missing or has unexpected content.
    """
    from gcmgraph.repository.layout import Repository  # noqa: PLC0415
    from gcmgraph.sources.fetch import fetch  # noqa: PLC0415
    from gcmgraph.sources.register import read_register, select  # noqa: PLC0415

    register = read_register(Repository.find(settings.root), settings.addresses)
    sources, folder = select(register, names), Path(settings.sources)
    if listing:
        _print_list(sources, folder)
        return
    with _progress(sources, folder) as start:
        result = fetch(sources, folder, _origin(origin, timeout), start)
    for note in result.notes:
        click.echo(f"note: {note}", err=True)
    failures = result.failures
    if origin is not None and not names and (result.fetched or result.present):
        failures = _without_absent(failures)  # a folder may hold some of the files only
    for line in _failed(failures, origin):
        click.echo(line, err=True)
    if not quiet:
        click.echo(_summary(result, folder))
    unread = _write_texts([folder / source.file for source in (*result.fetched, *result.present) if source.is_document])
    for line in unread:
        click.echo(line, err=True)
    if failures:
        raise SystemExit(1)


def _write_texts(documents: Sequence[Path]) -> Iterator[str]:
    """Write the texts that documents lack, where the reader of documents is installed; yields what went wrong."""
    from gcmgraph.cli.group import NoReaderError, import_reader  # noqa: PLC0415
    from gcmgraph.documents.texts import read_texts  # noqa: PLC0415
    from gcmgraph.errors import GcmGraphError  # noqa: PLC0415

    missing = [path for path in documents if not read_texts(path)]
    if not missing:
        return
    try:
        write_all = import_reader("documents.texts").write_all
    except NoReaderError as error:
        yield f"note: The texts of {len(missing)} documents are not written, and a build does not use them. {error}"
        return
    from tqdm import tqdm  # noqa: PLC0415

    shown = tqdm(missing, unit="text", leave=False, disable=not sys.stderr.isatty())
    yield from (str(result) for result in write_all(shown) if isinstance(result, GcmGraphError))


def _print_list(sources: Sequence[Source], folder: Path) -> None:
    from gcmgraph.sources.register import state_of  # noqa: PLC0415

    width = max(len(source.name) for source in sources)
    for source in sources:
        click.echo(f"{source.name:{width}}  {state_of(folder, source):10}  {source.size:>9,}")


def _origin(given: str | None, timeout: int) -> Origin:
    """The origin of `--from`; by default the publishers."""
    from gcmgraph.sources.http import Downloads  # noqa: PLC0415
    from gcmgraph.sources.origins import Folder, Mirror, Published  # noqa: PLC0415

    if given is None:
        return Published(Downloads(timeout, _proxy), timeout)
    if urlsplit(given).scheme in ("http", "https") and urlsplit(given).hostname:
        return Mirror(given, Downloads(timeout, _proxy))
    if "://" in given:
        raise SourceError(f"--from takes a folder or an http(s) address, not '{given}'.")
    return Folder(Path(given))


def _proxy(address: str) -> str | None:
    """The proxy of the system for a URL (`https_proxy`, `no_proxy`)."""
    parts = urlsplit(address)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)


@contextmanager
def _progress(sources: Sequence[Source], folder: Path) -> Iterator[Callable[[Source], Progress]]:
    """Progress bar over the bytes to fetch, on a terminal only."""
    from tqdm import tqdm  # noqa: PLC0415

    from gcmgraph.sources.register import present_sources  # noqa: PLC0415

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


def _without_absent(failures: Sequence[FetchFailure]) -> tuple[FetchFailure, ...]:
    from gcmgraph.sources.origin import Cause  # noqa: PLC0415

    return tuple(failure for failure in failures if failure.cause is not Cause.ABSENT)


def _summary(result: Fetched, folder: Path) -> str:
    size = sum(source.size for source in result.fetched)
    parts = [f"{len(result.fetched)} fetched ({size:,} bytes)" if result.fetched else "0 fetched"]
    parts.append(f"{len(result.present)} already present")
    if result.failures:
        parts.append(f"{len(result.failures)} missing")
    return f"{folder}: {', '.join(parts)}."


def _failed(failures: Sequence[FetchFailure], origin: str | None) -> Iterator[str]:
    """Messages about failures: one for all unreachable files, one for each other file."""
    from gcmgraph.sources.origin import Cause  # noqa: PLC0415

    unreachable = [failure for failure in failures if failure.cause is Cause.UNREACHABLE]
    absent = [failure for failure in failures if failure.cause is Cause.ABSENT]
    if unreachable:
        hosts = "; ".join(dict.fromkeys(failure.detail for failure in unreachable))
        yield (
            f"Not fetched: {_named(unreachable)}. Not reachable: {hosts}. All other commands work without them; run "
            "'gcmgraph fetch' again when online, or use --from with a folder or a mirror that has them."
        )
    if absent and origin is not None:
        yield f"{origin} does not have: {_named(absent)}."
    for failure in failures:
        if failure.cause is Cause.UNEXPECTED:
            yield (
                f"{failure.source.name}: {failure.detail} Use --from with another origin. A new edition "
                "of the publisher must be reviewed, and its SHA-256 entered in data/sources/register.csv."
            )
        elif failure.cause is Cause.FAILED or (failure.cause is Cause.ABSENT and origin is None):
            yield f"{failure.source.name}: {failure.detail}"


def _named(failures: Sequence[FetchFailure]) -> str:
    names = [failure.source.name for failure in failures]
    more = f" and {len(names) - _NAMES} more ('gcmgraph fetch --list')" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more
