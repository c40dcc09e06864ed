"""Provenance of contributions that are or were published: statements in `graph/provenance`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gcmgraph.contributions.contribution import Contribution, LedgerEvent, State, Verb
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.templates import Templates
from gcmgraph.rdf.terms import IRI, Literal, Quad, Triple, in_graph, text, typed

#: Review status by state (`data/reference/review-status.csv`).
_STATUS = {State.ACCEPTED: "reviewed", State.WITHDRAWN: "withdrawn", State.SUPERSEDED: "withdrawn"}

_ENDS = (Verb.WITHDRAW, Verb.SUPERSEDE)


def provenance(contribution: Contribution, addresses: Addresses) -> Iterator[Quad]:
    """The statements about a contribution that is or was published, in `graph/provenance`; none for others."""
    if (accepted := contribution.event(Verb.ACCEPT)) is not None:
        yield from in_graph(
            _provenance(contribution, accepted, addresses), IRI(addresses.graph("provenance"))
        )


def _provenance(
    contribution: Contribution, accepted: LedgerEvent, addresses: Addresses
) -> Iterator[Triple]:
    sent, activity = contribution.submission, addresses.resource("contribution", contribution.id)
    graph, review = (
        IRI(addresses.graph(f"contribution/{contribution.id}")),
        IRI(f"{activity}#review"),
    )
    templates = Templates(
        "contributions/provenance.trig", addresses, activity=IRI(activity), graph=graph
    )
    reviewers = [event.by for event in contribution.approvals(accepted.returned)]
    yield from templates.fill(
        "accepted",
        title=text(sent.title, sent.language),
        titleOfGraph=text(f"Contribution: {sent.title}", sent.language),
        sender=IRI(sent.sender.iri),
        sent=_time(sent.at),
        time=_time(accepted.at),
        status=IRI(addresses.resource("concept", f"review-status/{_STATUS[contribution.state]}")),
        file=IRI(f"{activity}#file"),
        name=Literal(sent.name),
        format=Literal(sent.media_type),
        checksum=IRI(f"{activity}#checksum"),
        sha256=typed(sent.sha256, "hexBinary"),
        review=review,
        reviewers=[IRI(agent.iri) for agent in reviewers],
    )
    acts, agents = (
        {review: accepted},
        {agent.iri: agent for agent in (sent.sender, *reviewers, accepted.by)},
    )
    for number, ended in enumerate(event for event in contribution.events if event.verb in _ENDS):
        act, gone = IRI(f"{activity}#end{number + 1 if number else ''}"), map(IRI, ended.gone)
        acts[act] = ended
        successor = (
            IRI(addresses.resource("contribution", ended.successor)) if ended.successor else None
        )
        yield from templates.fill(
            "ended", act=act, time=_time(ended.at), successor=successor, gone=gone
        )
    for act, event in acts.items():
        yield from templates.fill("act", act=act, agent=IRI(event.by.iri), time=_time(event.at))
    for agent in (*agents.values(), *(event.by for event in acts.values())):
        if not agent.iri.startswith(
            addresses.base
        ):  # one with an address of ours is described elsewhere
            yield from templates.fill("agent", agent=IRI(agent.iri), name=Literal(agent.name))


def _time(moment: datetime) -> Literal:
    return typed(moment.isoformat(timespec="seconds").replace("+00:00", "Z"), "dateTime")
