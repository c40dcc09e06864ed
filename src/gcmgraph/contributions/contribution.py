"""A contribution and what was decided on it: values only.

submitted ──► accepted ──► superseded (by a later contribution of the same sender)
    │            └───────► withdrawn
    ├──► rejected
    └──► withdrawn
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import PurePath


class Role(StrEnum):
    """What a token permits."""

    CONTRIBUTOR = "contributor"
    CURATOR = "curator"


class State(StrEnum):
    """Where a contribution stands."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class Verb(StrEnum):
    """What can happen to a contribution after it was sent."""

    ACCEPT = "accept"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    COMMENT = "comment"


#: The state that each verb leads to, by the state before. What is not here cannot be done.
TRANSITIONS = {
    (State.SUBMITTED, Verb.ACCEPT): State.ACCEPTED,
    (State.SUBMITTED, Verb.REJECT): State.REJECTED,
    (State.SUBMITTED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Verb.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Verb.SUPERSEDE): State.SUPERSEDED,
    **{(state, Verb.COMMENT): state for state in State},
}


@dataclass(frozen=True)
class Agent:
    """Who acts: the holder of a token. `iri` is what the published provenance names."""

    token: str
    role: Role
    name: str
    iri: str


@dataclass(frozen=True)
class Submission:
    """What was sent, by whom, when. `content` lies beside it in the ledger, byte for byte."""

    id: str
    sender: Agent
    at: datetime
    #: the sender's one line on it, and its language (BCP 47)
    title: str
    language: str
    #: the name of the file that was sent, its media type, and the SHA-256 of its bytes
    name: str
    media_type: str
    sha256: str
    #: the sender's name for this request, so that sending it again does nothing
    key: str | None = None
    #: an accepted contribution of the same sender that this one takes the place of
    supersedes: str | None = None

    @property
    def suffix(self) -> str:
        """The suffix of the file that was sent, with its dot."""
        return PurePath(self.name).suffix


@dataclass(frozen=True)
class LedgerEvent:
    """What happened to a contribution: who did what, when, and why."""

    verb: Verb
    by: Agent
    at: datetime
    reason: str
    #: the contribution that takes its place, where it was superseded
    successor: str | None = None
    #: the things that nothing describes any more, by IRI; their addresses answer 410 from then on
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contribution:
    """A submission and its history."""

    submission: Submission
    events: tuple[LedgerEvent, ...] = field(default=())

    @property
    def id(self) -> str:
        """Its identifier: 26 characters that sort by the time of sending (ULID)."""
        return self.submission.id

    @property
    def state(self) -> State:
        """Where it stands."""
        state = State.SUBMITTED
        for event in self.events:
            state = TRANSITIONS[state, event.verb]
        return state

    def event(self, verb: Verb) -> LedgerEvent | None:
        """The last event of a kind, or None."""
        return next((event for event in reversed(self.events) if event.verb is verb), None)

    @property
    def was_published(self) -> bool:
        """Whether it was accepted once."""
        return self.event(Verb.ACCEPT) is not None
