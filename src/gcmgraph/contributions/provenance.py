"""Published statements about a contribution: its sender, time, file and reviewer (PROV-O)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gcmgraph.contributions.contribution import Agent, Contribution, LedgerEvent, State, Verb
from gcmgraph.model.terms import IRI, Literal, Quad, Term, Vocabulary, text, typed
from gcmgraph.namespaces import Addresses

#: Review status by state (`data/reference/review-status.csv`).
_STATUS = {State.ACCEPTED: "reviewed", State.WITHDRAWN: "withdrawn", State.SUPERSEDED: "withdrawn"}

_ENDS = (Verb.WITHDRAW, Verb.SUPERSEDE)


def provenance(contribution: Contribution, addresses: Addresses) -> Iterator[Quad]:
    """The statements about a contribution that is or was published, in `graph/provenance`; none for others."""
    accepted = contribution.event(Verb.ACCEPT)
    if accepted is None:
        return
    where, sent = IRI(addresses.graph("provenance")), contribution.submission
    activity = IRI(addresses.thing("contribution", contribution.id))
    graph = IRI(addresses.graph(f"contribution/{contribution.id}"))
    review, file, checksum = (IRI(f"{activity.value}#{part}") for part in ("review", "file", "checksum"))
    v = Vocabulary(addresses)

    def say(subject: IRI, *pairs: tuple[str, Term]) -> Iterator[Quad]:
        return (Quad(subject, v(predicate), value, where) for predicate, value in pairs)

    status = IRI(addresses.thing("concept", f"review-status/{_STATUS[contribution.state]}"))
    yield from say(
        activity,
        ("rdf:type", v("gcm:Contribution")),
        ("dct:title", text(sent.title, sent.language)),
        ("prov:wasAssociatedWith", IRI(sent.sender.iri)),
        ("prov:startedAtTime", _time(sent.at)),
        ("prov:used", file),
        ("adms:status", status),
    )
    yield from say(
        file,
        ("rdf:type", v("prov:Entity")),
        ("dct:identifier", Literal(sent.name)),
        ("dct:format", Literal(sent.media_type)),
        ("spdx:checksum", checksum),
    )
    yield from say(
        checksum,
        ("rdf:type", v("spdx:Checksum")),
        ("spdx:algorithm", v("spdx:checksumAlgorithm_sha256")),
        ("spdx:checksumValue", typed(sent.sha256, "hexBinary")),
    )
    yield from say(
        graph,
        ("rdf:type", v("void:Dataset")),
        ("dct:title", text(f"Contribution: {sent.title}", sent.language)),
        ("prov:wasGeneratedBy", activity),
        ("prov:wasAttributedTo", IRI(sent.sender.iri)),
        ("prov:generatedAtTime", _time(accepted.at)),
    )
    yield from _act(review, accepted, activity, addresses)
    reviewers = [event.by for event in contribution.approvals(accepted.returned)]
    yield from (Quad(review, v("prov:wasAssociatedWith"), IRI(agent.iri), where) for agent in reviewers)
    for agent in {agent.iri: agent for agent in (sent.sender, *reviewers, accepted.by)}.values():
        yield from _agent(agent, addresses, where)
    for number, ended in enumerate(event for event in contribution.events if event.verb in _ENDS):
        end = IRI(f"{activity.value}#end{number + 1 if number else ''}")
        yield from _act(end, ended, activity, addresses)
        yield from _agent(ended.by, addresses, where)
        yield from say(graph, ("prov:wasInvalidatedBy", end), ("prov:invalidatedAtTime", _time(ended.at)))
        if ended.successor is not None:
            yield from say(activity, ("dct:isReplacedBy", IRI(addresses.thing("contribution", ended.successor))))
        for gone in ended.gone:
            yield from say(IRI(gone), ("prov:wasInvalidatedBy", end))


def _act(act: IRI, event: LedgerEvent, contribution: IRI, addresses: Addresses) -> Iterator[Quad]:
    """The activity of a curator or the sender on a contribution."""
    v, where = Vocabulary(addresses), IRI(addresses.graph("provenance"))
    yield Quad(act, v("rdf:type"), v("prov:Activity"), where)
    yield Quad(act, v("prov:wasInformedBy"), contribution, where)
    yield Quad(act, v("prov:wasAssociatedWith"), IRI(event.by.iri), where)
    yield Quad(act, v("prov:endedAtTime"), _time(event.at), where)


def _agent(agent: Agent, addresses: Addresses, where: IRI) -> Iterator[Quad]:
    """The type and name of an agent; one with an address of ours is described elsewhere."""
    if not agent.iri.startswith(addresses.base):
        v = Vocabulary(addresses)
        yield Quad(IRI(agent.iri), v("rdf:type"), v("prov:Agent"), where)
        yield Quad(IRI(agent.iri), v("foaf:name"), Literal(agent.name), where)


def _time(moment: datetime) -> Literal:
    return typed(moment.isoformat(timespec="seconds").replace("+00:00", "Z"), "dateTime")
