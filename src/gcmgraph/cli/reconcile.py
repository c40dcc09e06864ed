"""`gcmgraph reconcile`: names in a CSV file or workbook, matched with resources of the graph.

The rows are written with the identifiers of the resources.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcmgraph.cli.group import NEW_FILE, option, with_settings, write_output
from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.errors import GcmGraphError
from gcmgraph.settings import Settings
from gcmgraph.translations import SOURCE_LANGUAGE

if TYPE_CHECKING:
    from gcmgraph.publication.reconciliation.column_files import ColumnFile
    from gcmgraph.publication.reconciliation.columns import ColumnMatcher

#: Columns of every result, before those of `--add`.
_RESULT_COLUMNS = ("match", "score", "id", "name", "candidates")

_ADD_HELP = (
    "Properties to add, separated by commas: iri, code, iso2, iso3, m49, un, wikidata, or"
    " skos:prefLabel@fr."
)

#: Suffixes of `--output`.
_SUFFIXES = (".csv", ".xlsx")

#: Notes on the second sheet of a workbook.
_NOTES = (
    (
        "match",
        "matched: one resource is meant. doubtful: choose among the candidates."
        " none: none is known.",
    ),
    ("Codes", "Codes such as 004 are texts."),
)


@click.command("reconcile")
@click.argument("file", metavar="FILE", type=NEW_FILE)
@option("--column", help="Heading of the column with the names. [default: the only column]")
@option(
    "--type", "kind", help="Type of the resources, such as country or organisation. [default: any]"
)
@option("--add", default="iri,iso3,m49,un,wikidata", help=_ADD_HELP)
@option("--output", kind=NEW_FILE, help="CSV or XLSX file. [default: CSV on the output]")
@with_settings()
def reconcile_command(
    settings: Settings,
    file: Path,
    column: str | None,
    kind: str | None,
    add: str,
    output: Path | None,
) -> None:
    """Match a column of names in FILE (CSV in UTF-8, or XLSX) with the resources of the graph.

    Writes the rows of FILE with further columns: 'match' (matched, doubtful or none), the score
    from 0 to 100, the resource and its name, the candidates of doubtful names, and the properties
    of --add. All cells are texts, so that codes such as 004 keep their zeros.

    Example: gcmgraph reconcile survey.csv --column Country --type country --add iso3,m49,wikidata

    Exit status: 0 on success, 1 on an error.
    """
    from gcmgraph.publication.reconciliation.column_files import (  # noqa: PLC0415
        MAX_BYTES,
        read_column_file,
    )
    from gcmgraph.publication.reconciliation.columns import ColumnMatcher  # noqa: PLC0415
    from gcmgraph.spreadsheets.reading import read_bytes  # noqa: PLC0415
    from gcmgraph.web.services import open_site, reconciler_of  # noqa: PLC0415

    if kind is not None and kind not in KINDS:
        raise GcmGraphError(f"The type '{kind}' is unknown.", hint=f"Types: {', '.join(KINDS)}.")
    if output is not None and output.suffix.lower() not in _SUFFIXES:
        raise GcmGraphError(
            f"The suffix of '{output}' is not that of a table.", hint="Use .csv or .xlsx."
        )
    table = read_column_file(read_bytes(file, MAX_BYTES), str(file))
    names = table.column(column)
    site = open_site(settings)
    try:
        reconciler = reconciler_of(site.dataset.snapshot())
        added = [name.strip() for name in add.split(",") if name.strip()]
        matcher = ColumnMatcher(reconciler, kind, added)
        names_of_rows = [row.get(names, "") for row in table.rows]
        distinct_names = list(dict.fromkeys(names_of_rows))
        with click.progressbar(
            distinct_names,
            label="Names",
            show_pos=True,
            file=sys.stderr,
            hidden=not sys.stderr.isatty(),
        ) as progress:
            statuses = {name: matcher.match(name).status.value for name in progress}
        headings = _headings(table.headings, [*_RESULT_COLUMNS, *added])
        _write_table(output, headings, _rows(matcher, table, names))
        click.echo(_summary([statuses[name] for name in names_of_rows]), err=True)
    finally:
        site.workers.close()


def _summary(statuses: list[str]) -> str:
    counts = [f"{statuses.count(status):,} {status}" for status in ("matched", "doubtful", "none")]
    return f"{len(statuses):,} rows: {', '.join(counts)}."


def _headings(headings_of_file: list[str], further_headings: list[str]) -> list[str]:
    """The headings of the file, then further ones, with a prefix where the file has the same."""
    headings = list(headings_of_file)
    for heading in further_headings:
        while heading in headings:
            heading = f"gcm_{heading}"
        headings.append(heading)
    return headings


def _rows(matcher: ColumnMatcher, table: ColumnFile, names: int) -> Iterator[list[str]]:
    """The rows of the file with the cells of `_RESULT_COLUMNS` and of the added properties."""
    for row in table.rows:
        cells = [row.get(index, "") for index in range(len(table.headings))]
        match = matcher.match(row.get(names, ""))
        resource = match.resource
        if resource:
            name = matcher.name(resource.entity, SOURCE_LANGUAGE)
            result = [f"{resource.score:g}", resource.entity.id, name, ""]
            values = matcher.values(resource.entity)
        else:
            candidates = []
            for option_ in match.options:
                name = matcher.name(option_.entity, SOURCE_LANGUAGE)
                candidates.append(f"{option_.entity.id} {name} ({option_.score:g})")
            result = ["", "", "", "; ".join(candidates)]
            values = [""] * len(matcher.added)
        yield [*cells, match.status.value, *result, *values]


def _write_table(output: Path | None, headings: list[str], rows: Iterator[list[str]]) -> None:
    from gcmgraph.publication.tables import write_csv  # noqa: PLC0415
    from gcmgraph.spreadsheets.workbooks import WorkbookTable, table_workbook  # noqa: PLC0415

    if output is None or output.suffix.lower() == ".csv":
        write_output(output, write_csv(headings, rows))
        return
    table = WorkbookTable("Names", "About this table", headings, rows, _NOTES)
    write_output(output, table_workbook(table))
