"""`gcmgraph reconcile`: match a column of names in a CSV file or workbook with the graph, and add identifiers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcmgraph.cli.options import with_settings
from gcmgraph.errors import GcmGraphError
from gcmgraph.kinds import KINDS
from gcmgraph.settings import Settings

if TYPE_CHECKING:
    from gcmgraph.publication.reconciliation.columns import AddedColumn, ColumnFile, ColumnMatcher

#: Columns of every result, before those of `--add`.
_RESULT = ("match", "score", "id", "name", "candidates")

#: Suffixes of `--output`.
_SUFFIXES = (".csv", ".xlsx")


@click.command("reconcile")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--column", help="Heading of the column with the names. [default: the only column]")
@click.option("--type", "kind", help="Type of the resources, such as country or organisation. [default: any]")
@click.option(
    "--add",
    default="iri,iso3,m49,un,wikidata",
    show_default=True,
    help="Properties to add, separated by commas: iri, code, iso2, iso3, m49, un, wikidata, or skos:prefLabel@fr.",
)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="CSV or XLSX file. [default: CSV on the output]"
)
@with_settings()
def command(
    settings: Settings, file: Path, column: str | None, kind: str | None, add: str, output: Path | None
) -> None:
    """Match a column of names in FILE (CSV in UTF-8, or XLSX) with the resources of the graph.

    Writes the rows of FILE with further columns: 'match' (matched, doubtful or none), the score from 0 to 100, the
    resource and its name, the candidates of doubtful names, and the properties of --add. All cells are texts, so that
    codes such as 004 keep their zeros.

    Example: gcmgraph reconcile survey.csv --column Country --type country --add iso3,m49,wikidata

    Exit status: 0 on success, 1 on an error.
    """
    from gcmgraph.publication.reconciliation.columns import MAX_BYTES, ColumnMatcher, added_columns, read_column_file  # noqa: PLC0415
    from gcmgraph.spreadsheets.reading import read_bytes  # noqa: PLC0415
    from gcmgraph.web.reconciliation.responses import reconcilers  # noqa: PLC0415
    from gcmgraph.web.services import open_site, search_indexes  # noqa: PLC0415

    if kind is not None and kind not in KINDS:
        raise GcmGraphError(f"The type '{kind}' is unknown.", hint=f"Types: {', '.join(KINDS)}.")
    if output is not None and output.suffix.lower() not in _SUFFIXES:
        raise GcmGraphError(f"The suffix of '{output}' is not that of a table.", hint="Use .csv or .xlsx.")
    table = read_column_file(read_bytes(file, MAX_BYTES), str(file))
    names = table.column(column)
    site = open_site(settings)
    try:
        reconciler = reconcilers(site, search_indexes(site.addresses)).of(site.dataset.snapshot())
        added = added_columns([name.strip() for name in add.split(",") if name.strip()], reconciler)
        matcher = ColumnMatcher(reconciler, (kind,) if kind else ())
        _match_all(matcher, table, names)
        headings = _headings(table.headings, [*_RESULT, *(column.heading for column in added)])
        _write(output, headings, _rows(matcher, table, names, added))
        _report(matcher, table, names)
    finally:
        site.workers.close()


def _match_all(matcher: ColumnMatcher, table: ColumnFile, names: int) -> None:
    """Match every distinct name, with a progress bar on a terminal."""
    distinct = list(dict.fromkeys(row.get(names, "") for row in table.rows))
    hidden = not sys.stderr.isatty()
    with click.progressbar(distinct, label="Names", show_pos=True, file=sys.stderr, hidden=hidden) as progress:
        for name in progress:
            matcher.match(name)


def _headings(own: list[str], more: list[str]) -> list[str]:
    """The headings of the file, then the further ones, which get a prefix where the file has the same."""
    headings = list(own)
    for heading in more:
        while heading in headings:
            heading = f"gcm_{heading}"
        headings.append(heading)
    return headings


def _rows(matcher: ColumnMatcher, table: ColumnFile, names: int, added: list[AddedColumn]) -> Iterator[list[str]]:
    from gcmgraph.publication.reconciliation.columns import MatchStatus  # noqa: PLC0415
    from gcmgraph.translations import SOURCE_LANGUAGE  # noqa: PLC0415

    width = len(table.headings)
    for row in table.rows:
        cells = [row.get(index, "") for index in range(width)]
        found = matcher.match(row.get(names, ""))
        if found.status is MatchStatus.MATCHED:
            entity, score = found.options[0].entity, found.options[0].score
            resource = [f"{score:g}", entity.id, matcher.name(entity, SOURCE_LANGUAGE), ""]
            values = [matcher.value(entity, column) for column in added]
        else:
            options = (
                f"{option.entity.id} {matcher.name(option.entity, SOURCE_LANGUAGE)} ({option.score:g})"
                for option in found.options
            )
            resource = ["", "", "", "; ".join(options)]
            values = [""] * len(added)
        yield [*cells, found.status.value, *resource, *values]


def _write(output: Path | None, headings: list[str], rows: Iterator[list[str]]) -> None:
    from gcmgraph.files import write_file  # noqa: PLC0415
    from gcmgraph.publication.tables import write_csv  # noqa: PLC0415
    from gcmgraph.spreadsheets.workbooks import WorkbookTable, table_workbook  # noqa: PLC0415

    if output is None:
        click.echo(write_csv(headings, rows), nl=False)
    elif output.suffix.lower() == ".csv":
        write_file(output, write_csv(headings, rows).encode())
    else:
        about = (
            ("match", "matched: one resource is meant. doubtful: choose among the candidates. none: none is known."),
            ("Codes", "Codes such as 004 are texts."),
        )
        write_file(output, table_workbook(WorkbookTable("Names", "About this table", headings, rows, about)))


def _report(matcher: ColumnMatcher, table: ColumnFile, names: int) -> None:
    statuses = [matcher.match(row.get(names, "")).status.value for row in table.rows]
    counts = ", ".join(f"{statuses.count(status):,} {status}" for status in ("matched", "doubtful", "none"))
    click.echo(f"{len(statuses):,} rows: {counts}.", err=True)
