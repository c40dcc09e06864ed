"""`gcmgraph link …`: propose links to another dataset, check link sets, or write one as RDF."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from tqdm import tqdm

from gcmgraph.cli.group import FILE, option, with_settings, write_output
from gcmgraph.linking.entities import LabelledEntity, own_entities
from gcmgraph.linking.link_checks import (
    CheckRecord,
    Figure,
    LinkCheck,
    check_links,
    check_mappings,
    read_checks,
    write_checks,
)
from gcmgraph.linking.propose import How, Proposal, Proposals, propose, sssom_text
from gcmgraph.linking.sssom import SUFFIX, LinkSet, read_linkset
from gcmgraph.linking.targets import Target, read_target
from gcmgraph.platform.errors import DataError, Place
from gcmgraph.rdf.canonical import serialize_canonical
from gcmgraph.rdf.media import TURTLE, write_whole
from gcmgraph.rdf.terms import DefaultGraph, Quad, Triple
from gcmgraph.repository.layout import Repository
from gcmgraph.settings import Settings

_KINDS_HELP = "Link this kind only, such as country or concept/m49. Repeatable. [default: all]"
_ACCEPT_HELP = (
    "Minimum score of links by code to write to a separate file of accepted links. [default: none]"
)


@dataclass(frozen=True)
class _ProposalFile:
    """A file of proposed links: the end of its name, the links, its title, and words for a line."""

    end: str
    links: Sequence[Proposal]
    title: str
    words: str
    #: whether a `void:Linkset` description is written beside it
    described: bool = True


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
    """Propose links to DATASET, check link sets, or write one as RDF.

    DATASET is RDF, CSV, or the result of a query in JSON.

    'gcmgraph link propose --help', 'gcmgraph link check --help' and 'gcmgraph link rdf --help' list
    the options.
    """


@link.command("propose")
@click.argument("dataset")
@option("--kind", "kinds", multiple=True, help=_KINDS_HELP)
@option("--out", kind=FILE, default=Path("proposed.sssom.tsv"), help="SSSOM file to write.")
@option(
    "--least",
    "min_score",
    kind=click.FloatRange(0.5, 1),
    default=0.85,
    help="Minimum score of a proposal.",
)
@option("--accept-above", kind=click.FloatRange(0, 1), help=_ACCEPT_HELP)
@option("--compare", kind=FILE, help="Link set against which to report precision and recall.")
@click.option("--id-prefix", default="", help="IRI prefix of the identifiers of a table.")
@with_settings()
def propose_command(
    settings: Settings,
    dataset: str,
    kinds: tuple[str, ...],
    out: Path,
    min_score: float,
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
    reference = read_linkset(compare, settings.addresses) if compare else None
    own = own_entities(dataset_of(settings).open_current(), settings.addresses, kinds)
    if not own:
        hint = "Run 'gcmgraph build', or use --kind with an existing kind."
        raise DataError("There is nothing to link.", hint=hint)
    target = read_target(dataset, id_prefix=id_prefix)
    proposals = propose(own, target.entities, min_score=min_score, watch=_with_progress)
    own_by_iri = {entity.iri: entity for _, entity in own}
    name = out.name.removesuffix(SUFFIX)
    today = datetime.now(UTC).date().isoformat()
    for file in _proposal_files(proposals, target.name, accept_above):
        linkset_name = f"{name}{file.end}"
        path = out.with_name(f"{linkset_name}{SUFFIX}")
        text = sssom_text(
            file.links,
            own_by_iri,
            target.entities,
            name=linkset_name,
            title=file.title,
            date=today,
            addresses=settings.addresses,
        )
        write_whole(path, text.encode())
        click.echo(f"{len(file.links):,} {file.words}: {path}")
        if file.described:
            _write_description(out.with_name(f"{linkset_name}.void.ttl"), path, settings)
    if compare is not None and reference is not None:
        _print_comparison(compare.name, reference, proposals)


def _with_progress(entities: list[LabelledEntity]) -> Iterable[LabelledEntity]:
    return tqdm(entities, desc="comparing", unit=" resources", disable=None)


def _proposal_files(
    proposals: Proposals, target_name: str, accept_above: float | None
) -> list[_ProposalFile]:
    """The files to write: links to review, accepted ones with `accept_above`, ambiguous ones."""
    accepted: list[Proposal] = []
    if accept_above is not None:
        accepted = [
            proposal
            for proposal in proposals.links
            if proposal.how is How.CODE and proposal.score >= accept_above
        ]
    accepted_set = set(accepted)
    review = [proposal for proposal in proposals.links if proposal not in accepted_set]
    files = [
        _ProposalFile("", review, f"Links to {target_name}, to be reviewed", "links to review")
    ]
    if accept_above is not None:
        title = f"Links to {target_name} by codes"
        files.append(_ProposalFile(".accepted", accepted, title, "links by codes"))
    title = f"Ambiguous links to {target_name}"
    files.append(
        _ProposalFile(".ambiguous", proposals.ambiguous, title, "ambiguous", described=False)
    )
    return files


def _write_description(file: Path, linkset_file: Path, settings: Settings) -> None:
    """Write the `void:Linkset` description of a link set, as Turtle."""
    linkset = read_linkset(linkset_file, settings.addresses)
    statements = [
        quad for quad in linkset.provenance(settings.addresses) if quad.subject == linkset.graph
    ]
    write_whole(file, _turtle(statements, settings))


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
    addresses = settings.addresses
    paths = _paths(repository, linksets)
    target = read_target(against)
    records = {record.linkset: record for record in read_checks(repository.link_checks, addresses)}
    today = datetime.now(UTC).date().isoformat()
    linksets_by_name = {name: read_linkset(path, addresses) for name, path in paths.items()}
    checked = 0
    findings = 0
    for name in linksets or paths:
        check = _check(name, linksets_by_name, target, extract=extract, named=name in linksets)
        if check is None:
            continue
        if not check.links:
            message = f"The link set '{name}' has no links to {target.name}."
            raise DataError(message, place=Place(str(paths[name])))
        checked += 1
        findings += len(check.findings)
        _print_check(name, check, target.name)
        records[name] = CheckRecord(name, target.name, target.sha256, today, check.figures)
    if not checked:
        raise DataError(f"No link set has links to {target.name}.")
    if not no_save:
        write_checks(repository.link_checks, list(records.values()))
    raise SystemExit(1 if findings else 0)


def _check(
    name: str, linksets: Mapping[str, LinkSet], target: Target, *, extract: bool, named: bool
) -> LinkCheck | None:
    """The check of a link set; None if it was not `named` and has nothing to do with the target.

    Where the target has none of its targets, the mappings of the target are compared with it.
    """
    check = check_links(linksets[name], target.entities, extract=extract)
    all_vanished = check.figures[Figure.VANISHED] == check.links
    if check.links and (named or not all_vanished):
        return check
    further_linksets = (linkset for key, linkset in linksets.items() if key != name)
    mapped = check_mappings(linksets[name], target.entities, further_linksets)
    if mapped.links:
        return mapped
    if named:
        return check
    if check.links:
        click.echo(
            f"{name}: none of its targets is in {target.name}; name the link set to check it anyway"
        )
    return None


def _print_check(name: str, check: LinkCheck, target_name: str) -> None:
    for finding in check.findings:
        click.echo(f"{name}: {finding.target} {finding.words} ({finding.figure.value})")
    counts = [
        f"{count} {figure.value}"
        for figure, count in check.figures.items()
        if count and figure is not Figure.LINKS
    ]
    result = ", ".join(counts) or "no findings"
    click.echo(f"{name}: {check.links:,} links checked against {target_name}: {result}")


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
    names = [] if linkset.endswith(SUFFIX) else [linkset]
    paths = _paths(Repository.find(settings.root), names)
    links = read_linkset(paths.get(linkset, Path(linkset)), settings.addresses)
    write_output(out, _turtle(links.sssom(settings.addresses), settings))


def _turtle(statements: Iterable[Quad | Triple], settings: Settings) -> bytes:
    """Statements without their graphs, as Turtle."""
    triples = (
        Quad(statement.subject, statement.predicate, statement.object, DefaultGraph())
        for statement in statements
    )
    return serialize_canonical(triples, TURTLE, settings.addresses.prefixes)


def _print_comparison(name: str, reference: LinkSet, proposals: Proposals) -> None:
    """Print precision and recall of proposals beside a link set, for resources that it covers."""
    reference_links = {(link.subject.value, link.object.value) for link in reference.links}
    covered = {subject for subject, _ in reference_links}
    ways = {"all": tuple(How)} | {f"by {how.value}": (how,) for how in How}
    for way, hows in ways.items():
        proposed_links = {
            (proposal.ours, proposal.theirs)
            for proposal in proposals.links
            if proposal.how in hows and proposal.ours in covered
        }
        if not proposed_links and way != "all":
            continue
        right = len(proposed_links & reference_links)
        precision = f"{right / len(proposed_links):.1%}" if proposed_links else "none proposed"
        recall = f"{right / len(reference_links):.1%}" if reference_links else "nothing to find"
        click.echo(
            f"{way}: {right:,} of {len(proposed_links):,} are in {name}"
            f" (precision {precision}, recall {recall})"
        )
