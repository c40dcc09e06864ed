"""Submission, review and publication of contributions, for the command line and the server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial

from gcmgraph.contributions.access import NO_QUOTAS, Quotas
from gcmgraph.contributions.content import (
    REASON,
    TITLE,
    Content,
    media_type_of,
    require_email,
    require_text,
    worded,
)
from gcmgraph.contributions.contribution import (
    Agent,
    Contribution,
    LedgerEvent,
    Returned,
    State,
    Submission,
    Verb,
)
from gcmgraph.contributions.ledger import WAIT, Ledger, file_name, statement_line
from gcmgraph.contributions.policy import named, unnamed
from gcmgraph.contributions.submission_check import Checker, Request, Verdict
from gcmgraph.platform.errors import (
    ConflictError,
    ContributionError,
    NotPermittedError,
    unknown_contribution,
)
from gcmgraph.rdf.canonical import serialize_in_order
from gcmgraph.rdf.media import N_QUADS
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import IRI, Quad, text
from gcmgraph.store.port import NO_CHANGE, Change, Store
from gcmgraph.store.stores import ChangedStore


@dataclass(frozen=True)
class Sent:
    """Outcome of a submission: the contribution, or the report of a refusal.

    `again`: it was stored already.
    """

    verdict: Verdict | None
    contribution: Contribution | None
    again: bool = False
    #: the contribution whose place it takes, as it is after that
    replaced: Contribution | None = None


@dataclass(frozen=True)
class Envelope:
    """Data of a sender about a content."""

    title: str
    language: str = "en"
    key: str | None = None
    supersedes: str | None = None
    #: an address for notices, if any; without one, that of the contribution whose place it takes
    email: str | None = None


@dataclass(eq=False)
class Contributions:
    """The contributions to one dataset."""

    ledger: Ledger
    #: returns the current version
    published: Callable[[], Store]
    #: the change by decisions that the current version does not show yet
    unpublished: Callable[[], Change]
    #: publishes the decisions, or waits some time for that
    publisher: Callable[[], object]
    checker: Checker
    #: checks contents that are not submitted
    visitors: Checker
    addresses: Addresses
    #: number of curators, other than its sender, that must accept a contribution; 0: one, who may
    #: be its sender
    reviewers: int = 1
    #: whether notices are sent by e-mail
    notifies: bool = False
    #: seconds for which a decision waits for others, at most
    wait: float = WAIT
    quotas: Quotas = NO_QUOTAS

    def submit(
        self,
        content: Content,
        envelope: Envelope,
        sender: Agent,
        *,
        report: str = "json",
        language: str = "en",
    ) -> Sent:
        """Store a content that conforms; when this returns it is on the disk, and a curator can see it.

        Raises what `check` raises, `NotPermittedError` and `ConflictError` for what it is to
        supersede, `QuotaError`, `LedgerError`.
        """
        require_text(envelope.key or "", "key")
        title, tag = worded(envelope.title, TITLE, "title"), _language(envelope.language)
        sent = replace(envelope, title=title, language=tag)
        digest = hashlib.sha256(content.data).hexdigest()
        if envelope.key is not None and (
            known := self.ledger.known_key(sender.token, envelope.key)
        ):
            return _again(known, sent, digest)
        email = self._email(envelope.email)
        before = (
            None if envelope.supersedes is None else self._replaceable(envelope.supersedes, sender)
        )
        if before is None:  # else the place of one that waits may become free
            self.quotas.require_room(self.ledger.waiting(sender.token), len(content.data))
        published = (
            before if before is None or before.was_published else self.ledger.replaced(before)
        )
        verdict = self.checker.check(
            Request(content, self._statements(published), report, language)
        )
        if not verdict.conforms:
            return Sent(verdict, None)
        identifier = self.ledger.mint()
        email = email or (before.submission.email if before is not None else None)
        about = {
            "name": file_name(content.name),
            "media_type": media_type_of(content),
            "sha256": digest,
        }
        about |= asdict(replace(sent, email=email))
        submission = Submission(identifier, sender, datetime.now(UTC), spoken=language, **about)
        statements = named(verdict.quads(), identifier, self.addresses)
        room = partial(
            self.quotas.require_room, size=len(content.data)
        )  # others may have been stored meanwhile
        stored = self.ledger.add(
            submission, content.data, statements, verdict.report.encode(), room
        )
        if stored.id != identifier:
            return _again(stored, sent, digest)
        return Sent(verdict, stored, replaced=before and self.ledger.find(before.id))

    def recheck(
        self,
        contribution: Contribution,
        returned: Sequence[Returned] = (),
        first: bool = False,
        places: bool = False,
        decided: Change = NO_CHANGE,
    ) -> Verdict:
        """The verdict on a contribution with the graph that is published now; `first`, before other checks.

        With `returned`, on what remains without these statements; with `places`, with lines or
        cells of statements; with `decided`, in the graph after that change.
        """
        submission = contribution.submission
        if returned:
            lines = {one.statement for one in returned}
            rest = [
                quad
                for quad in self.ledger.statements(contribution)
                if statement_line(quad) not in lines
            ]
            data = serialize_in_order(unnamed(rest, contribution.id, self.addresses))
            content = Content(data, f"{contribution.id}.{N_QUADS.suffix}", N_QUADS.media_type)
        else:
            content = Content(
                self.ledger.content(contribution), submission.name, submission.media_type
            )
        replacing = self._statements(self.ledger.replaced(contribution))
        return self.checker.check(
            _after_decisions(Request(content, replacing, first=first, places=places), decided)
        )

    def accept(
        self,
        identifier: str,
        curator: Agent,
        reason: str,
        return_reasons: Mapping[str, str] | None = None,
    ) -> Contribution:
        """Accept a contribution in the ledger, and then publish it or wait for that.

        The statements whose keys (`statement_key`) are in `return_reasons` are returned to its
        sender instead. Where two curators must accept, the first acceptance is recorded only.

        Raises `NotPermittedError`, `UnknownContributionError`, `ContributionError` for a missing
        reason or an unknown statement, `ConflictError` where it was decided already or no longer
        conforms with all decisions before, and what `publisher` raises: the decision is published
        later then.
        """
        curator.require_curator()
        words = worded(reason, REASON, "reason")
        with self.ledger.deciding(self.wait):
            contribution = self.ledger.find(identifier)
            self._require_other(contribution, curator)
            if not contribution.is_open:
                raise ConflictError(f"Contribution {identifier} is {contribution.state} already.")
            stated = self.ledger.statements(contribution)  # what cannot be read is not accepted
            returned = returned_statements(stated, return_reasons or {}, self.addresses)
            decided = self.unpublished()
            verdict = self.recheck(contribution, first=True, returned=returned, decided=decided)
            if not verdict.conforms:
                raise not_conforming(identifier, verdict, partial=bool(returned))
            if self.reviewers > 1 and not accepted_by_another(contribution, curator, returned):
                event = LedgerEvent(
                    Verb.APPROVE, curator, datetime.now(UTC), words, returned=returned
                )
                return self.ledger.record(contribution, event)
            gone: tuple[str, ...] = ()
            if (old := self.ledger.replaced(contribution)) is not None:
                before = self.ledger.accepted_statements(old.require_replaceable())
                published = ChangedStore(self.published(), decided)
                gone = ended_resources(old.id, before, verdict.quads(), published, self.addresses)
            event = LedgerEvent(
                Verb.ACCEPT, curator, datetime.now(UTC), words, gone=gone, returned=returned
            )
            self.ledger.record(contribution, event)  # accepted now, whatever happens
        self.publisher()
        return self.ledger.find(identifier)

    def ask_changes(
        self, identifier: str, curator: Agent, reason: str, reasons: Mapping[str, str] | None = None
    ) -> Contribution:
        """Ask the sender of a contribution for changes; `reasons` has those for single statements, by their keys.

        Each is stored with its line or cell in the file. Raises as `accept` does.
        """
        curator.require_curator()
        words, contribution = worded(reason, REASON, "reason"), self.ledger.find(identifier)
        self._require_other(contribution, curator)
        found = returned_statements(
            self.ledger.statements(contribution), reasons or {}, self.addresses, whole=True
        )
        if found:
            verdict = self.recheck(contribution, first=True, places=True)
            lines = map(statement_line, named(verdict.quads(), identifier, self.addresses))
            places = dict(zip(lines, verdict.located, strict=True))
            found = tuple(replace(one, place=places.get(one.statement, "")) for one in found)
        event = LedgerEvent(Verb.ASK, curator, datetime.now(UTC), words, returned=found)
        return self.ledger.record(contribution, event)

    def reject(self, identifier: str, curator: Agent, reason: str) -> Contribution:
        """Reject a contribution, with a reason for its sender. Raises as `accept` does."""
        curator.require_curator()
        contribution = self.ledger.find(identifier)
        self._require_other(contribution, curator)
        event = LedgerEvent(
            Verb.REJECT, curator, datetime.now(UTC), worded(reason, REASON, "reason")
        )
        return self.ledger.record(contribution, event)

    def comment(self, identifier: str, agent: Agent, words: str) -> Contribution:
        """Comment on a contribution, for its sender or the curators.

        Raises `QuotaError` for too many in an hour.
        """
        contribution, now = self.visible(identifier, agent), datetime.now(UTC)
        self.quotas.require_comment(self.ledger.comments(agent.token, now), now)
        event = LedgerEvent(Verb.COMMENT, agent, now, worded(words, REASON, "comment"))
        return self.ledger.record(contribution, event)

    def notify(self, identifier: str, agent: Agent, email: str) -> Contribution:
        """Change the address for notices of a contribution, as its sender; remove it where it is empty."""
        contribution = self.visible(identifier, agent)
        if not contribution.is_of(agent):
            raise NotPermittedError("This contribution was sent by somebody else.")
        self.ledger.set_email(contribution, self._email(email))
        return self.ledger.find(identifier)

    def withdraw(self, identifier: str, agent: Agent, reason: str) -> Contribution:
        """Withdraw a contribution, as its sender or a curator.

        Addresses of its resources answer 410 then.
        """
        with self.ledger.deciding(self.wait):
            contribution = self.visible(identifier, agent)
            words = worded(reason, REASON, "reason")
            published = contribution.state is State.ACCEPTED
            gone: tuple[str, ...] = ()
            if published:
                statements, decided = (
                    self.ledger.accepted_statements(contribution),
                    self.unpublished(),
                )
                require_not_needed(identifier, statements, self.checker, decided)
                graph = ChangedStore(self.published(), decided)
                gone = ended_resources(identifier, statements, (), graph, self.addresses)
            event = LedgerEvent(Verb.WITHDRAW, agent, datetime.now(UTC), words, gone=gone)
            self.ledger.record(contribution, event)
        if published:
            self.publisher()
        return self.ledger.find(identifier)

    def visible(self, identifier: str, agent: Agent) -> Contribution:
        """A contribution that an agent may see: a curator any, a contributor their own.

        Raises `UnknownContributionError` for that of another as well: whether there is one is not
        revealed.
        """
        contribution = self.ledger.find(identifier)
        if not agent.is_curator and not contribution.is_of(agent):
            raise unknown_contribution(identifier)
        return contribution

    def may_decide(self, contribution: Contribution, agent: Agent) -> bool:
        """Whether a curator may decide on a contribution: nobody on their own, unless `reviewers` is 0."""
        return agent.is_curator and (not self.reviewers or not contribution.is_of(agent))

    # -------------------------------------------------------------------------------------------------- inside

    def _require_other(self, contribution: Contribution, curator: Agent) -> None:
        if not self.may_decide(contribution, curator):
            message = (
                f"You sent contribution {contribution.id} yourself; another curator decides on it."
            )
            raise NotPermittedError(message, hint="You can withdraw it.")

    def _statements(self, replaced: Contribution | None) -> bytes:
        """The published statements of a contribution that is to be superseded, as N-Quads."""
        return serialize_in_order(self.ledger.accepted_statements(replaced)) if replaced else b""

    def _email(self, given: str | None) -> str | None:
        """An address for notices, None for an empty one. Raises `ContributionError`."""
        email = (given or "").strip(" ")
        if email and not self.notifies:
            raise ContributionError(
                "This server sends no notices by e-mail.", hint="Leave the field 'email' empty."
            )
        require_email(email)
        return email or None

    def _replaceable(self, identifier: str, sender: Agent) -> Contribution:
        contribution = self.visible(identifier, sender)
        if not contribution.is_of(sender):
            raise NotPermittedError(
                f"Contribution {identifier} was sent by somebody else; it cannot be superseded."
            )
        return contribution.require_replaceable()


def _again(known: Contribution, sent: Envelope, digest: str) -> Sent:
    """The outcome for a known key.

    Raises `ConflictError` for another request with it, which is not stored.
    """
    stored = known.submission
    same = {"content": stored.sha256 == digest, "title": stored.title == sent.title}
    same |= {
        "predecessor": stored.supersedes == sent.supersedes,
        "language": stored.language == sent.language,
    }
    if others := [part for part, equal in same.items() if not equal]:
        message = f"The key '{(stored.key or '')[:80]}' was used for another {others[0]} (contribution {known.id})."
        raise ConflictError(message, hint="Use a new key for a new contribution.")
    return Sent(None, known, again=True)


def _after_decisions(request: Request, decided: Change) -> Request:
    """The request for a check in the graph after the change that was decided and is not published yet."""
    added, removed = serialize_in_order(decided.added), serialize_in_order(decided.removed)
    return replace(request, decided_added=added, decided_removed=removed)


def _language(tag: str) -> str:
    """A language tag (BCP 47). Raises `ContributionError`."""
    try:
        return text("x", tag).language or "en"
    except ValueError as error:
        raise ContributionError(
            f"'{tag[:40]}' is not a language tag.", hint="Such as 'en' or 'fr'."
        ) from error


# ------------------------------------------------------------------------------ acceptance in parts and by two curators


def statement_key(quad: Quad) -> str:
    """A short key of a statement among those of its contribution."""
    return hashlib.blake2b(statement_line(quad).encode(), digest_size=6).hexdigest()


def returned_statements(
    stated: Sequence[Quad], reasons: Mapping[str, str], addresses: Addresses, *, whole: bool = False
) -> tuple[Returned, ...]:
    """The statements with these keys, each with its reason, in the order of the contribution.

    Statements about a part (an IRI with a fragment) that no remaining statement names are returned
    with it. Raises `ContributionError` for an unknown key, for a missing reason, and where nothing
    remains. With `whole`, the contribution is returned as a whole, and all of its statements may
    be.
    """
    if not reasons:
        return ()
    lines = {statement_key(quad): quad for quad in stated}
    chosen: dict[Quad, str] = {}
    for key, reason in reasons.items():
        if key not in lines:
            hint = "Open its page again."
            raise ContributionError(
                f"'{key[:40]}' is the key of no statement of this contribution.", hint=hint
            )
        chosen[lines[key]] = worded(reason, REASON, "reason for returning a statement")
    _add_orphans(stated, chosen, addresses)
    if len(chosen) == len(stated) and not whole:
        raise ContributionError(
            "Every statement would be returned.", hint="Reject the contribution instead."
        )
    return tuple(Returned(statement_line(quad), chosen[quad]) for quad in stated if quad in chosen)


def accepted_by_another(
    contribution: Contribution, curator: Agent, returned: tuple[Returned, ...]
) -> bool:
    """Whether another curator has accepted the same statements.

    Raises `ConflictError` where only this one has.
    """
    before = [event.by for event in contribution.approvals(returned)]
    if any(agent.iri != curator.iri and agent.token != curator.token for agent in before):
        return True
    if before:
        hint = "Another curator must accept it, too."
        raise ConflictError(f"You have accepted contribution {contribution.id} already.", hint=hint)
    return False


def not_conforming(identifier: str, verdict: Verdict, *, partial: bool) -> ConflictError:
    """The error of accepting a contribution, or what remains of it, that does not conform."""
    if not partial:
        hint = "Look at its report, and ask the sender to mend it."
        return ConflictError(
            f"Contribution {identifier} does not conform to what is published now.", hint=hint
        )
    first = next((one for one in verdict.results if one["level"] == "violation"), None)
    reason = f" {first['message'].get('en', '')} [{first['focusNode']['value']}]" if first else ""
    message = f"Contribution {identifier} does not conform without the returned statements.{reason}"
    return ConflictError(
        message, hint="Return also the statements that need them, or reject the contribution."
    )


def _add_orphans(stated: Sequence[Quad], chosen: dict[Quad, str], addresses: Addresses) -> None:
    """Add the statements about parts that only chosen statements name, with the reason for returning these."""
    open_ = list(chosen)
    for quad in open_:  # the list grows while parts name parts
        part = quad.object
        if (
            not isinstance(part, IRI)
            or not part.value.startswith(addresses.base)
            or "#" not in part.value
        ):
            continue
        if any(other.object == part and other not in chosen for other in stated):
            continue
        for about in stated:
            if about.subject == part and about not in chosen:
                chosen[about] = chosen[quad]
                open_.append(about)


# ----------------------------------------------------------------------------------------------------------- withdrawal


def require_not_needed(
    identifier: str, statements: Sequence[Quad], checker: Checker, decided: Change
) -> None:
    """Raise `ConflictError` where the graph would not conform without the statements of a contribution.

    The graph is the published one after the change that was `decided`.
    """
    verdict = checker.check(
        _after_decisions(Request(None, serialize_in_order(statements), first=True), decided)
    )
    if not verdict.conforms:
        things = sorted({result["focusNode"]["value"] for result in verdict.results})
        message = f"Contribution {identifier} cannot be withdrawn: others' statements need it"
        hint = "Withdraw those first, or send what takes its place."
        raise ConflictError(f"{message} (on {', '.join(things[:3])}).", hint=hint)


def ended_resources(
    identifier: str,
    statements: Iterable[Quad],
    instead: Iterable[Quad],
    published: Store,
    addresses: Addresses,
) -> tuple[str, ...]:
    """Our resources that only a contribution describes, by its statements, and that `instead` does not describe."""
    graphs = {IRI(addresses.graph(f"contribution/{identifier}")), IRI(addresses.graph("inferred"))}
    ended = {quad.subject for quad in statements} - {quad.subject for quad in instead}
    own = (
        one
        for one in ended
        if isinstance(one, IRI) and one.value.startswith(f"{addresses.base}id/")
    )
    whole = [one for one in own if "#" not in one.value]
    return tuple(
        sorted(
            one.value for one in whole if all(q.graph_name in graphs for q in published.quads(one))
        )
    )
