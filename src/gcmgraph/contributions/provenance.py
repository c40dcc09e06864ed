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

#: Events that end the publication of a contribution.
_ENDS = (Verb.WITHDRAW, Verb.SUPERSEDE)


def provenance(contribution: Contribution, addresses: Addresses) -> Iterator[Quad]:
    """The statements about a contribution that is or was published; none about others."""
    acceptance = contribution.event(Verb.ACCEPT)
    if acceptance is not None:
        triples = _publication_triples(contribution, acceptance, addresses)
        yield from in_graph(triples, IRI(addresses.graph("provenance")))


def _publication_triples(
    contribution: Contribution, acceptance: LedgerEvent, addresses: Addresses
) -> Iterator[Triple]:
    """Sending and acceptance, the ends of the publication, who did each, and the names of these agents."""
    submission = contribution.submission
    activity = addresses.resource("contribution", contribution.id)
    templates = Templates(
        "contributions/provenance.trig",
        addresses,
        activity=IRI(activity),
        graph=IRI(addresses.graph(f"contribution/{contribution.id}")),
    )
    status = _STATUS[contribution.state]
    review = IRI(f"{activity}#review")
    reviewers = [event.by for event in contribution.approvals(acceptance.returned)]
    yield from templates.fill(
        "accepted",
        title=text(submission.title, submission.language),
        titleOfGraph=text(f"Contribution: {submission.title}", submission.language),
        sender=IRI(submission.sender.iri),
        sent=_time(submission.at),
        time=_time(acceptance.at),
        status=IRI(addresses.resource("concept", f"review-status/{status}")),
        file=IRI(f"{activity}#file"),
        name=Literal(submission.name),
        format=Literal(submission.media_type),
        checksum=IRI(f"{activity}#checksum"),
        sha256=typed(submission.sha256, "hexBinary"),
        review=review,
        reviewers=[IRI(reviewer.iri) for reviewer in reviewers],
    )
    ends = _ends(contribution, activity)
    for act, event in ends.items():
        successor = None
        if event.successor:
            successor = IRI(addresses.resource("contribution", event.successor))
        gone = [IRI(resource) for resource in event.gone]
        yield from templates.fill(
            "ended", act=act, time=_time(event.at), successor=successor, gone=gone
        )
    for act, event in {review: acceptance, **ends}.items():
        yield from templates.fill("act", act=act, agent=IRI(event.by.iri), time=_time(event.at))
    agents = (submission.sender, *reviewers, acceptance.by)
    agent_by_iri = {agent.iri: agent for agent in agents}  # the last name of each
    for agent in (*agent_by_iri.values(), *(event.by for event in ends.values())):
        # an agent with an address of ours is described elsewhere
        if not agent.iri.startswith(addresses.base):
            yield from templates.fill("agent", agent=IRI(agent.iri), name=Literal(agent.name))


def _ends(contribution: Contribution, activity: str) -> dict[IRI, LedgerEvent]:
    """The events that ended the publication, by their IRI: `#end`, then `#end2`, and so on."""
    events = [event for event in contribution.events if event.verb in _ENDS]
    ends = {}
    for number, event in enumerate(events, start=1):
        suffix = "" if number == 1 else str(number)
        ends[IRI(f"{activity}#end{suffix}")] = event
    return ends


def _time(moment: datetime) -> Literal:
    return typed(moment.isoformat(timespec="seconds").replace("+00:00", "Z"), "dateTime")
