"""JSON of contributions, invitations, remarks of readers and reports, as `/openapi.json` describes it."""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from gcmgraph.contributions.contribution import Role, State, Verb
from gcmgraph.contributions.remarks import RemarkState
from gcmgraph.validation.report import Level
from gcmgraph.web.http.api import Address, Count, Time, among
from gcmgraph.web.sparql.schemas import Term

LevelName = Annotated[str, among(level.name.lower() for level in Level)]


class Title(TypedDict):
    """Title with its language."""

    text: str
    language: str


class Sender(TypedDict):
    """Sender of a contribution."""

    name: str
    iri: str


class SubmittedFile(TypedDict):
    """File of a contribution."""

    name: str
    mediaType: str
    sha256: str


class ReturnedStatement(TypedDict):
    """Statement that curators returned to its sender; its line or cell where they ask for changes."""

    statement: str
    reason: str
    place: str


class Event(TypedDict):
    """Event in the history of a contribution."""

    event: Annotated[str, among(Verb)]
    by: str
    at: Time
    reason: str | None
    successor: str | None
    returned: list[ReturnedStatement]


class ContributionJson(TypedDict):
    """Contribution; content and history only for its sender and for curators.

    `pending` where the published data may not show its state yet.
    """

    id: str
    href: str
    state: Annotated[str, among(State)]
    title: Title
    sender: Sender
    sent: Time
    file: SubmittedFile
    supersedes: str | None
    pending: NotRequired[bool]
    content: NotRequired[str]
    history: NotRequired[list[Event]]


class ContributionsJson(TypedDict):
    """Page of a list of contributions.

    For curators, `damaged` names those that cannot be read, and the reasons.
    """

    contributions: list[ContributionJson]
    damaged: NotRequired[list[str]]


class KeyedStatement(TypedDict):
    """Statement of a contribution as a line of N-Quads, with the key by which it is returned."""

    key: str
    statement: str


class ReviewedContribution(ContributionJson):
    """Contribution with its statements."""

    statements: list[KeyedStatement]


class InvitationJson(TypedDict):
    """Invitation: its holder and its end; in the response to POST also the token."""

    role: Annotated[str, among(Role)]
    name: str
    iri: Address
    expires: Time
    token: NotRequired[str]


class RemarkedStatementJson(TypedDict):
    """Statement that a remark is about."""

    subject: str
    predicate: str
    object: Term
    graph: str


class RemarkAnswer(TypedDict):
    """Answer to a remark; the name of the curator only for curators."""

    at: Time
    reason: str
    by: NotRequired[str]


class RemarkJson(TypedDict):
    """Remark of a reader; the e-mail address of its sender only for curators."""

    id: str
    href: str
    state: Annotated[str, among(RemarkState)]
    sent: Time
    page: str | None
    statement: RemarkedStatementJson | None
    reason: str
    correction: str
    source: str
    answer: RemarkAnswer | None
    email: NotRequired[str]


class Remarks(TypedDict):
    """Page of a list of remarks."""

    remarks: list[RemarkJson]


class FindingKind(TypedDict):
    """Findings of one rule, with their number."""

    level: LevelName
    component: str
    sourceShape: Term
    message: dict[str, str]
    count: Count


class FindingJson(TypedDict):
    """Result of validation."""

    level: LevelName
    focusNode: Term
    path: str | None
    value: Term | None
    message: dict[str, str]
    hint: dict[str, str]


class ReportJson(TypedDict):
    """Validation report: the first findings, and counts of all by kind."""

    conforms: bool
    violations: Count
    warnings: Count
    total: Count
    kinds: list[FindingKind]
    results: list[FindingJson]


class StoredContribution(ContributionJson):
    """Contribution that was stored, with the warnings of its report; none where an earlier request stored it."""

    warnings: list[FindingJson]
