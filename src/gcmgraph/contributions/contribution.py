"""A contribution, its state and its events.

submitted ──► accepted ──► superseded (by a later contribution of the same sender)
    │            └───────► withdrawn
    ├──► changes-due (as a curator asks), from which all that follows `submitted` is possible
    ├──► superseded (by a corrected file, at once)
    ├──► rejected
    └──► withdrawn
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gcmgraph.platform.errors import ConflictError, DamagedError, NotPermittedError
from gcmgraph.translations import SOURCE_LANGUAGE, Message

#: Hint for damaged rows.
RESTORE = "Restore the database from a backup (docs/operations.md)."

#: Limit of the comments on one contribution.
MAX_COMMENTS = 1_000

#: Limit of the first acceptances of one contribution, and of the requests for changes. Decisions
#: remain possible: a contribution has two at most.
MAX_APPROVALS = 100

_AS_NEW = Message("Send the file as a new contribution.")


class Role(StrEnum):
    """Role of the holder of a token."""

    CONTRIBUTOR = "contributor"
    CURATOR = "curator"


class State(StrEnum):
    """State of a contribution."""

    SUBMITTED = "submitted"
    #: a curator asks its sender for changes
    CHANGES_DUE = "changes-due"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Verb(StrEnum):
    """Kind of an event of a contribution after its submission."""

    ACCEPT = "accept"
    #: first acceptance, where two curators must accept
    APPROVE = "approve"
    #: ask the sender for changes
    ASK = "ask"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    COMMENT = "comment"


#: Kinds of events that may change what is published.
PUBLISHING = (Verb.ACCEPT, Verb.WITHDRAW, Verb.SUPERSEDE)

#: States of a contribution on which no final decision was made.
OPEN = (State.SUBMITTED, State.CHANGES_DUE)

#: The state of an open contribution after a verb.
_STATE_AFTER = {
    Verb.ACCEPT: State.ACCEPTED,
    Verb.APPROVE: State.SUBMITTED,
    Verb.ASK: State.CHANGES_DUE,
    Verb.REJECT: State.REJECTED,
    Verb.WITHDRAW: State.WITHDRAWN,
    Verb.SUPERSEDE: State.SUPERSEDED,
}

#: The state after a verb, by the state before it. Other transitions are not allowed.
TRANSITIONS = {(state, verb): after for state in OPEN for verb, after in _STATE_AFTER.items()}
TRANSITIONS[State.ACCEPTED, Verb.WITHDRAW] = State.WITHDRAWN
TRANSITIONS[State.ACCEPTED, Verb.SUPERSEDE] = State.SUPERSEDED
TRANSITIONS |= {(state, Verb.COMMENT): state for state in State}

#: Reason why no file takes the place of a contribution, by its state, and a hint.
NOT_REPLACEABLE = {
    State.REJECTED: (
        Message("Contribution {id} was rejected, so that no file takes its place."),
        _AS_NEW,
    ),
    State.WITHDRAWN: (
        Message("Contribution {id} was withdrawn, so that no file takes its place."),
        _AS_NEW,
    ),
    State.SUPERSEDED: (
        Message("Another file, contribution {other}, took the place of contribution {id} already."),
        Message(
            "Compare your file with that one, and send it as its correction where it is still needed."
        ),
    ),
}


@dataclass(frozen=True)
class Agent:
    """Holder of a token. `iri` identifies it in the published provenance."""

    token: str
    role: Role
    name: str
    iri: str

    @property
    def is_curator(self) -> bool:
        """Whether the agent may see and review every contribution."""
        return self.role is Role.CURATOR

    def require_curator(self) -> None:
        """Raise `NotPermittedError` for an agent who is no curator."""
        if not self.is_curator:
            raise NotPermittedError("This needs the token of a curator.")


@dataclass(frozen=True)
class Submission:
    """A content that was sent, its sender and time. Its bytes are beside it in the ledger."""

    id: str
    sender: Agent
    at: datetime
    #: a title by the sender, and its language (BCP 47)
    title: str
    language: str
    #: the name of the file that was sent, its media type, and the SHA-256 of its bytes
    name: str
    media_type: str
    sha256: str
    #: the sender's key of this request, so that sending it again has no effect
    key: str | None = None
    #: a contribution of the same sender that this one supersedes: one that is open at once, another
    #: when accepted
    supersedes: str | None = None
    #: an address for notices, and the language of the sender
    email: str | None = None
    spoken: str | None = None


@dataclass(frozen=True)
class Returned:
    """A statement of a contribution that a curator returns to its sender, and the reason."""

    #: the line of N-Quads
    statement: str
    reason: str
    #: the line or cell of the file that was sent, where a curator asks for changes
    place: str = ""


@dataclass(frozen=True)
class LedgerEvent:
    """An event of a contribution: its kind, agent, time and reason."""

    verb: Verb
    by: Agent
    at: datetime
    reason: str
    #: the contribution that supersedes the one of the event
    successor: str | None = None
    #: IRIs of resources that no statement describes afterwards; their addresses answer 410
    gone: tuple[str, ...] = ()
    #: statements that are not accepted with the others, or to be changed
    returned: tuple[Returned, ...] = ()


@dataclass(frozen=True)
class Contribution:
    """A submission and its history."""

    submission: Submission
    events: tuple[LedgerEvent, ...] = field(default=())
    #: whether no server has made a version with its last decision yet
    pending: bool = field(default=False, compare=False)

    @property
    def id(self) -> str:
        """The identifier: 26 characters that sort by the time of submission (ULID)."""
        return self.submission.id

    @property
    def state(self) -> State:
        """The state after the last event."""
        state = State.SUBMITTED
        for event in self.events:
            state = TRANSITIONS[state, event.verb]
        return state

    @property
    def is_open(self) -> bool:
        """Whether no final decision was made."""
        return self.state in OPEN

    def is_of(self, agent: Agent) -> bool:
        """Whether an agent is the sender."""
        sender = self.submission.sender
        return sender.iri == agent.iri or sender.token == agent.token

    @property
    def contradiction(self) -> int | None:
        """The number of the first event that the state before it does not allow, or None."""
        state = State.SUBMITTED
        for number, event in enumerate(self.events, start=1):
            after = TRANSITIONS.get((state, event.verb))
            if after is None:
                return number
            state = after
        return None

    def require_allows(self, event: LedgerEvent) -> None:
        """Raise `ConflictError` for an event that the state or a limit does not allow."""
        if (self.state, event.verb) not in TRANSITIONS:
            raise ConflictError(
                f"Contribution {self.id} is {self.state}; it cannot be changed by '{event.verb}'."
            )
        if event.verb is Verb.COMMENT and self.comments >= MAX_COMMENTS:
            raise ConflictError(
                f"Contribution {self.id} has {MAX_COMMENTS:,} comments, which is the limit.",
                hint="Decisions on it are still possible.",
            )
        is_limited = event.verb in {Verb.APPROVE, Verb.ASK}
        if is_limited and self._count(event.verb) >= MAX_APPROVALS:
            raise ConflictError(
                f"Contribution {self.id} has {MAX_APPROVALS:,} events '{event.verb}', "
                "which is the limit.",
                hint="Accept it as another curator did, or reject it.",
            )

    def require_replaceable(self) -> Contribution:
        """Return this contribution; raise `NotReplaceableError` unless open or accepted."""
        if self.state in NOT_REPLACEABLE:
            raise NotReplaceableError(self)
        return self

    @property
    def returned(self) -> tuple[Returned, ...]:
        """The statements that were returned when the others were accepted."""
        acceptance = self.event(Verb.ACCEPT)
        return acceptance.returned if acceptance is not None else ()

    def approvals(self, returned: tuple[Returned, ...]) -> list[LedgerEvent]:
        """The first acceptances that return the same statements."""
        lines = _lines(returned)
        approvals = [event for event in self.events if event.verb is Verb.APPROVE]
        return [approval for approval in approvals if _lines(approval.returned) == lines]

    @property
    def decisions(self) -> tuple[LedgerEvent, ...]:
        """The events that are no comments."""
        return tuple(event for event in self.events if event.verb is not Verb.COMMENT)

    @property
    def comments(self) -> int:
        """The number of comments."""
        return self._count(Verb.COMMENT)

    def _count(self, verb: Verb) -> int:
        return sum(event.verb is verb for event in self.events)

    def event(self, verb: Verb) -> LedgerEvent | None:
        """The last event of a kind, or None."""
        return next((event for event in reversed(self.events) if event.verb is verb), None)

    @property
    def successor(self) -> str | None:
        """The identifier of the contribution that superseded this one, or None."""
        end = self.event(Verb.SUPERSEDE)
        return end.successor if end is not None else None

    @property
    def was_published(self) -> bool:
        """Whether the contribution was accepted once."""
        return self.event(Verb.ACCEPT) is not None


def _lines(returned: tuple[Returned, ...]) -> set[str]:
    return {statement.statement for statement in returned}


class NotReplaceableError(ConflictError):
    """A contribution whose place no file can take; `NOT_REPLACEABLE` has the messages."""

    def __init__(self, contribution: Contribution) -> None:
        self.contribution = contribution
        message, hint = self.in_language(SOURCE_LANGUAGE)
        super().__init__(message, hint=hint)

    def in_language(self, language: str) -> tuple[str, str]:
        """The message and its hint."""
        values = {"id": self.contribution.id, "other": self.contribution.successor or ""}
        message, hint = NOT_REPLACEABLE[self.contribution.state]
        return message.in_language(language, **values), hint.in_language(language, **values)


def damaged_part(identifier: str, part: str) -> DamagedError:
    """The error for a part of a contribution, such as `statements`, unlike its digest."""
    return DamagedError(
        f"The {part} of contribution {identifier} is missing or was changed.", hint=RESTORE
    )
