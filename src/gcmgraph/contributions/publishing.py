"""Update of the published graph from the ledger: at once for one decision, or for all by a build.

A decision is in the ledger, and marked as pending there, before the graph changes; the mark is removed when the graph
shows it. Where publishing fails, the server repeats it (`publish_or_repeat`); if the server ends in between, the next
decision or the next start completes it. A build shows every decision before it and leaves the marks, since its store
may not be the one that is served.

A contribution with damaged rows holds up no decision on another: its own stays pending. A build publishes nothing
then, since it would make another version.

The server publishes in a process of its own, `python -m … FD`, whose first message has the locations of the dataset and
of the database, with their passwords. The server never writes to the store itself: its processes are forked, and the
engine's threads, which a write waits for, are not in a fork (a flush in a forked process that inherited an opened store
never ends).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, repeat

from gcmgraph.contributions.contribution import Agent, Contribution, LedgerEvent, Returned, State, Verb
from gcmgraph.contributions.database import Database
from gcmgraph.contributions.ledger import Ledger, is_identifier, read_each
from gcmgraph.errors import DamagedError, GcmGraphError, LedgerError, StoreError, UnwritableError
from gcmgraph.files import disk_fault, force_folder, force_tree
from gcmgraph.model.terms import IRI, Literal, Quad, Triple, Vocabulary, in_graph, text, typed
from gcmgraph.namespaces import Addresses
from gcmgraph.processes import answer_once, request_once
from gcmgraph.publication.build import with_inferred
from gcmgraph.publication.metadata.void import with_partitions
from gcmgraph.publication.versions.dataset import complete_kept_dumps, open_dataset, write_files
from gcmgraph.rdfio.parsing import stream_quads
from gcmgraph.rdfio.templates import Templates
from gcmgraph.store.port import Change, Location, Store
from gcmgraph.store.versions import DUMP, StoreFolder, change_version, require_whole

_LOG = logging.getLogger(__name__)

#: Seconds to wait for another writer of the store.
WAIT = 60.0


def published_quads(ledger: Ledger, contribution: Contribution, addresses: Addresses) -> Iterator[Quad]:
    """The published statements of a contribution: its own while it is accepted, and its provenance."""
    if contribution.state is State.ACCEPTED:
        yield from ledger.accepted_statements(contribution)
    yield from provenance(contribution, addresses)


def all_published_quads(ledger: Ledger, addresses: Addresses, damaged: list[DamagedError] | None = None) -> list[Quad]:
    """The published statements of all contributions, in the order of submission.

    With `damaged`, the error of a contribution that cannot be read is added there. Raises `DamagedError` otherwise.
    """
    found = list[DamagedError]() if damaged is None else damaged
    published = _published(ledger, ledger.identifiers(), addresses, found)
    if damaged is None and found:
        raise found[0]
    return [quad for quads in published.values() for quad in quads]


def _published(
    ledger: Ledger, identifiers: Iterable[str], addresses: Addresses, damaged: list[DamagedError]
) -> dict[str, list[Quad]]:
    """The published statements of contributions by identifier; errors of those that cannot be read are added."""

    def read(identifier: str) -> tuple[str, list[Quad]]:
        return identifier, list(published_quads(ledger, ledger.find(identifier), addresses))

    return dict(read_each(read, identifiers, damaged))


def publish_pending(ledger: Ledger, store: StoreFolder, addresses: Addresses) -> str | None:
    """Publish all pending decisions in one new version: its name, or None where nothing was pending.

    Decisions on contributions with damaged files are logged, and remain pending.

    For use while `deciding`. Raises `StoreError` where nothing was built yet or another process is still writing after
    `WAIT` seconds; `LedgerError`. Pending decisions remain so then.
    """
    damaged = list[DamagedError]()
    pending = _published(ledger, ledger.pending(), addresses, damaged)
    for error in damaged:
        _LOG.error("A decision on a contribution cannot be published: %s", error)
    if not pending:
        return None

    def change(now: Store) -> Change:
        return with_partitions(now, with_inferred(now, change_of(now, pending, addresses), addresses), addresses)

    version, _ = change_version(store, change, lambda made: write_files(made, addresses), wait=WAIT)
    ledger.settle(pending)
    return version


def change_of(store: Store, published: Mapping[str, Iterable[Quad]], addresses: Addresses) -> Change:
    """The change after which the graph shows these contributions, by identifier, as their published statements."""
    wanted: set[Quad] = set()
    unwanted: set[Quad] = set()
    for identifier, quads in published.items():
        wanted.update(quads)
        unwanted.update(store.quads(graph=IRI(addresses.graph(f"contribution/{identifier}"))))
        unwanted.update(_stored_provenance(store, identifier, addresses))
    return Change.towards(wanted, unwanted, store.holds)


def _stored_provenance(store: Store, identifier: str, addresses: Addresses) -> Iterator[Quad]:
    """The provenance in the graph of a contribution, its graph and its parts; names of agents stay."""
    where = IRI(addresses.graph("provenance"))
    activity = addresses.thing("contribution", identifier)
    graph = addresses.graph(f"contribution/{identifier}")
    for name in (activity, graph, *(f"{activity}#{part}" for part in ("review", "file", "checksum"))):
        yield from store.quads(IRI(name), graph=where)


def change_by_acceptance(
    ledger: Ledger,
    contribution: Contribution,
    curator: Agent,
    store: Store,
    addresses: Addresses,
    returned: tuple[Returned, ...] = (),
) -> Change:
    """The change to the published graph if a curator accepted a submitted contribution now. Raises `DamagedError`."""
    now = datetime.now(UTC)
    event = LedgerEvent(Verb.ACCEPT, curator, now, "", returned=returned)
    accepted = replace(contribution, events=(*contribution.events, event))
    after = {contribution.id: list(published_quads(ledger, accepted, addresses))}
    if (old := ledger.replaced(contribution)) is not None and old.state is State.ACCEPTED:
        ended = LedgerEvent(Verb.SUPERSEDE, curator, now, "", contribution.id)
        superseded = replace(old, events=(*old.events, ended))
        after[old.id] = list(published_quads(ledger, superseded, addresses))
    return with_inferred(store, change_of(store, after, addresses), addresses)


def published_contributions(dataset: StoreFolder, addresses: Addresses) -> set[str]:
    """The identifiers of the contributions that the current version describes; none before the first build.

    They are read from the dump where the index of a folder is damaged. Raises `StoreError` where both are.
    """
    if not dataset.current_version():
        return set()
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    kind, contribution = v("rdf:type"), v("gcm:Contribution")
    try:
        subjects = [quad.subject for quad in dataset.open_current().quads(None, kind, contribution, where)]
    except (StoreError, OSError):
        dump = dataset.current_folder() / DUMP
        try:
            require_whole(dump)
        except (StoreError, OSError):
            message = f"The index and the dump of the version {dump.parent.name} are damaged."
            raise StoreError(message, hint="Restore them from a backup, or build into another 'store'.") from None
        subjects = [q.subject for q in stream_quads(dump) if (q.predicate, q.object) == (kind, contribution)]
    start = addresses.thing("contribution", "")
    return {subject.value.removeprefix(start) for subject in subjects if isinstance(subject, IRI)}


def require_known(ledger: Ledger, published: set[str]) -> None:
    """Raise `LedgerError` where contributions of another ledger are published."""
    if unknown := sorted({name for name in published if is_identifier(name)} - set(ledger.identifiers())):
        named = ", ".join(unknown[:3]) + (f" and {len(unknown) - 3} more" if len(unknown) > 3 else "")
        raise LedgerError(
            f"What is published has contributions that are not in {ledger.database.name}: {named}. "
            "A build would drop them; nothing was built.",
            hint="Set 'contributions' or 'database' to theirs; to leave them out, build into another 'store'.",
        )


# ----------------------------------------------------------------------------------------------------------- provenance

#: Review status by state (`data/reference/review-status.csv`).
_STATUS = {State.ACCEPTED: "reviewed", State.WITHDRAWN: "withdrawn", State.SUPERSEDED: "withdrawn"}

_ENDS = (Verb.WITHDRAW, Verb.SUPERSEDE)


def provenance(contribution: Contribution, addresses: Addresses) -> Iterator[Quad]:
    """The statements about a contribution that is or was published, in `graph/provenance`; none for others."""
    if (accepted := contribution.event(Verb.ACCEPT)) is not None:
        yield from in_graph(_provenance(contribution, accepted, addresses), IRI(addresses.graph("provenance")))


def _provenance(contribution: Contribution, accepted: LedgerEvent, addresses: Addresses) -> Iterator[Triple]:
    sent, activity = contribution.submission, addresses.thing("contribution", contribution.id)
    graph, review = IRI(addresses.graph(f"contribution/{contribution.id}")), IRI(f"{activity}#review")
    templates = Templates("contributions/provenance.trig", addresses, activity=IRI(activity), graph=graph)
    reviewers = [event.by for event in contribution.approvals(accepted.returned)]
    yield from templates.fill(
        "accepted",
        title=text(sent.title, sent.language),
        titleOfGraph=text(f"Contribution: {sent.title}", sent.language),
        sender=IRI(sent.sender.iri),
        sent=_time(sent.at),
        time=_time(accepted.at),
        status=IRI(addresses.thing("concept", f"review-status/{_STATUS[contribution.state]}")),
        file=IRI(f"{activity}#file"),
        name=Literal(sent.name),
        format=Literal(sent.media_type),
        checksum=IRI(f"{activity}#checksum"),
        sha256=typed(sent.sha256, "hexBinary"),
        review=review,
        reviewers=[IRI(agent.iri) for agent in reviewers],
    )
    acts, agents = {review: accepted}, {agent.iri: agent for agent in (sent.sender, *reviewers, accepted.by)}
    for number, ended in enumerate(event for event in contribution.events if event.verb in _ENDS):
        act, gone = IRI(f"{activity}#end{number + 1 if number else ''}"), map(IRI, ended.gone)
        acts[act] = ended
        successor = IRI(addresses.thing("contribution", ended.successor)) if ended.successor else None
        yield from templates.fill("ended", act=act, time=_time(ended.at), successor=successor, gone=gone)
    for act, event in acts.items():
        yield from templates.fill("act", act=act, agent=IRI(event.by.iri), time=_time(event.at))
    for agent in (*agents.values(), *(event.by for event in acts.values())):
        if not agent.iri.startswith(addresses.base):  # one with an address of ours is described elsewhere
            yield from templates.fill("agent", agent=IRI(agent.iri), name=Literal(agent.name))


def _time(moment: datetime) -> Literal:
    return typed(moment.isoformat(timespec="seconds").replace("+00:00", "Z"), "dateTime")


# -------------------------------------------------------------------------------------------------------------- process

#: Seconds that publishing may take, including the wait for another writer.
SECONDS = 300.0


@dataclass(frozen=True)
class PublishProcess:
    """Calls `publish_pending` in a process of its own. For use while `deciding`."""

    database: str
    location: Location

    def __call__(self) -> str | None:
        """The name of the new version, or None where nothing was pending. Raises `StoreError`, `LedgerError`."""
        arguments, kinds = (self.database, self.location), (LedgerError, UnwritableError, StoreError)
        try:
            version: str | None = request_once("gcmgraph.contributions.publishing", arguments, SECONDS, *kinds)
        except (EOFError, OSError):
            hint = "The decision is stored and will be published later; see the server's log."
            raise StoreError("Publishing did not come to its end.", hint=hint) from None
        return version


#: Seconds before each attempt to publish what could not be published; the last one repeats.
PAUSES = (2.0, 5.0, 15.0, 60.0)

#: Publishes what is pending, while `deciding`; returns and raises what `publish_pending` does.
Publish = Callable[[], str | None]


def publish_or_repeat(ledger: Ledger, publish: Publish) -> str | None:
    """Publish; where that fails, log the reason, repeat it in a thread, and return None."""
    try:
        return publish()
    except GcmGraphError as error:
        _report(str(error))
        repeat_publishing(ledger, publish, str(error))
        return None


def publish_left_over(ledger: Ledger, publish: Publish, known: str = "") -> str:
    """Publish the decisions that were not published: the reason where that fails, which is logged if not `known`."""
    try:
        if ledger.pending():
            with ledger.deciding():
                if ledger.pending():  # else another process published it meanwhile
                    publish()
    except GcmGraphError as error:
        if str(error) != known:
            _report(str(error))
        return str(error)
    return ""


def repeat_publishing(ledger: Ledger, publish: Publish, known: str) -> None:
    """Publish what is pending, in a thread, after as many attempts as it takes; log reasons other than the `known`."""

    def run() -> None:
        reason = known
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            time.sleep(pause)
            if not (reason := publish_left_over(ledger, publish, reason)):
                break

    threading.Thread(target=run, name="publish", daemon=True).start()


def _report(reason: str) -> None:
    _LOG.error("Decisions on contributions are not shown yet; the server tries again: %s", reason)


def _publish(database: str, location: Location) -> Iterator[str | None]:
    """Publish, yield the name of the new version, and then write the files that nobody waits for."""
    store, addresses = open_dataset(location), Addresses(location.base)
    try:
        version = publish_pending(Ledger(Database(database, addresses.base)), store, addresses)
    except OSError as error:
        if (reason := disk_fault(error)) is None:
            raise
        raise UnwritableError(f"A decision cannot be published: {reason}.") from error
    yield version
    if version is not None:
        try:
            force_tree(store.current_folder())
            for folder in (store.path / "versions", store.path):
                force_folder(folder)
            complete_kept_dumps(store, addresses)
        except OSError as error:
            if (reason := disk_fault(error)) is None:
                raise
            _LOG.warning("Downloads of the version %s cannot be written: %s.", version, reason)


if __name__ == "__main__":
    answer_once(_publish)
