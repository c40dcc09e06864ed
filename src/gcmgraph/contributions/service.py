"""Submission, review and publication of contributions, for the command line and the server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from gcmgraph.contributions.content import Content, media_type_of
from gcmgraph.contributions.contribution import (
    Agent,
    Contribution,
    LedgerEvent,
    State,
    Submission,
    Verb,
)
from gcmgraph.contributions.ledger import WAIT, Ledger, file_name
from gcmgraph.contributions.partial_acceptance import (
    accepted_by_another,
    not_conforming,
    returned_statements,
)
from gcmgraph.contributions.quotas import NO_QUOTAS, Quotas
from gcmgraph.contributions.stored_statements import StoredStatements
from gcmgraph.contributions.submission_check import Checker, DecidedLines, Request, Verdict
from gcmgraph.contributions.texts import REASON, TITLE, require_email, require_text, text_within
from gcmgraph.contributions.withdrawal import ended_resources, require_not_needed
from gcmgraph.platform.errors import (
    ConflictError,
    ContributionError,
    NotPermittedError,
    unknown_contribution,
)
from gcmgraph.rdf.namespaces import Addresses
from gcmgraph.rdf.terms import text
from gcmgraph.store.port import Change, Store
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
        title = text_within(envelope.title, TITLE, "title")
        envelope = replace(envelope, title=title, language=_language(envelope.language))
        digest = hashlib.sha256(content.data).hexdigest()
        if envelope.key is not None:
            stored = self.ledger.sent_with_key(sender.token, envelope.key)
            if stored is not None:
                return _sent_before(stored, envelope, digest)
        email = self._email(envelope.email)
        predecessor = self._predecessor(envelope.supersedes, sender)
        if predecessor is None:  # else the place of one that waits may become free
            self.quotas.require_room(self.ledger.waiting(sender.token), len(content.data))
        elif email is None:
            email = predecessor.submission.email
        identifier = self.ledger.mint()
        verdict = self.checker.check(
            Request(
                content,
                replaced=self._published_statements(self._published_predecessor(predecessor)),
                format=report,
                language=language,
                contribution=identifier,
            )
        )
        if not verdict.conforms:
            return Sent(verdict, None)
        submission = Submission(
            identifier,
            sender,
            datetime.now(UTC),
            title=envelope.title,
            language=envelope.language,
            name=file_name(content.name),
            media_type=media_type_of(content),
            sha256=digest,
            key=envelope.key,
            supersedes=envelope.supersedes,
            email=email,
            spoken=language,
        )
        # others may have been stored meanwhile
        room = partial(self.quotas.require_room, size=len(content.data))
        stored = self.ledger.add(
            submission, content.data, verdict.statements, verdict.report.encode(), room
        )
        if stored.id != identifier:
            return _sent_before(stored, envelope, digest)
        replaced = None if predecessor is None else self.ledger.find(predecessor.id)
        return Sent(verdict, stored, replaced=replaced)

    def recheck(self, contribution: Contribution, *, places: bool = False) -> Verdict:
        """The verdict on the file of a contribution with the graph that is published now.

        With `places`, also the lines or cells of its statements, before other checks.
        """
        submission = contribution.submission
        data = self.ledger.content(contribution)
        return self.checker.check(
            Request(
                Content(data, submission.name, submission.media_type),
                replaced=self._published_statements(self.ledger.replaced(contribution)),
                contribution=contribution.id,
                places=places,
                has_priority=places,
            )
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
        reason = text_within(reason, REASON, "reason")
        with self.ledger.deciding(self.wait):
            contribution = self.ledger.find(identifier)
            self._require_other(contribution, curator)
            if not contribution.is_open:
                raise ConflictError(f"Contribution {identifier} is {contribution.state} already.")
            event = self._acceptance(contribution, curator, reason, return_reasons or {})
            after = self.ledger.record(contribution, event)  # decided now, whatever happens
        if event.verb is Verb.APPROVE:
            return after
        self.publisher()
        return self.ledger.find(identifier)

    def _acceptance(
        self,
        contribution: Contribution,
        curator: Agent,
        reason: str,
        return_reasons: Mapping[str, str],
    ) -> LedgerEvent:
        """The event of an acceptance, or of the first one of two. Raises as `accept` does.

        The statements of the ledger are checked, which are those that are published.
        """
        statements = self.ledger.stored_statements(contribution)
        returned = returned_statements(
            statements.quads() if return_reasons else (), return_reasons, self.addresses
        )
        accepted = self.ledger.stored_statements(contribution, returned)
        replaced = self.ledger.replaced(contribution)
        decided = self.unpublished()
        verdict = self.checker.check(
            Request(
                stored=accepted,
                replaced=self._published_statements(replaced),
                has_priority=True,
                decided=DecidedLines.of(decided),
            )
        )
        if not verdict.conforms:
            raise not_conforming(contribution.id, verdict, partial=bool(returned))
        needs_another = self.reviewers > 1 and not accepted_by_another(
            contribution, curator, returned
        )
        if needs_another:
            return LedgerEvent(Verb.APPROVE, curator, datetime.now(UTC), reason, returned=returned)
        gone: tuple[str, ...] = ()
        if replaced is not None:
            before = self.ledger.accepted_statements(replaced.require_replaceable())
            published = ChangedStore(self.published(), decided)
            gone = ended_resources(replaced.id, before, accepted.quads(), published, self.addresses)
        return LedgerEvent(
            Verb.ACCEPT, curator, datetime.now(UTC), reason, gone=gone, returned=returned
        )

    def ask_changes(
        self, identifier: str, curator: Agent, reason: str, reasons: Mapping[str, str] | None = None
    ) -> Contribution:
        """Ask the sender of a contribution for changes; `reasons` has those for single statements, by their keys.

        Each is stored with its line or cell in the file. Raises as `accept` does.
        """
        curator.require_curator()
        reason = text_within(reason, REASON, "reason")
        contribution = self.ledger.find(identifier)
        self._require_other(contribution, curator)
        statements = self.ledger.statements(contribution)
        returned = returned_statements(statements, reasons or {}, self.addresses, whole=True)
        if returned:
            places = self.recheck(contribution, places=True).places
            returned = tuple(
                replace(statement, place=places.get(statement.statement, ""))
                for statement in returned
            )
        event = LedgerEvent(Verb.ASK, curator, datetime.now(UTC), reason, returned=returned)
        return self.ledger.record(contribution, event)

    def reject(self, identifier: str, curator: Agent, reason: str) -> Contribution:
        """Reject a contribution, with a reason for its sender. Raises as `accept` does."""
        curator.require_curator()
        contribution = self.ledger.find(identifier)
        self._require_other(contribution, curator)
        reason = text_within(reason, REASON, "reason")
        event = LedgerEvent(Verb.REJECT, curator, datetime.now(UTC), reason)
        return self.ledger.record(contribution, event)

    def comment(self, identifier: str, agent: Agent, comment: str) -> Contribution:
        """Comment on a contribution, for its sender or the curators.

        Raises `QuotaError` for too many in an hour.
        """
        contribution = self.visible(identifier, agent)
        now = datetime.now(UTC)
        self.quotas.require_comment(self.ledger.comments(agent.token, now), now)
        event = LedgerEvent(Verb.COMMENT, agent, now, text_within(comment, REASON, "comment"))
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
            reason = text_within(reason, REASON, "reason")
            is_published = contribution.state is State.ACCEPTED
            gone = self._ended_by_withdrawal(contribution) if is_published else ()
            event = LedgerEvent(Verb.WITHDRAW, agent, datetime.now(UTC), reason, gone=gone)
            self.ledger.record(contribution, event)
        if is_published:
            self.publisher()
        return self.ledger.find(identifier)

    def _ended_by_withdrawal(self, contribution: Contribution) -> tuple[str, ...]:
        """IRIs of the resources that end with a published contribution.

        Raises `ConflictError` where others need it.
        """
        statements = self.ledger.stored_statements(contribution, contribution.returned)
        decided = self.unpublished()
        require_not_needed(statements, self.checker, decided)
        published = ChangedStore(self.published(), decided)
        return ended_resources(contribution.id, statements.quads(), (), published, self.addresses)

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

    def _require_other(self, contribution: Contribution, curator: Agent) -> None:
        """Raise `NotPermittedError` for a curator who may not decide on their own contribution."""
        if not self.may_decide(contribution, curator):
            message = (
                f"You sent contribution {contribution.id} yourself; another curator decides on it."
            )
            raise NotPermittedError(message, hint="You can withdraw it.")

    def _published_statements(self, replaced: Contribution | None) -> StoredStatements | None:
        """The published statements of a contribution that is to be superseded, if there is one."""
        if replaced is None:
            return None
        return self.ledger.stored_statements(replaced, replaced.returned)

    def _email(self, address: str | None) -> str | None:
        """An address for notices, None for an empty one. Raises `ContributionError`."""
        email = (address or "").strip(" ")
        if email and not self.notifies:
            raise ContributionError(
                "This server sends no notices by e-mail.", hint="Leave the field 'email' empty."
            )
        require_email(email)
        return email or None

    def _predecessor(self, identifier: str | None, sender: Agent) -> Contribution | None:
        """The contribution whose place another of its sender is to take; None without an identifier.

        Raises `NotPermittedError`, `NotReplaceableError`.
        """
        if identifier is None:
            return None
        contribution = self.visible(identifier, sender)
        if not contribution.is_of(sender):
            raise NotPermittedError(
                f"Contribution {identifier} was sent by somebody else; it cannot be superseded."
            )
        return contribution.require_replaceable()

    def _published_predecessor(self, predecessor: Contribution | None) -> Contribution | None:
        """The predecessor that was published, or the published one whose place the predecessor was to take."""
        if predecessor is None or predecessor.was_published:
            return predecessor
        return self.ledger.replaced(predecessor)


def _sent_before(contribution: Contribution, envelope: Envelope, digest: str) -> Sent:
    """The outcome for a key under which a contribution was stored.

    Raises `ConflictError` for another request with it, which is not stored.
    """
    stored = contribution.submission
    is_equal = {
        "content": stored.sha256 == digest,
        "title": stored.title == envelope.title,
        "predecessor": stored.supersedes == envelope.supersedes,
        "language": stored.language == envelope.language,
    }
    for part, equal in is_equal.items():
        if not equal:
            key = (stored.key or "")[:80]
            raise ConflictError(
                f"The key '{key}' was used for another {part} (contribution {contribution.id}).",
                hint="Use a new key for a new contribution.",
            )
    return Sent(None, contribution, again=True)


def _language(tag: str) -> str:
    """A language tag (BCP 47). Raises `ContributionError`."""
    try:
        return text("x", tag).language or "en"
    except ValueError as error:
        raise ContributionError(
            f"'{tag[:40]}' is not a language tag.", hint="Such as 'en' or 'fr'."
        ) from error
