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
_AFTER = {
    Verb.ACCEPT: State.ACCEPTED,
    Verb.APPROVE: State.SUBMITTED,
    Verb.ASK: State.CHANGES_DUE,
    Verb.REJECT: State.REJECTED,
    Verb.WITHDRAW: State.WITHDRAWN,
    Verb.SUPERSEDE: State.SUPERSEDED,
}

#: The state after a verb, by the state before it. Other transitions are not allowed.
TRANSITIONS = {(state, verb): after for state in OPEN for verb, after in _AFTER.items()}
TRANSITIONS |= {(State.ACCEPTED, verb): _AFTER[verb] for verb in (Verb.WITHDRAW, Verb.SUPERSEDE)}
TRANSITIONS |= {(state, Verb.COMMENT): state for state in State}

#: Hint for damaged rows.
RESTORE = "Restore the database from a backup (docs/operations.md)."

_AS_NEW = Message("Send the file as a new contribution.")

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

#: Limits of the comments on one contribution, and of its first acceptances and requests for
#: changes. Decisions remain possible: a contribution has two at most.
MAX_COMMENTS, MAX_APPROVALS = 1_000, 100


@dataclass(frozen=True)
class Agent:
    """Holder of a token. `iri` identifies it in the published provenance."""

    token: str
    role: Role
    name: str
    iri: str

    @property
    def is_curator(self) -> bool:
        """Whether it may see and review every contribution."""
        return self.role is Role.CURATOR

    def require_curator(self) -> None:
        """Raise `NotPermittedError` for another."""
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
    """A statement of a contribution that a curator returns to its sender, as a line of N-Quads, and the reason."""

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
    #: the contribution that supersedes it
    successor: str | None = None
    #: IRIs of the resources that nothing describes any more; their addresses answer 410
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
        """Its identifier: 26 characters that sort by the time of submission (ULID)."""
        return self.submission.id

    @property
    def state(self) -> State:
        """Its state."""
        state = State.SUBMITTED
        for event in self.events:
            state = TRANSITIONS[state, event.verb]
        return state

    @property
    def is_open(self) -> bool:
        """Whether no final decision was made."""
        return self.state in OPEN

    def is_of(self, agent: Agent) -> bool:
        """Whether an agent sent it."""
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
            hint = "Decisions on it are still possible."
            raise ConflictError(
                f"Contribution {self.id} has {MAX_COMMENTS:,} comments, which is the limit.",
                hint=hint,
            )
        repeated = sum(one.verb is event.verb for one in self.events)
        if event.verb in {Verb.APPROVE, Verb.ASK} and repeated >= MAX_APPROVALS:
            message = f"Contribution {self.id} has {MAX_APPROVALS:,} events '{event.verb}', which is the limit."
            raise ConflictError(message, hint="Accept it as another curator did, or reject it.")

    def require_replaceable(self) -> Contribution:
        """The same contribution, which is open or accepted.

        Raises `NotReplaceableError` for another.
        """
        if self.state not in {*OPEN, State.ACCEPTED}:
            raise NotReplaceableError(self)
        return self

    @property
    def returned(self) -> tuple[Returned, ...]:
        """The statements that were returned when the others were accepted."""
        accepted = self.event(Verb.ACCEPT)
        return accepted.returned if accepted is not None else ()

    def approvals(self, returned: tuple[Returned, ...]) -> list[LedgerEvent]:
        """The first acceptances that return the same statements."""
        lines = {one.statement for one in returned}
        found = (event for event in self.events if event.verb is Verb.APPROVE)
        return [event for event in found if {one.statement for one in event.returned} == lines]

    @property
    def decisions(self) -> tuple[LedgerEvent, ...]:
        """The events that are no comments."""
        return tuple(event for event in self.events if event.verb is not Verb.COMMENT)

    @property
    def comments(self) -> int:
        """The number of comments on it."""
        return sum(event.verb is Verb.COMMENT for event in self.events)

    def event(self, verb: Verb) -> LedgerEvent | None:
        """The last event of a kind, or None."""
        return next((event for event in reversed(self.events) if event.verb is verb), None)

    @property
    def successor(self) -> str | None:
        """The identifier of the contribution that superseded it, or None."""
        ended = self.event(Verb.SUPERSEDE)
        return ended.successor if ended is not None else None

    @property
    def was_published(self) -> bool:
        """Whether it was accepted once."""
        return self.event(Verb.ACCEPT) is not None


class NotReplaceableError(ConflictError):
    """A contribution whose place no file can take any more, as `NOT_REPLACEABLE` says in each language."""

    def __init__(self, contribution: Contribution) -> None:
        self.contribution = contribution
        message, hint = self.in_language(SOURCE_LANGUAGE)
        super().__init__(message, hint=hint)

    def in_language(self, language: str) -> tuple[str, str]:
        """The message and its hint."""
        values = {"id": self.contribution.id, "other": self.contribution.successor or ""}
        message, hint = (
            one.in_language(language, **values) for one in NOT_REPLACEABLE[self.contribution.state]
        )
        return message, hint


def damaged_part(identifier: str, part: str) -> DamagedError:
    """The error for a part of a contribution, such as `statements`, that differs from its digest."""
    return DamagedError(
        f"The {part} of contribution {identifier} is missing or was changed.", hint=RESTORE
    )
