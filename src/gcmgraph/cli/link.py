"""`gcmgraph link` and `reconcile`: links to other datasets, and names in tables matched with the graph.

`gcmgraph link`: propose links to another dataset, or check link sets.

`gcmgraph reconcile`: match a column of names in a CSV file or workbook with the graph, and add
identifiers.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from tqdm import tqdm

from gcmgraph.cli.group import FILE, NEW_FILE, option, with_settings, write_output
from gcmgraph.linking.propose import How, Proposals, propose, sssom_text
from gcmgraph.linking.sssom import (
    SUFFIX,
    CheckRecord,
    Figure,
    LinkSet,
    check_links,
    check_mappings,
    read_checks,
    read_linkset,
    write_checks,
)
from gcmgraph.linking.targets import LabelledEntity, own_entities, read_target
from gcmgraph.model.kinds import KINDS
from gcmgraph.platform.errors import DataError, GcmGraphError, Place
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import TURTLE, write_whole
from gcmgraph.rdf.terms import DefaultGraph, Quad, Triple
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings

if TYPE_CHECKING:
    from gcmgraph.publication.reconciliation.reconciler import ColumnFile, ColumnMatcher


class _LinkGroup(click.Group):
    """Group whose subcommand `propose` is the default: `link DATASET` is `link propose DATASET`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Assign arguments without a command to `propose`."""
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["propose", *args]
        return super().parse_args(ctx, args)


@click.group(
    "link",
    cls=_LinkGroup,
    subcommand_metavar="DATASET | check [LINKSET]… --against DATASET | rdf LINKSET",
)
def link() -> None:
    """Propose links to DATASET (RDF, CSV, or the result of a query in JSON), check link sets, or write one as RDF.

    'gcmgraph link propose --help', 'gcmgraph link check --help' and 'gcmgraph link rdf --help' list
    the options.
    """


_KINDS = "Link this kind only, such as country or concept/m49. Repeatable. [default: all]"
_ACCEPTED = (
    "Minimum score of links by code to write to a separate file of accepted links. [default: none]"
)


@link.command("propose")
@click.argument("dataset")
@option("--kind", "kinds", multiple=True, help=_KINDS)
@option("--out", kind=FILE, default=Path("proposed.sssom.tsv"), help="SSSOM file to write.")
@option("--least", kind=click.FloatRange(0.5, 1), default=0.85, help="Minimum score of a proposal.")
@option("--accept-above", kind=click.FloatRange(0, 1), help=_ACCEPTED)
@option("--compare", kind=FILE, help="Link set against which to report precision and recall.")
@click.option("--id-prefix", default="", help="IRI prefix of the identifiers of a table.")
@with_settings()
def propose_command(
    settings: Settings,
    dataset: str,
    kinds: tuple[str, ...],
    out: Path,
    least: float,
    accept_above: float | None,
    compare: Path | None,
    id_prefix: str,
) -> None:
    """Propose links from resources of this graph to those of DATASET, as SSSOM files for review.

    Resources are matched by code, then by name in every language. Ambiguous links are written to a
    separate file.

    Exit status: 0 on success, 1 if DATASET cannot be read or there is nothing to link.
    """
    from gcmgraph.cli.services import dataset_of  # noqa: PLC0415

    if not out.name.endswith(SUFFIX):
        raise DataError(f"The name of a link set's file ends in {SUFFIX}.", place=Place(str(out)))
    known = read_linkset(compare, settings.addresses) if compare else None
    ours = own_entities(dataset_of(settings).open_current(), settings.addresses, kinds)
    if not ours:
        raise DataError(
            "There is nothing to link.",
            hint="Run 'gcmgraph build', or use --kind with an existing kind.",
        )
    target = read_target(dataset, id_prefix=id_prefix)

    def watch(entities: list[LabelledEntity]) -> Iterable[LabelledEntity]:
        return tqdm(entities, desc="comparing", unit=" resources", disable=None)

    found = propose(ours, target.entities, least=least, watch=watch)
    name, mine = out.name.removesuffix(SUFFIX), {entity.iri: entity for _, entity in ours}
    accepted = [
        p
        for p in found.links
        if p.how is How.CODE and accept_above is not None and p.score >= accept_above
    ]
    review = tuple(p for p in found.links if p not in set(accepted))
    written = [("", review, f"Links to {target.name}, to be reviewed", "links to review")]
    if accept_above is not None:
        written.append(
            (".accepted", tuple(accepted), f"Links to {target.name} by codes", "links by codes")
        )
    written.append(
        (".ambiguous", found.ambiguous, f"Ambiguous links to {target.name}", "ambiguous")
    )
    today, addresses = datetime.now(UTC).date().isoformat(), settings.addresses
    for end, links, title, words in written:
        named = f"{name}{end}"
        path = out.with_name(f"{named}{SUFFIX}")
        text = sssom_text(
            links, mine, target.entities, name=named, title=title, date=today, addresses=addresses
        )
        write_whole(path, text.encode())
        click.echo(f"{len(links):,} {words}: {path}")
        if end != ".ambiguous":  # with a `void:Linkset` description beside it
            made = read_linkset(path, addresses)
            described = (quad for quad in made.provenance(addresses) if quad.subject == made.graph)
            write_whole(out.with_name(f"{named}.void.ttl"), _turtle(described, settings))
    if compare is not None and known is not None:
        _compare(compare.name, known, found)


@link.command("check")
@click.argument("linksets", nargs=-1, metavar="[LINKSET]…")
@option(
    "--against",
    required=True,
    metavar="DATASET",
    help="RDF or CSV file, or the result of a query in JSON.",
)
@option(
    "--extract", is_flag=True, help="DATASET is an extract: do not report targets that it lacks."
)
@option("--no-save", is_flag=True, help="Do not write the result to data/linksets/checks.csv.")
@with_settings()
def check_command(
    settings: Settings, linksets: tuple[str, ...], against: str, extract: bool, no_save: bool
) -> None:
    """Check link sets (all, or those named) against DATASET.

    Reports targets that vanished, were renamed, deprecated or replaced, are linked twice, or are
    the exact match of several resources. Where DATASET has none of the targets but maps its own
    resources to them, the mappings are compared. The result is stored in data/linksets/checks.csv
    and shown at /linksets after the next build.

    Exit status: 0 if there are no findings, 1 if there are, or if the check failed.
    """
    repository = Repository.find(settings.root)
    paths = _paths(repository, linksets)
    target = read_target(against)
    records = {
        record.linkset: record for record in read_checks(repository.link_checks, settings.addresses)
    }
    checked = wrong = 0
    every = {name: read_linkset(path, settings.addresses) for name, path in paths.items()}
    for name in linksets or paths:
        check = check_links(every[name], target.entities, extract=extract)
        if not check.links or (
            name not in linksets and check.figures[Figure.VANISHED] == check.links
        ):
            others = (other for key, other in every.items() if key != name)
            mapped = check_mappings(every[name], target.entities, others)
            if not mapped.links and name not in linksets:
                if check.links:
                    click.echo(
                        f"{name}: none of its targets is in {target.name}; name the link set to check it anyway"
                    )
                continue
            check = mapped if mapped.links else check
        if not check.links:
            raise DataError(
                f"The link set '{name}' has no links to {target.name}.",
                place=Place(str(paths[name])),
            )
        checked, wrong = checked + 1, wrong + len(check.findings)
        for finding in check.findings:
            click.echo(f"{name}: {finding.target} {finding.words} ({finding.figure.value})")
        figures = (
            (figure, n) for figure, n in check.figures.items() if n and figure is not Figure.LINKS
        )
        counts = ", ".join(f"{n} {figure.value}" for figure, n in figures)
        click.echo(
            f"{name}: {check.links:,} links checked against {target.name}: {counts or 'no findings'}"
        )
        today = datetime.now(UTC).date().isoformat()
        records[name] = CheckRecord(name, target.name, target.sha256, today, check.figures)
    if not checked:
        raise DataError(f"No link set has links to {target.name}.")
    if not no_save:
        write_checks(repository.link_checks, list(records.values()))
    raise SystemExit(1 if wrong else 0)


def _paths(repository: Repository, names: Iterable[str]) -> dict[str, Path]:
    """The files of all link sets by name. Raises `DataError` where one of `names` is missing."""
    paths = {path.name.removesuffix(SUFFIX): path for path in repository.linksets}
    for name in names:
        if name not in paths:
            raise DataError(
                f"There is no link set '{name}'.", hint=f"Link sets: {', '.join(paths)}."
            )
    return paths


@link.command("rdf")
@click.argument("linkset")
@option("--out", kind=FILE, help="Turtle file to write. [default: the output]")
@with_settings()
def rdf_command(settings: Settings, linkset: str, out: Path | None) -> None:
    """Write LINKSET, a name or an SSSOM file, in the RDF form of SSSOM (Turtle).

    Exit status: 0 on success, 1 if it cannot be read.
    """
    paths = _paths(Repository.find(settings.root), [] if linkset.endswith(SUFFIX) else [linkset])
    links = read_linkset(paths.get(linkset, Path(linkset)), settings.addresses)
    write_output(out, _turtle(links.sssom(settings.addresses), settings))


def _turtle(statements: Iterable[Quad | Triple], settings: Settings) -> bytes:
    """Statements without their graphs, as Turtle."""
    triples = (Quad(one.subject, one.predicate, one.object, DefaultGraph()) for one in statements)
    return serialize_canonical(triples, TURTLE, settings.addresses.prefixes)


def _compare(name: str, linkset: LinkSet, found: Proposals) -> None:
    known = {(link.subject.value, link.object.value) for link in linkset.links}
    subjects = {subject for subject, _ in known}
    for what, hows in (("all", tuple(How)), *((f"by {how.value}", (how,)) for how in How)):
        # restricted to resources that the link set covers
        proposed = {(p.ours, p.theirs) for p in found.links if p.how in hows and p.ours in subjects}
        right = len(proposed & known)
        if proposed or what == "all":
            precision = f"{right / len(proposed):.1%}" if proposed else "none proposed"
            recall = f"{right / len(known):.1%}" if known else "nothing to find"
            click.echo(
                f"{what}: {right:,} of {len(proposed):,} are in {name} (precision {precision}, recall {recall})"
            )


#: Columns of every result, before those of `--add`.
_RESULT = ("match", "score", "id", "name", "candidates")

_ADDED = "Properties to add, separated by commas: iri, code, iso2, iso3, m49, un, wikidata, or skos:prefLabel@fr."

#: Suffixes of `--output`.
_SUFFIXES = (".csv", ".xlsx")


@click.command("reconcile")
@click.argument("file", metavar="FILE", type=NEW_FILE)
@option("--column", help="Heading of the column with the names. [default: the only column]")
@option(
    "--type", "kind", help="Type of the resources, such as country or organisation. [default: any]"
)
@option("--add", default="iri,iso3,m49,un,wikidata", help=_ADDED)
@option("--output", kind=NEW_FILE, help="CSV or XLSX file. [default: CSV on the output]")
@with_settings()
def command(
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
    from gcmgraph.publication.reconciliation.reconciler import (  # noqa: PLC0415
        MAX_BYTES,
        ColumnMatcher,
        read_column_file,
    )
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
        matcher = ColumnMatcher(reconciler, (kind,) if kind else (), added)
        distinct = list(dict.fromkeys(row.get(names, "") for row in table.rows))
        hidden = not sys.stderr.isatty()
        with click.progressbar(
            distinct, label="Names", show_pos=True, file=sys.stderr, hidden=hidden
        ) as progress:
            statuses = {name: matcher.match(name).status.value for name in progress}
        headings = _headings(table.headings, [*_RESULT, *added])
        _write(output, headings, _rows(matcher, table, names))
        found = [statuses[row.get(names, "")] for row in table.rows]
        counts = ", ".join(
            f"{found.count(status):,} {status}" for status in ("matched", "doubtful", "none")
        )
        click.echo(f"{len(found):,} rows: {counts}.", err=True)
    finally:
        site.workers.close()


def _headings(own: list[str], more: list[str]) -> list[str]:
    """The headings of the file, then the further ones, which get a prefix where the file has the same."""
    headings = list(own)
    for heading in more:
        while heading in headings:
            heading = f"gcm_{heading}"
        headings.append(heading)
    return headings


def _rows(matcher: ColumnMatcher, table: ColumnFile, names: int) -> Iterator[list[str]]:
    from gcmgraph.translations import SOURCE_LANGUAGE  # noqa: PLC0415

    width = len(table.headings)
    for row in table.rows:
        cells = [row.get(index, "") for index in range(width)]
        found = matcher.match(row.get(names, ""))
        if one := found.resource:
            resource = [
                f"{one.score:g}",
                one.entity.id,
                matcher.name(one.entity, SOURCE_LANGUAGE),
                "",
            ]
            values = matcher.values(one.entity)
        else:
            shown = (
                (one.entity.id, matcher.name(one.entity, SOURCE_LANGUAGE), one.score)
                for one in found.options
            )
            resource = [
                "",
                "",
                "",
                "; ".join(f"{id_} {name} ({score:g})" for id_, name, score in shown),
            ]
            values = [""] * len(matcher.added)
        yield [*cells, found.status.value, *resource, *values]


def _write(output: Path | None, headings: list[str], rows: Iterator[list[str]]) -> None:
    from gcmgraph.publication.tables import write_csv  # noqa: PLC0415
    from gcmgraph.spreadsheets.workbooks import WorkbookTable, table_workbook  # noqa: PLC0415

    if output is None or output.suffix.lower() == ".csv":
        write_output(output, write_csv(headings, rows))
    else:
        about = (
            (
                "match",
                "matched: one resource is meant. doubtful: choose among the candidates. none: none is known.",
            ),
            ("Codes", "Codes such as 004 are texts."),
        )
        write_output(
            output,
            table_workbook(WorkbookTable("Names", "About this table", headings, rows, about)),
        )
